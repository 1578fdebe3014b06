"""The whole way, thin but real: a cell runs in the reader's browser."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from e2e.cells import ENDLESS, LOAD, NAMES, browser_cell, hello
from e2e.conftest import Desk, at_every_desk, in_each_browser_once, in_every_browser


@pytest.mark.oldest
@pytest.mark.parametrize(
    ("desk", "browser_name", "alias"),
    [
        ("lab", "chromium", "mpy"),
        ("lab", "firefox", "py"),
        ("notebook", "chromium", "py"),
        ("notebook", "firefox", "mpy"),
    ],
    indirect=["desk"],
)
def test_a_cell_runs_in_the_browser_and_is_saved_as_an_ordinary_cell(desk: Desk, alias: str) -> None:
    page = desk.open([LOAD, hello(alias), browser_cell("sys.implementation.name.upper()", alias)])
    page.run_all()
    name = NAMES[alias]
    assert [page.text(index) for index in range(3)] == ["", f"hello from {name}\n2", f"'{name.upper()}'"]
    assert page.execution_counts() == [1, 2, 3]
    load, first, second = page.save().cells
    assert [load.execution_count, first.execution_count, second.execution_count] == [1, 2, 3]
    assert load.outputs == []
    stream, result = first.outputs
    assert (stream.output_type, stream.name, stream.text) == ("stream", "stdout", f"hello from {name}\n")
    assert (result.output_type, result.execution_count, result.data) == ("execute_result", 2, {"text/plain": "2"})
    assert [each.output_type for each in second.outputs] == ["execute_result"]


@in_each_browser_once
def test_stdout_stderr_and_displays_keep_their_order(lab: Desk, alias: str) -> None:
    code = """
import sys
from pyscript import display
print("one")
print("two", file=sys.stderr)
print("three")
display("four")
print("five")
6
"""
    page = lab.open([LOAD, browser_cell(code, alias)])
    page.run_all()
    outputs = page.save().cells[1].outputs
    shown = [(each.get("name") or each.output_type, each.get("text") or each.data["text/plain"]) for each in outputs]
    assert shown == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("stdout", "three\n"),
        ("display_data", "'four'"),
        ("stdout", "five\n"),
        ("execute_result", "6"),
    ]


@in_every_browser
def test_output_appears_while_the_cell_runs(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell(ENDLESS)])
    page.run(0)
    page.start(1)
    page.wait_for_text(1, "started")
    assert page.execution_counts()[1] is None
    assert lab.jupyter.kernels()[0]["execution_state"] == "busy"


@pytest.mark.parametrize(
    ("desk", "browser_name", "alias"),
    [("lab", "chromium", "py"), ("lab", "firefox", "mpy"), ("notebook", "chromium", "mpy")],
    indirect=["desk"],
)
def test_an_error_stops_run_all(desk: Desk, alias: str) -> None:
    page = desk.open(
        [LOAD, browser_cell("x = 0", alias), browser_cell("y = 1\ny / x", alias), browser_cell("1", alias)]
    )
    page.run_all()
    assert page.execution_counts() == [1, 2, 3, None]
    *_, failed, never = page.save().cells
    (error,) = failed.outputs
    assert error.output_type == "error"
    assert error.ename == "ZeroDivisionError"
    assert "Cell In[3], line 3" in page.text(2)
    assert "y / x" in page.text(2)
    assert never.outputs == []


@in_every_browser
def test_a_traceback_names_the_cells_and_lines_of_all_its_frames(lab: Desk) -> None:
    page = lab.open(
        [LOAD, browser_cell("def half(n):\n    return n / 0", "py"), browser_cell("print('on')\nhalf(2)", "py")]
    )
    page.run_all()
    text = page.text(2)
    positions = [
        text.index(part) for part in ("on", "Cell In[3], line 3", "Cell In[2], line 3, in half", "division by zero")
    ]
    assert positions == sorted(positions)


@at_every_desk
def test_the_notebook_that_we_ship_runs_from_top_to_bottom(desk: Desk, checkout: Path) -> None:
    notebook = nbformat.read(checkout / "notebooks" / "01-first-cell.ipynb", as_version=4)
    page = desk.open(notebook)
    page.run_all()
    outputs = {cell.id: cell.outputs for cell in page.save().cells if cell.cell_type == "code"}
    assert outputs["hello-mpy"][0].text == "hello from micropython\n"
    assert outputs["hello-py"][0].text == "hello from cpython\n"
    assert "<table>" in outputs["display"][0].data["text/html"]
    assert outputs["state-kept"][0].data["text/plain"] == "2"
    table = outputs["table"][0].data["text/plain"]
    assert "MicroPython" in table
    assert "Pyodide" in table
