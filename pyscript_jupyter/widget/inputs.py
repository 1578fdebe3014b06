"""What a cell asks for, and the wait for it.

`Inputs` is what a run needs. The kernel layer puts the notebook's own input box in place; `PlainInputs` serves a bare
Python.
"""

from __future__ import annotations

import _thread
import getpass
import threading
from typing import Protocol

from pyscript_jupyter.protocol.messages import AskKind

NO_KERNEL = (
    "exit() ends a PyScript kernel, and this environment is beside an ordinary one: `%pyscript restart NAME` starts "
    "it anew, `%pyscript close NAME` removes it, and sys.exit() stops no more than the cell."
)
"""What is said where code wants to end a kernel that is not its own."""


class Inputs(Protocol):
    """Answers what a run asks, on the kernel's main thread."""

    def ask(self, kind: AskKind, prompt: str) -> str:
        """Wait for a line of text and return it; or take note that the kernel is to end with the cell.

        Raises
        ------
        NotImplementedError
            Nobody can be asked here, or nothing is to be ended; the text says what to do instead.
        EOFError
            There is nothing more to read.
        KeyboardInterrupt
            The user interrupted.
        """


class PlainInputs:
    """The terminal of this process."""

    def ask(self, kind: AskKind, prompt: str) -> str:
        """Ask by ``input`` or ``getpass``."""
        if kind == "exit":
            raise NotImplementedError(NO_KERNEL)
        return getpass.getpass(prompt) if kind == "getpass" else input(prompt)


class Question:
    """One question that is open. Another thread can end it, where the cell that asked is over.

    Attributes
    ----------
    ended
        Another thread has ended it: the KeyboardInterrupt is not the user's.
    """

    def __init__(self) -> None:
        self.ended = False
        self._open = threading.current_thread() is threading.main_thread()
        self._lock = threading.Lock()

    def end(self) -> None:
        """Break the wait, by a KeyboardInterrupt in the main thread. Nothing happens once it is over."""
        with self._lock:
            if self._open and not self.ended:
                self.ended = True
                _thread.interrupt_main()

    def close(self) -> None:
        """Take note that the wait is over."""
        with self._lock:
            self._open = False
