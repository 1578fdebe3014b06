"""Environments: what they keep, and what they keep apart."""

from __future__ import annotations

import pytest

from e2e.cells import LOAD, NAMES, WORKERS, browser_cell
from e2e.conftest import Desk, in_each_browser_once, in_every_browser


@in_each_browser_once
def test_two_environments_of_one_interpreter_do_not_see_each_others_names(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD])
    page.run(0)
    assert page.run_new(browser_cell("name = 'mine'\nname", alias)) == "'mine'"
    assert page.run_new(browser_cell("name = 'yours'\nname", f"{alias} --env other")) == "'yours'"
    assert page.run_new(browser_cell("name", alias)) == "'mine'"
    assert "NameError" in page.run_new(browser_cell("del name\nname", f"{alias} --env other"))
    assert page.run_new(browser_cell("name", alias)) == "'mine'"


def test_clearing_outputs_and_deleting_cells_loses_no_state(desk: Desk) -> None:
    page = desk.open(
        [LOAD, browser_cell("count = 1"), browser_cell("count = 1", "py"), "from pyscript_jupyter import PyScript"]
    )
    page.run_all()
    page.run_new("PyScript('mpy')")
    page.command("editmenu:clear-all")
    for index in reversed(range(5)):
        page.delete(index)
    assert page.run_new(browser_cell("count += 1\ncount")) == "2"
    assert page.run_new(browser_cell("count += 1\ncount", "py")) == "2"


def test_a_name_belongs_to_one_interpreter(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("1", "mpy --env stats")])
    page.run_all()
    text = page.run_new(browser_cell("1", "py --env stats"))
    assert "UsageError: Environment 'stats' runs MicroPython, not Pyodide" in text


@pytest.mark.parametrize("alias", NAMES)
def test_a_restarted_environment_has_a_new_interpreter_in_the_same_frame(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1", alias), f"%pyscript restart {alias}", browser_cell("kept", alias)])
    page.run(0)
    page.run(1)
    frames = page.page.frames
    page.run(2)
    assert page.run(3).splitlines()[-1].startswith("NameError")
    assert "started anew" not in page.text(3)
    assert page.page.frames == frames
    page.wait_for_workers(WORKERS[alias])
    assert page.run_new(f"from pyscript_jupyter import PyScript\nPyScript('{alias}').restart()") == ""
    assert page.run_new(browser_cell("kept = 2\nkept", alias)) == "2"


@in_every_browser
def test_a_closed_environment_and_a_restarted_kernel_start_anew_and_leave_no_frame_behind(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1"), "%pyscript close mpy"])
    page.run_all()
    assert page.page.locator("iframe").count() == 0
    assert "NameError" in page.run_new(browser_cell("kept"))
    page.run_new(browser_cell("kept = 1"))
    assert page.page.locator("iframe").count() == 1
    page.restart_kernel()
    page.page.locator("iframe").wait_for(state="detached")
    page.wait_until_idle()
    page.run(0)
    assert "NameError" in page.run_new(browser_cell("kept"))


def test_running_the_first_cell_again_changes_nothing(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1")])
    page.run_all()
    assert "already loaded" in page.run(0)
    page.run_new("%reload_ext pyscript_jupyter")
    assert page.page.locator("iframe").count() <= 1
    assert "UsageError" not in page.run_new(browser_cell("1 + 1"))
