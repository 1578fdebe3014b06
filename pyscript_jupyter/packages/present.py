"""What is installed in an interpreter that runs, and how pip is told of it.

pip knows only the packages of its own Python. So what is there stands beside the index as wheels with nothing in them
but their metadata, and constraints hold pip to these versions: an interpreter keeps what it may have imported already.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_RUN = re.compile(r"[-_.]+")


@dataclass(frozen=True)
class Present:
    """A package that is installed.

    Attributes
    ----------
    name, version
        As its metadata say them.
    requires, extras
        What it needs, and the names of what it offers beside; as in
        `its metadata <https://packaging.python.org/en/latest/specifications/core-metadata/>`_.
    """

    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str]:
        """By what it is known again."""
        return canonical(self.name), self.version


def canonical(name: str) -> str:
    """Return a package's name as `PEP 503 <https://peps.python.org/pep-0503/#normalized-names>`_ spells it."""
    return _RUN.sub("-", name).lower()


def parts(filename: str) -> tuple[str, str]:
    """Return the name and the version that a wheel's name tells, as `Present.key` has them."""
    name, version = filename.split("-")[:2]
    return canonical(name), version


def lay_out(present: Iterable[Present], folder: Path) -> list[str]:
    """Write what pip has to know into a folder, and return the options that tell it."""
    lines = []
    for each in present:
        stem = f"{_RUN.sub('_', each.name)}-{each.version}"
        (folder / f"{stem}-py3-none-any.whl").write_bytes(_stand_in(each, stem))
        lines.append(f"{each.name}=={each.version}\n")
    if not lines:
        return []
    constraints = folder / "constraints.txt"
    constraints.write_text("".join(lines), "utf-8")
    return ["--find-links", str(folder), "--constraint", str(constraints)]


def _stand_in(present: Present, stem: str) -> bytes:
    info = f"{stem}.dist-info"
    metadata = ["Metadata-Version: 2.1", f"Name: {present.name}", f"Version: {present.version}"]
    metadata += [f"Provides-Extra: {each}" for each in present.extras]
    metadata += [f"Requires-Dist: {each}" for each in present.requires]
    wheel = "Wheel-Version: 1.0\nGenerator: pyscript_jupyter\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{info}/WHEEL", wheel)
        archive.writestr(f"{info}/RECORD", "")
    return buffer.getvalue()
