"""Asking the reader, through the notebook's own input box."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from e2e.cells import LOAD, NAMES, browser_cell
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


@pytest.mark.parametrize("alias", NAMES)
def test_a_cell_asks_waits_and_can_be_stopped(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell(ASK, alias), browser_cell(SECRET, alias), browser_cell("kept", alias)])
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
