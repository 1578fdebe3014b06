"""``jupyter pyscript kernelspec``, as one types it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from pyscript_jupyter.app import main


@pytest.fixture(autouse=True)
def jupyter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a user who has no kernels yet; those of the environment are out of sight."""
    data = tmp_path / "data"
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    monkeypatch.setattr("jupyter_client.kernelspec.jupyter_path", lambda *parts: [str(data.joinpath(*parts))])
    return data / "kernels"


def test_kernels_are_installed_for_this_python_and_removed_again(
    jupyter: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kernelspec", "install", "--user"]) == 0
    for name, label in [("pyscript-mpy", "MicroPython"), ("pyscript-py", "Pyodide")]:
        spec = json.loads((jupyter / name / "kernel.json").read_text())
        assert spec["argv"][0] == sys.executable
        assert spec["display_name"] == f"PyScript ({label})"
        assert (jupyter / name / "logo-64x64.png").is_file()
    capsys.readouterr()
    assert main(["kernelspec", "list"]) == 0
    assert str(jupyter / "pyscript-mpy") in capsys.readouterr().out
    assert main(["kernelspec", "remove", "--user", "pyscript-mpy"]) == 0
    assert [path.name for path in jupyter.iterdir()] == ["pyscript-py"]
    assert main(["kernelspec", "remove", "--user"]) == 0
    assert "pyscript-mpy\tnot installed" in capsys.readouterr().out
    assert list(jupyter.iterdir()) == []


def test_kernels_go_to_the_prefix_that_is_named(tmp_path: Path) -> None:
    assert main(["kernelspec", "install", "--prefix", str(tmp_path / "there"), "pyscript-py"]) == 0
    there = tmp_path / "there/share/jupyter/kernels"
    assert [path.name for path in there.iterdir()] == ["pyscript-py"]
    assert main(["kernelspec", "remove", "--prefix", str(tmp_path / "there")]) == 0
    assert list(there.iterdir()) == []


def test_what_cannot_be_done_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kernelspec", "install", "--user", "pyscript-perl"]) == 1
    assert "no kernel named 'pyscript-perl'. Name some of: pyscript-mpy, pyscript-py." in capsys.readouterr().err
    (tmp_path / "file").write_text("")
    assert main(["kernelspec", "install", "--prefix", str(tmp_path / "file")]) == 1
    assert "was not installed" in capsys.readouterr().err


def test_a_place_has_to_be_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["kernelspec", "install"])
    assert "one of the arguments --user --sys-prefix --prefix is required" in capsys.readouterr().err
