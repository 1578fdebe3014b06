"""What is installed in Pyodide, and how what was put there comes away again.

The wheels themselves are unpacked by Pyodide's own installer: see `PyodideAdapter`.
"""

import contextlib
import importlib
import importlib.metadata
import site
from pathlib import Path


def perform(task, buffers):
    """Remove the files that ``undo`` names, and return what is there then, as `Result` in messages.py has it."""
    importlib.invalidate_caches()
    for name in task.get("undo", ()):
        _remove(name)
    return {"installed": [_about(each) for each in importlib.metadata.distributions()]}


def _about(distribution):
    return {
        "name": distribution.name,
        "version": distribution.version,
        "requires": distribution.requires or [],
        "extras": distribution.metadata.get_all("Provides-Extra", []),
    }


def _remove(name):
    """Remove a file that a wheel has brought, if it has, and the folders that are empty then."""
    path = Path(name)
    top = Path(site.getsitepackages()[0])
    (top / path).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for folder in path.parents[:-1]:
            (top / folder).rmdir()
