"""Cells as IPython reads them: magics, ``?`` and ``!`` become calls, and code that is not complete is told.

All of it is IPython's own, but for ``%time``; what the calls do is the matter of the browser's Python.
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
    first, _, body = cell.lstrip("\n").partition("\n")
    if first.rstrip() == "%%time" and body.strip():
        # The code is the cell's own, and may await; its lines stay where they are.
        above = len(body) - len(body.lstrip("\n"))
        return f"{_CLOCK}\n{above * chr(10)}{transform(body)}"
    try:
        return _time_in_place(str(_manager().transform_cell(cell)))
    except SyntaxError:
        return cell  # the browser's Python says better what is wrong


_CLOCK = "get_ipython().clock()"
"""Begins to measure: up to the end of the cell, or of what `_timed` stands around."""


def _timed(expression: str) -> str:
    return f"get_ipython().timed({_CLOCK}, ({expression}))"


def _time_in_place(source: str) -> str:
    """Have ``%time`` measure an expression, or what is assigned, where it stands: with its names, and its awaits."""
    if "run_line_magic('time'" not in source:
        return source
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    lines = source.encode().split(b"\n")
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Expr | ast.Call)]
    for node in sorted(found, key=lambda node: (node.lineno, -node.col_offset), reverse=True):
        call = node.value if isinstance(node, ast.Expr) else node
        magic = _magic_of(call)
        if magic is None or magic.name != "time" or node.end_lineno != node.lineno:
            continue
        timed = _timed_line(transform(magic.line).strip(), alone=isinstance(node, ast.Expr))
        line = lines[node.lineno - 1]
        if timed is not None and line[node.col_offset :].startswith(b"get_ipython().run_line_magic('time'"):
            lines[node.lineno - 1] = line[: node.col_offset] + timed.encode() + line[node.end_col_offset :]
    return b"\n".join(lines).decode()


def _timed_line(code: str, alone: bool) -> str | None:
    """Return one line with what it computes being timed; None where it is no expression and nothing is assigned.

    ``alone`` says that it is a statement, and no part of one.
    """
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return None
    match body:
        case [ast.Expr(value)]:
            pass
        case [ast.Assign(value=value) | ast.AugAssign(value=value) | ast.AnnAssign(value=ast.expr() as value)] if alone:
            pass
        case _:
            return None
    if value.lineno != 1 or value.end_lineno != 1 or "\n" in code:
        return None
    text = code.encode()
    start, end = value.col_offset, value.end_col_offset
    timed = _timed(text[start:end].decode())
    return f"{text[:start].decode()}{timed}{text[end:].decode()}" if alone else timed


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
        case [ast.Expr(call)]:
            return _magic_of(call)
    return None


def _magic_of(node: ast.expr) -> Magic | None:
    """Return the line magic that a call stands for."""
    match node:
        case ast.Call(
            ast.Attribute(ast.Call(ast.Name("get_ipython")), "run_line_magic"),
            [ast.Constant(str(name)), ast.Constant(str(line))],
        ):
            return Magic(name, line)
    return None
