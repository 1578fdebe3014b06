"""What is installed: the wheel and the sdist, on machines with no Node, and what a checkout says there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyscript_jupyter.interpreters import assets

UV = str(Path(sys.executable).with_name("uv"))
BUILD = [UV, "build", "--quiet", "--no-build-isolation", "--python", sys.executable]
CHECK = """
import pyscript_jupyter
from pyscript_jupyter.interpreters import assets
print(pyscript_jupyter.__version__, assets.check())
"""


@pytest.fixture(scope="module")
def no_node(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment on whose PATH there is nothing at all."""
    return {**os.environ, "PATH": str(tmp_path_factory.mktemp("empty"))}


@pytest.fixture(scope="module")
def sdist(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the sdist, built from the checkout."""
    folder = tmp_path_factory.mktemp("sdist")
    subprocess.run([*BUILD, "--sdist", "--out-dir", folder], cwd=checkout, check=True, capture_output=True)
    (file,) = folder.glob("*.tar.gz")
    return file


@pytest.fixture(scope="module")
def wheel(sdist: Path, no_node: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built from the sdist with no Node on PATH."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*BUILD, "--wheel", "--out-dir", folder, sdist], env=no_node, check=True, capture_output=True)
    (file,) = folder.glob("*.whl")
    return file


def test_the_wheel_holds_the_whole_front_end(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        manifest = json.loads(archive.read("pyscript_jupyter/static/manifest.json"))
    files = {f"pyscript_jupyter/static/{name}" for name in manifest["files"]}
    assert files <= names
    # A browser that takes no Brotli gets the snapshot as it is.
    compressed = {name for name in files if not name.endswith((".zip", ".json"))}
    wanted = {f"{name}{suffix}" for name in compressed for suffix in (".br", ".gz")}
    assert wanted - names == {name for name in wanted if name.endswith(".snapshot.gz")}
    texts = {f"pyscript_jupyter/static/licenses/{path.name}" for path in (assets.STATIC / "licenses").iterdir()}
    assert texts <= names


def test_the_wheel_says_its_licence_and_that_it_is_typed(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (metadata,) = (archive.read(name).decode() for name in names if name.endswith(".dist-info/METADATA"))
    assert "License-Expression: BSD-3-Clause" in metadata
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert "pyscript_jupyter/py.typed" in names


def test_the_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0].rpartition("-")[0] or name.split("/")[0] for name in archive.namelist()}
    assert {top.split("-")[0].split(".")[0] for top in tops} == {"pyscript_jupyter"}


def test_the_sdist_holds_the_built_front_end_and_the_sources(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {"PKG-INFO", "pyscript_jupyter/static/manifest.json", "js/src/frame/index.ts", "package-lock.json"}
    assert wanted <= names
    assert not any(name.startswith(("node_modules/", ".venv")) for name in names)


def test_the_wheel_installs_with_no_node_and_enables_the_server_extension(
    wheel: Path, no_node: dict[str, str], tmp_path: Path
) -> None:
    environment = tmp_path / "environment"
    python = environment / "bin" / "python"
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], env=no_node, check=True)
    subprocess.run([UV, "pip", "install", "--quiet", "--python", python, wheel], env=no_node, check=True)
    answer = subprocess.run(
        [python, "-c", CHECK], env=no_node, cwd=tmp_path, check=True, capture_output=True, text=True
    )
    assert answer.stdout == f"{assets.manifest().package} []\n"
    listing = subprocess.run(
        [python, "-m", "jupyter_server.extension.serverextension", "list"],
        env={**no_node, "HOME": str(tmp_path)},
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert f"pyscript_jupyter {assets.manifest().package}" in listing.stdout + listing.stderr


@pytest.mark.parametrize(
    ("node", "found"),
    [
        (None, "there is no `node` on PATH"),
        ("#!/bin/sh\necho v18.19.1\n", "says it is v18.19.1"),
        ("#!/bin/sh\necho v20.20.2\n", "there is Node v20.20.2 but no `npm` on PATH"),
    ],
    ids=["missing", "too old", "without npm"],
)
def test_a_checkout_without_a_good_node_says_so_in_one_sentence(
    checkout: Path, tmp_path: Path, node: str | None, found: str
) -> None:
    if node is not None:
        script = tmp_path / "node"
        script.write_text(node, "utf-8")
        script.chmod(0o755)
    result = subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path, checkout],
        env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    said = result.stdout + result.stderr
    assert result.returncode != 0
    (sentence,) = (line.strip() for line in said.splitlines() if "needs Node 20 or newer with npm" in line)
    assert found in sentence
    assert sentence.endswith("with `pip install pyscript-jupyter`, which needs no Node.")
    assert "Traceback" not in said
