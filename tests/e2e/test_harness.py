"""The harness itself, with ordinary cells: when these fail, the other tests say nothing about pyscript_jupyter."""

from __future__ import annotations

from e2e.conftest import Desk
from e2e.traffic import Traffic


def test_run_all_of_ordinary_cells_is_shown_and_saved(desk: Desk, traffic: Traffic) -> None:
    page = desk.open(["print('one')", "1 + 1", "1 / 0", "print('never')"])
    page.run_all()
    assert page.execution_counts() == [1, 2, 3, None]
    assert page.text(0) == "one"
    assert page.text(1) == "2"
    assert "ZeroDivisionError" in page.text(2)
    cells = page.save().cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3, None]
    assert cells[0].outputs[0].text == "one\n"
    assert cells[3].outputs == []
    assert traffic.origins() == {f"127.0.0.1:{desk.jupyter.port}"}


def test_a_cell_is_run_with_the_keyboard(desk: Desk) -> None:
    page = desk.open(["import os; print(os.environ['HOME'])"])
    assert page.run(0).endswith(desk.jupyter.root.parent.name)
    assert page.run_new("6 * 7") == "42"
