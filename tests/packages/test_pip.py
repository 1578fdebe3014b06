"""Packages by name, from a folder instead of an index."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from fakes.wheel import make_wheel

from pyscript_jupyter.errors import LoadError
from pyscript_jupyter.interpreters import target
from pyscript_jupyter.packages.pip import Live, Pip, Target, _failure
from pyscript_jupyter.packages.present import Present

NAMES = {"pyodide": "Pyodide", "micropython": "MicroPython"}


def target_of(name: str) -> Target:
    return Target(NAMES[name], target.python_version(name), target.wheel_tags(name), target.markers(name))


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    def put(name: str, tag: str = "py3-none-any", requires: tuple[str, ...] = ()) -> None:
        (tmp_path / f"{name}-1.0-{tag}.whl").write_bytes(make_wheel(name, tag=tag, requires=requires))

    put("needy", requires=("plain", "only_there; sys_platform == 'emscripten'", "only_here; sys_platform == 'linux'"))
    put("plain")
    put("only_there")
    put("compiled", "cp314-cp314-pyemscripten_2026_0_wasm32")
    put("native", "cp311-cp311-manylinux_2_17_x86_64")
    return tmp_path


def test_what_a_package_needs_in_the_browser_comes_with_it(index: Path) -> None:
    found = Pip().download(["needy", "compiled"], target_of("pyodide"))
    assert [each.filename.split("-")[0] for each in found] == ["compiled", "needy", "only_there", "plain"]
    assert found[3].data == (index / "plain-1.0-py3-none-any.whl").read_bytes()


def test_what_has_no_wheel_for_the_browser_says_so(index: Path) -> None:
    with pytest.raises(
        LoadError, match=r"could not get native for Pyodide\..*No matching.*cp314-pyemscripten_2026_0_wasm32"
    ):
        Pip().download(["native"], target_of("pyodide"))
    with pytest.raises(LoadError, match=r"could not get compiled for MicroPython\..*no wheel that runs in MicroPython"):
        Pip().download(["compiled"], target_of("micropython"))


def test_an_empty_line_of_pips_is_no_sentence() -> None:
    said = "\x1b[31mERROR: Could not find a version for x.\n\x1b[31mERROR: \x1b[0m\n"
    said += "\x1b[1;31mERROR: No matching distribution found for x\x1b[0m\n\x1b[31m\x1b[0m\n"
    assert (
        "for Pyodide. Could not find a version for x. No matching distribution found for x. Either there is"
        in _failure(["x"], target_of("pyodide"), said)
    )


def test_a_conflict_says_what_it_may_come_from_and_not_every_version_that_was_tried() -> None:
    said = "ERROR: Cannot install a==1, a==2, a==3 and a==4 because these have conflicting dependencies.\n"
    said += "ERROR: ResolutionImpossible: for help visit https://pip\n"
    text = _failure(["a"], target_of("pyodide"), said, Live(()))
    assert "nothing was installed. Cannot install a==1 … a==4 because these have conflicting dependencies." in text
    assert text.endswith("that it needs has no wheel that runs in Pyodide (cp314-pyemscripten_2026_0_wasm32).")


def test_what_was_found_is_not_looked_for_again_unless_that_is_wanted(index: Path) -> None:
    pip = Pip()
    first = pip.download(["plain"], target_of("micropython"))
    (index / "plain-1.0-py3-none-any.whl").unlink()
    assert pip.download(["plain"], target_of("micropython")) is first
    with pytest.raises(LoadError, match="No matching distribution found for plain"):
        pip.download(["plain"], target_of("micropython"), cache=False)


def test_a_download_that_is_no_longer_wanted_ends(index: Path) -> None:
    began = time.monotonic()
    with pytest.raises(LoadError, match="no longer wanted"):
        Pip().download(["plain"], target_of("pyodide"), wanted=threading.Event())
    assert time.monotonic() - began < 5


def test_an_interpreter_that_runs_keeps_what_it_has(index: Path) -> None:
    # The index knows neither this package nor that version of another one.
    there = (Present("own_build", "2.0+browser", ("plain",)), Present("plain", "0.9"))
    (index / "needs_both-1.0-py3-none-any.whl").write_bytes(make_wheel("needs_both", requires=("own-build", "plain")))
    found = Pip().download(["needs_both"], target_of("pyodide"), live=Live(there))
    assert [each.filename for each in found] == ["needs_both-1.0-py3-none-any.whl"]
    message = r"`%pip install`: pip could not get plain==1.0 .*nothing was installed.*needs another version of what"
    with pytest.raises(LoadError, match=message):
        Pip().download(["plain==1.0"], target_of("pyodide"), live=Live(there))


def test_more_options_go_to_pip(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PIP_FIND_LINKS")
    found = Pip().download(["plain"], target_of("pyodide"), live=Live((), ("--find-links", str(index))))
    assert [each.filename for each in found] == ["plain-1.0-py3-none-any.whl"]
