"""Output of a run as ordinary notebook output."""

from __future__ import annotations

import json
import sys
import time
from collections import deque
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from IPython.display import clear_output, publish_display_data

from pyscript_jupyter.protocol.messages import StreamName

WINDOW = 3.0
"""Seconds over which a Jupyter server averages a kernel's output."""

BUDGET = 2_400_000
"""Bytes in one window: a Jupyter server drops what goes above 1 MB a second (``iopub_data_rate_limit``)."""

MESSAGE = 1000
"""Bytes that a message counts for at least: a server drops what goes above 1000 messages a second, too
(``iopub_msg_rate_limit``)."""


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
        """Wait until ``size`` more bytes fit into the window, or nothing is left in it."""
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
    """Writes through IPython, so that output lands under the cell that runs and is saved with it."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._progress = ""
        self._last: StreamName = "stdout"

    def stream(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""
        self._pace.spend(_size(text))
        written, other = (sys.stderr, sys.stdout) if name == "stderr" else (sys.stdout, sys.stderr)
        if name != self._last:
            other.flush()  # each gathers by itself, and would lose the order
            self._last = name
        written.write(text)

    def display(
        self, data: dict[str, Any], metadata: dict[str, Any], display_id: str = "", update: bool = False
    ) -> None:
        """Publish a MIME bundle, after everything that was written before it."""
        self._pace.spend(_size(data))
        sys.stdout.flush()
        sys.stderr.flush()
        transient = {"display_id": display_id} if display_id else {}
        publish_display_data(data, metadata, transient=transient, update=update)

    def progress(self, text: str, alone: bool) -> None:
        """Show one line in the cell's output; "" takes it away.

        Alone it leaves no trace: the whole output is cleared. Beside other output it is a display that ends up empty.
        """
        if not text and not self._progress:
            return
        if alone:
            if self._progress:
                clear_output(wait=bool(text))
            if text:
                publish_display_data({"text/plain": text})
            self._progress = "alone" if text else ""
            return
        update = bool(self._progress)
        self._progress = self._progress or uuid4().hex
        data = {"text/plain": text} if text else {}
        publish_display_data(data, transient={"display_id": self._progress}, update=update)
        if not text:
            self._progress = ""


def _size(content: str | dict[str, Any]) -> int:
    """Return what a message with this content costs, in bytes, where no message costs less than `MESSAGE`."""
    return max(MESSAGE, len(json.dumps(content, ensure_ascii=False, default=str).encode(errors="replace")))
