"""What a `PyScript` object does with events: the log, the callbacks, and those who wait.

No environment and no widget here: events come in as dicts, one at a time, on the kernel's main thread.
"""

from __future__ import annotations

import asyncio
import inspect
import traceback as python_traceback
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any, overload

Event = dict[str, Any]
Callback = Callable[[Event], object]
Spawn = Callable[[Coroutine[Any, Any, object]], None]

MAX_EVENTS = 1000
"""How many events a log keeps."""


class EventLog(Sequence[Event]):
    """The last events, oldest first.

    Attributes
    ----------
    dropped
        How many older ones are no longer kept.
    """

    def __init__(self) -> None:
        self.dropped = 0
        self._events: deque[Event] = deque(maxlen=MAX_EVENTS)

    @overload
    def __getitem__(self, index: int) -> Event: ...
    @overload
    def __getitem__(self, index: slice) -> list[Event]: ...
    def __getitem__(self, index: int | slice) -> Event | list[Event]:
        return list(self._events)[index] if isinstance(index, slice) else self._events[index]

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(tuple(self._events))

    def __repr__(self) -> str:
        dropped = f", {self.dropped} older ones dropped" if self.dropped else ""
        names = ", ".join(event["name"] for event in self[-10:])
        return f"<{len(self)} events{dropped}; the last: {names or 'none'}>"

    def add(self, event: Event) -> None:
        """Keep an event; the oldest one goes where there is no room."""
        self.dropped += len(self._events) == MAX_EVENTS
        self._events.append(event)


class Listeners:
    """Callbacks and waiters, by what they listen to: the name of an event, or the number of a subscription.

    Parameters
    ----------
    spawn
        Has a coroutine run by itself, as those of asynchronous callbacks, and shows what it raises.
    """

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._callbacks: dict[str | int, list[Callback]] = {}
        self._waiters: dict[str | int, list[asyncio.Future[Event]]] = {}

    def add(self, key: str | int, callback: Callback) -> Callable[[], None]:
        """Call a function at each event of this key; return a function that ends it, however often it is called."""
        callbacks = self._callbacks.setdefault(key, [])
        callbacks.append(callback)
        return lambda: callbacks.remove(callback) if callback in callbacks else None

    async def next(self, key: str | int) -> Event:
        """Wait for the next event of this key."""
        future: asyncio.Future[Event] = asyncio.get_running_loop().create_future()
        waiters = self._waiters.setdefault(key, [])
        waiters.append(future)
        try:
            return await future
        finally:
            waiters.remove(future)

    def fail(self, key: str | int, error: Exception) -> None:
        """Tell those who wait that what they wait for will not come."""
        for waiter in self._waiters.get(key, ()):
            if not waiter.done():
                waiter.set_exception(error)

    def end(self, error: Exception) -> None:
        """Tell everyone who waits that nothing will come any more."""
        for key in self._waiters:
            self.fail(key, error)

    def dispatch(self, key: str | int, event: Event) -> None:
        """Tell everyone who listens; a callback that raises is shown, and does not stop the others."""
        for waiter in self._waiters.get(key, ()):
            if not waiter.done():
                waiter.set_result(event)
        for callback in list(self._callbacks.get(key, ())):
            try:
                result = callback(event)
                if inspect.iscoroutine(result):
                    self._spawn(result)
            except Exception:  # noqa: BLE001  # whatever a user's callback raises is shown
                python_traceback.print_exc()
