"""What all connections of one server share."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from pyscript_jupyter.relay.mailbox import Mailboxes
from pyscript_jupyter.relay.rooms import Rooms
from pyscript_jupyter.relay.tickets import Tickets


@dataclass
class Relay:
    """Rooms, tickets and mailboxes, with what the relay says of itself.

    Attributes
    ----------
    package
        The version of pyscript_jupyter.
    assets
        The path of the front end below the server's base URL.
    """

    package: str
    assets: str
    rooms: Rooms = field(default_factory=Rooms)
    mailboxes: Mailboxes = field(default_factory=Mailboxes)
    tickets: Tickets = field(default_factory=lambda: Tickets(time.monotonic))
