"""Start a browser that lives as long as its pipe, and open one page in it.

Chromium's DevTools protocol goes over its descriptors 3 and 4 (``--remote-debugging-pipe``): no port is opened, and a
browser whose pipe is closed ends by itself, also where this process was killed. A shell waits for its end to remove the
profile, which nobody else would then do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from contextlib import suppress
from typing import IO, Any

from pyscript_jupyter.errors import NoBrowserError

_SHELL = '"$@" 3<&0 4>&1 </dev/null >/dev/null; exec >&-; rm -rf -- "$0"'
"""Runs a browser with its pipe where Chromium looks for it, and removes the profile ``$0`` when it has ended."""

_OPTIONS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-first-run",
    "--no-default-browser-check",
    # Nothing is asked of anybody that no cell has asked for.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--metrics-recording-only",
    "--no-pings",
    # No window hides another one here, so nothing is to be slowed down because it cannot be seen.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--password-store=basic",
    "--use-mock-keychain",
)

# The numbers of our requests. The page must not be opened before its cookie is there.
_COOKIES, _PAGE, _CLOSE = 1, 2, 3

CLOSE_TIMEOUT = 3.0
"""Seconds that a browser has to end by itself."""

SAID = 15
"""How many of its last lines are repeated when it ends unasked."""


class HeadlessBrowser:
    """A browser with one page.

    Starting it waits for nothing: it reads what it is to open when it is up.

    Parameters
    ----------
    path
        The browser.
    url
        The page.
    cookie
        A name and a value, for the page's origin.
    arguments
        More arguments for the browser.

    Raises
    ------
    NoBrowserError
        It cannot be started.
    """

    def __init__(self, path: str, url: str, cookie: tuple[str, str], arguments: tuple[str, ...] = ()) -> None:
        if sys.platform == "win32":
            raise NoBrowserError(
                "A browser of the kernel's own is not supported on Windows yet: open the notebook in JupyterLab."
            )
        profile = tempfile.mkdtemp(prefix="pyscript-jupyter-")
        root = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium refuses to start as root with it
        command = [path, *_OPTIONS, *root, f"--user-data-dir={profile}", *arguments, "about:blank"]
        try:
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _SHELL, profile, *command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,  # the kernel's interrupts are none of its business
            )
        except OSError as error:
            shutil.rmtree(profile, ignore_errors=True)
            raise NoBrowserError(f"The browser {path} cannot be started: {error}.") from error
        self._path = path
        self._profile = profile
        self._closing = False
        self._over = False
        """Its end of the pipe is closed; the shell may still remove the profile."""
        self._said: deque[str] = deque(maxlen=SAID)
        self._trouble = ""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        for name, target, stream in [
            ("answers", self._read_answers, self._process.stdout),
            ("stderr", self._read_errors, self._process.stderr),
        ]:
            threading.Thread(target=target, args=[stream], name=f"pyscript-browser-{name}", daemon=True).start()
        name, value = cookie
        setting = {"name": name, "value": value, "url": url, "httpOnly": True, "sameSite": "Strict"}
        self._url = url
        self._send(_COOKIES, "Storage.setCookies", {"cookies": [{**setting, "path": "/"}]})

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self._over or self._process.poll() is not None

    @property
    def trouble(self) -> str:
        """A sentence on why it does not work, "" where nothing is known to be wrong."""
        if self._closing:
            return ""
        if self.ended:
            said = "\n".join(self._said)
            return f"The browser {self._path} ended by itself. What it said last:\n{said or '(nothing)'}"
        return self._trouble

    def close(self) -> None:
        """End it, and remove its profile. Closing twice is safe."""
        if self._closing:
            return
        self._closing = True
        assert self._process.stdin is not None
        self._send(_CLOSE, "Browser.close", {})
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(CLOSE_TIMEOUT)
        except subprocess.TimeoutExpired:  # the shell goes on, and removes the profile
            return
        shutil.rmtree(self._profile, ignore_errors=True)  # where the shell was killed too

    def _send(self, number: int, method: str, params: dict[str, object]) -> None:
        assert self._process.stdin is not None
        data = json.dumps({"id": number, "method": method, "params": params}).encode() + b"\0"
        with suppress(OSError):  # it has ended, which `trouble` tells
            self._process.stdin.write(data)
            self._process.stdin.flush()

    def _read_answers(self, stream: IO[bytes]) -> None:
        """Read to the end, so that the browser can always write; keep what an answer complains of."""
        rest = b""
        while data := os.read(stream.fileno(), 65536):
            *answers, rest = (rest + data).split(b"\0")
            for answer in answers:
                self._take(json.loads(answer))
        self._over = True
        stream.close()

    def _take(self, answer: dict[str, Any]) -> None:
        if (error := answer.get("error")) is not None:
            self._trouble = f"The browser {self._path} refused to open a page: {error.get('message', error)}."
        elif answer.get("id") == _COOKIES:
            self._send(_PAGE, "Target.createTarget", {"url": self._url})

    def _read_errors(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._said.append(line.decode(errors="replace").rstrip())
