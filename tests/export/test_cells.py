"""Which cells run in the browser, and how."""

from __future__ import annotations

from typing import Any

import pytest

from pyscript_jupyter.export.cells import BrowserCell, browser_cells, kernel_interpreter


def cell(source: str, kind: str = "code") -> dict[str, Any]:
    return {"cell_type": kind, "id": "a", "source": source}


def test_in_an_ordinary_notebook_cells_with_the_magic_run() -> None:
    cells = [
        cell("%%pyscript mpy", "markdown"),
        cell("%load_ext pyscript_jupyter"),
        cell("%%pyscript mpy\n1 + 1"),
        cell("%%pyscript py --env mine --main --timeout 0 -p attrs,rich -c pyscript.toml\nx\n"),
        cell("%pyscript restart"),
    ]
    options = {"main": True, "timeout": 0.0, "packages": ["attrs", "rich"], "config": "pyscript.toml"}
    assert browser_cells(cells, "python3").cells == [
        BrowserCell(2, "a", "mpy", "micropython", {}, "\n1 + 1"),
        BrowserCell(3, "a", "mine", "pyodide", options, "\nx\n"),
    ]
    assert browser_cells(cells, "").cells == browser_cells(cells, "python3").cells


@pytest.mark.parametrize(
    ("kernel", "name", "interpreter"), [("pyscript-mpy", "mpy", "micropython"), ("pyscript-py", "py", "pyodide")]
)
def test_in_a_notebook_of_our_kernels_all_cells_run(kernel: str, name: str, interpreter: str) -> None:
    found = browser_cells([cell("text", "raw"), cell("%%time\n1"), cell(" \n")], kernel)
    assert found.cells == [BrowserCell(1, "a", name, interpreter, {}, "%%time\n1")]


def test_every_kernel_that_is_shipped_is_known(checkout: Any) -> None:
    names = [path.name for path in (checkout / "pyscript_jupyter/kernel/specs").iterdir()]
    assert len(names) == 2
    assert all(kernel_interpreter(name) for name in names)
    assert kernel_interpreter("pyscript-perl") is None


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("%%pyscript mpy", "\n"),
        ("%%pyscript mpy\n", "\n"),
        ("\n \n%%pyscript mpy\n1", "\n\n\n1"),
        ("  %%pyscript mpy\n  if 1:\n    2", "\nif 1:\n  2"),
        ("%%pyscript  mpy \n1", "\n1"),
    ],
)
def test_lines_keep_their_numbers(source: str, code: str) -> None:
    (found,) = browser_cells([cell(source)], "").cells
    assert found.code == code


@pytest.mark.parametrize(
    "source",
    ["%%pyscript?", "%%pyscripts mpy", "%%pyscript\tmpy", "1\n%%pyscript mpy", "# %%pyscript mpy", "%%PyScript mpy"],
)
def test_what_is_no_such_magic_is_left_alone(source: str) -> None:
    found = browser_cells([cell(source)], "")
    assert (found.cells, found.problems) == ([], {})


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "the following arguments are required: interpreter"),
        ("perl", "There is no interpreter named 'perl'. Name one of: mpy or micropython"),
        ("mpy --env 'x", "No closing quotation"),
        ("mpy --fast", "unrecognized arguments: --fast"),
    ],
)
def test_a_line_that_cannot_be_read_does_not_run_and_says_why(line: str, message: str) -> None:
    found = browser_cells([cell("1"), cell(f"%%pyscript {line}\n1")], "")
    assert found.cells == []
    assert message in found.problems[1]
    assert found.problems[1].startswith(f"`%%pyscript {line}` cannot run in the page: ")
