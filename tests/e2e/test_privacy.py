"""What the browser asks for: nothing of another origin, and nothing at all for a notebook that was only opened."""

from __future__ import annotations

import json
import re
import socketserver
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Playwright

from e2e.browsers import launch, launch_firefox
from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk, in_every_browser
from e2e.traffic import Traffic


def requests_of_pages(net_log: Path) -> set[str]:
    """Return the schemes and hosts that pages, frames and workers asked, from Chromium's own log of its network.

    A request that the browser makes on its own account has no initiator.
    """
    log: dict[str, Any] = json.loads(net_log.read_text("utf-8"))
    asked = [event["params"] for event in log["events"] if {"url", "initiator"} <= event.get("params", {}).keys()]
    urls = [urlsplit(params["url"]) for params in asked if params["initiator"] != "not an origin"]
    return {f"{url.scheme}://{url.netloc}" for url in urls if url.scheme not in {"blob", "data"}}


class Recorder(socketserver.ThreadingTCPServer):
    """A proxy that refuses everything, and remembers for which hosts it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Refusal)
        self.hosts: set[str] = set()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self.server_address[1]
        return port


class Refusal(socketserver.StreamRequestHandler):
    """One request."""

    def handle(self) -> None:
        """Note the host, and hang up."""
        assert isinstance(self.server, Recorder)
        _, target, *_ = self.rfile.readline().decode().split(" ")
        self.server.hosts.add(urlsplit(target if "://" in target else f"//{target}").hostname or target)


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    """Return a proxy that runs."""
    with Recorder() as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


CELLS = [LOAD, browser_cell("1 + 1"), browser_cell("1 + 1", "py"), "%pyscript doctor"]

ASK_OTHERS = """async () => {
    const script = 'fetch("https://worker.invalid").catch(() => postMessage(1))';
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    await new Promise((resolve) => { worker.onmessage = resolve; });
    await new Promise((resolve) => { new WebSocket("ws://socket.invalid").onerror = resolve; });
}"""


def test_no_request_goes_to_another_origin(playwright: Playwright, lab: Desk, tmp_path: Path) -> None:
    net_log = tmp_path / "net.json"
    browser = launch(playwright, f"--log-net-log={net_log}")
    desk = Desk(lab.jupyter, browser.new_context())
    page = desk.open(CELLS)
    page.run_all()
    assert page.text(1) == page.text(2) == "2"
    page.page.evaluate(ASK_OTHERS)
    page.page.context.close()
    browser.close()
    host = f"127.0.0.1:{lab.jupyter.port}"
    # What the page was told to ask of others shows that the log would have it.
    strangers = {"https://worker.invalid", "ws://socket.invalid"}
    assert requests_of_pages(net_log) == {f"http://{host}", f"ws://{host}"} | strangers


def test_no_request_leaves_firefox_for_another_host(playwright: Playwright, lab: Desk, recorder: Recorder) -> None:
    browser = launch_firefox(playwright, recorder.port)
    page = Desk(lab.jupyter, browser.new_context()).open(CELLS)
    page.run_all()
    assert page.text(1) == page.text(2) == "2"
    # What Firefox asks on its own account goes to Mozilla.
    assert {host for host in recorder.hosts if not re.search(r"(^|\.)(mozilla|firefox)\.(com|net|org)$", host)} == set()
    page.page.evaluate(ASK_OTHERS)
    assert {"worker.invalid", "socket.invalid"} <= recorder.hosts
    browser.close()


@in_every_browser
def test_opening_a_saved_notebook_runs_nothing_and_fetches_nothing_of_ours(lab: Desk) -> None:
    display = "from pyscript_jupyter import PyScript\nPyScript('mpy')"
    page = lab.open([LOAD, browser_cell("print('kept')"), display])
    page.run_all()
    page.wait_for_text(2, "ready")
    page.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")
    saved = page.save()
    assert saved.metadata.widgets["application/vnd.jupyter.widget-state+json"].state
    page.command("@jupyter-widgets/jupyterlab-manager:saveWidgetState")

    assert lab.context.browser is not None
    context = lab.context.browser.new_context()
    traffic = Traffic()
    traffic.watch(context)
    opened = Desk(lab.jupyter, context).open(saved)
    assert opened.text(1) == "kept"
    assert opened.run_new("1 + 1") == "2"
    assert opened.execution_counts()[:3] == [1, 2, 3]
    assert traffic.matching("/pyscript/") == []
    assert opened.page.locator("iframe").count() == 0
    context.close()
