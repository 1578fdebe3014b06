"""The lines ``%pip …`` at the head of a cell: found, read and checked."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import Literal

from pyscript_jupyter.errors import UsageError

_LINE = re.compile(r"%pip(?:\s+(?P<rest>.*))?")

_FLAGS = {"-q", "--quiet", "-U", "--upgrade", "--pre", "--no-deps", "--no-index"}
_VALUES = {"-r", "--requirement", "-i", "--index-url", "--extra-index-url", "-f", "--find-links"}
_OURS = {"-q", "--quiet", "-U", "--upgrade"}
"""Options that `pip download` is not told: the first is about what we say, and it takes the newest in any case."""

_KNOWN = "-q, -U, --pre, --no-deps, --no-index, -r FILE, -i URL, --extra-index-url URL, -f FOLDER"


@dataclass(frozen=True)
class PipLine:
    """What one line says.

    Attributes
    ----------
    verb
        What is to be done.
    wanted
        Requirements, wheels by path or URL.
    options
        For pip.
    quiet
        Whether nothing is said of what went well.
    """

    verb: Literal["install", "list", "freeze"]
    wanted: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    quiet: bool = False


def split(cell: str) -> tuple[list[str], str]:
    """Return what follows ``%pip`` in the lines at the head of a cell, and the cell with empty lines in their place.

    Above them may be empty lines and comments. A line that ends in a backslash goes on in the next.
    """
    found: list[str] = []
    lines = cell.split("\n")
    at = 0
    while at < len(lines):
        text = lines[at].strip()
        match = _LINE.fullmatch(text)
        if match is None:
            if text and not text.startswith("#"):
                break
            at += 1
            continue
        first = at
        while text.endswith("\\") and at + 1 < len(lines):
            at += 1
            text = f"{text[:-1]} {lines[at].strip()}"
        at += 1
        lines[first:at] = [""] * (at - first)
        found.append(text.removeprefix("%pip").strip())
    return found, "\n".join(lines)


def parse(rest: str) -> PipLine:
    """Read what follows ``%pip``.

    Raises
    ------
    UsageError
        It is nothing that can be done in a browser.
    """
    try:
        words = shlex.split(rest, comments=True)
    except ValueError as error:
        raise UsageError(f"`%pip {rest}` could not be read: {error}. Close the quotes.") from None
    match words:
        case ["list"]:
            return PipLine("list")
        case ["freeze"]:
            return PipLine("freeze")
        case ["install", *more]:
            return _install(rest, more)
        case ["uninstall", *_]:
            raise UsageError(
                "`%pip uninstall` cannot be done: an interpreter that runs keeps what it may have imported. Restart it "
                "(`%pyscript restart`), and whatever `%pip install` has brought is gone."
            )
    said = f"`%pip {rest}` is not known here" if words else "`%pip` says not what to do"
    raise UsageError(f"{said}: there are `%pip install NAME …`, `%pip list` and `%pip freeze`.")


def _install(rest: str, words: list[str]) -> PipLine:
    wanted: list[str] = []
    options: list[str] = []
    left = iter(words)
    for word in left:
        name, sign, value = word.partition("=")
        if word in _FLAGS:
            options += [word] if word not in _OURS else []
        elif word in _VALUES or (sign and name in _VALUES):
            given = value if sign else next(left, "")
            if not given:
                raise UsageError(f"`%pip {rest}`: {name} wants a value after it.")
            options += [name, given]
        elif word.startswith("-"):
            raise UsageError(f"`%pip {rest}`: there is no option {name} here. There are: {_KNOWN}.")
        else:
            wanted.append(word)
    if not wanted and not {"-r", "--requirement"} & set(options):
        raise UsageError(f"`%pip {rest}` names no package: write it like `%pip install attrs`.")
    return PipLine("install", tuple(wanted), tuple(options), bool({"-q", "--quiet"} & set(words)))
