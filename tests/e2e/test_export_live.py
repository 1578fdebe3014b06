"""A notebook's page, opened from a disk, whose cells run in it: with no server and no network."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, Locator, expect

from e2e.browsers import BrowserName
from e2e.conftest import FIXTURES, in_every_browser
from e2e.waiting import SLOW
from pyscript_jupyter.app import main

ATTACK = "<b>bold</b><img src=x onerror='document.title = `attacked`'>"
CELLS = [
    "%%pyscript mpy\nimport sys\nprint('hello from', sys.implementation.name)\nkept = 40",
    "%%pyscript mpy\nkept + 2",
    f"%%pyscript mpy\nfrom pyscript import HTML, display\ndisplay(HTML({ATTACK!r}))",
    "%%pyscript mpy\n1 / 0",
    "%%pyscript mpy --timeout 1\nprint('begun')\nwhile True:\n    pass",
    "%%pyscript py\nimport sys\nprint('hello from', sys.implementation.name)\nsum(range(10))",
    "%%pyscript py\ninput('Who? ')",
    "%%pyscript mpy --main --env page\nfrom pyscript import document",
    "'of the server'",
]
CATCH = """() => {
    window.testSaved = new Promise((resolve) => {
        HTMLAnchorElement.prototype.click = async function () {
            resolve([this.download, await (await fetch(this.href)).text()]);
        };
    });
}"""
SAVED = v4.new_output("stream", text="saved\n")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page."""
    cells = [v4.new_code_cell(source, outputs=[SAVED]) for source in CELLS]
    file = tmp_path_factory.mktemp("page") / "lesson.ipynb"
    nbformat.write(v4.new_notebook(cells=cells), file)
    assert main(["export", str(file)]) == 0
    return file.with_suffix(".html")


class Reader:
    """Somebody who has opened the page."""

    def __init__(self, browser: Browser, path: Path) -> None:
        self.context = browser.new_context()
        self.asked: list[str] = []
        self.errors: list[str] = []
        self.page = self.context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(error.message))
        self.page.goto(path.as_uri())
        self.toolbar = self.page.get_by_role("toolbar", name="Notebook")
        expect(self.toolbar).to_be_visible()

    def cell(self, index: int) -> Locator:
        """Return the section of a cell."""
        return self.page.locator(f'section.cell[data-index="{index}"]')

    def shown(self, index: int) -> str:
        """Return what a cell shows."""
        return self.cell(index).locator(".outputs").inner_text().strip()

    def run(self, index: int, state: str = "done") -> str:
        """Run a cell, and return what it shows then."""
        self.cell(index).get_by_role("button", name=f"Run cell {index + 1}").click()
        self.wait(index, state)
        return self.shown(index)

    def wait(self, index: int, state: str) -> None:
        """Wait until a cell is in a state."""
        expect(self.cell(index)).to_have_attribute("data-state", state, timeout=1000 * SLOW)

    def take_away(self, browser_name: BrowserName) -> tuple[str, str]:
        """Download the notebook, and return its file's name and text."""
        if browser_name == "chromium":
            with self.page.expect_download() as download:
                self.do("Download")
            return download.value.suggested_filename, download.value.path().read_text("utf-8")
        # Of Firefox's downloads Playwright hears nothing.
        self.page.evaluate(CATCH)
        self.do("Download")
        name, text = self.page.evaluate("testSaved")
        return name, text

    def do(self, name: str) -> None:
        """Press a button for the whole notebook."""
        self.toolbar.get_by_role("button", name=name, exact=True).click()


@pytest.fixture
def reader(path: Path, browser_name: BrowserName, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Return a reader."""
    reader = Reader(request.getfixturevalue(FIXTURES[browser_name]), path)
    yield reader
    reader.context.close()


@in_every_browser
def test_the_cells_of_a_page_run_with_no_server(reader: Reader, browser_name: BrowserName) -> None:
    page = reader.page
    # Nothing runs before the reader asks.
    assert {reader.shown(index) for index in range(len(CELLS))} == {"saved"}
    assert page.locator("iframe").count() == 0
    expect(reader.cell(7).get_by_role("button")).to_have_count(0)
    expect(reader.cell(8).locator(".place")).to_have_text("server cell, not run here")

    assert reader.run(0) == "hello from micropython"
    # By the keyboard, and on to the next.
    reader.cell(1).locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    reader.wait(1, "done")
    assert reader.shown(1) == "42"
    expect(reader.cell(2).locator(".cm-content")).to_be_focused()
    reader.run(2)
    expect(reader.cell(2).locator("b")).to_have_text("bold")
    expect(reader.cell(2).locator("[onerror]")).to_have_count(0)
    assert "ZeroDivisionError" in reader.run(3, "failed")
    assert reader.run(5) == "hello from cpython\n\n45"
    assert "NotImplementedError: input() cannot wait for an answer here" in reader.run(6, "failed")

    # What the reader writes runs, and is in the notebook that he takes away.
    reader.cell(1).locator(".cm-content").click()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" - 1")
    assert reader.run(1) == "41"
    name, text = reader.take_away(browser_name)
    assert name == "lesson.ipynb"
    nb = json.loads(text)
    nbformat.validate(nb)
    assert nb["cells"][1]["source"] == "%%pyscript mpy\nkept + 2 - 1"
    assert nb["cells"][1]["outputs"][0]["data"]["text/plain"] == "41"
    assert nb["cells"][3]["outputs"][0]["ename"] == "ZeroDivisionError"
    assert nb["cells"][8] | {"outputs": []} == {**nb["cells"][8], "source": CELLS[8], "outputs": []}

    # A cell that does not end is stopped, by its own limit and by the reader; the others are left as they were.
    assert "KeyboardInterrupt" in reader.run(4, "failed")
    reader.cell(4).get_by_role("button", name="Run cell 5").click()
    expect(reader.cell(4).locator(".outputs")).to_contain_text("begun")
    reader.do("Stop")
    reader.wait(4, "failed")
    assert "what was defined in the environment" in reader.shown(4)
    assert "NameError" in reader.run(1, "failed")
    assert reader.run(5).startswith("hello from cpython")

    # All run in their order, and the first that fails stops the rest.
    reader.do("Run all")
    reader.wait(3, "failed")
    assert reader.shown(1) == "41"
    expect(reader.cell(4)).to_have_attribute("data-state", "idle")
    reader.do("Restart")
    expect(page.locator("iframe")).to_have_count(0)
    assert "NameError" in reader.run(1, "failed")
    # Also while one runs: what it says of its end belongs to no saved notebook.
    reader.cell(4).get_by_role("button", name="Run cell 5").click()
    expect(reader.cell(4).locator(".outputs")).to_contain_text("begun")
    reader.do("Reset")
    reader.wait(4, "idle")
    assert {reader.shown(index) for index in range(len(CELLS))} == {"saved"}
    assert (reader.cell(1).locator(".cm-content").inner_text()).endswith("kept + 2")

    expect(page).to_have_title("lesson")
    assert {url.partition(":")[0] for url in reader.asked} <= {"file", "data", "blob"}
    # Firefox tells that Pyodide has asked in vain whether it may load a script.
    assert [error for error in reader.errors if "data:text/javascript" not in error] == []
