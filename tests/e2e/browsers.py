"""The browsers of the end-to-end tests: Debian's own, with no network.

Playwright drives both as they are. Firefox speaks WebDriver BiDi with it, for which Playwright's channel
"moz-firefox" stands: its "firefox" without a channel would be a patched build that is downloaded.
"""

from __future__ import annotations

import os
import shutil
from typing import Literal

import pytest
from playwright.sync_api import Browser, Playwright

BrowserName = Literal["chromium", "firefox"]

# No network: every name but the server's is unknown. And what a browser does on its own account is kept off.
_QUIET_CHROMIUM = [
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
    # A camera that shows a test picture, and that nobody is asked about.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

# The same for Firefox, beside what Playwright keeps off: everything but the server goes to a proxy.
_QUIET_FIREFOX: dict[str, str | float | bool] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.no_proxies_on": "127.0.0.1",
    "network.proxy.allow_hijacking_localhost": True,
}


def chromium_command() -> list[str]:
    """Return the program and the options with which Debian's Chromium starts."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [_executable("chromium"), *_QUIET_CHROMIUM, *root]


def launch(playwright: Playwright, *arguments: str) -> Browser:
    """Start Debian's Chromium."""
    executable, *options = chromium_command()
    return playwright.chromium.launch(executable_path=executable, args=[*options, *arguments])


def launch_firefox(playwright: Playwright, proxy_port: int = 9, *, scripts: bool = True) -> Browser:
    """Start Debian's Firefox, with a proxy on loopback for everything but the server: one that is not there.

    Without ``scripts`` no page runs any: a context's ``java_script_enabled`` does nothing in Firefox.
    """
    executable = _executable("firefox-esr", "firefox")
    proxy = {"network.proxy.http_port": proxy_port, "network.proxy.ssl_port": proxy_port}
    return playwright.firefox.launch(
        executable_path=executable,
        channel="moz-firefox",
        firefox_user_prefs={**_QUIET_FIREFOX, **proxy, "javascript.enabled": scripts},
    )


def _executable(*names: str) -> str:
    """Return the path of the first of these programs that there is."""
    executable = next(filter(None, map(shutil.which, names)), None)
    if executable is None:
        pytest.fail(f"The end-to-end tests need `{names[0]}` on PATH: `make browsers` installs it.")
    return executable
