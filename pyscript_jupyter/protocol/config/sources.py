"""Where something comes from: a URL, which the browser fetches, or a path, which the kernel reads."""

from __future__ import annotations

import os.path
import re

from pyscript_jupyter.errors import UsageError

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")  # one letter is a drive of Windows
_FETCHED = ("http", "https", "data")


def is_url(source: str) -> bool:
    """Whether the browser fetches it."""
    match = _SCHEME.match(source)
    return match is not None and match[1].lower() in _FETCHED


def locate(source: str, folder: str, where: str) -> str:
    """Return a URL as it is, and a path as an absolute one.

    Parameters
    ----------
    source
        As the configuration has it.
    folder
        What relative paths are relative to.
    where
        What messages call the place.

    Raises
    ------
    UsageError
        It is empty, or of a kind that nobody can read.
    """
    if is_url(source):
        return source
    match = _SCHEME.match(source)
    if match or source.startswith("//"):
        raise UsageError(
            f"{where}: {source!r} can be read neither by the browser nor by the kernel. Name a URL of http, https or "
            "data, or the path of a file as the kernel sees it."
        )
    if not source.strip() or "\0" in source:
        raise UsageError(f"{where}: {source!r} names nothing. Name a URL, or the path of a file.")
    return os.path.normpath(os.path.join(folder, source)) + ("/" if source.endswith("/") else "")  # noqa: PTH118  # no I/O


def last_part(source: str) -> str:
    """Return the name of the file that a URL or a path ends in, "" where it ends in none."""
    if source.lower().startswith("data:"):
        return ""
    path = re.split(r"[?#]", source, maxsplit=1)[0] if is_url(source) else source.replace("\\", "/")
    return path.rsplit("/", 1)[-1]
