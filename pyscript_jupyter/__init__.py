"""Run a notebook's code in the reader's own browser.

``%load_ext pyscript_jupyter`` adds the ``%%pyscript`` and ``%pyscript`` magics; `PyScript` is the same environment as
an object. Importing this package loads no Jupyter, no tornado and no widget: each entry hook imports what it needs.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import (
    BrowserError,
    ExportError,
    LoadError,
    LostError,
    NoBrowserError,
    NoPageError,
    NoServerError,
    NotInstalledError,
    ProtocolError,
    PyScriptError,
    RunTimeoutError,
    UsageError,
    VersionError,
)

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from pyscript_jupyter.widget.pyscript import PyScript as PyScript

__all__ = [
    "BrowserError",
    "ExportError",
    "LoadError",
    "LostError",
    "NoBrowserError",
    "NoPageError",
    "NoServerError",
    "NotInstalledError",
    "ProtocolError",
    "PyScript",
    "PyScriptError",
    "RunTimeoutError",
    "UsageError",
    "VersionError",
    "__version__",
]


def __getattr__(name: str) -> Any:
    if name == "PyScript":
        from pyscript_jupyter.widget.pyscript import PyScript

        _load_in_notebook()

        return PyScript
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _load_in_notebook() -> None:
    """Load the extension where IPython runs and that was not done, so that output goes where a notebook shows it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None and shell.extension_manager is not None:
        shell.extension_manager.load_extension(__name__)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Add the magics to a kernel; called by ``%load_ext pyscript_jupyter``."""
    from pyscript_jupyter.kernel.extension import load

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Close every environment and take the magics away; called by ``%unload_ext pyscript_jupyter``."""
    from pyscript_jupyter.kernel.extension import unload

    unload(ipython)


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from pyscript_jupyter.server.app import PyScriptServer

    return [{"module": "pyscript_jupyter", "app": PyScriptServer}]
