"""A Chromium in which a frame's process can be crashed.

Playwright takes the crash of a frame's process for one of the whole page, and does nothing with that any more. So this
browser is started without it: Playwright connects, is sent away before the crash, and connects again.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, Playwright
from tornado.websocket import websocket_connect

from e2e.browsers import chromium_command
from e2e.jupyter import http_request
from e2e.waiting import SLOW, wait_until

FRAME = "/pyscript/frame/"


class CrashableBrowser:
    """A Chromium with a port for debuggers, for the time of a ``with`` block.

    Parameters
    ----------
    playwright
        What drives it.
    folder
        An empty folder for its profile.
    """

    def __init__(self, playwright: Playwright, folder: Path) -> None:
        self._playwright = playwright
        self._folder = folder

    def __enter__(self) -> Self:
        options = ["--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._folder}"]
        command = [*chromium_command(), *options, "--window-size=1280,1200", "about:blank"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            port = self._folder / "DevToolsActivePort"
            wait_until(lambda: port.exists() and port.read_text("utf-8"), "Chromium to listen", SLOW)
            self._url = f"http://127.0.0.1:{port.read_text('utf-8').splitlines()[0]}"
            self.browser: Browser
            self._connect()
        except BaseException:
            self._process.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.browser.close()
        self._process.terminate()
        self._process.wait(20)

    def crash_frames(self) -> int:
        """Crash the process of every frame of ours, and return how many frames there were.

        All pages and contexts that Playwright knew are of no use then: get them anew, from ``browser``.
        """
        self.browser.close()  # the connection, not the browser
        frames = [target for target in self._targets() if target["type"] == "iframe" and FRAME in target["url"]]
        with ThreadPoolExecutor(1) as thread:
            for frame in frames:
                # One process may have several frames: those that are gone already are not there to be connected to.
                if any(target["id"] == frame["id"] for target in self._targets()):
                    thread.submit(asyncio.run, _crash(frame["webSocketDebuggerUrl"])).result(SLOW)
        self._connect()
        return len(frames)

    def _connect(self) -> None:
        self.browser = self._playwright.chromium.connect_over_cdp(self._url)

    def _targets(self) -> list[dict[str, Any]]:
        _, _, content = http_request("GET", f"{self._url}/json/list")
        targets: list[dict[str, Any]] = json.loads(content)
        return targets


async def _crash(url: str) -> None:
    """Crash the process of a target, and wait until the browser has noticed."""
    socket = await websocket_connect(url)
    try:
        await socket.write_message(json.dumps({"id": 1, "method": "Page.crash"}))
        while (message := await socket.read_message()) is not None:
            if "Inspector.targetCrashed" in str(message):
                break
    finally:
        socket.close()
        while await socket.read_message() is not None:
            pass  # until it is closed
