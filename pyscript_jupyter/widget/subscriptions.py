"""Which events of its document an environment's frame tells of."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from pyscript_jupyter.protocol import messages as m

_NUMBERS = itertools.count(1)


class Subscriptions:
    """The subscriptions of one environment, which outlive its frames.

    Parameters
    ----------
    environment
        Its name.
    send
        Sends a message to its frame, if there is one.
    """

    def __init__(self, environment: str, send: Callable[[m.Message], None]) -> None:
        self._environment = environment
        self._send = send
        self._all: dict[int, m.Subscribe] = {}

    def add(self, event: str, selector: str) -> int:
        """Have the frame tell of an event of its document, also after it was made anew; return a number for it.

        Parameters
        ----------
        event
            The DOM's name, such as ``click``.
        selector
            A CSS selector for the target or one of its ancestors.
        """
        number = next(_NUMBERS)
        self._all[number] = m.Subscribe(
            environment=self._environment, subscription=number, event=event, selector=selector
        )
        self._send(self._all[number])
        return number

    def remove(self, number: int) -> None:
        """End a subscription. Ending it twice is safe."""
        if self._all.pop(number, None) is not None:
            self._send(m.Unsubscribe(environment=self._environment, subscription=number))

    def tell(self) -> None:
        """Tell a frame that has just come of all of them."""
        for subscription in self._all.values():
            self._send(subscription)
