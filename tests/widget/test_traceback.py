"""Tracebacks as IPython draws them."""

from __future__ import annotations

import re

from pyscript_jupyter.protocol.messages import Failure, TraceFrame
from pyscript_jupyter.widget.traceback import render

SOURCES = {"Cell In[3]": "\ndef f(x):\n    return 1 / x\n\nf(0)\n"}


def plain(failure: Failure) -> str:
    return "\n".join(re.sub(r"\x1b\[\d+m", "", line) for line in render(failure, SOURCES))


def test_cells_are_named_with_their_lines_of_code() -> None:
    frames = [
        TraceFrame(file="Cell In[3]", line=5, name="<module>"),
        TraceFrame(file="Cell In[3]", line=3, name="f"),
    ]
    shown = plain(Failure(kind="code", name="ZeroDivisionError", message="division by zero", frames=frames))
    assert shown.splitlines()[1:] == [
        "ZeroDivisionError                         Traceback (most recent call last)",
        "Cell In[3], line 5",
        "      3     return 1 / x",
        "      4",
        "----> 5 f(0)",
        "",
        "Cell In[3], line 3, in f",
        "      2 def f(x):",
        "----> 3     return 1 / x",
        "      4",
        "      5 f(0)",
        "",
        "ZeroDivisionError: division by zero",
    ]


def test_causes_and_notes_are_shown_as_the_interpreter_tells_them() -> None:
    frames = [TraceFrame(file="Cell In[3]", line=5, name="<module>")]
    chain = "ValueError: a\n\nThe above exception was the direct cause of the following exception:\n\nKeyError: 'k'"
    assert plain(Failure(kind="code", name="KeyError", message="'k'", frames=frames, text=chain)) == chain
    group = (
        "  + Exception Group Traceback (most recent call last):\n  | ExceptionGroup: g\n  +-+---\n    | ValueError: 1\n"
    )
    assert plain(Failure(kind="code", name="ExceptionGroup", message="g", frames=frames, text=group)) == group.rstrip()


def test_what_may_have_been_meant_and_notes_stand_below_lines_of_code() -> None:
    frames = [TraceFrame(file="Cell In[3]", line=5, name="<module>")]
    said = "NameError: no f. Did you mean: 'g'?\na note\nof two lines"
    text = f"Traceback (most recent call last):\n  File …\n    f(0)\n{said}"
    failure = Failure(kind="code", name="NameError", message="no f", frames=frames, text=text)
    assert plain(failure).splitlines()[5:] == [
        "----> 5 f(0)",
        "",
        "NameError: no f. Did you mean: 'g'?",
        "a note",
        "of two lines",
    ]
    assert "\x1b[31mNameError\x1b[0m: no f. Did you mean: 'g'?" in render(failure, SOURCES)


def test_a_library_is_named_by_file_and_line() -> None:
    frames = [TraceFrame(file="/lib/json/decoder.py", line=355, name="raw_decode")]
    assert "File /lib/json/decoder.py:355, in raw_decode" in plain(
        Failure(kind="code", name="JSONDecodeError", message="x", frames=frames)
    )


def test_a_syntax_error_shows_the_line_and_the_place() -> None:
    frames = [TraceFrame(file="Cell In[3]", line=3, name="")]
    failure = Failure(kind="code", name="SyntaxError", message="invalid syntax", frames=frames, offset=12)
    assert plain(failure).splitlines() == [
        "  Cell In[3], line 3",
        "    return 1 / x",
        "           ^",
        "SyntaxError: invalid syntax",
    ]


def test_a_syntax_error_whose_column_is_not_known_has_no_mark() -> None:
    frames = [TraceFrame(file="Cell In[3]", line=5, name="")]
    failure = Failure(kind="code", name="SyntaxError", message="invalid syntax", frames=frames)
    assert plain(failure).splitlines()[1:] == ["    f(0)", "SyntaxError: invalid syntax"]


def test_a_line_that_is_not_in_the_cell_is_no_trouble() -> None:
    frames = [TraceFrame(file="Cell In[3]", line=99, name="<module>")]
    assert "Cell In[3], line 99" in plain(Failure(kind="code", name="E", message="", frames=frames))
