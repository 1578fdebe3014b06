"""The kernel's own browser and its own relay, each made when it is first needed."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Callable, Sequence

from pyscript_jupyter.headless.find import find
from pyscript_jupyter.headless.handlers import COOKIE, key, page
from pyscript_jupyter.headless.host import Host
from pyscript_jupyter.headless.pipe import HeadlessBrowser
from pyscript_jupyter.relay.client import Address


class Headless:
    """Runs a kernel's environments with no page of a person; see `pyscript_jupyter.widget.ownbrowser.OwnBrowser`.

    Parameters
    ----------
    wanted
        Returns what the user has set: which browser, "" for any, and more arguments for it.
    """

    def __init__(self, wanted: Callable[[], tuple[str, Sequence[str]]]) -> None:
        self._wanted = wanted
        self._host: Host | None = None
        self._browser: HeadlessBrowser | None = None
        self._room = ""
        atexit.register(self.close)

    @property
    def trouble(self) -> str:
        """A sentence on why it does not work, "" where nothing is known to be wrong."""
        return self._browser.trouble if self._browser is not None else ""

    def serve(self) -> Address:
        """Return where the kernel's own relay is, opened at the first call; raises `NotInstalledError`."""
        if self._host is None:
            self._host = Host()
        return Address(self._host.url, self._host.secret)

    def open(self, address: Address, room: str) -> None:
        """Have the browser join a room, started if it is not there; does not wait. Raises `NoBrowserError`."""
        if self._browser is not None:
            if self._room == room and not self._browser.ended:
                return
            self._browser.close()
        path, arguments = self._wanted()
        self._room = room
        cookie = (COOKIE, key(address.secret, room))
        self._browser = HeadlessBrowser(find(path), address.url + page(room), cookie, tuple(arguments))

    def dismiss(self) -> None:
        """End the browser, and leave the relay as it is; does not wait. Nothing happens where it is not there."""
        if self._browser is not None:
            browser, self._browser = self._browser, None
            threading.Thread(target=browser.close, name="pyscript-browser-end", daemon=True).start()

    def close(self) -> None:
        """End the browser and the relay. Closing twice is safe."""
        if self._browser is not None:
            self._browser.close()
            self._browser = None
        if self._host is not None:
            self._host.close()
            self._host = None
