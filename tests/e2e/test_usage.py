"""What is asked for wrongly, and what the line magics tell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from e2e.browsers import BrowserName
from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk, at_every_desk


def test_a_wrong_request_gets_a_usage_error_that_lists_what_there_is(lab: Desk) -> None:
    page = lab.open([LOAD])
    page.run(0)
    unknown = page.run_new(browser_cell("1", "cobol"))
    assert "There is no interpreter named 'cobol'." in unknown
    for name in ("mpy", "micropython", "py", "pyodide"):
        assert name in unknown
    option = page.run_new(browser_cell("1", "mpy --main-thread-please"))
    assert "UsageError: unrecognized arguments: --main-thread-please" in option
    assert "--env NAME" in option
    missing = page.run_new("%%pyscript\n1")
    assert "the following arguments are required: interpreter" in missing
    line = page.run_new("%pyscript dance")
    assert "`%pyscript dance` means nothing" in line
    assert "%pyscript doctor" in line
    name = page.run_new(browser_cell("1", "mpy --env 1st"))
    assert "'1st' is no name for an environment" in name
    for text in (unknown, option, missing, line, name):
        assert text.count("UsageError") == 1
        assert "Traceback" not in text


@pytest.mark.parametrize("alias", NAMES)
def test_a_syntax_error_is_shown_as_in_an_ordinary_cell(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell("good = 1\nbad = = 2", alias), browser_cell("good", alias)])
    page.run_all()
    text = page.text(1)
    assert "Cell In[2], line 3" in text
    assert "bad = = 2" in text
    assert "SyntaxError" in text.splitlines()[-1]
    assert page.execution_counts() == [1, 2, None]
    assert "NameError" in page.run(2)


def test_the_line_magic_shows_what_runs(lab: Desk) -> None:
    page = lab.open([LOAD, "%pyscript"])
    page.run_all()
    assert page.text(1).startswith("Nothing runs in the browser yet")
    page.run_new(browser_cell("1", "mpy --env sums"))
    index = page.add("%pyscript")
    page.run(index)
    (row,) = page.outputs(index).locator("tbody tr").all()
    name, interpreter, where, state, _, stopping = row.locator("td").all_inner_texts()
    assert interpreter.startswith("MicroPython 1.")
    assert (name, where, state, stopping) == ("sums", "worker", "ready", "keeps the names")
    for cell in row.locator("td").all():
        expect(cell).to_have_css("text-align", "left")


@at_every_desk
def test_the_doctor_finds_all_well_where_all_is_well(desk: Desk, browser_name: BrowserName) -> None:
    page = desk.open([LOAD, browser_cell("1"), "%pyscript doctor"])
    page.run_all()
    text = page.text(2)
    for subject in (
        "kernel",
        "server extension",
        "assets: micropython",
        "relay: connected",
        "browser: ",
        "environment mpy",
    ):
        assert subject in text
    assert ("browser: Firefox " in text) == (browser_name == "firefox")
    assert text.splitlines()[-1] == "All is well."


def test_the_magic_has_a_manual(lab: Desk) -> None:
    page = lab.open([LOAD, "print(get_ipython().find_cell_magic('pyscript').__doc__)"])
    page.run_all()
    text = page.text(1)
    assert "%pyscript [--env NAME]" in text
    assert "--main" in text
    assert "micropython" in text
