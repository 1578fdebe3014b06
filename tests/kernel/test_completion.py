"""What a PyScript kernel completes and says by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pyscript_jupyter.errors import RunTimeoutError
from pyscript_jupyter.kernel.asking import describe
from pyscript_jupyter.kernel.completion import CELL_MAGICS, LINE_MAGICS, complete_alone, complete_magic
from pyscript_jupyter.widget.bundle import MimeBundle

MAGICS = Path(__file__).parents[2] / "js/src/interpreters/python/_pyscript_magics.py"


@pytest.mark.parametrize(
    ("code", "matches"),
    [
        ("%ti", ["%time", "%timeit", "%%time", "%%timeit"]),
        ("\n  %%ti", ["%%time", "%%timeit"]),
        ("%%", ["%%time", "%%timeit", "%%writefile"]),
        ("x = %timei", ["%timeit"]),
        ("x = 1\n%timei", ["%timeit"]),
    ],
)
def test_magics_are_completed_where_they_may_stand(code: str, matches: list[str]) -> None:
    found = complete_magic(code, len(code))
    assert found is not None
    assert found["matches"] == matches
    assert code[found["start"] : found["end"]].lstrip("%") == code.rpartition("%")[2]
    assert found["types"] == ["magic"] * len(matches)


@pytest.mark.parametrize("code", ["x %ti", "x\n%%ti", "'%ti", "%time pri", "%nothing", "ti", "x = 7 % ti"])
def test_what_begins_no_magic_is_the_interpreters(code: str) -> None:
    assert complete_magic(code, len(code)) is None


def test_the_magics_are_those_that_there_are() -> None:
    lines, cells = re.findall(r'^_(?:LINES|CELLS) = "(.*)"$', MAGICS.read_text("utf-8"), re.MULTILINE)
    assert [f"%{name}" for name in LINE_MAGICS] == sorted({*lines.split(", "), "%pip"})
    assert [f"%%{name}" for name in CELL_MAGICS] == cells.split(", ")


def test_an_interpreter_that_is_not_there_yet_is_done_without() -> None:
    code = "printer = 1\nprint(pri, prior)"
    found = complete_alone(code, code.index("pri, ") + 3)
    assert found["matches"] == ["print", "printer", "prior"]
    assert code[found["start"] : found["end"]] == "pri"
    assert complete_alone("exe", 3)["matches"] == ["exec"]
    for nothing in ("x.pri", "1e", ""):
        assert complete_alone(nothing, len(nothing))["matches"] == []


class _Environment:
    """Answers one question, or takes too long for it."""

    def __init__(self, answer: MimeBundle | Exception | None) -> None:
        self.answer = answer

    def perform(self, *args: Any, **details: Any) -> MimeBundle | None:
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (MimeBundle({"text/plain": "a dog"}, {}), "a dog"),
        (None, "Object `rex` not found."),
        (RunTimeoutError(""), "Looking at `rex` was given up after 5 s. It may be there"),
    ],
)
def test_what_is_not_there_is_told_from_what_takes_too_long(answer: Any, text: str) -> None:
    assert describe(_Environment(answer), "rex").startswith(text)  # type: ignore[arg-type]  # as much of one
