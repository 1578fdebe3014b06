"""The WebSocket of the relay, as kernels, pages and frames see it.

Whoever asks to be let in has proved who it is before the upgrade: a kernel by the secret, a browser by a ticket. The
first message is then `Hello`, and the answer `Welcome` or `Refused`.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from typing import Any

from tornado import iostream, web, websocket

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec, versions
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.mailbox import Mailbox
from pyscript_jupyter.relay.rooms import Room
from pyscript_jupyter.relay.state import Relay

HEARTBEAT = 10
"""Seconds between two pings; a peer that does not answer for as long is gone."""

COME_BACK = 5.0
"""Seconds for which a room waits for a kernel whose connection broke. One that closes it ends the room at once."""

NORMAL = 1000
"""The code with which a WebSocket is closed on purpose."""

MAX_MESSAGE = 64 * 1024 * 1024
"""Bytes; a display of many megabytes is one message."""

log = logging.getLogger("pyscript_jupyter.relay")


class PeerSocket(websocket.WebSocketHandler):
    """One connection of a room, in any role. Subclasses let only those in that have proved who they are."""

    relay: Relay
    role: m.Role
    environment: str = ""
    page: str = ""
    agent: str = ""
    member: str
    headless: bool = False
    room: Room | None = None
    mailbox: Mailbox | None = None
    _room_name: str = ""

    def initialize(self, relay: Relay) -> None:
        """Take what the URL table carries."""
        self.relay = relay
        self.member = secrets.token_hex(4)

    @property
    def ping_interval(self) -> float:
        """Seconds."""
        return HEARTBEAT

    @property
    def ping_timeout(self) -> float:
        """Seconds."""
        return HEARTBEAT

    @property
    def max_message_size(self) -> int:
        """Bytes."""
        return MAX_MESSAGE

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Speak ours, and never repeat a ticket."""
        return m.SUBPROTOCOL if m.SUBPROTOCOL in subprotocols else None

    def open(self, *args: str, **kwargs: str) -> None:
        """Send each message at once: Nagle's algorithm would hold a `done` back for 40 ms behind its output."""
        self.set_nodelay(True)

    def on_message(self, message: str | bytes) -> None:
        """Pass a message on; a peer that sends what it may not send is closed, with the reason in the log."""
        try:
            if isinstance(message, str):
                raise ProtocolError(f"A text message of {len(message)} characters came where bytes were expected.")
            if self.room is None:
                self._greet(message)
            else:
                self.room.receive(self, message)
        except ProtocolError as error:
            log.warning("%s %s is closed: %s", self.role, self.member, error)
            self._refuse("hello", str(error))

    def on_close(self) -> None:
        """Tell the room."""
        if self.mailbox is not None:
            self.relay.mailboxes.close(self.mailbox)
        room, rooms = self.room, self.relay.rooms
        if room is None:
            return
        if self.role != "kernel":
            room.remove(self)
        elif room.lose_kernel(self):
            if self.close_code == NORMAL:
                rooms.drop(room)
            else:
                asyncio.get_running_loop().call_later(COME_BACK, rooms.drop_deserted, room)

    def send(self, data: bytes) -> None:
        """Send one encoded message; nothing happens when the connection is closing."""
        try:
            self.write_message(data, binary=True)
        except (websocket.WebSocketClosedError, iostream.StreamClosedError):
            log.debug("%s %s has gone", self.role, self.member)

    def dismiss(self) -> None:
        """Close the connection."""
        self.close(NORMAL)

    def _greet(self, data: bytes) -> None:
        hello = self._read_hello(data)
        if reason := versions.mismatch(hello, self.relay.package):
            self._refuse("version", reason)
            if (waiting := self.relay.rooms.get(self._room_name)) is not None:
                waiting.tell_unavailable(self, reason)
            return
        self.agent = hello.agent[:200]
        room = self._find_room(hello)
        if room is None:
            self._refuse("room", "The kernel that this page belongs to has gone: restart the kernel.")
            return
        self.room = room
        key, wanted = "", True
        if self.role == "frame":
            self.mailbox = self.relay.mailboxes.open()
        if self.role == "kernel":
            key = room.key
        else:
            key = room.recognise(self, hello.resume) if self.role == "page" else ""
            wanted = room.add(self)
        welcome = m.Welcome(
            room=room.name,
            protocol=m.PROTOCOL,
            package=self.relay.package,
            member=self.member,
            owner=self.role != "page" or room.owner is self,
            assets=self.relay.assets,
            resume=key,
            mailbox=self.mailbox.id if self.mailbox is not None else "",
            headless=room.owner is not None and room.owner.headless,
        )
        self.send(codec.encode(welcome))
        if self.role == "kernel" and hello.resume:
            room.take_kernel_back(self)
        if not wanted:
            self.send(codec.encode(m.Ended()))
            self.dismiss()

    def _find_room(self, hello: m.Hello) -> Room | None:
        if self.role != "kernel":
            return self.relay.rooms.get(self._room_name)
        return self.relay.rooms.find(hello.resume) if hello.resume else self.relay.rooms.make(self)

    def _read_hello(self, data: bytes) -> m.Hello:
        decoders = {
            "kernel": codec.decode_from_kernel,
            "page": codec.decode_from_page,
            "frame": codec.decode_from_frame,
        }
        hello = decoders[self.role](data)
        if not isinstance(hello, m.Hello) or hello.role != self.role:
            raise ProtocolError(f"The first message must be the hello of a {self.role}.")
        return hello

    def _refuse(self, reason: m.RefusalReason, message: str) -> None:
        self.send(codec.encode(m.Refused(reason=reason, message=message)))
        self.close(4000, reason)


class TicketSocket(PeerSocket):
    """The connection of a page or a frame, which shows a ticket among its subprotocols.

    A frame of an opaque origin has no cookie: the ticket alone admits, and it came through the user's own session.
    """

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade; 403 without a ticket that is good."""
        offered = self.request.headers.get("Sec-WebSocket-Protocol", "").split(",")
        keys = [each.strip().removeprefix("ticket.") for each in offered if each.strip().startswith("ticket.")]
        ticket = self.relay.tickets.redeem(keys[0]) if len(keys) == 1 else None
        if ticket is None:
            raise web.HTTPError(403, "The relay needs a ticket that was not used before: reload the page.")
        self.role = ticket.role
        self.environment = ticket.environment
        self.page = ticket.page
        self._room_name = ticket.room
        await super().get(*args, **kwargs)
