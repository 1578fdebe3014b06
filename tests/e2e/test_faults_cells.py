"""What may happen to a cell, its environment or its notebook: one sentence each, and nothing is left behind.

Each test begins with MicroPython ready in a page, and ends with a count that equals the first one.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from e2e.cells import LOAD, browser_cell
from e2e.faults import Patient
from e2e.page import code_notebook

BREAK_CONNECTION = """
from pyscript_jupyter.widget.bridge import bridge
client = bridge()._client
client._loop.call_soon_threadsafe(client._socket.protocol._abort)
"""


def test_an_environment_is_restarted(patient: Patient) -> None:
    patient.page.run_new("%pyscript restart mpy")
    text = patient.run("kept")
    assert text.splitlines()[-1] == "NameError: name 'kept' isn't defined"
    assert "started anew" not in text
    patient.assert_as_before()


def test_an_environment_is_closed(patient: Patient) -> None:
    patient.run("1", "mpy --env other")
    patient.page.run_new("%pyscript close other")
    patient.assert_as_before()


def test_one_environment_more_than_allowed(patient: Patient) -> None:
    patient.page.run_new("%config PyScriptMagics.max_environments = 1")
    text = patient.run("1", "mpy --env other")
    assert text.startswith("UsageError: There is no room for environment 'other': 1 are there already, mpy (ready)")
    assert "%pyscript close mpy" in text
    patient.page.run_new("%config PyScriptMagics.max_environments = 4")
    patient.assert_as_before()


def test_an_unknown_interpreter_and_an_unknown_option(patient: Patient) -> None:
    assert patient.run("1", "cobol").startswith("UsageError: There is no interpreter named 'cobol'.")
    assert patient.run("1", "mpy --speed 9").startswith("UsageError: unrecognized arguments: --speed 9")
    patient.assert_as_before()


def test_a_syntax_error(patient: Patient) -> None:
    assert patient.run("good = = 1").splitlines()[-1].startswith("SyntaxError")
    assert patient.run("kept") == "'kept'"
    patient.assert_as_before()


def test_output_that_never_ends(patient: Patient) -> None:
    patient.start("while True: print('line')", "output cut at 10,000 lines")
    patient.page.command("kernelmenu:interrupt")
    patient.recover()
    patient.assert_as_before()


def test_a_cell_is_deleted_while_it_runs(patient: Patient) -> None:
    index = patient.start("import time\nprint('started')\ntime.sleep(2)\nkept = 'done'", "started")
    patient.page.delete(index)
    patient.page.wait_until_idle()
    assert patient.run("kept") == "'done'"
    patient.assert_as_before()


def test_outputs_are_cleared_and_the_notebook_is_renamed_while_a_cell_runs(patient: Patient) -> None:
    index = patient.start("import time\nprint('started')\ntime.sleep(2)\nprint('over')", "started")
    patient.page.command("editmenu:clear-all")
    patient.page.rename("renamed.ipynb")
    patient.page.wait_for_text(index, "over")
    patient.page.wait_until_idle()
    assert patient.run("kept") == "'kept'"
    patient.assert_as_before()


def _status(status: int) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body="trouble")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (_status(404), "answered with status 404"),
        (_status(500), "answered with status 500"),
        (lambda route: route.abort("internetdisconnected"), "Is the Jupyter server running?"),
        (lambda route: route.fulfill(status=200, body=b"damaged", content_type="application/wasm"), "has SHA-256 "),
    ],
    ids=["404", "500", "offline", "damaged"],
)
def test_a_file_of_the_interpreter_does_not_load(patient: Patient, fault: Callable[[Route], None], said: str) -> None:
    patient.page.run_new("%pyscript close mpy")
    patient.context.route("**/micropython.wasm", fault)
    text = patient.run("1")
    patient.context.unroute("**/micropython.wasm")
    assert text.startswith("LoadError: micropython/")
    assert said in text
    assert "Run the cell again" in text
    patient.recover()
    patient.assert_as_before()


def test_a_frame_goes_away_by_itself(patient: Patient) -> None:
    (frame,) = patient.page.page.locator("iframe").all()
    frame.evaluate("frame => { frame.src = 'about:blank'; }")
    patient.wait_for_sockets(0)
    text = patient.run("print('works')")
    assert "Environment 'mpy' was started anew" in text
    assert text.splitlines()[-1] == "works"
    patient.assert_as_before()


def test_a_frame_does_not_load(patient: Patient) -> None:
    patient.page.run_new("%pyscript close mpy")
    patient.page.run_new("%config PyScriptMagics.load_timeout = 2")
    patient.context.route("**/pyscript/frame/**", lambda route: route.fulfill(status=502, body="no"))
    text = patient.run("1")
    patient.context.unroute("**/pyscript/frame/**")
    assert text.startswith("LoadError: MicroPython in environment 'mpy' made no progress for 2 s")
    assert "Run the cell again" in text
    patient.page.run_new("%config PyScriptMagics.load_timeout = 60")
    patient.recover()
    patient.assert_as_before()


def test_the_kernel_loses_its_connection_for_a_moment(patient: Patient) -> None:
    patient.page.run_new(BREAK_CONNECTION)
    assert patient.run("kept") == "'kept'"
    patient.assert_as_before()


# What a terminal of the server would run: these kernels know the relay, and nobody opens them in a browser.
EXECUTE = """
import subprocess, sys
command = [sys.executable, "-m", "nbconvert", "--execute", "--to", "notebook", "--inplace", "--allow-errors"]
print(subprocess.run([*command, "no-page.ipynb", "no-server.ipynb"], capture_output=True, text=True).returncode)
"""

FORGET_SERVER = """
import os
for name in [*os.environ]:
    if name.startswith("PYSCRIPT_JUPYTER"): del os.environ[name]
"""


@pytest.mark.oldest
def test_other_notebooks_have_no_page_or_no_server_extension(patient: Patient) -> None:
    never = "%config PyScriptMagics.headless = 'never'"
    no_page = [LOAD, never, browser_cell("1"), "print('goes on')"]
    patient.jupyter.write("no-page.ipynb", code_notebook(no_page))
    no_server = [FORGET_SERVER, LOAD, never, browser_cell("1"), "%pyscript doctor"]
    patient.jupyter.write("no-server.ipynb", code_notebook(no_server))
    assert patient.page.run_new(EXECUTE) == "0"

    *_, failed, after = patient.jupyter.read("no-page.ipynb").cells
    assert [each.output_type for each in failed.outputs] == ["error"]
    error = failed.outputs[0]
    assert error.ename == "NoServerError"
    assert error.evalue.startswith("This kernel was started by a program in a terminal of a Jupyter server")
    assert "JupyterLab or Notebook 7" in error.evalue
    assert after.outputs[0].text == "goes on\n"

    _, load, _, failed, doctor = patient.jupyter.read("no-server.ipynb").cells
    assert load.outputs == []
    (error,) = failed.outputs
    assert error.ename == "NoServerError"
    advice = "Install pyscript-jupyter in the server's environment"
    assert advice in error.evalue
    assert advice in doctor.outputs[0].data["text/plain"]
    patient.assert_as_before()
