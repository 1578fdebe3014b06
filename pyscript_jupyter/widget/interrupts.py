"""The user's interrupt, taken at a safe moment.

A KeyboardInterrupt that strikes while a message is being handled would lose the message, and a cell might then wait for
ever. While a run waits, SIGINT only leaves a note; `Interrupts.check` turns the note into the exception.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


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

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note SIGINT instead of raising, in the main thread, until the block ends. Blocks may be nested."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, self._note)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def check(self) -> None:
        """Raise KeyboardInterrupt if one was noted since the last call."""
        if self._noted:
            self._noted = False
            raise KeyboardInterrupt

    def _note(self, number: int, frame: FrameType | None) -> None:
        self._noted = True
        self._wake()
