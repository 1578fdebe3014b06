"""The key ``packages``: wheels by path, by URL or in the interpreter's own files, and names for the kernel's pip."""

from __future__ import annotations

import re

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.config.sources import is_url, last_part, locate

_REQUIREMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\s*(\[[\w\s.,-]*\])?\s*([<>=!~(;].*)?")


def read_packages(
    given: list[str], folder: str, interpreter: str, where: str
) -> tuple[list[m.ConfigPackage], list[str]]:
    """Return the wheels that ``packages`` names, and the requirements for pip; raises `UsageError`."""
    wheels: list[m.ConfigPackage] = []
    requirements: list[str] = []
    for entry in given:
        place = f"{where}, `packages`, {entry!r}"
        if entry.startswith("emfs:"):
            wheels.append(m.ConfigPackage(source=entry, filename=_wheel(entry, interpreter, place)))
        elif is_url(entry) or "/" in entry or "\\" in entry or entry.endswith(".whl"):
            filename = _wheel(entry, interpreter, place)
            wheels.append(m.ConfigPackage(source=locate(entry, folder, place), filename=filename))
        else:
            requirements.append(_requirement(entry, interpreter, place))
    return wheels, requirements


def name_and_version(filename: str) -> str:
    """Return the wheel's name and version for people: ``sympy 1.14.0``."""
    return " ".join(filename.split("-")[:2])


def _wheel(source: str, interpreter: str, place: str) -> str:
    filename = last_part(source)
    if re.search(r"\.(toml|json)$", filename):
        raise UsageError(f"{place}: packages that are a configuration are not read here: name their files in `files`.")
    tags = filename.removesuffix(".whl").split("-")[2:]
    if not filename.endswith(".whl") or len(tags) not in (3, 4):
        raise UsageError(
            f"{place}: this is no wheel. A wheel was wanted, by path or URL, whose name is like "
            "attrs-26.1.0-py3-none-any.whl; or the name of a package, such as attrs."
        )
    if tags[-1] != "any" and (interpreter == "micropython" or "wasm32" not in tags[-1]):
        runs = "wheels of Python alone" if interpreter == "micropython" else "wheels of Python alone or for WebAssembly"
        raise UsageError(f"{place}: the wheel is made for {tags[-1]}, and does not run in the browser: {runs} do.")
    return filename


def _requirement(entry: str, interpreter: str, place: str) -> str:
    name = entry.strip()
    if interpreter == "micropython" and name == "ulab":
        raise UsageError(
            f"{place}: ulab is part of another build of MicroPython, which is not here. Pyodide has NumPy."
        )
    if not _REQUIREMENT.fullmatch(name):
        raise UsageError(
            f"{place}: this is neither the name of a package nor a wheel. Write it like attrs, attrs>=25 or "
            "rich[jupyter]; or name a wheel by its path or URL."
        )
    return name
