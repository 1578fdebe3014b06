"""Reads the files that a configuration names by path. What it names by URL is the browser's to fetch."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from pyscript_jupyter.errors import LoadError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config.sources import is_url

MAX_BYTES = 48_000_000
"""What one configuration may bring from the kernel. It travels as one message, and the relay takes 64 MiB."""

S = TypeVar("S", bound=m.Supply)


def read(config: m.Config) -> m.Config:
    """Return the configuration with the contents of every file that it names by path.

    Raises
    ------
    LoadError
        A file cannot be read; or all of them together are larger than `MAX_BYTES`.
    """
    files = [each for file in config.files for each in _walk(file)]
    filled = msgspec.structs.replace(
        config,
        files=_filled(files, "files"),
        packages=_filled(config.packages, "packages"),
        modules=_filled(config.modules, "js_modules"),
        plugins=_filled(config.plugins, "plugins"),
    )
    check_size(filled)
    return filled


def check_size(config: m.Config) -> None:
    """Refuse what is too large for one message; raises `LoadError`."""
    supplies: list[m.Supply] = [*config.files, *config.packages, *config.modules, *config.plugins]
    total = sum(len(each.data) for each in supplies if each.data is not None)
    if total > MAX_BYTES:
        largest = max(supplies, key=lambda each: len(each.data or b""))
        raise LoadError(
            f"The configuration brings {total / 1e6:.1f} MB from the kernel to the browser, and {MAX_BYTES / 1e6:g} MB "
            f"is the most; the largest is {largest.source} with {len(largest.data or b'') / 1e6:.1f} MB. Leave some "
            "out, or name a URL, which the browser fetches by itself."
        )


def _walk(file: m.ConfigFile) -> list[m.ConfigFile]:
    """Return the files of a folder, and a file as it is."""
    if is_url(file.source) or file.format:
        return [file]
    folder = Path(file.source)
    if not folder.is_dir():
        return [file]
    if not file.path.endswith("/"):
        raise LoadError(
            f"`files`: {folder} is a folder, and {file.path!r} is where a file would go. End both in '/' to bring all "
            "that is in it, or name a file."
        )
    base = "" if file.path == "./" else file.path
    return [
        m.ConfigFile(source=str(path), path=f"{base}{path.relative_to(folder).as_posix()}")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def _filled(supplies: Iterable[S], key: str) -> list[S]:
    return [
        each if _is_elsewhere(each) else msgspec.structs.replace(each, data=_bytes(each.source, key))
        for each in supplies
    ]


def _is_elsewhere(supply: m.Supply) -> bool:
    return is_url(supply.source) or supply.source.startswith("emfs:") or supply.data is not None


def _bytes(source: str, key: str) -> bytes:
    try:
        if (size := Path(source).stat().st_size) > MAX_BYTES:
            raise LoadError(
                f"`{key}`: {source} has {size / 1e6:.1f} MB, and {MAX_BYTES / 1e6:g} MB is the most that a "
                "configuration brings from the kernel. Name a URL, which the browser fetches by itself."
            )
        return Path(source).read_bytes()
    except OSError as error:
        raise LoadError(
            f"`{key}`: {source} cannot be read: {error.strerror or error}. The kernel reads it, relative to its "
            "working folder or to the configuration's file: mend the path and run the cell again."
        ) from None
