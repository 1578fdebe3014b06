"""Outcomes as the contents of Jupyter's replies."""

from __future__ import annotations

from typing import Any

from pyscript_jupyter.errors import BrowserInterrupt, PyScriptError


def failed(error: PyScriptError | KeyboardInterrupt) -> dict[str, Any]:
    """Return the content of a reply, and of an ``error`` message, for what a cell has raised."""
    if isinstance(error, PyScriptError | BrowserInterrupt):
        name, traceback = type(error).__name__, error._render_traceback_()  # IPython's name for it
    else:
        name, traceback = "KeyboardInterrupt", ["\x1b[31mKeyboardInterrupt\x1b[39m"]
    return {"status": "error", "ename": name, "evalue": str(error), "traceback": traceback}
