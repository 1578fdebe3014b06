"""`PyScript`, the environment as an object."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import NotebookPage

IMPORT = "from pyscript_jupyter import PyScript"

# What JupyterLab does at each save, where it is set to save the state of widgets.
STORE = """
import nbformat, nbformat.sign
from ipywidgets import Widget
shown = nbformat.v4.new_output("display_data", page._repr_mimebundle_()[0])
stored = nbformat.v4.new_notebook(
    cells=[nbformat.v4.new_code_cell("page", outputs=[shown])],
    metadata={
        "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"},
        "widgets": {"application/vnd.jupyter.widget-state+json": Widget.get_manager_state()},
    },
)
nbformat.sign.NotebookNotary().sign(stored)
nbformat.write(stored, "stored.ipynb")
"""


def reopen(lab: Desk) -> NotebookPage:
    """Open the stored notebook; anew where ipywidgets looked for its model before it had restored what is saved."""
    for _ in range(5):
        page = lab.reopen("stored.ipynb")
        missed = page.outputs(0).get_by_text("model not found")
        expect(status(page, 0).or_(missed)).to_be_visible()
        if not missed.is_visible():
            return page
        page.page.close()
    raise AssertionError("ipywidgets found no model in five tries.")


@pytest.mark.parametrize("first", ["magic", "widget"])
def test_the_widget_and_the_magic_mean_the_same_environment(lab: Desk, first: str) -> None:
    make = f"{IMPORT}\npage = PyScript('py')"
    magic = browser_cell("shared = 'same'", "py")
    page = lab.open([LOAD, *([magic, make] if first == "magic" else [make, magic])])
    page.run_all()
    assert page.run_new("page.run('shared')") == "'same'"
    assert page.run_new("page.run('shared = 2')\npage.environment, page.interpreter") == "('py', 'pyodide')"
    assert page.run_new(browser_cell("shared", "py")) == "2"


def test_the_traits_tell_what_the_environment_does(lab: Desk) -> None:
    page = lab.open(
        [LOAD, f"{IMPORT}\nstates = []\npage = PyScript('mpy')\npage.observe(lambda c: states.append(c.new), 'status')"]
    )
    page.run_all()
    page.run_new(browser_cell("1 + 1"))
    assert page.run_new("states[-2:], page.status, page.version != '', page.progress['fraction'], page.error") == (
        "(['busy', 'ready'], 'ready', True, 1.0, '')"
    )
    names = "['blocking', 'interrupt', 'isolated', 'top_level_await', 'window', 'worker']"
    assert page.run_new("sorted(page.capabilities)") == names
    assert page.run_new("page.capabilities['isolated'], page.capabilities['interrupt']") == "(True, 'buffer')"
    page.run_new(browser_cell("1 / 0"))
    assert "ZeroDivisionError" in page.run_new("page.error")
    assert page.run_new("page.close(); page.status") == "'closed'"


def test_done_is_told_after_a_failure_too_with_the_error(lab: Desk) -> None:
    setup = f"""{IMPORT}
page = PyScript('mpy')
events = []
for name in ('ready', 'done', 'error'):
    page.on(name, lambda event: events.append((event['name'], event['error'].partition(':')[0])))"""
    page = lab.open([LOAD, setup, browser_cell("1"), browser_cell("1 / 0"), "print(events)"])
    page.run(0)
    page.run(1)
    page.run(2)
    page.run(3)
    assert page.run(4) == (
        "[('ready', ''), ('done', ''), ('error', 'ZeroDivisionError'), ('done', 'ZeroDivisionError')]"
    )


def status(page: NotebookPage, index: int) -> Locator:
    """Return what the card below a cell says, which screen readers hear of."""
    return page.outputs(index).locator(".pyscript-card").get_by_role("status").first


def test_a_card_says_what_became_of_its_environment(lab: Desk) -> None:
    ended = "ended with its kernel; run its cells again to start it anew"
    page = lab.open([LOAD, f"{IMPORT}\npage = PyScript('mpy')\npage", "py = PyScript('py')\npy"])
    page.run_all()
    restart = page.outputs(1).get_by_role("button", name="Restart")
    expect(restart).to_be_visible()
    expect(status(page, 1)).to_have_text("ready")
    page.run_new("py.close()")
    expect(status(page, 2)).to_have_text("closed")
    expect(page.outputs(2).get_by_role("button")).to_have_count(0)

    # A page that is loaded anew shows what lives in the kernel.
    page.save()
    page.reload()
    page.wait_until_idle()
    expect(restart).to_be_visible()
    expect(status(page, 1)).to_have_text("ended")
    page.run_new(browser_cell("1"))
    expect(status(page, 1)).to_have_text("ready")
    expect(status(page, 2)).to_have_text("closed")

    # Saved with its state, and opened without its kernel.
    page.run_new(STORE)
    stored = reopen(lab)
    expect(status(stored, 0)).to_have_text(ended)
    expect(stored.outputs(0).get_by_role("button")).to_have_count(0)
    stored.page.close()

    page.restart_kernel()
    expect(status(page, 1)).to_have_text(ended)
    expect(status(page, 2)).to_have_text("closed")
    expect(restart).to_be_hidden()
    # Also in a view that is made later, and after the kernel was shut down.
    page.wait_until_idle()
    page.run(0)
    page.run(1)
    expect(restart).to_be_visible()
    page.command("kernelmenu:shutdown")
    expect(status(page, 1)).to_have_text(ended)
    expect(restart).to_be_hidden()
    page.start_kernel()
    page.wait_until_idle()
    page.choose(1)
    page.command("notebook:hide-cell-outputs")
    page.command("notebook:show-cell-outputs")
    expect(status(page, 1)).to_have_text(ended)


def test_a_displayed_widget_shows_the_state(desk: Desk) -> None:
    page = desk.open([LOAD, f"{IMPORT}\npage = PyScript('mpy')\npage"])
    page.run_all()
    page.wait_for_text(1, "MicroPython")
    page.wait_for_text(1, "ready")
