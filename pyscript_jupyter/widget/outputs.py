"""Where the output of a run goes.

`Outputs` is what a run needs. The kernel layer puts the notebook's own in place; `PlainOutputs` serves a bare Python.
"""

from __future__ import annotations

import sys
from typing import Any, Protocol

from pyscript_jupyter.protocol.messages import StreamName


class Outputs(Protocol):
    """Takes what a run produces, in order, on the kernel's main thread."""

    def stream(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None:
        """Show a MIME bundle; one with a ``display_id`` can be replaced later, by an ``update``."""

    def clear(self, wait: bool) -> None:
        """Take away what the run has shown so far; with ``wait``, only when it shows the next thing."""

    def here(self) -> Outputs:
        """Return what goes on taking output for the cell that runs now, also when that is over."""

    def progress(self, text: str, alone: bool) -> None:
        """Show, in the place of the last one, how far loading is; "" takes the line away.

        ``alone`` says that nothing else was or is written into the cell's output meanwhile.
        """


class PlainOutputs:
    """Text to this process's own streams; progress is not shown."""

    def stream(self, name: StreamName, text: str) -> None:
        """Write to ``sys.stdout`` or ``sys.stderr``."""
        (sys.stderr if name == "stderr" else sys.stdout).write(text)

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None:
        """Print the ``text/plain`` of a MIME bundle. What is printed cannot be replaced."""
        if not display_id:
            print(data.get("text/plain", ""))

    def clear(self, wait: bool) -> None:
        """Do nothing: what is printed cannot be taken away."""

    def here(self) -> PlainOutputs:
        """Return itself: what is printed belongs to no cell."""
        return self

    def progress(self, text: str, alone: bool) -> None:
        """Show nothing."""
