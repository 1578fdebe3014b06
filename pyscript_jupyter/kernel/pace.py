"""How fast a kernel may show things: a Jupyter server drops what is too much."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable
from typing import Any

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


def size_of(content: str | dict[str, Any]) -> int:
    """Return what a message with this content costs, in bytes, where no message costs less than `MESSAGE`."""
    return max(MESSAGE, len(json.dumps(content, ensure_ascii=False, default=str).encode(errors="replace")))
