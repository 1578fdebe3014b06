"""`PyScript`, the environment as an object."""

from __future__ import annotations

import pytest

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk

IMPORT = "from pyscript_jupyter import PyScript"


@pytest.mark.parametrize("first", ["magic", "widget"])
def test_the_widget_and_the_magic_mean_the_same_environment(lab: Desk, first: str) -> None:
    make = f"{IMPORT}\npage = PyScript('py')"
    magic = browser_cell("shared = 'same'", "py")
    page = lab.open([LOAD, *([magic, make] if first == "magic" else [make, magic])])
    page.run_all()
    assert page.run_new("page.run('shared')") == "'same'"
    assert page.run_new("page.run('shared = 2')\npage.environment, page.interpreter") == "('py', 'pyodide')"
    assert page.run_new(browser_cell("shared", "py")) == "2"


def test_the_traits_tell_what_the_environment_does(lab: Desk) -> None:
    page = lab.open(
        [LOAD, f"{IMPORT}\nstates = []\npage = PyScript('mpy')\npage.observe(lambda c: states.append(c.new), 'status')"]
    )
    page.run_all()
    page.run_new(browser_cell("1 + 1"))
    assert page.run_new("states[-2:], page.status, page.version != '', page.progress['fraction'], page.error") == (
        "(['busy', 'ready'], 'ready', True, 1.0, '')"
    )
    names = "['blocking', 'interrupt', 'isolated', 'top_level_await', 'window', 'worker']"
    assert page.run_new("sorted(page.capabilities)") == names
    assert page.run_new("page.capabilities['isolated'], page.capabilities['interrupt']") == "(True, 'buffer')"
    page.run_new(browser_cell("1 / 0"))
    assert "ZeroDivisionError" in page.run_new("page.error")
    assert page.run_new("page.close(); page.status") == "'closed'"


def test_done_is_told_after_a_failure_too_with_the_error(lab: Desk) -> None:
    setup = f"""{IMPORT}
page = PyScript('mpy')
events = []
for name in ('ready', 'done', 'error'):
    page.on(name, lambda event: events.append((event['name'], event['error'].partition(':')[0])))"""
    page = lab.open([LOAD, setup, browser_cell("1"), browser_cell("1 / 0"), "print(events)"])
    page.run(0)
    page.run(1)
    page.run(2)
    page.run(3)
    assert page.run(4) == (
        "[('ready', ''), ('done', ''), ('error', 'ZeroDivisionError'), ('done', 'ZeroDivisionError')]"
    )


def test_a_displayed_widget_shows_the_state(desk: Desk) -> None:
    page = desk.open([LOAD, f"{IMPORT}\npage = PyScript('mpy')\npage"])
    page.run_all()
    page.wait_for_text(1, "MicroPython")
    page.wait_for_text(1, "ready")
