"""Cells as IPython reads them: magics, ``?`` and ``!`` become calls, and code that is not complete is told.

All of it is IPython's own; what the calls do is the matter of the browser's Python.
"""

from __future__ import annotations

import ast
from functools import cache
from typing import Any, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager


@cache
def _manager() -> TransformerManager:
    return TransformerManager()


def transform(cell: str) -> str:
    """Return a cell as plain Python."""
    try:
        return str(_manager().transform_cell(cell))
    except SyntaxError:
        return cell  # the browser's Python says better what is wrong


def completeness(cell: str) -> dict[str, Any]:
    """Return the content of an ``is_complete_reply``: whether a console should run this, or wait for more."""
    status, indent = _manager().check_complete(cell)
    return {"status": status, "indent": " " * (indent or 0)} if status == "incomplete" else {"status": status}


class Magic(NamedTuple):
    """A cell that is one magic and nothing else."""

    name: str
    line: str


def lone_magic(code: str) -> Magic | None:
    """Return the line magic that a transformed cell is, so that the kernel can answer it itself; None if it is more."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return None
    match body:
        case [
            ast.Expr(
                ast.Call(
                    ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"),
                    [ast.Constant(str(name)), ast.Constant(str(line))],
                )
            )
        ]:
            return Magic(name, line)
    return None
