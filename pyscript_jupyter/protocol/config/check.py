"""A configuration's table to `Config`: everything in it is checked, and what it brings is listed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config import keys
from pyscript_jupyter.protocol.config.files import read_fetch, read_files, refuse_twice
from pyscript_jupyter.protocol.config.packages import read_packages
from pyscript_jupyter.protocol.config.parse import plain
from pyscript_jupyter.protocol.config.sources import last_part, locate

CORE_PLUGINS = ("codemirror", "deprecations-manager", "donkey", "error", "py-editor", "py-game", "py-terminal")
"""PyScript's own plugins, which belong to its pages."""


def check(given: Mapping[str, Any], interpreter: str, version: str, folder: str, where: str) -> m.Config:
    """Check a configuration, and list what it brings.

    Parameters
    ----------
    given
        The table, as it was parsed.
    interpreter, version
        What it is for: the canonical name, and the version that is installed.
    folder
        What relative paths are relative to.
    where
        What messages call the configuration.

    Raises
    ------
    UsageError
        A key is not known, or a value is not what it must be.
    """
    user = plain(given, where)
    keys.check(user, keys.KEYS, where)
    _check_interpreter(user, interpreter, version, where)
    files = read_files(user.get("files", {}), folder, where) + read_fetch(user.get("fetch", []), folder, where)
    refuse_twice(files, where)
    packages, requirements = read_packages(user.get("packages", []), folder, interpreter, where)
    _check_hooks(user.get("hooks", {}), f"{where}, `hooks`")
    return m.Config(
        user=user,
        files=files,
        packages=packages,
        requirements=requirements,
        modules=_read_modules(user.get("js_modules", {}), folder, f"{where}, `js_modules`"),
        plugins=_read_plugins(user.get("plugins", []), folder, f"{where}, `plugins`"),
    )


def _check_interpreter(user: Mapping[str, Any], interpreter: str, version: str, where: str) -> None:
    wanted = user.get("interpreter", version)
    if wanted != version:
        raise UsageError(
            f"{where}: `interpreter` is {wanted!r}, and what is installed is {interpreter} {version}. It is pinned and "
            "checked by its hash, and no other is loaded, neither by version nor by URL: leave the key out."
        )
    if interpreter == "micropython":
        if user.get("debug"):
            raise UsageError(f"{where}: `debug` needs another build of MicroPython, which is not here: leave it out.")
        if "experimental_create_proxy" in user:
            raise UsageError(f"{where}: `experimental_create_proxy` is for Pyodide only: leave it out.")


def _read_modules(given: Mapping[str, Any], folder: str, where: str) -> list[m.ConfigModule]:
    keys.check(given, keys.JS_MODULES, where)
    found: list[m.ConfigModule] = []
    for realm, modules in given.items():
        named: dict[str, str] = {}
        for source, name in modules.items():
            place = f"{where}.{realm}, {source!r}"
            if not name.isidentifier():
                raise UsageError(f"{place}: {name!r} is no name that Python can import: letters, digits and '_' are.")
            if last_part(source).endswith(".css"):
                if realm == "worker":
                    raise UsageError(f"{place}: a worker has no page to style: put it into `js_modules.main`.")
            elif name in named:
                raise UsageError(f"{place}: {name!r} is the name of {named[name]!r} already: choose another one.")
            else:
                named[name] = source
            found.append(m.ConfigModule(source=locate(source, folder, place), name=name, main=realm == "main"))
    return found


def _check_hooks(given: Mapping[str, Any], where: str) -> None:
    keys.check(given, keys.HOOKS, where)
    for realm, hooks in given.items():
        for name in hooks:
            if name in keys.JS_HOOKS:
                raise UsageError(
                    f"{where}.{realm}: `{name}` is JavaScript. Put it into a module that exports `hooks`, and name "
                    "that module in `plugins`."
                )
        keys.check(hooks, keys.CODE_HOOKS, f"{where}.{realm}")


def _read_plugins(given: list[str], folder: str, where: str) -> list[m.Supply]:
    found = []
    for entry in given:
        if entry.startswith("!"):
            continue  # leaves out one of PyScript's own, of which there is none here
        if entry in CORE_PLUGINS:
            raise UsageError(f"{where}: {entry!r} belongs to PyScript's own pages, and is not here: leave it out.")
        if not last_part(entry).endswith((".js", ".mjs")):
            raise UsageError(f"{where}: {entry!r} is no JavaScript module: name one by path or URL, as ./plugin.js.")
        found.append(m.Supply(source=locate(entry, folder, f"{where}, {entry!r}")))
    return found
