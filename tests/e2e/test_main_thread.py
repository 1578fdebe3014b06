"""Environments on the main thread of their page: what they have, and that nobody else waits for them."""

from __future__ import annotations

import pytest

from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk, in_each_browser_once

BUSY = 'print("started")\nwhile True: pass'

# JupyterLab goes on drawing: on a thread that the cell holds it would not.
DRAW = """async () => {
    for (let drawn = 0; drawn < 60; drawn++) await new Promise(requestAnimationFrame);
}"""


@pytest.mark.parametrize("alias", NAMES)
def test_an_endless_cell_on_the_main_thread_never_holds_jupyterlab_and_can_be_stopped(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell("kept = 'kept'", f"{alias} --main"), browser_cell(BUSY, alias)])
    page.run(0)
    assert page.run(1) == ""
    page.run_new(browser_cell("mine = 1", f"{alias} --env other --main"))
    page.start(2)
    page.wait_for_text(2, "started")
    page.page.evaluate(DRAW)
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.save().cells[2].outputs[-1].ename == "KeyboardInterrupt"
    after = page.run_new(browser_cell("kept", alias))
    assert after == "'kept'" if alias == "py" else "NameError" in after
    # Its neighbour on another main thread has not noticed anything.
    assert page.run_new(browser_cell("mine", f"{alias} --env other")) == "1"


@in_each_browser_once
def test_the_main_thread_has_the_page_and_awaits_and_streams(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    code = """
import js
js.document.body.innerHTML = "<p>hello</p>"
js.document.querySelector("p").textContent
"""
    assert page.run_new(browser_cell(code, f"{alias} --main")).endswith("'hello'")
    assert page.run_new(browser_cell("import asyncio\nawait asyncio.sleep(0.01)\n'slept'", alias)) == "'slept'"
    assert page.run_new(browser_cell("import polyscript\nhasattr(polyscript, 'XWorker')", alias)) == "True"
    assert "ZeroDivisionError" in page.run_new(browser_cell("1 / 0", alias))
    assert "main thread" in page.run_new("%pyscript")
    assert "made with other options" in page.run_new(browser_cell("1", f"{alias} --main --sandbox"))
    page.run_new(f"%pyscript close {alias}")
    assert page.page.locator(f"iframe[data-pyscript-environment={alias}]").count() == 0
