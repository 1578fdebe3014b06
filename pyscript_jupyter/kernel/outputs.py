"""Output of a run as ordinary notebook output."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.display import clear_output, publish_display_data

from pyscript_jupyter.protocol.messages import StreamName

WINDOW = 3.0
"""Seconds over which a Jupyter server averages a kernel's output."""

BUDGET = 2_400_000
"""Characters in one window: a Jupyter server drops what goes above 1 MB a second (``iopub_data_rate_limit``)."""


class Pace:
    """Holds output back so that the server does not drop it.

    Parameters
    ----------
    clock
        Seconds, never going back.
    sleep
        Waits for a number of seconds.
    """

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._sent: deque[tuple[float, int]] = deque()
        self._total = 0

    def spend(self, size: int) -> None:
        """Wait until ``size`` more characters fit into the window, or nothing is left in it."""
        self._forget()
        while self._sent and self._total + size > BUDGET:
            self._sleep(max(0.0, self._sent[0][0] + WINDOW - self._clock()))
            self._forget()
        self._sent.append((self._clock(), size))
        self._total += size

    def _forget(self) -> None:
        while self._sent and self._sent[0][0] + WINDOW <= self._clock():
            self._total -= self._sent.popleft()[1]


class NotebookOutputs:
    """Writes through IPython, so that output lands under the cell that runs and is saved with it.

    Parameters
    ----------
    shell
        The kernel's shell.
    """

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._pace = Pace()
        self._progress = False
        self._last: StreamName = "stdout"

    def stream(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""
        self._pace.spend(len(text))
        written, other = (sys.stderr, sys.stdout) if name == "stderr" else (sys.stdout, sys.stderr)
        if name != self._last:
            other.flush()  # each gathers by itself, and would lose the order
            self._last = name
        written.write(text)

    def display(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        """Publish a MIME bundle, after everything that was written before it."""
        sys.stdout.flush()
        sys.stderr.flush()
        publish_display_data(data, metadata)

    def progress(self, text: str) -> None:
        """Show one line in the cell's output; "" takes it away."""
        if not text and not self._progress:
            return
        if self._progress:
            clear_output(wait=bool(text))
        self._progress = bool(text)
        if text:
            publish_display_data({"text/plain": text})
