"""Comm messages of the browser's own Python, and where they go.

`Comms` is what an environment needs. A PyScript kernel puts its own in place, where the interpreter's comms are the
kernel's; `NoComms` serves an ordinary kernel, whose comms are its own Python's.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from pyscript_jupyter.protocol.messages import CommMessage


class Comms(Protocol):
    """Takes the comm messages that an interpreter sends, on the kernel's main thread."""

    def send(self, message: CommMessage) -> None:
        """Send one to the clients."""

    def end(self) -> None:
        """Close those that are open: their interpreter has ended."""


class NoComms:
    """Lets them go by."""

    def send(self, message: CommMessage) -> None:
        """Do nothing."""

    def end(self) -> None:
        """Do nothing."""


class States(NamedTuple):
    """The state of several widgets, as ipywidgets answers ``request_states``."""

    data: dict[str, Any]
    """``states`` by the widgets' ids, and ``buffer_paths``."""
    buffers: list[Any]
    """What the paths are of."""
