"""Notebooks run with no page attached, as in CI: in a browser of the kernel's own, of which nothing is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from IPython.core.history import HistoryAccessor

from e2e.kernels import browsers, folder_for_temporary_files, kernel, profiles, wait_until_nothing_is_left
from e2e.page import code_notebook

NOTEBOOKS = {
    "pyscript-mpy": ["print(6 * 7)", "'done'"],
    "pyscript-py": ["print(6 * 7)", "'done'"],
    "python3": ["%load_ext pyscript_jupyter", "%%pyscript mpy\nprint(6 * 7)", "%%pyscript py\n'done'"],
}

COMMANDS = {
    "jupyter execute": ["-m", "jupyter", "execute", "--inplace", "{}"],
    "papermill": ["-m", "papermill", "--no-progress-bar", "{}", "{}"],
    "nbconvert": ["-m", "nbconvert", "--to", "html", "--execute", "{}"],
}

in_each_kernel = pytest.mark.parametrize("name", NOTEBOOKS)
by_each_command = pytest.mark.parametrize("command", COMMANDS)


@pytest.fixture(autouse=True, scope="module")
def _own_folder() -> Iterator[None]:
    """Let the kernels of this file leave what they leave in a folder of their own."""
    with folder_for_temporary_files():
        yield


def write(path: Path, name: str, cells: list[str]) -> Path:
    notebook = code_notebook(cells)
    notebook.metadata.kernelspec = {"name": name, "display_name": name, "language": "python"}
    nbformat.write(notebook, path)
    return path


def execute(command: str, path: Path) -> subprocess.CompletedProcess[str]:
    arguments = [each.format(path) for each in COMMANDS[command]]
    return subprocess.run(
        [sys.executable, *arguments], cwd=path.parent, capture_output=True, text=True, check=False, timeout=120
    )


def history() -> list[Any]:
    """Return the cells in the user's history file."""
    file = Path(os.environ["IPYTHONDIR"], "profile_default", "history.sqlite")
    return list(HistoryAccessor(hist_file=str(file)).get_tail(100, include_latest=True)) if file.exists() else []


@in_each_kernel
@by_each_command
def test_a_notebook_runs_by_the_usual_commands(tmp_path: Path, name: str, command: str) -> None:
    path = write(tmp_path / "notebook.ipynb", name, NOTEBOOKS[name])
    ran = execute(command, path)
    assert ran.returncode == 0, ran.stderr
    text = (path.with_suffix(".html") if command == "nbconvert" else path).read_text("utf-8")
    assert "42" in text
    assert "done" in text
    wait_until_nothing_is_left()
    assert history() == []


@by_each_command
def test_a_cell_that_fails_fails_the_command(tmp_path: Path, command: str) -> None:
    path = write(tmp_path / "notebook.ipynb", "pyscript-mpy", ["1 / 0", "print('never')"])
    ran = execute(command, path)
    assert ran.returncode == 1
    assert "ZeroDivisionError" in ran.stderr
    wait_until_nothing_is_left()


@pytest.mark.parametrize("name", ["pyscript-mpy", "python3"])
def test_nothing_is_left_of_a_kernel_that_is_killed(name: str) -> None:
    with kernel(name) as client:
        for cell in NOTEBOOKS[name]:
            assert client.run(cell).reply["status"] == "ok"
        assert browsers()
        assert len(profiles()) == 1
        assert client.manager.provisioner is not None
        os.kill(client.manager.provisioner.pid, signal.SIGKILL)  # type: ignore[attr-defined]  # of a local one
        wait_until_nothing_is_left()


def test_a_browser_that_crashes_is_started_anew_by_the_next_cell() -> None:
    with kernel("pyscript-mpy") as client:
        assert client.run("x = 1").reply["status"] == "ok"
        for process in browsers():
            os.kill(process, signal.SIGKILL)
        wait_until_nothing_is_left()
        ran = client.run("print('again')")
        assert ran.reply["status"] == "ok"
        assert "again" in ran.text
        assert "was started anew" in ran.text


def test_without_a_browser_it_is_said_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSCRIPT_JUPYTER_BROWSER", "/nowhere/chromium")
    with kernel("pyscript-mpy") as client:
        reply = client.run("1").reply
        assert reply["ename"] == "NoBrowserError"
        assert "/nowhere/chromium" in reply["evalue"]


def test_a_kernel_that_must_not_start_a_browser_says_what_to_do() -> None:
    with kernel("python3") as client:
        client.run("%load_ext pyscript_jupyter\n%config PyScriptMagics.headless = 'never'")
        reply = client.run("%%pyscript mpy\n1").reply
        assert reply["ename"] == "NoServerError"
        assert not browsers()
