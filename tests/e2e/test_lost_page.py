"""A page that goes away in the middle of a cell: the cell fails soon, says why, and the next run works."""

from __future__ import annotations

import time

from e2e.cells import ENDLESS, LOAD, browser_cell
from e2e.conftest import Desk, in_every_browser
from e2e.jupyter import Jupyter
from e2e.page import NotebookPage
from e2e.waiting import wait_until

LIMIT = 5.0
"""Seconds that the kernel has to notice."""

LAST_ERROR = "import sys; print(type(sys.last_value).__name__, sys.last_value, sep=': ')"


def start_endless_cell(lab: Desk) -> NotebookPage:
    page = lab.open([LOAD, browser_cell("kept = 1"), browser_cell(ENDLESS)])
    page.run(0)
    page.run(1)
    page.start(2)
    page.wait_for_text(2, "started")
    return page


def wait_until_kernel_is_free(jupyter: Jupyter) -> None:
    started = time.monotonic()
    wait_until(lambda: jupyter.kernels()[0]["execution_state"] == "idle", "the kernel to give the cell up", LIMIT)
    assert time.monotonic() - started < LIMIT


def assert_the_loss_was_told(page: NotebookPage) -> None:
    text = page.run_new(LAST_ERROR)
    assert text.startswith("LostError: The page that runs environment 'mpy' was closed, was reloaded or lost")
    assert "Run the cell again" in text


@in_every_browser
def test_a_page_closed_in_the_middle_of_a_cell(lab: Desk) -> None:
    page = start_endless_cell(lab)
    page.page.close()
    wait_until_kernel_is_free(lab.jupyter)
    again = lab.reopen(page.name)
    assert_the_loss_was_told(again)
    assert again.run_new(browser_cell("print('works')")).endswith("works")


@in_every_browser
def test_a_page_reloaded_in_the_middle_of_a_cell(lab: Desk) -> None:
    page = start_endless_cell(lab)
    page.reload()
    wait_until_kernel_is_free(lab.jupyter)
    page.wait_until_idle()
    assert_the_loss_was_told(page)
    text = page.run_new(browser_cell("print('works')"))
    assert "Environment 'mpy' was started anew" in text
    assert "works" in text


@in_every_browser
def test_a_page_reloaded_between_cells_takes_the_next_cell(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1")])
    page.run_all()
    page.save()
    page.page.reload()
    page.wait_until_idle()
    assert page.run_new(browser_cell("print('works')")).endswith("works")


@in_every_browser
def test_a_second_tab_on_the_notebook_takes_over_when_the_first_one_is_closed(lab: Desk) -> None:
    first = lab.open([LOAD, browser_cell("print('first')")])
    first.run_all()
    first.save()
    second = lab.reopen(first.name)
    assert second.run_new(browser_cell("'kept by the first'")) == "'kept by the first'"
    assert second.page.locator("iframe").count() == 0
    first.page.close()
    assert second.run_new(browser_cell("'second'")).endswith("'second'")
    assert second.page.locator("iframe").count() == 1
