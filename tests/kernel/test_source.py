"""Cells as a PyScript kernel reads them, and remembers them."""

from __future__ import annotations

import pytest

from pyscript_jupyter.kernel.history import History
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


def test_history_finds_cells_by_their_number_their_text_and_from_the_end() -> None:
    history = History()
    for number, code in enumerate(["a = 1", "b = 2", "a = 1", "a = 3"], 1):
        history.add(number, code)

    def find(kind: str, **request: object) -> list[tuple[int, str]]:
        return [cell[1:] for cell in history.find({"hist_access_type": kind, **request})]

    assert find("tail", n=2) == [(3, "a = 1"), (4, "a = 3")]
    assert find("tail", n=0) == []
    assert find("range", session=0, start=2, stop=4) == [(2, "b = 2"), (3, "a = 1")]
    assert find("range", session=-1, start=1) == []
    assert find("search", pattern="a*") == [(1, "a = 1"), (3, "a = 1"), (4, "a = 3")]
    assert find("search", pattern="a*", unique=True) == [(3, "a = 1"), (4, "a = 3")]
    assert find("search", pattern="a*", n=1) == [(4, "a = 3")]
