"""What magics do, told where a cell asks for it."""

from __future__ import annotations

import pytest

from pyscript_jupyter.kernel.manual import answer_questions, manual
from pyscript_jupyter.kernel.source import transform


@pytest.mark.parametrize("question", ["%time?", "?%time", "%time??", "if True:\n    %time?"])
def test_a_cell_prints_what_a_magic_does(question: str, capsys: pytest.CaptureFixture[str]) -> None:
    code = answer_questions(transform(question), "micropython")
    assert code.count("\n") == transform(question).count("\n")
    exec(code)
    assert capsys.readouterr().out.strip() == manual("%time", "micropython")


@pytest.mark.parametrize("question", ["%nothing?", "%history?", "%pip?", "len?", "x = 1"])
def test_what_is_no_magic_of_the_cell_is_left_to_the_interpreter(question: str) -> None:
    code = transform(question)
    assert answer_questions(code, "micropython") == code
