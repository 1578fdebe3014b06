"""The `pyscript` module of a notebook's environment, in Pyodide and in MicroPython, as PyScript's users know it.

Most of its parts are PyScript's own, taken from `@pyscript/core` at build time; ours are `display` (under the cell),
`context` (resolved when it is used), `workers`, and the small classes of `content`. A part is loaded when one of its
names is first asked for, and nothing at import: MicroPython's first cell would wait for it, and Pyodide's memory
snapshot is made where there is no browser.
"""

import sys

from pyscript.display import clear_output, display, update_display

__all__ = (
    "HTML",
    "JSON",
    "RUNNING_IN_WORKER",
    "SVG",
    "Event",
    "Image",
    "Latex",
    "Markdown",
    "Math",
    "PyWorker",
    "Storage",
    "WebSocket",
    "XWorker",
    "clear_output",
    "config",
    "create_named_worker",
    "current_target",
    "display",
    "document",
    "fetch",
    "js_import",
    "js_modules",
    "py_import",
    "storage",
    "sync",
    "update_display",
    "when",
    "window",
    "workers",
)

_HOME = {"Event": "events", "when": "events", "WebSocket": "websocket", "Storage": "_storage", "storage": "_storage"}
_HOME["fetch"] = "_fetch"
for _name in ("HTML", "JSON", "SVG", "Image", "Latex", "Markdown", "Math"):
    _HOME[_name] = "content"
for _name in ("PyWorker", "XWorker", "create_named_worker", "workers"):
    _HOME[_name] = "_workers"
_MODULES = (
    "_events",
    "_fs",
    "_websocket",
    "content",
    "context",
    "events",
    "ffi",
    "flatted",
    "fs",
    "js_modules",
    "media",
    "util",
    "web",
    "websocket",
)


def _part(name):
    return __import__("pyscript." + name, None, None, (name,))


def __getattr__(name):
    if name in _MODULES:
        return _part(name)
    if name not in __all__:
        raise AttributeError("module 'pyscript' has no attribute '{}'".format(name))
    value = getattr(_part(_HOME.get(name, "context")), name)
    globals()[name] = value
    return value


class _Namesake:
    """Stands in for a module that is named like a member: its import would put the module in the member's place."""

    def __init__(self, home):
        self._home = home

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_part(self._home), name)


for _name in ("fetch", "storage", "workers"):
    sys.modules["pyscript." + _name] = _Namesake("_" + _name)
