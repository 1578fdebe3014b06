"""Interrupting a cell in the browser, as any other cell."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import Playwright

from e2e.browsers import launch
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


# Each interrupt comes at another moment of its cell, the very first ones included.
VOLLEY = """
import time
from threading import Thread

from pyscript_jupyter import PyScript

page, stopped = PyScript({alias!r}), 0
page.run("kept, x = 'kept', 0")

def interrupt(pause):
    while page.status != "busy":
        time.sleep(0.001)
    time.sleep(pause)
    page.interrupt()

for n in range({times}):
    thread = Thread(target=interrupt, args=(n % 10 / 500,))
    thread.start()
    try:
        page.run("while True: x += 1")
    except KeyboardInterrupt:
        stopped += 1
    thread.join()
stopped, page.run("x > 1000 and kept")
"""


@pytest.mark.parametrize(
    ("browser_name", "alias", "times"),
    [("chromium", "py", 50), ("chromium", "mpy", 50), ("firefox", "py", 20)],
)
def test_many_interrupts_one_after_another_stop_as_many_cells_and_lose_nothing(
    lab: Desk, alias: str, times: int
) -> None:
    page = lab.open([LOAD, VOLLEY.format(alias=alias, times=times)])
    page.run(0)
    assert page.run(1) == f"({times}, 'kept')"


def test_a_chromium_that_does_not_isolate_pages_keeps_the_names_too(playwright: Playwright, lab: Desk) -> None:
    """As over http, elsewhere than on localhost."""
    with closing(launch(playwright, "--disable-features=DocumentIsolationPolicy")) as plain:
        page = interrupt_endless_cell(
            Desk(lab.jupyter, plain.new_context()), "print('started')\nwhile True: pass", "py"
        )
        assert page.run(3) == "'kept'"
        assert "does not isolate" in page.run_new("%pyscript")
