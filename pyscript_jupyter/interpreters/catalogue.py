"""The catalogue of interpreters.

``catalogue.json`` beside this file names them, for Python and for the build alike; versions and hashes are what the
build put into ``static/manifest.json``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyscript_jupyter.errors import UsageError


@dataclass(frozen=True)
class Interpreter:
    """One interpreter that can run in the browser.

    Attributes
    ----------
    name
        The canonical name, such as ``micropython``.
    label
        The name for people.
    python
        The version of the Python language that it says it runs.
    environment
        The name of the environment that it runs in by default.
    aliases
        Every name by which it can be asked for.
    licence
        The SPDX identifier.
    """

    name: str
    label: str
    python: str
    environment: str
    aliases: tuple[str, ...]
    licence: str


@cache
def catalogue() -> tuple[Interpreter, ...]:
    """Return every interpreter, in the order of the catalogue."""
    entries = json.loads(Path(__file__).with_name("catalogue.json").read_text("utf-8"))
    return tuple(
        Interpreter(
            name=name,
            label=entry["label"],
            python=entry["python"],
            environment=entry["environment"],
            aliases=tuple(entry["aliases"]),
            licence=entry["licence"],
        )
        for name, entry in entries.items()
    )


def find(alias: str) -> Interpreter:
    """Return the interpreter of that name or alias.

    Raises
    ------
    UsageError
        There is none; the message lists those that there are.
    """
    for interpreter in catalogue():
        if alias in interpreter.aliases:
            return interpreter
    known = "; ".join(f"{' or '.join(each.aliases)} ({each.label})" for each in catalogue())
    wanted = f"There is no interpreter named {alias!r}." if alias else "No interpreter was named."
    raise UsageError(f"{wanted} Name one of: {known}.")
