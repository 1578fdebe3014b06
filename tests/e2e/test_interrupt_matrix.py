"""Interrupting every kind of endless cell, in every interpreter and browser: what the table in docs/browsers.md says.

The table is the only place where cells and expectations stand: a column is headed by the cell's code, and says whether
the environment keeps its names and how many seconds there are at most from the interrupt to the prompt. On a machine
that does other things too a time may be exceeded, but not each time.
"""

from __future__ import annotations

import re
import time
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Playwright

from e2e.browsers import BrowserName, launch_firefox
from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.iopub import Iopub
from e2e.page import NotebookPage
from e2e.waiting import SLOW, wait_until

DOCUMENT = Path(__file__).parents[2] / "docs" / "browsers.md"
ALIASES = {"Pyodide": "py", "MicroPython": "mpy"}
BROWSERS: dict[str, BrowserName] = {"Chromium": "chromium", "Firefox": "firefox"}

TRIES = 3
"""How often a cell is interrupted at most, until that takes no longer than the document says."""

SETUP = "import asyncio, time\nkept, x = True, 0\nprint('started')\n"


class Expectation(NamedTuple):
    """What an entry of the table says."""

    outcome: str
    seconds: float


class Row(NamedTuple):
    """A line of the table."""

    interpreter: str
    options: str
    browser: str
    cells: dict[str, Expectation]


def read_rows() -> list[Row]:
    """Return the lines of the document's table of endless cells."""
    lines = [
        [entry.strip() for entry in line.strip("|").split("|")]
        for line in DOCUMENT.read_text("utf-8").splitlines()
        if line.startswith(("| endless cell", *(f"| {name}" for name in ALIASES)))
    ]
    codes = [code.strip("`") for code in lines[0][1:]]
    rows = []
    for title, *entries in lines[1:]:
        where, browser = title.split(", ")
        interpreter, _, options = where.partition(" ")
        said = [re.fullmatch(r"(kept|lost|held|stuck|refused)(?:, (\d+) s)?", entry) for entry in entries]
        cells = {
            code: Expectation(each[1], float(each[2] or SLOW)) for code, each in zip(codes, said, strict=True) if each
        }
        rows.append(Row(interpreter, options.strip("`"), browser, cells))
    return rows


ROWS = read_rows()


def from_elsewhere(row: Row) -> list[str]:
    """Return the cells of a line that no button of the page stops: the first one of each outcome."""
    first = {each.outcome: code for code, each in reversed(row.cells.items())}
    return [code for outcome, code in first.items() if outcome in ("held", "stuck")]


def test_the_table_has_every_interpreter_on_both_threads_in_every_browser() -> None:
    rows = [(row.options, row.interpreter, row.browser) for row in ROWS]
    assert rows == [(o, i, b) for o in ("", "--main") for i in ALIASES for b in BROWSERS]


@pytest.mark.parametrize(
    ("browser_name", "row"),
    [pytest.param(BROWSERS[row.browser], row, id=" ".join(filter(None, row[:3]))) for row in ROWS],
)
def test_an_interrupted_cell_ends_as_the_document_says(lab: Desk, row: Row) -> None:
    alias = ALIASES[row.interpreter]
    page = lab.open([LOAD, browser_cell("kept = True", f"{alias} {row.options}")])
    page.run_all()
    expected = {code: each for code, each in row.cells.items() if each.outcome not in ("held", "stuck")}
    for code, wanted in expected.items():
        for _ in range(TRIES):
            found = interrupt(page, browser_cell(SETUP + code, alias), alias)
            if in_time := found.seconds <= wanted.seconds:
                break
        assert in_time, (code, found)
        assert found.outcome == wanted.outcome, (code, found)


@pytest.mark.parametrize(
    ("row", "code"),
    [pytest.param(row, code, id=f"{row.interpreter} {code}") for row in ROWS for code in from_elsewhere(row)],
)
def test_a_cell_that_holds_up_firefox_is_stopped_from_elsewhere(
    playwright: Playwright, lab: Desk, row: Row, code: str
) -> None:
    assert row.browser == "Firefox"
    alias, expected = ALIASES[row.interpreter], row.cells[code]
    # From a thread that computes nothing arrives but this; the server's log has it, since there is no such file.
    tell = """
import js
kept, x = True, 0
asked = js.XMLHttpRequest.new()
asked.open("GET", js.location.href.replace("/frame/", "/assets/") + "started", False)
asked.send()"""
    cell = browser_cell(f"{tell}\n{code}", alias)
    with closing(launch_firefox(playwright)) as firefox:
        page = Desk(lab.jupyter, firefox.new_context()).open([LOAD, browser_cell("1", f"{alias} {row.options}"), cell])
        page.run(0)
        page.run(1)
        for _ in range(TRIES if expected.outcome == "held" else 1):
            if (seconds := stop_from_elsewhere(page, 2)) <= expected.seconds:
                break
        assert seconds <= expected.seconds
        if expected.outcome == "held":
            assert page.run_new(browser_cell("kept", alias)) == "True"
        else:  # it has had its grace, and has made no use of it
            assert seconds > 3


def stop_from_elsewhere(page: NotebookPage, index: int) -> float:
    """Run a cell, interrupt it by the server's REST API when it has begun, and return how many seconds that took."""
    (kernel,) = page.jupyter.kernels()
    said = page.jupyter.log.stat().st_size
    with Iopub(page.jupyter.connection_file(kernel["id"])) as iopub:
        page.start_soon(index)
        wait_until(lambda: b"/started" in page.jupyter.log.read_bytes()[said:], "the cell to begin")
        interrupted = time.monotonic()
        page.jupyter.request("POST", f"api/kernels/{kernel['id']}/interrupt")
        iopub.wait_until_cell_is_over()
    return time.monotonic() - interrupted


def interrupt(page: NotebookPage, source: str, alias: str) -> Expectation:
    """Run a cell, interrupt it when it has started, and return what came of it."""
    (kernel,) = page.jupyter.kernels()
    index = page.add(source)
    with Iopub(page.jupyter.connection_file(kernel["id"])) as iopub:
        page.start(index)
        iopub.wait_for_stream("started")
        if source.endswith("input()"):
            # After an interrupt before the box is there, JupyterLab would run no cell until the box is filled in.
            box = page.outputs(index).locator("input")
            box.or_(page.outputs(index).get_by_text("NotImplementedError").first).wait_for()
            if box.count() == 0:
                return Expectation("refused", 0)
        interrupted = time.monotonic()
        page.command("kernelmenu:interrupt")
        iopub.wait_until_cell_is_over()
        seconds = time.monotonic() - interrupted
    page.wait_for_text(index, "KeyboardInterrupt")
    said_to_be_lost = "is lost" in page.text(index)
    outcome = "lost" if "NameError" in page.run_new(browser_cell("kept", alias)) else "kept"
    assert said_to_be_lost == (outcome == "lost")
    return Expectation(outcome, round(seconds, 2))
