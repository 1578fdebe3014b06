"""What the browser asks for: nothing of another origin, and nothing at all for a notebook that was only opened."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Playwright

from e2e.browsers import launch
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


def test_no_request_goes_to_another_origin(playwright: Playwright, lab: Desk, tmp_path: Path) -> None:
    net_log = tmp_path / "net.json"
    browser = launch(playwright, f"--log-net-log={net_log}")
    desk = Desk(lab.jupyter, browser.new_context())
    page = desk.open([LOAD, browser_cell("1 + 1"), browser_cell("1 + 1", "py"), "%pyscript doctor"])
    page.run_all()
    assert page.text(1) == page.text(2) == "2"
    page.page.context.close()
    browser.close()
    host = f"127.0.0.1:{lab.jupyter.port}"
    assert requests_of_pages(net_log) == {f"http://{host}", f"ws://{host}"}


def test_the_log_of_the_network_would_show_a_request_to_another_origin(
    playwright: Playwright, lab: Desk, tmp_path: Path
) -> None:
    net_log = tmp_path / "net.json"
    browser = launch(playwright, f"--log-net-log={net_log}")
    page = Desk(lab.jupyter, browser.new_context()).open(["1"])
    worker = (
        "new Worker(URL.createObjectURL(new Blob(['fetch(\"https://worker.invalid\").catch(() => postMessage(1))'])))"
    )
    page.page.evaluate(f"new Promise((resolve) => {{ {worker}.onmessage = resolve; }})")
    page.page.evaluate("new Promise((resolve) => { new WebSocket('ws://socket.invalid').onerror = resolve; })")
    browser.close()
    assert {"https://worker.invalid", "ws://socket.invalid"} <= requests_of_pages(net_log)


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
