"""Who is told of an environment's changes; one that raises is shown, and the others are told all the same."""

from __future__ import annotations

import traceback as python_traceback
from collections.abc import Callable

from pyscript_jupyter.protocol.session import SessionEvent
from pyscript_jupyter.widget.interrupts import Interrupts

Watcher = Callable[[SessionEvent | None], None]
"""Called after each change with the event that it was, None where it was none."""


class Watchers:
    """The watchers of one environment.

    Parameters
    ----------
    interrupts
        What holds back interrupts while a run waits: a user's callback may be interrupted all the same.
    """

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts
        self._all: list[Watcher] = []

    def __bool__(self) -> bool:
        return bool(self._all)

    def add(self, watcher: Watcher) -> Callable[[], None]:
        """Call ``watcher`` after each change; return a function that ends it."""
        self._all.append(watcher)
        return lambda: self._all.remove(watcher) if watcher in self._all else None

    def tell(self, event: SessionEvent | None) -> None:
        """Call them all."""
        for watcher in list(self._all):
            try:
                with self._interrupts.heeded():
                    watcher(event)
            except KeyboardInterrupt:
                python_traceback.print_exc()
                self._interrupts.note()
            except Exception:  # noqa: BLE001  # whatever a user's callback raises is shown
                python_traceback.print_exc()
