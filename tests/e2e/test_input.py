"""Asking the reader, through the notebook's own input box."""

from __future__ import annotations

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from playwright.sync_api import Locator

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import NotebookPage
from e2e.waiting import SLOW

ASK = """
kept = "kept"
print("started")
name = input("Name? ")
print("Hello", name)
"""

SECRET = """
from getpass import getpass
len(getpass("Key: "))
"""


def box_of(page: NotebookPage, index: int) -> Locator:
    """Wait for the box under a cell and return it."""
    box = page.page.locator(".jp-Notebook .jp-Cell").nth(index).locator("input.jp-Stdin-input")
    box.wait_for(timeout=SLOW * 1000)
    return box


def type_answer(page: NotebookPage, index: int, prompt: str, answer: str, kind: str) -> None:
    """Start a cell that asks, and type the answer into its box."""
    page.start(index)
    box = box_of(page, index)
    assert box.evaluate("(box) => box.type") == kind
    assert box.locator("xpath=..").inner_text().strip() == prompt
    box.fill(answer)
    box.press("Enter")
    page.wait_until_idle()


@pytest.mark.parametrize(
    ("browser_name", "options"),
    [("chromium", "mpy"), ("chromium", "py"), ("chromium", "mpy --main"), ("firefox", "mpy")],
)
def test_a_cell_asks_waits_and_can_be_stopped(lab: Desk, options: str) -> None:
    alias = options.partition(" ")[0]
    page = lab.open([LOAD, browser_cell(ASK, options), browser_cell(SECRET, alias), browser_cell("kept", alias)])
    page.run(0)
    type_answer(page, 1, "Name?", "Ada é", "text")
    page.wait_for_text(1, "Hello Ada é")
    type_answer(page, 2, "Key:", "s3cret", "password")
    page.wait_for_text(2, "6")
    assert "s3cret" not in str(page.save())

    page.start(1)
    box_of(page, 1)
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.save().cells[1].outputs[-1].ename == "KeyboardInterrupt"
    assert page.run(3) == "'kept'"

    # JupyterLab runs no cell while it thinks that one waits for input.
    assert "RunTimeoutError" in page.run_new(browser_cell("input()", f"{alias} --timeout 1"))
    assert page.run(3) == "'kept'"


def test_where_nobody_can_be_asked_the_cell_fails_at_once_and_says_what_to_do(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1")])
    page.run_all()
    (kernel,) = page.jupyter.kernels()
    client = BlockingKernelClient(connection_file=str(page.jupyter.connection_file(kernel["id"])))
    client.load_connection_file()
    client.start_channels()
    try:
        reply = client.execute(browser_cell("input('Name? ')"), allow_stdin=False, reply=True, timeout=SLOW)
    finally:
        client.stop_channels()
    assert reply["content"]["ename"] == "NotImplementedError"
    assert "allow_stdin=False" in reply["content"]["evalue"]
    assert "assign the value in the cell instead" in reply["content"]["evalue"]
    assert page.run_new(browser_cell("kept")) == "1"
