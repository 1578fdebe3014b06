"""Cells as IPython reads them: magics, ``?`` and ``!`` become calls, and code that is not complete is told.

All of it is IPython's own, but for ``%time`` and for what ``%timeit`` awaits; what the calls do is the matter of the
browser's Python.
"""

from __future__ import annotations

import ast
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from io import StringIO
from typing import Any, NamedTuple

from IPython.core.inputtransformer2 import TransformerManager


@cache
def _manager() -> TransformerManager:
    return TransformerManager()


def transform(cell: str) -> str:
    """Return a cell as plain Python, whose lines stay where they are."""
    above, cell = _EMPTY_LINES.match(cell)[0], _EMPTY_LINES.sub("", cell, count=1)  # type: ignore[index]  # it matches
    return "\n" * above.count("\n") + _transform(cell)


_EMPTY_LINES = re.compile(r"(?:[^\S\n]*\n)*")
"""At the head of a cell, where IPython takes them away."""


def _transform(cell: str) -> str:
    first, _, body = cell.partition("\n")
    if first.rstrip() == "%%time" and body.strip():
        return _clocked(transform(body))  # the code is the cell's own, and may await
    try:
        return _in_place(str(_manager().transform_cell(cell)))
    except SyntaxError:
        return cell  # the browser's Python says better what is wrong


_CLOCK = "get_ipython().clock()"
"""Begins to measure: up to the end of the cell, or of what `_timed` stands around."""


def _clocked(code: str) -> str:
    """Return code, moved down by a line, measured from its beginning; imports of the future stay first."""
    try:
        body = ast.parse(code).body
    except SyntaxError:
        body = []
    first = [each for each in body if isinstance(each, ast.ImportFrom) and each.module == "__future__"]
    if not first:
        return f"{_CLOCK}\n{code}"
    lines = code.encode().split(b"\n")
    line, column = (first[-1].end_lineno or 1) - 1, first[-1].end_col_offset
    lines[line] = lines[line][:column] + f"; {_CLOCK}".encode() + lines[line][column or 0 :]
    return "\n" + b"\n".join(lines).decode()


def _timed(expression: str) -> str:
    return f"get_ipython().timed({_CLOCK}, ({expression}))"


_TIME = b"get_ipython().run_line_magic('time', "
_TIMEIT = (b"get_ipython().run_line_magic('timeit', ", b"get_ipython().run_cell_magic('timeit', ")


def _in_place(source: str) -> str:
    """Have code be measured where it stands.

    ``%time`` does so to an expression, or to what is assigned: with its names, and its awaits. ``%timeit`` is awaited
    itself where it awaits.
    """
    lines = source.encode().split(b"\n")
    if not any(begun in line for line in lines for begun in (_TIME, *_TIMEIT)):
        return source
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return source
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Expr | ast.Call)]
    plain = {id(each) for node in ast.walk(tree) if isinstance(node, _PLAIN) for each in _within(node)}
    for node in sorted(found, key=lambda node: (node.lineno, -node.col_offset), reverse=True):
        line = lines[node.lineno - 1]
        start, end = node.col_offset, node.end_col_offset
        call = node.value if isinstance(node, ast.Expr) else node
        if node.end_lineno != node.lineno:
            continue
        if line.startswith(_TIME, start) and (magic := _magic_of(call)):
            timed = _timed_line(transform(magic.line).strip(), alone=isinstance(node, ast.Expr))
            if timed is not None:
                lines[node.lineno - 1] = line[:start] + timed.encode() + line[end:]
        elif line.startswith(_TIMEIT, start) and isinstance(node, ast.Call) and any(map(_awaits, node.args)):
            if id(node) in plain:
                continue  # the browser's Python says so
            begun = next(each for each in _TIMEIT if line.startswith(each, start))
            lines[node.lineno - 1] = line[:start] + b"await get_ipython().timeit(" + line[start + len(begun) :]
    return b"\n".join(lines).decode()


_PLAIN = ast.FunctionDef | ast.Lambda


def _within(function: ast.AST) -> Iterator[ast.AST]:
    """Return what stands in a function, but for functions in it that are asynchronous."""
    for each in ast.iter_child_nodes(function):
        if not isinstance(each, ast.AsyncFunctionDef):
            yield each
            yield from _within(each)


def _awaits(argument: ast.expr) -> bool:
    """Whether ``await`` is among the words of code, which may be no Python as a whole."""
    match argument:
        case ast.Constant(str(code)):
            words = tokenize.generate_tokens(StringIO(code).readline)
            try:
                return any(word.type == tokenize.NAME and word.string == "await" for word in words)
            except (tokenize.TokenError, SyntaxError):
                pass
    return False


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


def leaves(code: str) -> bool | None:
    """Return whether the kernel stays when a cell, such as ``exit``, has the client leave; None for other cells.

    It does where the call's one argument is true, as with IPython. This is for an interpreter that is not there: one
    that is does more, see `_pyscript_blocking.py`.
    """
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return None
    match body:
        case [ast.Expr(ast.Name("exit" | "quit") | ast.Call(ast.Name("exit" | "quit"), [], []))]:
            return False
        case [ast.Expr(ast.Call(ast.Name("exit" | "quit"), [ast.Constant(keeps)], []))]:
            return bool(keeps)
        case [ast.Expr(ast.Call(ast.Name("exit" | "quit"), [], [ast.keyword("keep_kernel", ast.Constant(keeps))]))]:
            return bool(keeps)
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
