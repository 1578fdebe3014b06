"""One version number, and one place for each pin."""

from __future__ import annotations

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import pyscript_jupyter
from pyscript_jupyter.interpreters import assets


@pytest.fixture
def package(checkout: Path) -> dict[str, Any]:
    """Return package.json."""
    content: dict[str, Any] = json.loads((checkout / "package.json").read_text("utf-8"))
    return content


@pytest.fixture
def lock(checkout: Path) -> dict[str, Any]:
    """Return package-lock.json."""
    content: dict[str, Any] = json.loads((checkout / "package-lock.json").read_text("utf-8"))
    return content


def test_every_place_that_states_the_version_states_the_same(package: dict[str, Any], lock: dict[str, Any]) -> None:
    stated = {
        "pyscript_jupyter.__version__": pyscript_jupyter.__version__,
        "the installed package": version("pyscript-jupyter"),
        "package-lock.json": lock["version"],
        "package-lock.json, the root package": lock["packages"][""]["version"],
        "the built front end": assets.manifest().package,
    }
    assert stated == dict.fromkeys(stated, package["version"])


def test_the_version_stands_in_no_source_file(checkout: Path, package: dict[str, Any]) -> None:
    sources = [
        *checkout.glob("pyscript_jupyter/**/*.py"),
        *checkout.glob("js/src/**/*.ts"),
        checkout / "pyproject.toml",
    ]
    number = re.compile(rf"(?<![\d.]){re.escape(package['version'])}(?![\d.])")
    assert [path.name for path in sources if number.search(path.read_text("utf-8"))] == []


def test_npm_packages_are_pinned_exactly_and_by_hash(package: dict[str, Any], lock: dict[str, Any]) -> None:
    for name, wanted in {**package["dependencies"], **package["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", wanted), f"{name} is pinned as {wanted}"
    locked = {path: entry for path, entry in lock["packages"].items() if path}
    assert [path for path, entry in locked.items() if not entry.get("integrity", "").startswith("sha512-")] == []


def test_the_lock_file_records_no_address_of_a_registry(lock: dict[str, Any]) -> None:
    assert [path for path, entry in lock["packages"].items() if "resolved" in entry] == []


def test_the_built_interpreters_are_the_pinned_ones(checkout: Path, package: dict[str, Any]) -> None:
    catalogue = json.loads((checkout / "pyscript_jupyter/interpreters/catalogue.json").read_text("utf-8"))
    built = {name: interpreter.version for name, interpreter in assets.manifest().interpreters.items()}
    assert built == {name: package["dependencies"][entry["package"]] for name, entry in catalogue.items()}


def test_the_built_interpreters_are_as_npm_has_them(checkout: Path) -> None:
    catalogue = json.loads((checkout / "pyscript_jupyter/interpreters/catalogue.json").read_text("utf-8"))
    for name, interpreter in assets.manifest().interpreters.items():
        original = checkout / "node_modules" / catalogue[name]["package"]
        for path in interpreter.files:
            file = Path(path).name
            if file != "pyodide-lock.json":  # reduced: it would name packages that are not shipped
                assert (assets.STATIC / path).read_bytes() == (original / file).read_bytes(), path


def test_pyodide_has_its_snapshot_beside_it() -> None:
    built = assets.manifest().interpreters["pyodide"]
    assert built.snapshot is not None
    assert Path(built.snapshot).parent == Path(built.entry).parent
    assert assets.manifest().files[built.snapshot].size < 20_000_000


def test_every_built_file_is_what_the_manifest_says() -> None:
    assert assets.check() == []
