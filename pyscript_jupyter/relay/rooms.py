"""Rooms: who is there, who owns, and who is to get what.

No I/O: peers are anything with `Peer`'s members. One room is one kernel. The first page owns the room: it makes the
frames. When it goes, the next page is told that it owns. When the kernel goes, everyone is told and the room ends.
"""

from __future__ import annotations

import secrets
from typing import Protocol

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m


class Peer(Protocol):
    """One end of a connection.

    Attributes
    ----------
    role
        What it is.
    environment
        The environment of a frame, "" for others.
    member
        A name that no other connection has.
    agent
        For people: the browser, or the Python.
    """

    role: m.Role
    environment: str
    member: str
    agent: str

    def send(self, data: bytes) -> None:
        """Send one encoded message; a peer that is gone is passed over in silence."""

    def dismiss(self) -> None:
        """Close the connection."""


class Room:
    """The meeting place of one kernel, its pages and its frames."""

    def __init__(self, name: str, kernel: Peer) -> None:
        self.name = name
        self.kernel = kernel
        self.pages: list[Peer] = []
        self.frames: dict[str, Peer] = {}

    @property
    def owner(self) -> Peer | None:
        """The page that runs the room's environments."""
        return self.pages[0] if self.pages else None

    def add(self, peer: Peer) -> None:
        """Let a page or a frame in, and tell the kernel.

        A second frame of an environment takes the place of the first: it comes from a page that was loaded anew.
        """
        if peer.role == "page":
            self.pages.append(peer)
        else:
            before = self.frames.pop(peer.environment, None)
            self.frames[peer.environment] = peer
            if before is not None:
                self._tell_left(before)
                before.send(codec.encode(m.Ended()))
                before.dismiss()
        self._tell_joined(peer)

    def remove(self, peer: Peer) -> None:
        """Take note that a page or a frame has gone; tell the kernel, and the next owner if there is one."""
        if peer.role == "page" and peer in self.pages:
            owned = peer is self.owner
            self.pages.remove(peer)
            self._tell_left(peer)
            if owned and self.owner is not None:
                self.owner.send(codec.encode(m.Owner()))
                self._tell_joined(self.owner)
        elif self.frames.get(peer.environment) is peer:
            del self.frames[peer.environment]
            self._tell_left(peer)

    def tell_unavailable(self, peer: Peer, reason: str) -> None:
        """Tell the kernel that a page or a frame was not let in."""
        failure = m.Failure(kind="internal", name="VersionError", message=reason)
        self.kernel.send(codec.encode(m.Unavailable(environment=peer.environment, failure=failure)))

    def receive(self, peer: Peer, data: bytes) -> None:
        """Pass a message on to whom it is for. Raises `ProtocolError` for what this peer may not send."""
        if peer.role == "kernel":
            self._from_kernel(data)
        elif peer.role == "page":
            _refuse_hello(codec.decode_from_page(data))
            self.kernel.send(data)
        elif self.frames.get(peer.environment) is peer:
            _refuse_hello(codec.decode_event(data, peer.environment))
            self.kernel.send(data)

    def end(self) -> None:
        """Tell everyone that the kernel has gone, and let them go."""
        for peer in [*self.frames.values(), *self.pages]:
            peer.send(codec.encode(m.Ended()))
            peer.dismiss()
        self.frames.clear()
        self.pages.clear()

    def _from_kernel(self, data: bytes) -> None:
        message = codec.decode_from_kernel(data)
        _refuse_hello(message)
        if isinstance(message, m.Show):
            for page in self.pages:
                page.send(data)
            return
        target = self.owner
        if isinstance(message, m.Run | m.Interrupt | m.Restart | m.Subscribe | m.Unsubscribe):
            target = self.frames.get(message.environment)
        if target is not None:
            target.send(data)
        if isinstance(message, m.Close) and (frame := self.frames.get(message.environment)) is not None:
            # It may be in another page, which owned the room before.
            frame.send(codec.encode(m.Ended()))

    def _tell_joined(self, peer: Peer) -> None:
        joined = m.Joined(
            role=peer.role,
            member=peer.member,
            agent=peer.agent,
            environment=peer.environment,
            owner=peer.role == "frame" or peer is self.owner,
        )
        self.kernel.send(codec.encode(joined))

    def _tell_left(self, peer: Peer) -> None:
        left = m.Left(role=peer.role, member=peer.member, environment=peer.environment)
        self.kernel.send(codec.encode(left))


def _refuse_hello(message: m.Message) -> None:
    if isinstance(message, m.Hello):
        raise ProtocolError("A hello came from a peer that was welcomed already.")


class Rooms:
    """All rooms of one server."""

    def __init__(self) -> None:
        self._rooms: dict[str, Room] = {}

    def make(self, kernel: Peer) -> Room:
        """Make a room for a kernel that has connected."""
        room = Room(secrets.token_hex(8), kernel)
        self._rooms[room.name] = room
        return room

    def get(self, name: str) -> Room | None:
        """Return the room of that name; None if there is none, or no more."""
        return self._rooms.get(name)

    def drop(self, room: Room) -> None:
        """End a room whose kernel has gone. Doing it twice does nothing."""
        if self._rooms.pop(room.name, None) is not None:
            room.end()
