"""What an interpreter and its mailbox say to one another: by HTTP, where the messages go by WebSocket.

They are JSON, and are in the same schema as the messages; `pyscript_jupyter.relay.mailbox` tells what it is for.
"""

from __future__ import annotations

from pyscript_jupyter.protocol.messages import Answer, Natural, Record


class Look(Record, frozen=True, kw_only=True):
    """What an interpreter that hears no message sends its mailbox, in a request of its own and as JSON."""

    mailbox: str
    """Which: what the welcome said."""
    run: Natural
    """The run that may be to stop, 0 for none."""
    ask: Natural = 0
    """The question whose answer is wanted, 0 for none."""
    wait: float = 0.0
    """How many seconds the answer may take, where there is nothing yet; the relay takes less where that is long."""


class Letter(Record, frozen=True, kw_only=True):
    """The mailbox's answer to a `Look`."""

    interrupted: bool
    """The run is to stop. It stays so: the interpreter remembers that it has stopped."""
    answer: Answer | None = None
