"""What a cell draws appears under it, and follows the cells that draw."""

from __future__ import annotations

import re
from base64 import b64decode

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import NotebookPage
from e2e.waiting import wait_until

DRAW = """
from pyscript import document, when

canvas = document.createElement("canvas")
canvas.width, canvas.height = 200, 60
context = canvas.getContext("2d")
context.fillStyle = "teal"
context.fillRect(10, 10, 100, 40)
button = document.createElement("button")
button.textContent = "clicked 0 times"
clicks = 0

@when("click", button)
def click(event):
    global clicks
    clicks += 1
    button.textContent = "clicked {} times".format(clicks)

document.body.append(canvas, button)
"""

ADD = """
paragraph = document.createElement("p")
paragraph.textContent = "from another cell"
document.body.append(paragraph)
"""

# Asked for by its name: it need not be the current one, once the reader has gone back to the notebook.
CLOSE_OUTPUT_VIEW = """() => [...window.jupyterapp.shell.widgets("main")]
    .find(({ title }) => title.label === "Output View").close()"""

CARD = "from pyscript_jupyter import PyScript\npage = PyScript('{}')\npage"


def frame(page: NotebookPage) -> FrameLocator:
    return page.page.frame_locator("iframe[data-pyscript-environment]")


def button(page: NotebookPage) -> Locator:
    return frame(page).get_by_role("button")


def click(page: NotebookPage, times: int) -> None:
    """Press the button that was drawn, and see that its state was not lost before."""
    expect(button(page)).to_have_text(f"clicked {times - 1} times")
    button(page).press("Enter")
    try:
        expect(button(page)).to_have_text(f"clicked {times} times", timeout=15_000)
    except AssertionError:
        # The notebook, which had just run a cell, took the keyboard back before the key was pressed, and has it now.
        assert page.page.evaluate("() => document.activeElement.tagName") != "IFRAME"
        button(page).press("Enter")
    expect(button(page)).to_have_text(f"clicked {times} times")
    # The keyboard is the frame's now; the reader goes back to the notebook.
    page.page.evaluate("() => document.activeElement.blur()")


def stage(page: NotebookPage, index: int) -> Locator:
    """Return the frame, if it is shown under a cell."""
    return page.page.locator(".jp-Notebook .jp-Cell").nth(index).locator("iframe")


def snapshot(page: NotebookPage, index: int) -> Locator:
    return page.outputs(index).locator(".pyscript-snapshot img")


def bring(page: NotebookPage, index: int) -> None:
    page.outputs(index).get_by_role("button", name="Show it here").click()
    expect(stage(page, index)).to_be_visible()


def command(page: NotebookPage, identifier: str, index: int) -> None:
    """Give a command about a cell."""
    page.choose(index)
    page.command(identifier)


@pytest.mark.parametrize(
    ("browser_name", "desk", "options"),
    [
        ("chromium", "lab", "py"),
        ("chromium", "notebook", "mpy"),
        ("chromium", "lab", "py --main"),
        ("firefox", "lab", "mpy --main"),
    ],
    indirect=["desk"],
)
def test_a_drawing_follows_the_cells_that_draw_and_keeps_its_state(desk: Desk, options: str) -> None:
    alias = options.split(maxsplit=1)[0]
    page = desk.open([LOAD, browser_cell(DRAW, options), browser_cell(ADD, alias)])
    page.run(0)
    page.run(1)
    expect(stage(page, 1)).to_be_visible()
    # As high as what is in it, and the picture of it is out of the way, with what it says of itself.
    expect(stage(page, 1)).to_have_css("height", re.compile(r"^(6|7|8|9)\d(\.\d+)?px$"))
    expect(snapshot(page, 1)).to_be_hidden()
    click(page, 1)

    page.run(2)
    expect(stage(page, 2)).to_be_visible()
    # What is left in the first cell is how it looked when the second began.
    expect(snapshot(page, 1)).to_be_visible()
    assert snapshot(page, 1).get_attribute("alt") == "What was drawn: clicked 1 times"
    click(page, 2)
    bring(page, 1)
    expect(snapshot(page, 1)).to_be_hidden()
    expect(snapshot(page, 2)).to_be_visible()
    click(page, 3)
    assert page.run_new(browser_cell("clicks", alias)) == "3"

    # The card shows it too, and has it as long as no cell draws.
    card = page.add(CARD.format(alias))
    page.run(card)
    expect(stage(page, card)).to_be_visible()
    click(page, 4)
    page.run(2)
    expect(stage(page, 2)).to_be_visible()
    click(page, 5)


@pytest.mark.oldest
def test_a_drawing_survives_whatever_becomes_of_its_outputs(lab: Desk) -> None:
    long = [f"print('{number}' + '\\n' * 40)" for number in range(12)]
    page = lab.open([LOAD, browser_cell(DRAW), browser_cell(ADD), *long])
    page.run_all()
    expect(stage(page, 2)).to_be_visible()
    click(page, 1)

    command(page, "notebook:hide-cell-outputs", 2)
    expect(stage(page, 2)).to_have_count(0)
    command(page, "notebook:show-cell-outputs", 2)
    expect(stage(page, 2)).to_be_visible()
    click(page, 2)

    command(page, "notebook:clear-cell-output", 2)
    expect(stage(page, 2)).to_have_count(0)
    bring(page, 1)
    click(page, 3)

    command(page, "notebook:move-cell-down", 1)
    expect(stage(page, 2)).to_be_visible()
    click(page, 4)

    page.scroll_to(14)
    expect(stage(page, 2)).not_to_be_in_viewport()
    command(page, "notebook:clear-all-cell-outputs", 14)
    expect(stage(page, 2)).to_have_count(0)

    page.run(1)  # the cell that adds, which is first now
    expect(stage(page, 1)).to_be_visible()
    click(page, 5)
    page.run(1)
    expect(stage(page, 1)).to_be_visible()
    click(page, 6)

    command(page, "notebook:create-output-view", 1)
    expect(stage(page, 1)).to_have_count(0)
    click(page, 7)
    page.page.evaluate(CLOSE_OUTPUT_VIEW)
    expect(stage(page, 1)).to_be_visible()
    click(page, 8)

    page.delete(1)
    expect(page.page.locator("body > iframe[data-pyscript-environment]")).to_have_count(1)
    assert page.run_new(browser_cell("clicks")) == "8"
    page.run_new(browser_cell(ADD))
    click(page, 9)


def test_what_is_saved_is_a_picture_that_needs_no_kernel(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell(DRAW), CARD.format("mpy")])
    page.run(0)
    page.run(1)
    expect(stage(page, 1)).to_be_visible()
    click(page, 1)
    expect(snapshot(page, 1)).to_have_attribute("alt", "What was drawn: clicked 1 times")

    # The card restarts the environment: what was drawn goes, and how it looked stays.
    page.run(2)
    expect(stage(page, 2)).to_be_visible()
    page.outputs(2).get_by_role("button", name="Restart").click()
    expect(stage(page, 2)).to_have_count(0)
    expect(snapshot(page, 1)).to_be_visible()
    # It says that it is a picture, and is no wider than what was drawn.
    expect(page.outputs(1).get_by_text("As it was drawn; run the cell again to use it.")).to_be_visible()
    assert 200 < snapshot(page, 1).evaluate("image => image.naturalWidth") < 500
    page.outputs(2).get_by_text("ready").wait_for()

    output = page.save().cells[1].outputs[1]
    assert output["data"]["text/plain"] == "What was drawn: clicked 1 times"
    html = output["data"]["text/html"]
    svg = b64decode(html.split("base64,")[1].split('"')[0]).decode()
    assert "data:image/png" in svg
    assert ">clicked 1 times</button>" in svg
    page.jupyter.end_kernels()
    page.reload()
    expect(snapshot(page, 1)).to_be_visible()
    wait_until(lambda: snapshot(page, 1).evaluate("image => image.complete && image.naturalWidth > 0"), "the picture")


def test_the_card_interrupts_a_cell_that_runs(lab: Desk) -> None:
    page = lab.open([LOAD, CARD.format("py"), browser_cell("x = 6\nwhile True:\n    pass", "py")])
    page.run(0)
    page.run(1)
    card = page.outputs(1)
    interrupt = card.get_by_role("button", name="Interrupt")
    expect(interrupt).to_have_attribute("aria-disabled", "true")
    page.start(2)
    expect(interrupt).to_have_attribute("aria-disabled", "false")
    interrupt.click()
    page.wait_for_text(2, "KeyboardInterrupt")
    page.wait_until_idle()
    assert page.run_new(browser_cell("x", "py")) == "6"


def test_a_second_tab_shows_the_picture_and_says_where_the_drawing_is(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell(DRAW)])
    page.run_all()
    expect(stage(page, 1)).to_be_visible()
    page.save()
    second = lab.reopen(page.name)
    expect(second.outputs(1).get_by_text("in another page, which runs it")).to_be_visible()
    expect(snapshot(second, 1)).to_be_visible()
    expect(stage(second, 1)).to_have_count(0)
    click(page, 1)

    # It wears the notebook's theme, and follows it.
    for theme in ("Dark", "Light"):
        wear = f"() => window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})"
        page.page.evaluate(wear)
        expect(frame(page).locator("html")).to_have_css("color-scheme", theme.lower())

    # The kernel goes, and with it what it drew; how it looked stays.
    page.restart_kernel()
    expect(page.page.locator("iframe[data-pyscript-environment]")).to_have_count(0)
    for each in (page, second):
        expect(snapshot(each, 1)).to_be_visible()
        expect(each.outputs(1).get_by_role("region")).to_have_count(0)


def test_a_browser_that_cannot_move_a_frame_docks_it_below_the_notebook(new_lab: Desk) -> None:
    new_lab.context.add_init_script("delete Element.prototype.moveBefore")
    page = new_lab.open([LOAD, browser_cell(DRAW), browser_cell(ADD)])
    page.run_all()
    docked = page.page.locator("body > iframe[data-pyscript-environment]")
    expect(docked).to_be_in_viewport()
    expect(page.outputs(2).get_by_text("shown below the notebook")).to_be_visible()
    click(page, 1)
    page.page.get_by_role("button", name="Hide").click()
    expect(docked).not_to_be_in_viewport()
    page.outputs(1).get_by_role("button", name="Show it here").click()
    expect(docked).to_be_in_viewport()
    click(page, 2)
