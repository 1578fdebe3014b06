"""Cells as a PyScript kernel reads them."""

from __future__ import annotations

import pytest

from pyscript_jupyter.kernel.source import Magic, completeness, lone_magic, transform


@pytest.mark.parametrize(
    ("cell", "magic"),
    [
        ("%pyscript restart py", Magic("pyscript", "restart py")),
        ("print?", Magic("pinfo", "print")),
        ("print??", Magic("pinfo2", "print")),
        ("x = %time 1", None),
        ("%who\n%who", None),
        ("%%time\n1", None),
        ("1 + 1", None),
    ],
)
def test_a_cell_that_is_one_magic_is_told_from_others(cell: str, magic: Magic | None) -> None:
    assert lone_magic(transform(cell)) == magic


@pytest.mark.parametrize("cell", ["await f()\nx", "def f(:", "import = 7"])
def test_python_stays_as_it_is(cell: str) -> None:
    assert transform(cell).rstrip("\n") == cell


def test_a_console_is_told_what_is_to_come() -> None:
    assert completeness("for i in x:") == {"status": "incomplete", "indent": "    "}
    assert completeness("1") == {"status": "complete"}
    assert completeness("1 +* 2") == {"status": "invalid"}
