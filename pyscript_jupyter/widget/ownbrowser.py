"""A browser of the kernel's own, as this layer needs it. The kernel layer puts one in place, where there may be one."""

from __future__ import annotations

from typing import Protocol

from pyscript_jupyter.relay.client import Address


class OwnBrowser(Protocol):
    """Runs a kernel's environments where no page is attached to it."""

    @property
    def trouble(self) -> str:
        """A sentence on why it does not work, "" where nothing is known to be wrong."""

    def serve(self) -> Address:
        """Return where the kernel's own relay is, opened at the first call; raises `NotInstalledError`."""

    def open(self, address: Address, room: str) -> None:
        """Have the browser join a room, started if it is not there; does not wait. Raises `NoBrowserError`."""

    def dismiss(self) -> None:
        """End the browser, and leave the relay as it is; does not wait. Nothing happens where it is not there."""

    def close(self) -> None:
        """End the browser and the relay. Closing twice is safe."""
