"""Output that never ends is cut, and the notebook stays usable."""

from __future__ import annotations

import pytest

from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk


@pytest.mark.parametrize("alias", NAMES)
def test_endless_output_is_cut_and_the_cell_can_be_interrupted(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell("n = 0\nwhile True:\n    print('line', n)\n    n += 1", alias)])
    page.run(0)
    page.start(1)
    page.wait_for_text(1, "output cut at 10,000 lines")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    assert page.run_new(browser_cell("'usable'", alias)).endswith("'usable'")
    outputs = page.save().cells[1].outputs
    assert outputs[-1].ename == "KeyboardInterrupt"
    lines = "".join(each.text for each in outputs if each.get("name") == "stdout").splitlines()
    assert lines == [f"line {n}" for n in range(10_000)]
    notices = [each.text for each in outputs if each.get("name") == "stderr"]
    assert "".join(notices).count("PyScriptMagics.max_lines") == 1


def test_a_single_line_that_is_too_long_is_cut_at_the_limit_of_bytes(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("print('x' * 1_500_000)\n'done'", "py")])
    page.run_all()
    outputs = page.save().cells[1].outputs
    text = "".join(each.text for each in outputs if each.get("name") == "stdout")
    assert text == "x" * 1_000_000
    assert "output cut at 1,000,000 bytes" in page.text(1)
    assert outputs[-1].data["text/plain"] == "'done'"


def test_the_limit_is_a_setting(lab: Desk) -> None:
    page = lab.open([LOAD, "%config PyScriptMagics.max_lines = 3", browser_cell("for n in range(5): print(n)")])
    page.run_all()
    assert page.text(2).startswith("0\n1\n2")
    assert "output cut at 3 lines" in page.text(2)
    page.run_new("%config PyScriptMagics.max_lines = 0\n%config PyScriptMagics.max_bytes = 0")
    index = page.add(browser_cell("for n in range(12_000): print(n)"))
    page.run(index)
    # From the file: JupyterLab draws so many lines only when it comes to it.
    lines = "".join(each.text for each in page.save().cells[index].outputs).splitlines()
    assert lines == [str(n) for n in range(12_000)]
