"""A failure of the browser's Python, drawn as IPython draws a traceback.

The frames come from the browser; the lines of code around them are known here, from the cells that were run.
"""

from __future__ import annotations

from collections.abc import Mapping

from pyscript_jupyter.protocol.messages import Failure, TraceFrame
from pyscript_jupyter.protocol.session import describe

CONTEXT = 2
"""Lines of code shown above and below the one that a frame stopped at."""

_CHAINS = (
    "\nThe above exception was the direct cause of the following exception:\n",
    "\nDuring handling of the above exception, another exception occurred:\n",
)

_GROUP = "  + Exception Group Traceback"

_RED, _GREEN, _CYAN, _BOLD, _END = "\x1b[31m", "\x1b[32m", "\x1b[36m", "\x1b[1m", "\x1b[0m"


def render(failure: Failure, sources: Mapping[str, str]) -> list[str]:
    """Return the traceback as lines with ANSI colours.

    Parameters
    ----------
    failure
        What the browser reported.
    sources
        The code that was run, by the name that tracebacks give it.
    """
    if failure.name in ("SyntaxError", "IndentationError", "TabError") and failure.frames:
        return _syntax_error(failure, sources)
    if failure.kind != "code":
        return [_last_line(failure)]
    if _has_parts(failure):
        return failure.text.splitlines()
    heading = f"{_RED}{failure.name}{_END}"
    lines = [
        f"{_RED}{'-' * 75}{_END}",
        f"{heading}{'Traceback (most recent call last)':>{75 - len(failure.name)}}",
    ]
    for frame in failure.frames:
        lines += [*_frame(frame, sources), ""]
    first, *more = _said_after(failure).splitlines() or [""]
    return [*lines, _last_line(failure) + first, *more]


def _has_parts(failure: Failure) -> bool:
    """Whether the interpreter's own text has causes or a group's parts, which the frames do not show."""
    return failure.text.startswith(_GROUP) or any(sentence in failure.text for sentence in _CHAINS)


def _said_after(failure: Failure) -> str:
    """Return what the interpreter says after the exception itself: what may have been meant, and notes."""
    _, _, rest = f"\n{failure.text.rstrip()}".partition(f"\n{describe(failure)}")
    return rest


def _last_line(failure: Failure) -> str:
    head, separator, message = describe(failure).partition(":")
    return f"{_RED}{head}{_END}{separator}{message}"


def _syntax_error(failure: Failure, sources: Mapping[str, str]) -> list[str]:
    *outer, frame = failure.frames
    lines = [line for each in outer for line in _frame(each, sources)]
    lines.append(f"  {_place(frame)}")
    code = _line(frame, sources)
    if code.strip():
        stripped = code.lstrip()
        lines.append(f"    {stripped.rstrip()}")
        if failure.offset:
            column = max(0, failure.offset - 1 - (len(code) - len(stripped)))
            lines.append(f"    {' ' * column}^")
    return [*lines, _last_line(failure)]


def _frame(frame: TraceFrame, sources: Mapping[str, str]) -> list[str]:
    where = "" if frame.name in ("", "<module>") else f", in {_CYAN}{frame.name}{_END}"
    head = f"{_place(frame)}{where}"
    if frame.file not in sources:
        return [head]
    code = sources[frame.file].splitlines()
    first, last = max(1, frame.line - CONTEXT), min(len(code), frame.line + CONTEXT)
    shown = []
    for number in range(first, last + 1):
        text = code[number - 1]
        if number == frame.line:
            shown.append(f"{_GREEN}{'-' * max(1, 5 - len(str(number)))}> {number}{_END} {text}".rstrip())
        elif text.strip() or first < number < last:
            shown.append(f"{_GREEN}{number:>7}{_END} {text}".rstrip())
    return [head, *shown]


def _place(frame: TraceFrame) -> str:
    if frame.file.startswith("Cell "):
        return f"{_CYAN}{frame.file}{_END}, {_BOLD}line {frame.line}{_END}"
    return f"File {_GREEN}{frame.file}:{frame.line}{_END}"


def _line(frame: TraceFrame, sources: Mapping[str, str]) -> str:
    code = sources.get(frame.file, "").splitlines()
    return code[frame.line - 1] if 0 < frame.line <= len(code) else ""
