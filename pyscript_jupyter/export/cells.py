"""Which cells of a notebook run in the browser, and how. No I/O, and nothing of Jupyter's.

In an ordinary notebook those that begin with ``%%pyscript``; in a notebook of a PyScript kernel all of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.catalogue import Interpreter, find
from pyscript_jupyter.interpreters.line import Line, read

KERNEL = "pyscript-"
"""What the names of our kernelspecs begin with; an alias of the interpreter follows."""

_MAGIC = re.compile(
    r"(?P<above>(?:[^\S\n]*\n)*)(?P<indent>[^\S\n]*)%%pyscript(?: (?P<line>[^\n]*))?(?:\n(?P<body>.*))?", re.DOTALL
)
"""As IPython finds a cell's magic: below empty lines, with the indentation taken away, and a space behind its name."""


@dataclass(frozen=True)
class BrowserCell:
    """A cell that runs in the browser.

    Attributes
    ----------
    index
        Its place in the notebook.
    id
        The cell's id.
    environment
        The name of the environment that it runs in.
    interpreter
        The canonical name of the interpreter.
    options
        What the cell's line says beside these: ``main``, ``sandbox`` (true), ``timeout`` (seconds), ``config`` (as it
        is written) and ``packages`` (a list), each only where it is said.
    code
        What runs. The magic's own line is left empty, so that line numbers are the cell's.
    """

    index: int
    id: str
    environment: str
    interpreter: str
    options: dict[str, Any]
    code: str


@dataclass
class Found:
    """The cells of a notebook that run in the browser, and those that cannot although they are meant to.

    Attributes
    ----------
    cells
        In the order of the notebook.
    problems
        A sentence for each line that could not be read, by the cell's index.
    """

    cells: list[BrowserCell] = field(default_factory=list)
    problems: dict[int, str] = field(default_factory=dict)


def browser_cells(cells: Sequence[Mapping[str, Any]], kernel: str) -> Found:
    """Return what runs in the browser.

    Parameters
    ----------
    cells
        The notebook's cells, each with ``id``, ``cell_type`` and ``source``.
    kernel
        The name of the notebook's kernelspec; empty where it has none.
    """
    found = Found()
    everywhere = kernel_interpreter(kernel)
    for index, cell in enumerate(cells):
        if cell["cell_type"] != "code":
            continue
        source = str(cell["source"])
        if everywhere is not None:
            if source.strip():
                name = everywhere.environment
                found.cells.append(BrowserCell(index, str(cell["id"]), name, everywhere.name, {}, source))
            continue
        magic = _MAGIC.fullmatch(source)
        if magic is None:
            continue
        try:
            line = read(magic["line"] or "")
            interpreter = find(line.interpreter)
        except UsageError as error:
            found.problems[index] = f"`%%pyscript {(magic['line'] or '').strip()}` cannot run in the page: {error}"
            continue
        name = line.environment or interpreter.environment
        found.cells.append(BrowserCell(index, str(cell["id"]), name, interpreter.name, _options(line), _code(magic)))
    return found


def kernel_interpreter(kernel: str) -> Interpreter | None:
    """Return the interpreter of a kernel of ours; None of another kernel."""
    if not kernel.startswith(KERNEL):
        return None
    try:
        return find(kernel.removeprefix(KERNEL))
    except UsageError:
        return None


def _options(line: Line) -> dict[str, Any]:
    said = {
        "main": line.main,
        "sandbox": line.sandbox,
        "timeout": line.timeout,
        "config": line.config,
        "packages": list(line.packages),
    }
    return {name: value for name, value in said.items() if value is not None and value is not False and value != []}


def _code(magic: re.Match[str]) -> str:
    body, indent = magic["body"] or "", magic["indent"]
    if indent:
        body = "\n".join(line.removeprefix(indent) for line in body.split("\n"))
    return "\n" * (magic["above"].count("\n") + 1) + body
