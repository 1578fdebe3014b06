"""PyScript kernels in JupyterLab and Notebook 7, as a reader uses them."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from playwright.sync_api import expect

from e2e.conftest import CLOSE_ALL, Desk
from e2e.page import NotebookPage, code_notebook
from e2e.waiting import SLOW, wait_until

ECHO = """
import comm

def opened(channel, message):
    def heard(message):
        data = message["content"]["data"]
        channel.send({"heard": data["say"]}, buffers=[bytes(message["buffers"][0]) + b"!"])
    channel.on_msg(heard)

comm.get_comm_manager().register_target("echo", opened)
"""

SEND = """async ([name]) => {
    const panel = [...window.jupyterapp.shell.widgets("main")].find((widget) => widget.context?.path === name);
    const comm = panel.sessionContext.session.kernel.createComm("echo");
    const answer = new Promise((resolve) => (comm.onMsg = resolve));
    await comm.open({}).done;
    comm.send({ say: "hello" }, {}, [new TextEncoder().encode("bytes").buffer]);
    const { content, buffers } = await answer;
    return [content.data.heard, new TextDecoder().decode(buffers[0])];
}"""

in_each_kernel = pytest.mark.parametrize("kernel", ["pyscript-mpy", "pyscript-py"])


def process_of(connection: Path) -> int:
    """Return the number of the process that was told to listen where a connection file says."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if os.fsencode(connection) in path.read_bytes().split(b"\0"):
                return int(path.parent.name)
    raise AssertionError(f"No process has {connection}.")


def complete(page: NotebookPage, index: int) -> str:
    """Press Tab at the end of a cell, and return the first of what is offered."""
    page.choose(index)
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Control+End")
    page.page.keyboard.press("Tab")
    offered = page.page.locator(".jp-Completer-item code")
    offered.first.wait_for()
    text = offered.first.inner_text()
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Escape")
    return text


def inspect(page: NotebookPage, index: int) -> str:
    """Ask for what stands at the end of a cell, as Shift-Tab does, and return what is told."""
    page.choose(index)
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Control+End")
    page.command("tooltip:launch-notebook")
    tooltip = page.page.locator(".jp-Tooltip")
    tooltip.wait_for()
    text = tooltip.inner_text()
    page.page.keyboard.press("Escape")
    page.page.keyboard.press("Escape")
    tooltip.wait_for(state="detached")
    return text


@pytest.mark.oldest
@pytest.mark.parametrize(
    ("desk", "kernel"),
    [("lab", "pyscript-mpy"), ("lab", "pyscript-py"), ("notebook", "pyscript-py")],
    indirect=["desk"],
)
def test_a_notebook_of_a_pyscript_kernel_is_used_like_any_other(desk: Desk, kernel: str) -> None:
    forever = "n = 0\nprint('on')\nwhile True:\n    n += 1"
    cells = ["kept = 6\nprint('here')\nkept * 7", "kep", forever, "name = input('Who? ')\nname * 2", ECHO, "kept"]
    page = desk.open(code_notebook(cells, kernel))
    assert page.run(0) == "here\n42"
    assert complete(page, 1) == "kept"
    assert "int" in inspect(page, 5)
    page.start(2)
    page.wait_for_text(2, "on")
    page.command("notebook:interrupt-kernel")
    page.wait_for_text(2, "KeyboardInterrupt")
    page.wait_until_idle()
    page.start(3)
    box = page.page.locator(".jp-Stdin-input")
    box.fill("ab")
    box.press("Enter")
    page.wait_for_text(3, "'abab'")
    page.run(4)
    assert page.page.evaluate(SEND, [page.name]) == ["hello", "bytes!"]
    assert page.run(5) == "6"
    page.restart_kernel()
    page.wait_until_idle()
    assert "NameError" in page.run(5)
    # By somebody else; and it dies.
    (kernel_here,) = desk.jupyter.kernels()
    desk.jupyter.request("POST", f"api/kernels/{kernel_here['id']}/restart")
    page.wait_until_idle()
    assert "NameError" in page.run(5)
    assert page.run(0) == "here\n42"
    connection = desk.jupyter.connection_file(kernel_here["id"])
    os.kill(process_of(connection), signal.SIGKILL)
    dialog = page.page.locator(".jp-Dialog", has_text="appears to have died")
    dialog.get_by_role("button").last.click()
    dialog.wait_for(state="detached")
    page.wait_until_idle()
    for index in (3, 2, 1):
        page.delete(index)
    page.run_all()
    assert page.text(0) == "here\n42"
    assert page.text(2) == "6"
    assert "the kernel's own" not in page.run_new("%pyscript doctor")


@in_each_kernel
def test_what_a_cell_draws_is_alive_under_it(lab: Desk, kernel: str) -> None:
    draw = """from pyscript import document, when
button = document.createElement("button")
button.textContent = "press"
document.body.append(button)

@when("click", button)
def pressed(event):
    button.textContent = "pressed"
"""
    page = lab.open(code_notebook([draw, "button.textContent"], kernel))
    page.run(0)
    button = page.page.frame_locator("iframe[title^='PyScript environment']").get_by_role("button")
    button.press("Enter")
    expect(button).to_have_text("pressed")
    assert page.run(1) == "'pressed'"


def test_a_pyscript_cell_of_an_ordinary_notebook_completes_inspects_and_has_magics(lab: Desk) -> None:
    cells = ["%load_ext pyscript_jupyter", "%%pyscript mpy\nkept_here = 1\n%who", "%%pyscript mpy\nkept_h"]
    page = lab.open(cells)
    page.run(0)
    assert page.run(1) == "kept_here"
    assert complete(page, 2) == "kept_here"
    assert "There is no magic %nothing in the browser. As a line" in page.run_new("%%pyscript mpy\n%nothing")


def test_a_page_that_comes_late_takes_over_from_the_kernels_own_browser_which_ends(lab: Desk) -> None:
    page = lab.open(["%%pyscript mpy\nkept = 2", "%%pyscript mpy\nkept"])
    page.page.evaluate(CLOSE_ALL)
    (kernel,) = lab.jupyter.kernels()
    client = BlockingKernelClient(connection_file=str(lab.jupyter.connection_file(kernel["id"])))
    client.load_connection_file()
    client.start_channels()
    for cell in (
        "%load_ext pyscript_jupyter\n%config PyScriptMagics.headless_after = 0.1",
        "%%pyscript mpy\nkept = 1",
    ):
        assert client.execute(cell, reply=True, timeout=SLOW)["content"]["status"] == "ok"
    client.stop_channels()
    page.open_here()
    notice = page.page.locator(".pyscript-notice")
    notice.filter(has_text="run in a browser without a window, which the kernel has started").wait_for()
    assert page.run(1) == "1"
    assert lab.jupyter.relay()["pages"] == 2
    notice.get_by_role("button", name="Run here instead").click()
    notice.wait_for(state="detached")
    wait_until(lambda: lab.jupyter.relay()["pages"] == 1, "the kernel's own browser to end")
    page.run(0)
    assert page.run(1) == "2"
