"""Output of a run as ordinary notebook output."""

from __future__ import annotations

import sys
from typing import Any, Protocol
from uuid import uuid4

from IPython.core.getipython import get_ipython
from IPython.display import clear_output, publish_display_data

from pyscript_jupyter.kernel.pace import MESSAGE, Pace, size_of
from pyscript_jupyter.kernel.place import Place
from pyscript_jupyter.protocol.messages import StreamName


class Publisher(Protocol):
    """How a kernel shows something under the cell that runs."""

    def write(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], transient: dict[str, Any], update: bool = False
    ) -> None:
        """Show a MIME bundle, after everything that was written before it."""

    def clear(self, wait: bool) -> None:
        """Take away what is there; with ``wait``, only when the next thing is shown."""

    def here(self) -> Publisher:
        """Return what goes on showing things under the cell that runs now, also when that is over."""


class IPythonPublisher:
    """Writes through IPython, so that output lands under the cell that runs and is saved with it."""

    def __init__(self) -> None:
        self._last: StreamName = "stdout"

    def write(self, name: StreamName, text: str) -> None:
        """Write to ``sys.stdout`` or ``sys.stderr``."""
        written, other = (sys.stderr, sys.stdout) if name == "stderr" else (sys.stdout, sys.stderr)
        if name != self._last:
            other.flush()  # each gathers by itself, and would lose the order
            self._last = name
        written.write(text)

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], transient: dict[str, Any], update: bool = False
    ) -> None:
        """Show a MIME bundle."""
        sys.stdout.flush()
        sys.stderr.flush()
        publish_display_data(data, metadata, transient=transient, update=update)

    def clear(self, wait: bool) -> None:
        """Take away what is there."""
        clear_output(wait=wait)

    def here(self) -> Publisher:
        """Return what publishes for the request that is handled now; itself where there is no kernel."""
        kernel = getattr(get_ipython(), "kernel", None)
        return self if kernel is None else Place(kernel, kernel.get_parent())


class KernelOutputs:
    """Output of runs as a kernel's ordinary output, as fast as the server takes it.

    Parameters
    ----------
    publisher
        The kernel's way to show things.
    pace
        How fast the server takes them.
    """

    def __init__(self, publisher: Publisher, pace: Pace | None = None) -> None:
        self._publisher = publisher
        self._pace = pace or Pace()
        self._progress = ""

    def stream(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""
        self._pace.spend(size_of(text))
        self._publisher.write(name, text)

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None:
        """Publish a MIME bundle, after everything that was written before it."""
        self._pace.spend(size_of(data))
        self._publisher.publish(data, metadata, {"display_id": display_id} if display_id else {}, update)

    def clear(self, wait: bool) -> None:
        """Take away what the run has shown so far."""
        self._pace.spend(MESSAGE)
        self._publisher.clear(wait)

    def here(self) -> KernelOutputs:
        """Return what goes on taking output for the cell that runs now."""
        return KernelOutputs(self._publisher.here(), self._pace)

    def progress(self, text: str, alone: bool) -> None:
        """Show one line in the cell's output; "" takes it away.

        Alone it leaves no trace: the whole output is cleared. Beside other output it is a display that ends up empty.
        """
        if not text and not self._progress:
            return
        if alone:
            if self._progress:
                self._publisher.clear(wait=bool(text))
            if text:
                self._publisher.publish({"text/plain": text}, {}, {})
            self._progress = "alone" if text else ""
            return
        update = bool(self._progress)
        self._progress = self._progress or uuid4().hex
        data = {"text/plain": text} if text else {}
        self._publisher.publish(data, {}, {"display_id": self._progress}, update)
        if not text:
            self._progress = ""
