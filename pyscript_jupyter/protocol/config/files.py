"""The keys ``files`` and ``fetch``: PyScript's notation for what goes into the interpreter's file system.

``files`` maps sources to destinations. A destination of "" is the source's own name, one that ends in ``/`` is a
folder, one that ends in ``/*`` the folder that an archive is unpacked into. A source in braces, such as ``{FROM}``,
defines an abbreviation for what follows. ``fetch`` is the older, longer way to say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config import keys
from pyscript_jupyter.protocol.config.sources import is_url, last_part, locate

_TEMPLATE = re.compile(r"\{.+?\}")
_ARCHIVES: Mapping[str, Literal["zip", "tar", "tar.gz"]] = {
    ".zip": "zip",
    ".whl": "zip",
    ".tar": "tar",
    ".tar.gz": "tar.gz",
    ".tgz": "tar.gz",
}


def read_files(given: Mapping[str, str], folder: str, where: str) -> list[m.ConfigFile]:
    """Return what ``files`` names; raises `UsageError`."""
    known: dict[str, str] = {}
    found = []
    for source, destination in given.items():
        place = f"{where}, `files`, {source!r}"
        if _TEMPLATE.fullmatch(source):
            known[source] = _expand(destination, known, place)
        else:
            found.append(_file(_expand(source, known, place), _expand(destination, known, place), folder, place))
    return found


def read_fetch(given: list[dict[str, Any]], folder: str, where: str) -> list[m.ConfigFile]:
    """Return what ``fetch`` names; raises `UsageError`."""
    found = []
    for index, entry in enumerate(given):
        place = f"{where}, `fetch`[{index}]"
        keys.check(entry, keys.FETCH, place)
        source, target = entry.get("from", ""), entry.get("to_folder", ".").rstrip("/") or "/"
        if "files" in entry and "to_file" in entry:
            raise UsageError(f"{place}: `files` and `to_file` do not go together: leave out one of them.")
        if "files" in entry:
            names = entry["files"]
            found += [_file(_join(source, name), _join(target, name), folder, place) for name in names]
        elif name := entry.get("to_file") or last_part(source):
            found.append(_file(source, _join(target, name), folder, place))
        else:
            raise UsageError(f"{place}: {source!r} ends in no file's name: give one with `to_file`.")
    return found


def refuse_twice(files: Iterable[m.ConfigFile], where: str) -> None:
    """Refuse two files for one place; raises `UsageError`."""
    taken: dict[str, str] = {}
    for file in files:
        if file.format or file.path.endswith("/"):
            continue
        if file.path in taken:
            raise UsageError(
                f"{where}: both {taken[file.path]!r} and {file.source!r} go to {file.path!r}: give one another place."
            )
        taken[file.path] = file.source


def _file(source: str, destination: str, folder: str, place: str) -> m.ConfigFile:
    located = locate(source, folder, place)
    name = last_part(source)
    if destination == "*" or destination.endswith("/*"):
        suffix = next((each for each in _ARCHIVES if name.lower().endswith(each)), "")
        if not suffix:
            raise UsageError(
                f"{place}: {destination!r} is where an archive is unpacked, and {source!r} is none that can be: "
                f"one of {', '.join(_ARCHIVES)} was wanted."
            )
        return m.ConfigFile(source=located, path=destination[:-1] or "./", format=_ARCHIVES[suffix])
    if located.endswith("/") and not is_url(source):
        # A folder beside the notebook: the kernel lists what is in it.
        return m.ConfigFile(source=located, path=destination.rstrip("/") + "/" if destination else "./")
    if destination in ("", ".") or destination.endswith("/"):
        if not name:
            raise UsageError(f"{place}: {source!r} ends in no file's name: name the destination.")
        destination = f"{destination.rstrip('.')}{name}"
    if not destination.strip() or "\0" in destination:
        raise UsageError(f"{place}: {destination!r} is no place for a file.")
    return m.ConfigFile(source=located, path=destination.removeprefix("./"))


def _expand(text: str, known: Mapping[str, str], place: str) -> str:
    def look_up(match: re.Match[str]) -> str:
        if match[0] not in known:
            above = ", ".join(known) or "none"
            raise UsageError(f"{place}: {match[0]} is not defined above it; what is: {above}.")
        return known[match[0]]

    return _TEMPLATE.sub(look_up, text)


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name.strip('/')}" if folder not in ("", ".") else name
