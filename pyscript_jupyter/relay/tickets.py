"""One-use tickets: how a page or a frame that the user's own session vouched for proves it to the relay."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from pyscript_jupyter.errors import UsageError

LIFETIME = 30.0
"""Seconds for which a ticket may wait for its use."""


@dataclass(frozen=True)
class Ticket:
    """What a ticket admits to: one room, one role, and for a frame one environment, in the page that asked for it."""

    room: str
    role: Literal["page", "frame"]
    environment: str = ""
    page: str = ""


def wanted(room: str, body: Any) -> Ticket:
    """Return the ticket that a page asks for by the JSON ``body`` of its request; raises `UsageError`."""
    match body:
        case {"role": "page"}:
            return Ticket(room, "page")
        case {"role": "frame", "environment": str(environment), "page": str(page)} if environment:
            return Ticket(room, "frame", environment, page)
        case _:
            raise UsageError(
                'A ticket is asked for by {"role": "page"}, or {"role": "frame", "environment": NAME, "page": MEMBER}.'
            )


class Tickets:
    """Mint and redeem tickets.

    Parameters
    ----------
    clock
        Seconds from any origin, never going back.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[str, tuple[float, Ticket]] = {}

    def mint(self, ticket: Ticket) -> str:
        """Return a new secret that admits to what ``ticket`` says, once, within `LIFETIME` seconds."""
        now = self._clock()
        self._open = {key: entry for key, entry in self._open.items() if entry[0] > now}
        key = secrets.token_urlsafe(32)
        self._open[key] = (now + LIFETIME, ticket)
        return key

    def redeem(self, key: str) -> Ticket | None:
        """Take a ticket out of circulation and return it; None if it is unknown, used or too old."""
        expires, ticket = self._open.pop(key, (0.0, None))
        return ticket if expires > self._clock() else None
