"""Interrupting a cell in the browser, as any other cell."""

from __future__ import annotations

from e2e.cells import ENDLESS, LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import NotebookPage


def interrupt_endless_cell(lab: Desk, code: str, alias: str) -> NotebookPage:
    """Return a page whose cell 2 defined a name, and whose cell 3 was interrupted."""
    page = lab.open(
        [LOAD, browser_cell("kept = 'kept'", alias), browser_cell(code, alias), browser_cell("kept", alias)]
    )
    page.run(0)
    page.run(1)
    page.start(2)
    page.wait_for_text(2, "started")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.save().cells[2].outputs[-1].ename == "KeyboardInterrupt"
    return page


def test_pyodide_stops_the_cell_and_keeps_the_names(lab: Desk) -> None:
    page = interrupt_endless_cell(lab, "print('started')\nwhile True: pass", "py")
    assert "lost" not in page.text(2)
    assert page.run(3) == "'kept'"


def test_pyodide_stops_an_awaiting_cell_too(lab: Desk) -> None:
    page = interrupt_endless_cell(lab, "import asyncio\nprint('started')\nawait asyncio.sleep(3600)", "py")
    assert page.run(3) == "'kept'"


def test_micropython_stops_the_cell_and_keeps_the_names(lab: Desk) -> None:
    page = interrupt_endless_cell(lab, ENDLESS, "mpy")
    assert "lost" not in page.text(2)
    assert page.run(3) == "'kept'"


def test_a_loop_that_micropython_cannot_leave_is_ended_and_the_cell_says_what_is_lost(lab: Desk) -> None:
    page = interrupt_endless_cell(lab, "print('started')\nwhile True: pass", "mpy")
    assert 'what was defined in the environment "mpy" is lost' in page.text(2)
    assert "NameError" in page.run(3)


def test_a_cell_that_runs_too_long_is_stopped_and_says_so(lab: Desk) -> None:
    page = lab.open(
        [LOAD, browser_cell(ENDLESS, "mpy --timeout 0.5"), browser_cell("time.sleep(0)\n'kept'", "mpy --timeout 60")]
    )
    page.run(0)
    assert "RunTimeoutError: The cell was still running after 0.5 s" in page.run(1)
    assert page.run(2) == "'kept'"


def test_the_cells_after_an_interrupted_one_do_not_run(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell(ENDLESS), browser_cell("print('never')")])
    page.run(0)
    page.start_run_all()
    page.wait_for_text(1, "started")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.execution_counts()[2] is None
    assert page.text(2) == ""
