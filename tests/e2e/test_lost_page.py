"""In Firefox too a cell that loses its page fails soon, says why, and the next run works."""

from __future__ import annotations

import pytest

from e2e.cells import ENDLESS, LAST_ERROR, LOAD, browser_cell
from e2e.conftest import Desk
from e2e.faults import LIMIT
from e2e.page import NotebookPage
from e2e.waiting import wait_until


def wait_until_kernel_is_free(page: NotebookPage) -> None:
    """Wait until the kernel has given the cell up."""
    states = page.jupyter.kernels
    wait_until(lambda: states()[0]["execution_state"] == "idle", "the kernel to give the cell up", LIMIT)


def assert_the_loss_was_told(page: NotebookPage) -> None:
    text = page.run_new(LAST_ERROR)
    assert text.startswith("LostError: The page that runs environment 'mpy' was closed, was reloaded or lost")
    assert "Run the cell again" in text


@pytest.mark.parametrize("browser_name", ["firefox"])
def test_a_page_is_reloaded_shared_and_closed(lab: Desk) -> None:
    # Between two cells.
    page = lab.open([LOAD, browser_cell("kept = 1"), browser_cell(ENDLESS)])
    page.run(0)
    page.run(1)
    page.save()
    page.reload()
    page.wait_until_idle()
    assert page.run_new(browser_cell("print('works')")).endswith("works")

    # In the middle of one.
    page.start(2)
    page.wait_for_text(2, "started")
    page.reload()
    wait_until_kernel_is_free(page)
    page.wait_until_idle()
    assert_the_loss_was_told(page)
    text = page.run_new(browser_cell("print('works')"))
    assert "Environment 'mpy' was started anew" in text
    assert text.splitlines()[-1] == "works"

    # A second tab uses the environment of the first one, and has its own when that is closed in the middle of a cell.
    page.save()
    second = lab.reopen(page.name)
    assert second.run_new(browser_cell("'kept by the first'")) == "'kept by the first'"
    assert second.page.locator("iframe").count() == 0
    page.start(2)
    page.wait_for_text(2, "started")
    page.page.close()
    wait_until_kernel_is_free(second)
    assert_the_loss_was_told(second)
    assert second.run_new(browser_cell("'second'")).endswith("'second'")
    assert second.page.locator("iframe").count() == 1
