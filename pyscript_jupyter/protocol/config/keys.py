"""Every key of a configuration, what its value must be, and which keys there are no more or not here.

The list is that of PyScript's documentation (https://docs.pyscript.net/latest/user-guide/configuration/) and of what
PolyScript and PyScript's core read. A key that is none is refused with the nearest one that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pyscript_jupyter.errors import UsageError


class Key(NamedTuple):
    """What the value of a key must be: for the check, and for people."""

    fits: Callable[[Any], bool]
    wanted: str


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _mapping(value: Any) -> bool:
    return isinstance(value, dict)


def _texts_by_text(value: Any) -> bool:
    return isinstance(value, dict) and all(isinstance(each, str) for each in value.values())


TEXT = Key(_text, "text")
TEXTS = Key(_texts, "a list of texts")
FLAG = Key(lambda value: isinstance(value, bool), "true or false")
TEXT_BY_TEXT = Key(_texts_by_text, "a table of texts")
TABLE = Key(_mapping, "a table")

KEYS: Mapping[str, Key] = {
    "packages": TEXTS,
    "packages_cache": Key(lambda value: value in ("all", "passthrough", "never"), '"all", "passthrough" or "never"'),
    "index_urls": Key(lambda value: _text(value) or _texts(value), "a URL or a list of URLs"),
    "files": TEXT_BY_TEXT,
    "fetch": Key(lambda value: isinstance(value, list) and all(map(_mapping, value)), "a list of tables"),
    "js_modules": TABLE,
    "plugins": TEXTS,
    "hooks": TABLE,
    "interpreter": TEXT,
    "debug": FLAG,
    "sync_main_only": FLAG,
    "experimental_create_proxy": TEXT,
    "experimental_remote_packages": FLAG,
    "name": TEXT,
    "description": TEXT,
    "version": TEXT,
    "type": TEXT,
    "author_name": TEXT,
    "author_email": TEXT,
    "license": TEXT,
    "schema_version": Key(lambda value: isinstance(value, int), "a number"),
    "custom": TABLE,
}
"""The keys of a configuration. From ``name`` on they change nothing: code finds them in ``pyscript.config``."""

NOT_HERE = {
    "experimental_ffi_timeout": "is set when a worker is made, and ours is made before its configuration is known",
    "plugin": "is `plugins`, a list",
    "paths": "was the name of `files` in an older PyScript",
    "runtimes": "was the name of `interpreter` in an older PyScript",
    "autoclose_loader": "belongs to the loader of an older PyScript, which is not here",
    "splashscreen": "belongs to the loader of an older PyScript, which is not here",
    "execution_thread": "is not needed: an environment is a worker, and with --main the main thread",
    "terminal": "is not needed: what a cell prints appears under it",
}
"""Keys that PyScript has or had, and why there are none of them here."""

FETCH: Mapping[str, Key] = {"from": TEXT, "to_folder": TEXT, "to_file": TEXT, "files": TEXTS}
JS_MODULES: Mapping[str, Key] = {"main": TEXT_BY_TEXT, "worker": TEXT_BY_TEXT}
HOOKS: Mapping[str, Key] = {"main": TEXT_BY_TEXT, "worker": TEXT_BY_TEXT}
CODE_HOOKS: Mapping[str, Key] = {
    "codeBeforeRun": TEXT,
    "codeBeforeRunAsync": TEXT,
    "codeAfterRun": TEXT,
    "codeAfterRunAsync": TEXT,
}
JS_HOOKS = ("onWorker", "onReady", "onBeforeRun", "onBeforeRunAsync", "onAfterRun", "onAfterRunAsync")


def check(given: Mapping[str, Any], known: Mapping[str, Key], where: str) -> None:
    """Refuse keys that are not known, and values of the wrong kind.

    Raises
    ------
    UsageError
        It names the key, and the nearest one that there is.
    """
    for name, value in given.items():
        if name in NOT_HERE and known is KEYS:
            raise UsageError(f"{where}: the key {name!r} {NOT_HERE[name]}. Leave it out.")
        if name not in known:
            raise UsageError(f"{where}: {unknown(name, known)}")
        if not known[name].fits(value):
            raise UsageError(f"{where}: the value of {name!r} must be {known[name].wanted}, and it is {value!r:.80}.")


def unknown(name: str, known: Iterable[str]) -> str:
    """Return a sentence on a key that there is not."""
    names = list(known)
    near = get_close_matches(name.lower(), [each.lower() for each in names], n=1, cutoff=0.5)
    meant = [each for each in names if each.lower() in near]
    hint = f"Did you mean {meant[0]!r}?" if meant else f"There are: {', '.join(names)}."
    own = " Keys of your own go into the table `custom`." if "custom" in names else ""
    return f"there is no key {name!r}. {hint}{own}"
