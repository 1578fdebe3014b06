"""A configuration as a user gives it, wherever that is: a file's path, JSON or TOML as text, or a dict."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.interpreters.catalogue import Interpreter
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config.check import check
from pyscript_jupyter.protocol.config.parse import parse
from pyscript_jupyter.protocol.config.sources import is_url

Given = str | os.PathLike[str] | Mapping[str, Any]
"""A path that ends in ``.toml`` or ``.json``, text in one of the two, or the table itself."""


def configure(given: Given | None, packages: list[str], interpreter: Interpreter) -> m.Config:
    """Read and check a configuration.

    Parameters
    ----------
    given
        See `Given`; None for an empty one.
    packages
        More packages, as of ``--packages``.
    interpreter
        What it is for.

    Raises
    ------
    UsageError
        There is no such file, it cannot be read, or something in it is not what it must be.
    """
    table, folder, where = _read(given)
    if packages:
        listed = table.get("packages", [])
        table = {**table, "packages": [*listed, *packages] if isinstance(listed, list) else listed}
    if not table:
        return m.Config()
    version = assets.manifest().interpreters[interpreter.name].version
    return check(table, interpreter.name, version, str(folder), where)


def _read(given: Given | None) -> tuple[Mapping[str, Any], Path, str]:
    """Return the table, the folder that its paths are relative to, and what messages call it."""
    here = Path.cwd()
    if given is None or isinstance(given, Mapping):
        return given or {}, here, "The configuration"
    if not isinstance(given, str | os.PathLike):
        raise UsageError(
            f"A configuration is the path of a file, text in TOML or JSON, or a dict, and not {type(given).__name__}: "
            f"{given!r:.80}."
        )
    text = os.fspath(given).strip()
    if isinstance(given, str) and not text.lower().endswith((".toml", ".json")):
        return parse(text, "", "The configuration"), here, "The configuration"
    if is_url(text):
        raise UsageError(
            f"The configuration {text} is a URL, which the kernel does not fetch: save it beside the notebook, and "
            "name that file."
        )
    path = Path(text).expanduser()
    try:
        source = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise UsageError(
            f"The configuration {text} cannot be read: {reason}. A file was wanted, beside the notebook or in "
            f'{here}; a configuration as text looks like packages = ["attrs"] or {{"debug": true}}.'
        ) from None
    return parse(source, "json" if path.suffix.lower() == ".json" else "toml", text), path.resolve().parent, text
