"""What a PyScript kernel completes by itself: magics, and Python in general while the interpreter is not there."""

from __future__ import annotations

import builtins
import keyword
import re
from typing import Any

from pyscript_jupyter.kernel.manual import entries

_MAGIC = re.compile(r"(?:^|=)\s*(%{1,2}\w*)$")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*$")
_NAMES = re.compile(r"[^\W\d]\w*")


def complete_magic(code: str, cursor: int, interpreter: str, own: bool = True) -> dict[str, Any] | None:
    """Return the answer where a magic is begun at the cursor, as the interpreter would give it; None where none is.

    ``own`` says whether those of a PyScript kernel are among them.
    """
    above, _, line = code[:cursor].rpartition("\n")
    begun = _MAGIC.search(line)
    if begun is None:
        return None
    word = begun[1]
    name = word.lstrip("%")
    known = [each.name for each in entries(interpreter, own)]
    found = [each for each in known if each[:2] != "%%" and each[1:].startswith(name) and word[:2] != "%%"]
    if not above.strip() and "=" not in begun[0]:
        found += [each for each in known if each[:2] == "%%" and each[2:].startswith(name)]
    return _answer(found, "magic", cursor - len(word), cursor) if found else None


def complete_alone(code: str, cursor: int) -> dict[str, Any]:
    """Return an answer that needs no interpreter: keywords, builtins, and names that the code itself has."""
    begun = _NAME.search(code[:cursor])
    if begun is None:
        return _answer([], "", cursor, cursor)
    rest = f"{code[: begun.start()]} {code[cursor:]}"
    known = {*keyword.kwlist, *dir(builtins), *_NAMES.findall(rest)}
    found = sorted(name for name in known if name.startswith(begun[0]) and name != begun[0])
    return _answer(found, "", begun.start(), cursor)


def _answer(found: list[str], kind: str, start: int, end: int) -> dict[str, Any]:
    return {"matches": found, "types": [kind] * len(found), "start": start, "end": end}
