"""The user's interrupt, taken at a safe moment.

A KeyboardInterrupt that strikes while a message is being handled would lose the message, and a cell might then wait for
ever. While a run waits, SIGINT only leaves a note; `Interrupts.check` turns the note into the exception. The user's own
callbacks are interrupted as any code is: see `Interrupts.heeded`.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


class Interrupts:
    """Notes of SIGINT.

    Parameters
    ----------
    wake
        Called in the signal handler, to end a wait early. It must be reentrant.
    """

    def __init__(self, wake: Callable[[], None]) -> None:
        self._wake = wake
        self._noted = False
        self._depth = 0
        self._before: Any = None

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note SIGINT instead of raising, in the main thread, until the block ends. Blocks may be nested.

        A note that nobody has asked for raises when the outermost block ends.
        """
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        if self._depth == 0:
            self._noted = False
            self._before = signal.signal(signal.SIGINT, self._take)
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            if self._depth == 0:
                signal.signal(signal.SIGINT, self._before)
        if self._depth == 0:
            self.check()

    @contextmanager
    def heeded(self) -> Iterator[None]:
        """Let SIGINT raise at once, as it did before `noted`, until the block ends."""
        if self._depth == 0 or threading.current_thread() is not threading.main_thread():
            yield
            return
        signal.signal(signal.SIGINT, self._before)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, self._take)

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was noted since the last call."""
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def note(self) -> None:
        """Note an interrupt that was caught elsewhere."""
        self._noted = True
        self._wake()

    def _take(self, number: int, frame: FrameType | None) -> None:
        self.note()
