"""Styles of a notebook's own that are safe to keep: what a table or an output looks like, in its own place.

A declaration stays if its property is listed in ``allowed.json`` and its value fetches nothing. A rule of a ``<style>``
element stays if each of its selectors begins with an id, as those of a pandas Styler do: others would reach what is not
the output's own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import tinycss2
from tinycss2 import ast

_P = ParamSpec("_P")
_ALLOWED = json.loads(Path(__file__).with_name("allowed.json").read_text("utf-8"))
PROPERTIES = frozenset(" ".join(_ALLOWED["css properties"]).split())
"""What a declaration may set. Nothing that takes an element out of its place: no position, no transform."""

_FUNCTIONS = frozenset(" ".join(_ALLOWED["css functions"]).split())
_NEGATIVE = re.compile(r"margin|indent")
_HIDDEN = {"display", "visibility"}
"""Not for a style sheet: outputs hide by it what stands in for them, and here no script brings the rest to life."""


def _unless_too_deep(function: Callable[_P, str]) -> Callable[_P, str]:
    """Let nothing stay of what is nested too deeply to be read."""

    @wraps(function)
    def attempt(*args: _P.args, **kwargs: _P.kwargs) -> str:
        try:
            return function(*args, **kwargs)
        except RecursionError:
            return ""

    return attempt


@_unless_too_deep
def declarations(css: str, sheet: bool = False) -> str:
    """Return what may stay of a ``style`` attribute, or (``sheet``) of a rule's block."""
    kept = []
    for node in tinycss2.parse_declaration_list(css, skip_comments=True, skip_whitespace=True):
        if not isinstance(node, ast.Declaration) or node.lower_name not in PROPERTIES:
            continue
        if sheet and node.lower_name in _HIDDEN:
            continue
        if not _harmless(node.value, node.lower_name):
            continue
        value = tinycss2.serialize(node.value).strip()
        kept.append(f"{node.lower_name}: {value}{' !important' if node.important else ''}")
    return "; ".join(kept)


@_unless_too_deep
def rules(css: str) -> str:
    """Return what may stay of a style sheet."""
    kept = []
    for node in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if not isinstance(node, ast.QualifiedRule):
            continue
        block = declarations(tinycss2.serialize(node.content), sheet=True)
        if block and _anchored(node.prelude):
            kept.append(f"{tinycss2.serialize(node.prelude).strip()} {{{block}}}")
    # A style element ends at "</style", wherever that stands.
    return "\n".join(rule for rule in kept if "<" not in rule)


def _anchored(prelude: list[ast.Node]) -> bool:
    first = True
    for node in prelude:
        if first:
            if isinstance(node, ast.WhitespaceToken | ast.Comment):
                continue
            if not isinstance(node, ast.HashToken) or is_ours(node.value):
                return False
            first = False
        elif isinstance(node, ast.LiteralToken):
            if node.value not in {",", ">", ".", ":", "::", "*"}:  # no sibling: it may be another cell's
                return False
            first = node.value == ","
        elif isinstance(node, ast.FunctionBlock):
            if node.lower_name not in {"nth-child", "nth-of-type", "not"}:
                return False
        elif not isinstance(node, ast.IdentToken | ast.WhitespaceToken | ast.Comment | ast.HashToken):
            return False
    return not first


def is_ours(name: str) -> bool:
    """Return whether an id belongs to the page and not to what a notebook shows."""
    return name.lower().startswith(("cell-", "pyscript"))


def _harmless(value: list[ast.Node], name: str) -> bool:
    for node in value:
        if isinstance(node, ast.FunctionBlock):
            if node.lower_name not in _FUNCTIONS or not _harmless(node.arguments, name):
                return False
        elif isinstance(node, ast.NumberToken | ast.DimensionToken | ast.PercentageToken):
            if node.value < 0 and _NEGATIVE.search(name):
                return False
        elif isinstance(node, ast.StringToken):
            if name not in {"font", "font-family"} or "<" in node.value:
                return False
        elif isinstance(node, ast.LiteralToken):
            if node.value not in {",", "/", "+", "-", "*"}:
                return False
        elif not isinstance(node, ast.IdentToken | ast.HashToken | ast.WhitespaceToken):
            return False  # URLs, blocks, what could not be parsed
    return True
