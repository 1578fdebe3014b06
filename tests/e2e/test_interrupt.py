"""Cells that are stopped before their end; test_interrupt_matrix has every kind of cell that the stop button ends."""

from __future__ import annotations

from contextlib import closing

import pytest
from playwright.sync_api import Playwright

from e2e.browsers import launch
from e2e.cells import ENDLESS, LOAD, browser_cell
from e2e.conftest import Desk, in_each_browser_once


def test_a_cell_that_runs_too_long_is_stopped_and_says_so_and_the_cells_after_a_stopped_one_do_not_run(
    lab: Desk,
) -> None:
    page = lab.open([LOAD, browser_cell("kept = 'kept'"), browser_cell(ENDLESS), browser_cell("print('never')")])
    page.run(0)
    page.start_run_all()
    page.wait_for_text(2, "started")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.save().cells[2].outputs[-1].ename == "KeyboardInterrupt"
    assert page.execution_counts()[3] is None
    assert page.text(3) == ""

    text = page.run_new(browser_cell(ENDLESS, "mpy --timeout 0.5"))
    assert "RunTimeoutError: The cell was still running after 0.5 s" in text
    assert page.run_new(browser_cell("time.sleep(0)\nkept", "mpy --timeout 60")) == "'kept'"


TIDYING = """
import time
kept = "kept"
print("started")
try:
    while True:
        time.sleep(0.05)
except KeyboardInterrupt:
    print("tidying up")
    time.sleep(2)
    raise
"""


@in_each_browser_once
def test_who_presses_stop_several_times_loses_nothing(lab: Desk, alias: str) -> None:
    page = lab.open([f"{LOAD}\n%config PyScriptMagics.grace = 60", browser_cell(TIDYING, alias)])
    page.run(0)
    page.start(1)
    page.wait_for_text(1, "started")
    page.command("kernelmenu:interrupt")
    page.wait_for_text(1, "tidying up")
    page.command("kernelmenu:interrupt")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert "keeps its names" in page.text(1)
    assert page.run_new(browser_cell("kept", alias)) == "'kept'"


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
        endless = browser_cell("print('started')\nwhile True: pass", "py")
        page = Desk(lab.jupyter, plain.new_context()).open([LOAD, browser_cell("kept = 'kept'", "py"), endless])
        page.run(0)
        page.run(1)
        page.start(2)
        page.wait_for_text(2, "started")
        page.command("kernelmenu:interrupt")
        page.wait_until_idle()
        assert page.save().cells[2].outputs[-1].ename == "KeyboardInterrupt"
        assert page.run_new(browser_cell("kept", "py")) == "'kept'"
        assert "does not isolate" in page.run_new("%pyscript")
