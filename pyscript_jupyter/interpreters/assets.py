"""The built files: where they lie, what they should be, and whether they still are.

``npm run build`` writes ``static/manifest.json`` with the size and the SHA-256 of every file that the browser loads.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import msgspec

from pyscript_jupyter.errors import NotInstalledError

STATIC = Path(__file__).resolve().parent.parent / "static"
"""The folder of built files."""


class File(msgspec.Struct, frozen=True):
    """One built file: bytes before compression, and the SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Built(msgspec.Struct, frozen=True):
    """One interpreter as it was built in; paths are relative to the folder of built files."""

    version: str
    entry: str
    files: list[str]
    snapshot: str | None = None
    """The memory of one that has started, which is not needed to start another: it only makes that quicker."""


class Manifest(msgspec.Struct, frozen=True):
    """What the build made. ``digest`` changes when any file does, and stands in every asset's URL."""

    package: str
    digest: str
    files: dict[str, File]
    interpreters: dict[str, Built]


def read(static: Path = STATIC) -> Manifest:
    """Read the manifest.

    Raises
    ------
    NotInstalledError
        The package was not built, or its manifest is damaged.
    """
    path = static / "manifest.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise _missing(path) from error
    except msgspec.DecodeError as error:
        raise NotInstalledError(f"{path} is damaged ({error}): install pyscript-jupyter again.") from error


@cache
def text(name: str) -> str:
    """Return a built file as text; raises `NotInstalledError`."""
    path = STATIC / name
    try:
        return path.read_text("utf-8")
    except FileNotFoundError as error:
        raise _missing(path) from error


def _missing(path: Path) -> NotInstalledError:
    return NotInstalledError(
        f"The built front end is missing ({path} does not exist): install pyscript-jupyter from its wheel, "
        "or run `pip install .` in a checkout, which builds it."
    )


@cache
def manifest() -> Manifest:
    """Return the installed manifest, read once; raises `NotInstalledError`."""
    return read()


def check(static: Path = STATIC) -> list[str]:
    """Compare every built file with the manifest and return one sentence for each difference."""
    troubles = []
    for name, expected in read(static).files.items():
        path = static / name
        if not path.is_file():
            troubles.append(f"{path} is missing: install pyscript-jupyter again.")
            continue
        actual = hashlib.sha256(path.read_bytes()).hexdigest()
        if actual != expected.sha256:
            troubles.append(
                f"{path} is damaged: its SHA-256 is {actual}, the manifest says {expected.sha256}. "
                "Install pyscript-jupyter again."
            )
    return troubles
