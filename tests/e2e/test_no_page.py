"""Where there is no browser page, or no server extension: one sentence that says so."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk
from e2e.page import code_notebook

# What a terminal of the server would run: its kernel knows the relay, and nobody opens it in a browser.
EXECUTE = """
import subprocess, sys
result = subprocess.run(
    [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "--inplace", "--allow-errors", "batch.ipynb"],
    capture_output=True, text=True,
)
print(result.returncode)
"""


@pytest.mark.oldest
def test_executed_with_no_page_the_cell_says_that_none_attached(lab: Desk) -> None:
    batch = code_notebook([LOAD, "%config PyScriptMagics.page_timeout = 2", browser_cell("1"), "print('goes on')"])
    lab.jupyter.write("batch.ipynb", batch)
    page = lab.open([EXECUTE])
    assert page.run(0) == "0"
    *_, failed, after = lab.jupyter.read("batch.ipynb").cells
    (error,) = [each for each in failed.outputs if each.output_type == "error"]
    assert error.ename == "NoPageError"
    assert error.evalue.startswith("No browser page attached to this kernel within 2 s.")
    assert "JupyterLab or Notebook 7" in error.evalue
    assert [each.output_type for each in failed.outputs] == ["error"]
    assert after.outputs[0].text == "goes on\n"


def test_a_kernel_with_no_server_says_what_to_install(tmp_path: Path) -> None:
    batch = tmp_path / "batch.ipynb"
    nbformat.write(code_notebook([LOAD, browser_cell("1"), "%pyscript doctor"]), batch)
    subprocess.run(
        [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "--inplace", "--allow-errors", str(batch)],
        check=True,
        capture_output=True,
    )
    load, failed, doctor = nbformat.read(batch, as_version=4).cells
    assert load.outputs == []
    (error,) = failed.outputs
    assert error.ename == "NoServerError"
    assert "Install pyscript-jupyter in the server's environment" in error.evalue
    assert "Install pyscript-jupyter in the server's environment" in doctor.outputs[0].data["text/plain"]
