"""The built files and their manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec
import pytest

from pyscript_jupyter.errors import NotInstalledError
from pyscript_jupyter.interpreters import assets


@pytest.fixture
def static(tmp_path: Path) -> Path:
    (tmp_path / "frame.js").write_text("1")
    file = assets.File(size=1, sha256=hashlib.sha256(b"1").hexdigest())
    manifest = assets.Manifest(package="1", digest="ab", files={"frame.js": file}, interpreters={})
    (tmp_path / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    return tmp_path


def test_whole_files_are_no_trouble(static: Path) -> None:
    assert assets.check(static) == []


def test_a_damaged_file_is_named_with_both_hashes(static: Path) -> None:
    (static / "frame.js").write_text("2")
    [trouble] = assets.check(static)
    assert str(static / "frame.js") in trouble
    assert hashlib.sha256(b"1").hexdigest() in trouble
    assert hashlib.sha256(b"2").hexdigest() in trouble


def test_a_missing_file_is_named(static: Path) -> None:
    (static / "frame.js").unlink()
    assert "frame.js is missing" in assets.check(static)[0]


def test_a_package_that_was_not_built_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotInstalledError, match=r"pip install \."):
        assets.read(tmp_path)


def test_a_damaged_manifest_says_so(static: Path) -> None:
    (static / "manifest.json").write_text("{")
    with pytest.raises(NotInstalledError, match="is damaged"):
        assets.read(static)


def test_what_is_installed_is_whole() -> None:
    assert assets.check() == []
