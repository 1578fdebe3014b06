"""The magics that there are, and what each does: for completion, inspection and ``%name?``.

What they do is the matter of the interpreter (`_pyscript_magics.py`), but for those that are the kernel's own.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple


class Entry(NamedTuple):
    """One magic.

    Attributes
    ----------
    name
        With its percent signs.
    usage
        What may follow it.
    text
        What it does.
    only
        The one interpreter that has it; empty for every one.
    own
        Whether it speaks to a PyScript kernel, so that ``%%pyscript`` cells of an ordinary one have it not.
    """

    name: str
    usage: str
    text: str
    only: str = ""
    own: bool = False


_FILES = "the interpreter's own file system"

_ENTRIES = (
    Entry("%cd", "[FOLDER]", f"Change the working folder, in {_FILES}; without one, to the home folder."),
    Entry("%config", "[PyScriptKernel.NAME[ = VALUE]]", "Show the kernel's settings, or change one.", own=True),
    Entry(
        "%history",
        "[-n] [-o] [-g PATTERN] [RANGE ...]",
        "Show the cells of this session, or those of a range: `2-4`, or `~1/2-4` in the session before.",
        own=True,
    ),
    Entry("%lsmagic", "", "List the magics that there are."),
    Entry("%matplotlib", "[BACKEND]", "Changes nothing: a figure is shown as the value of its cell.", only="pyodide"),
    Entry(
        "%pip",
        "install NAME ... | list | freeze",
        "Install packages into the interpreter while it runs, at the head of a cell; or show what is there.",
        only="pyodide",
    ),
    Entry("%pwd", "", f"Return the working folder, in {_FILES}."),
    Entry(
        "%pyscript",
        "[doctor | restart [--config CONFIG] [--packages NAMES]]",
        "Show what runs, check the whole way to the browser, or start the interpreter anew.",
        own=True,
    ),
    Entry("%reset", "[-f]", "Delete all names that cells have defined. `-f` does not ask first."),
    Entry("%time", "STATEMENT", "Run a statement, which may await, and say how long it took."),
    Entry(
        "%timeit",
        "[-n LOOPS] [-r REPEATS] [-p PRECISION] [-q] [-o] [-v NAME] STATEMENT",
        "Run a statement, which may await, again and again, and say how long one loop took. Without `-n` the number of "
        "loops is found. `-o` returns the result, `-v` names it, `-q` prints nothing.",
    ),
    Entry("%who", "[TYPE ...]", "Print the names that cells have defined, or those of some types."),
    Entry("%who_ls", "[TYPE ...]", "Return the names that cells have defined, or those of some types, as a list."),
    Entry("%whos", "[TYPE ...]", "Print the names that cells have defined, with types and values."),
    Entry("%%time", "", "Run the cell, which may await, and say how long it took."),
    Entry(
        "%%timeit",
        "[-n LOOPS] [-r REPEATS] [-p PRECISION] [-q] [-o] [-v NAME] [SETUP]",
        "Run the cell, which may await, again and again, and say how long one loop took. What stands on the first line "
        "is run before, and not measured.",
    ),
    Entry("%%writefile", "[-a] PATH", f"Write the rest of the cell into a file, in {_FILES}. `-a` appends to it."),
)

_WORD = re.compile(r"(?:^|=)\s*(%{1,2}\w+)")


def entries(interpreter: str, own: bool = True) -> list[Entry]:
    """Return the magics of an interpreter; ``own`` says whether those of a PyScript kernel are among them."""
    return [each for each in _ENTRIES if each.only in ("", interpreter) and (own or not each.own)]


def manual(name: str, interpreter: str, own: bool = True) -> str | None:
    """Return what a magic does, None where there is none of this name, which has its percent signs."""
    found = next((each for each in entries(interpreter, own) if each.name == name), None)
    return None if found is None else f"{found.name} {found.usage}".rstrip() + f"\n\n{found.text}"


_QUESTION = re.compile(r"^([^\S\n]*)get_ipython\(\)\.run_line_magic\('pinfo2?', '(%{1,2}\w+)'\)", re.MULTILINE)


def answer_questions(source: str, interpreter: str) -> str:
    """Return code, as `source.transform` returns it, that prints what magics do where ``%name?`` asks for it.

    The interpreter does not know; a PyScript kernel answers by itself.
    """

    def answer(found: re.Match[str]) -> str:
        text = manual(found[2], interpreter, own=False)
        return found[0] if text is None else f"{found[1]}print({text!r})"

    return _QUESTION.sub(answer, source)


def inspect_magic(code: str, cursor: int, interpreter: str, own: bool = True) -> dict[str, Any] | None:
    """Return the answer where a magic's name is at the cursor, as the interpreter would give it; None where none is."""
    start = code.rfind("\n", 0, cursor) + 1
    found = _WORD.search(code[start:].partition("\n")[0])
    if found is None or not found.start(1) <= cursor - start <= found.end(1):
        return None
    text = manual(found[1], interpreter, own)
    return None if text is None else {"text/plain": text}
