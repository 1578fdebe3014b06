"""Which browser a kernel starts for itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyscript_jupyter.errors import NoBrowserError
from pyscript_jupyter.headless.find import VARIABLE, find


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that is all of PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path


def program(folder: Path, name: str) -> str:
    path = folder / name
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return str(path)


def test_the_first_that_is_there_is_found(machine: Path) -> None:
    edge = program(machine, "microsoft-edge")
    assert find() == edge
    chromium = program(machine, "chromium")
    assert find() == chromium


def test_one_that_is_named_comes_first(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(machine, "chromium")
    mine, other = program(machine, "mine"), program(machine, "other")
    monkeypatch.setenv(VARIABLE, "mine")
    assert find() == mine
    assert find(other) == other


def test_without_any_it_is_said_how_to_get_one(machine: Path) -> None:
    with pytest.raises(NoBrowserError, match=rf"apt install chromium.*{VARIABLE}"):
        find()


@pytest.mark.parametrize(("given", "named"), [("nope", "the setting `browser`"), ("", VARIABLE)])
def test_one_that_is_named_and_missing_is_refused(
    machine: Path, monkeypatch: pytest.MonkeyPatch, given: str, named: str
) -> None:
    program(machine, "chromium")
    monkeypatch.setenv(VARIABLE, "nope")
    with pytest.raises(NoBrowserError, match=f"no browser 'nope', which {named} names"):
        find(given)
