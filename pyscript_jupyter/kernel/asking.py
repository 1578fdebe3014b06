"""What an editor asks an interpreter while somebody types: how code goes on, and what a name is."""

from __future__ import annotations

from typing import Any, Literal

from pyscript_jupyter.errors import PyScriptError, RunTimeoutError
from pyscript_jupyter.widget.environment import Environment

QUICK = 5.0
"""Seconds that an answer may take: a reader waits for it with the key still down."""


def ask(
    environment: Environment, task: Literal["complete", "inspect"], code: str, cursor: int, detail_level: int = 0
) -> dict[str, Any] | None:
    """Return the answer as `pyscript_jupyter.protocol.messages.Result` has it; None where there is none in time."""
    try:
        answer = environment.perform(task, code, QUICK, cursor=cursor, detail=1 if detail_level else 0)
    except (PyScriptError, KeyboardInterrupt):
        return None
    return answer.data if answer else None


def describe(environment: Environment, name: str, detail_level: int = 0) -> str:
    """Return what ``name?`` shows.

    Raises
    ------
    LostError, BrowserError, KeyboardInterrupt
        See `Environment.run`.
    """
    try:
        answer = environment.perform("inspect", name, QUICK, cursor=len(name), detail=1 if detail_level else 0)
    except RunTimeoutError:
        return (
            f"Looking at `{name}` was given up after {QUICK:g} s. It may be there: its text, or one of its attributes, "
            "takes longer than that."
        )
    return str(answer.data["text/plain"]) if answer else f"Object `{name}` not found."


def inspect_reply(data: dict[str, Any] | None) -> dict[str, Any]:
    """Return the content of an ``inspect_reply`` with this answer."""
    return {"status": "ok", "found": data is not None, "data": data or {}, "metadata": {}}
