"""What a PyScript kernel completes and says by itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pyscript_jupyter.errors import RunTimeoutError
from pyscript_jupyter.kernel.asking import describe
from pyscript_jupyter.kernel.completion import complete_alone, complete_magic
from pyscript_jupyter.kernel.manual import entries, inspect_magic, manual
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
    found = complete_magic(code, len(code), "pyodide")
    assert found is not None
    assert found["matches"] == matches
    assert code[found["start"] : found["end"]].lstrip("%") == code.rpartition("%")[2]
    assert found["types"] == ["magic"] * len(matches)


@pytest.mark.parametrize("code", ["x %ti", "x\n%%ti", "'%ti", "%time pri", "%nothing", "ti", "x = 7 % ti"])
def test_what_begins_no_magic_is_the_interpreters(code: str) -> None:
    assert complete_magic(code, len(code), "pyodide") is None


@pytest.mark.parametrize("interpreter", ["micropython", "pyodide"])
def test_the_magics_are_those_that_there_are(interpreter: str) -> None:
    text = MAGICS.read_text("utf-8")
    lines, cells, own = re.findall(r'^_(?:LINES|CELLS|OWN) = "(.*)"$', text, re.MULTILINE)
    if interpreter == "pyodide":
        [(before, more)] = re.findall(r'_LINES.replace\("(.*)", "(.*)"\)', text)
        lines = lines.replace(before, more)
    assert [each.name for each in entries(interpreter, own=False)] == [*lines.split(", "), *cells.split(", ")]
    assert [each.name for each in entries(interpreter) if each.own] == own.split(", ")


def test_only_what_an_interpreter_has_is_offered() -> None:
    assert complete_magic("%pi", 3, "micropython") is None
    assert complete_magic("%hi", 3, "pyodide", own=False) is None


@pytest.mark.parametrize(
    ("code", "begins"),
    [
        ("%ti|me f()", "%time STATEMENT\n\nRun a statement"),
        ("x = 1\ny = %timeit| -o f()", "%timeit [-n LOOPS]"),
        ("|%%time\n1", "%%time\n\nRun the cell"),
        ("%time f(|)", None),
        ("%nothing|", None),
        ("x = 7 %time|", None),
    ],
)
def test_a_magic_is_inspected_where_its_name_is(code: str, begins: str | None) -> None:
    found = inspect_magic(code.replace("|", ""), code.index("|"), "micropython")
    assert (found is None) if begins is None else (found is not None and found["text/plain"].startswith(begins))


def test_a_magic_that_is_not_there_has_no_manual() -> None:
    assert manual("%pip", "micropython") is None
    assert (manual("%pip", "pyodide") or "").startswith("%pip install NAME")
    assert manual("%config", "pyodide", own=False) is None


def test_an_interpreter_that_is_not_there_yet_is_done_without() -> None:
    code = "printer = 1\nprint(pri, prior)"
    found = complete_alone(code, code.index("pri, ") + 3)
    assert found["matches"] == ["print", "printer", "prior"]
    assert code[found["start"] : found["end"]] == "pri"
    assert complete_alone("isinst", 6)["matches"] == ["isinstance"]
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
