"""TOML and JSON to a configuration's table, and what a table may hold."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any, Literal

from pyscript_jupyter.errors import UsageError

LARGEST = 2**53
"""JavaScript rounds integers beyond it."""

DEEPEST = 40
"""Levels of nesting; more of them than anyone writes, and fewer than a message can have."""


def parse(text: str, kind: Literal["toml", "json", ""], where: str) -> dict[str, Any]:
    """Read a configuration.

    Parameters
    ----------
    text
        Its source.
    kind
        What it is written in; "" for whichever it looks like, where JSON begins with a brace.
    where
        What messages call it.

    Raises
    ------
    UsageError
        It is no such text, or no table.
    """
    if not kind:
        _refuse_what_is_neither(text, where)
        kind = "json" if text.lstrip().startswith("{") else "toml"
    try:
        value = json.loads(text, object_pairs_hook=_once) if kind == "json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError, _TwiceError, RecursionError) as error:
        raise UsageError(f"{where} is no {kind.upper()}: {error or 'it is nested too deeply'}. {_hint(kind)}") from None
    if not isinstance(value, dict):
        raise UsageError(f"{where} must be a table of keys, and it is {value!r:.80}.")
    return value


def _refuse_what_is_neither(text: str, where: str) -> None:
    """Say what text is that looks like TOML or JSON only from afar: a name, or JSON that is no table."""
    text = text.strip()
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        if not text or "\n" in text or "=" in text or text.startswith(("{", "[")):
            return
        raise UsageError(
            f"{where} is {text!r:.80}, which is neither TOML nor JSON, nor the path of a .toml or .json file. "
            f"{_hint('')}"
        ) from None
    if not isinstance(value, dict):
        raise UsageError(f"{where} must be a table of keys, and it is {text:.80}. {_hint('')}")


def plain(value: Any, where: str, depth: int = 0) -> Any:
    """Return a copy of what both Python and JavaScript know alike: tables, lists, text, numbers, true and false.

    Raises
    ------
    UsageError
        It holds something else; the message says at which key.
    """
    if depth > DEEPEST:
        raise UsageError(f"{where} is nested more than {DEEPEST} levels deep: make it flatter.")
    match value:
        case None | bool() | float():
            return value
        case int():
            if abs(value) > LARGEST:
                raise UsageError(f"{where}: {value} is too large for the browser, which rounds beyond 2**53: use text.")
            return int(value)
        case str():
            try:
                value.encode()
            except UnicodeEncodeError as error:
                raise UsageError(f"{where} is no valid Unicode, and cannot be sent to the browser: {error}.") from None
            return str(value)
        case Mapping():
            for key in value:
                if not isinstance(key, str):
                    raise UsageError(f"{where}: keys are text, and this is {key!r:.80}.")
                plain(key, f"{where}, key {key!r}", depth)
            return {key: plain(each, f"{where}, key {key!r}", depth + 1) for key, each in value.items()}
        case list() | tuple():
            return [plain(each, f"{where}[{index}]", depth + 1) for index, each in enumerate(value)]
    raise UsageError(
        f"{where} is {value!r:.80}, of type {type(value).__name__}: a configuration holds text, numbers, true and "
        "false, lists and tables, as JSON does."
    )


class _TwiceError(ValueError):
    """A key that stands twice; which one JSON would take is nobody's guess."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise _TwiceError(f"the key {twice!r} stands there twice")
    return table


def _hint(kind: str) -> str:
    if kind == "json":
        return 'A configuration in JSON looks like {"packages": ["attrs"]}.'
    return 'A configuration is a file such as pyscript.toml, or text such as packages = ["attrs"] or {"debug": true}.'
