"""Rooms: who is there, who owns, and who is to get what.

No I/O and no clock: peers are anything with `Peer`'s members. One room is one kernel. One page owns the room: it makes
the frames. That is the first page, or the one that has claimed it; when it goes, the next page is told that it owns.
The kernel's own browser gives way to any other page as long as nothing runs in it.
When the kernel has gone, everyone is told and the room ends.

A connection may break and come back. A kernel and a page then show the key that they were given, and are who they were:
the room, the frames and the ownership stay. A frame is let in while the page that it lives in is the one that was asked
to make it; so an older frame that comes back after another page has made a new one is sent away.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Literal, Protocol

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.mailbox import Mailbox

MAX_KEYS = 100
"""How many pages of a room, the latest ones, can come back: each loading of a page is one."""


class Peer(Protocol):
    """One end of a connection.

    Attributes
    ----------
    role
        What it is.
    environment
        The environment of a frame, "" for others.
    page
        The member name of the page that a frame lives in, "" for others.
    member
        A name that no other peer has; a page that comes back gets its old one.
    agent
        For people: the browser, or the Python.
    headless
        It is in a browser that the kernel has started for itself.
    mailbox
        Where a frame's interpreter looks while it hears no message; None for others.
    """

    role: m.Role
    environment: str
    page: str
    member: str
    agent: str
    headless: bool
    mailbox: Mailbox | None

    def send(self, data: bytes) -> None:
        """Send one encoded message; a peer that is gone is passed over in silence."""

    def dismiss(self) -> None:
        """Close the connection."""


class Room:
    """The meeting place of one kernel, its pages and its frames.

    Attributes
    ----------
    key
        With it the kernel comes back.
    kernel
        None while its connection is broken.
    """

    def __init__(self, name: str, kernel: Peer) -> None:
        self.name = name
        self.key = secrets.token_hex(16)
        self.kernel: Peer | None = kernel
        self.pages: list[Peer] = []
        self.frames: dict[str, Peer] = {}
        self._keys: dict[str, str] = {}
        """The member names of pages, by the keys with which they come back."""
        self._homes: dict[str, str] = {}
        """The page that was last asked to make an environment's frame, by environment."""

    @property
    def owner(self) -> Peer | None:
        """The page that runs the room's environments."""
        return self.pages[0] if self.pages else None

    def recognise(self, page: Peer, key: str) -> str:
        """Give a page that comes back the name that it had; return the key with which it can come back again."""
        if key in self._keys:
            page.member = self._keys[key]
            return key
        while len(self._keys) >= MAX_KEYS:
            self._keys.pop(next(iter(self._keys)))
        key = secrets.token_hex(16)
        self._keys[key] = page.member
        return key

    def add(self, peer: Peer) -> bool:
        """Let a page or a frame in, and tell the kernel; return False for a frame that nobody wants any more."""
        if peer.role == "page":
            self._add_page(peer)
            return True
        return self._add_frame(peer)

    def remove(self, peer: Peer) -> None:
        """Take note that a page or a frame has gone; tell the kernel, and the next owner if there is one."""
        if peer.role == "page" and peer in self.pages:
            owned = peer is self.owner
            self.pages.remove(peer)
            self._tell_left(peer)
            if owned and self.owner is not None:
                self._tell_owner(self.owner)
                self._tell_waiting(peer, self.owner)
        elif self.frames.get(peer.environment) is peer:
            del self.frames[peer.environment]
            self._tell_left(peer)

    def lose_kernel(self, kernel: Peer) -> bool:
        """Take note that the kernel's connection broke; return False if it was not the one in use."""
        if self.kernel is not kernel:
            return False
        self.kernel = None
        return True

    def take_kernel_back(self, kernel: Peer) -> None:
        """Go on with a kernel that has come back: tell it which pages are there, and have the frames say how they are.

        They do so when they connect, so each is made to connect anew.
        """
        before, self.kernel = self.kernel, kernel
        if before is not None:
            before.dismiss()
        for page in self.pages:
            self._tell_joined(page)
        for frame in self.frames.values():
            frame.dismiss()
        self.frames.clear()

    def tell_unavailable(self, peer: Peer, reason: str) -> None:
        """Tell the kernel that a page or a frame was not let in."""
        failure = m.Failure(kind="internal", name="VersionError", message=reason)
        self._tell(m.Unavailable(environment=peer.environment, failure=failure))

    def receive(self, peer: Peer, data: bytes) -> None:
        """Pass a message on to whom it is for. Raises `ProtocolError` for what this peer may not send."""
        if peer.role == "kernel":
            self._from_kernel(data)
            return
        if peer.role == "page":
            message: m.Message = codec.decode_from_page(data)
        elif self.frames.get(peer.environment) is peer:
            message = codec.decode_event(data, peer.environment)
        else:
            return
        match message:
            case m.Hello():
                _refuse_hello(message)
            case m.Pulse():
                peer.send(data)
            case m.Claim():
                self._give(peer)
            case _ if self.kernel is not None:
                self.kernel.send(data)

    def end(self) -> None:
        """Tell everyone that the kernel has gone, and let them go."""
        for peer in [*self.frames.values(), *self.pages]:
            peer.send(codec.encode(m.Ended()))
            peer.dismiss()
        self.frames.clear()
        self.pages.clear()

    def _add_page(self, page: Peer) -> None:
        before = next((each for each in self.pages if each.member == page.member), None)
        if before is not None:  # it came back before its broken connection was missed
            self.pages[self.pages.index(before)] = page
            before.dismiss()
            return
        owner = self.owner
        homes = self._homes.values()
        # The environments live in a page that was away: it is the owner again, unless others were begun meanwhile. And
        # where nothing is to be lost a person's page comes before the kernel's own browser.
        rightful = page.member in homes or (owner is not None and owner.headless and not page.headless)
        takes_over = owner is not None and rightful and owner.member not in homes
        self.pages.insert(0 if takes_over else len(self.pages), page)
        self._tell_joined(page)
        if takes_over and owner is not None:
            self._tell_owner(owner)
            self._tell_waiting(owner, page)

    def _add_frame(self, frame: Peer) -> bool:
        if self._homes.get(frame.environment) != frame.page:
            return False
        before = self.frames.pop(frame.environment, None)
        self.frames[frame.environment] = frame
        if before is not None:  # of a page that was loaded anew, or a broken connection that was not missed yet
            self._tell_left(before)
            before.send(codec.encode(m.Ended()))
            before.dismiss()
        self._tell_joined(frame)
        return True

    def _give(self, page: Peer) -> None:
        """Make a page the owner; what runs in another one ends."""
        owner = self.owner
        if owner is page or page not in self.pages:
            return
        self._homes.clear()
        for frame in self.frames.values():
            self._tell_left(frame, "claimed")
            frame.send(codec.encode(m.Ended()))
            frame.dismiss()
        self.frames.clear()
        self.pages.remove(page)
        self.pages.insert(0, page)
        if owner is not None:
            self._tell_owner(owner)
            self._tell_waiting(owner, page)
        self._tell_owner(page)

    def _from_kernel(self, data: bytes) -> None:
        message = codec.decode_from_kernel(data)
        _refuse_hello(message)
        if isinstance(message, m.Show):
            for page in self.pages:
                page.send(data)
            return
        target = self.owner
        if isinstance(message, m.Run | m.Interrupt | m.Answer | m.Restart | m.Subscribe | m.Unsubscribe):
            target = self.frames.get(message.environment)
        if target is not None:
            target.send(data)
            if isinstance(message, m.Interrupt | m.Answer) and target.mailbox is not None:
                target.mailbox.put(message)
        if isinstance(message, m.Open) and target is not None:
            self._homes[message.environment] = target.member
        if isinstance(message, m.Close):
            self._homes.pop(message.environment, None)
            if (frame := self.frames.get(message.environment)) is not None:
                # It may be in another page, which owned the room before.
                frame.send(codec.encode(m.Ended()))

    def _tell_owner(self, page: Peer) -> None:
        """Tell a page, and the kernel, whether it owns now."""
        page.send(self._owner_for(page))
        self._tell_joined(page)

    def _tell_waiting(self, before: Peer, now: Peer) -> None:
        """Tell the pages that go on waiting what kind of page they wait for, if it is another one than before."""
        if before.headless is not now.headless:
            for page in self.pages:
                if page is not before and page is not now:
                    page.send(self._owner_for(page))

    def _owner_for(self, page: Peer) -> bytes:
        owner = self.owner
        return codec.encode(m.Owner(owner=page is owner, headless=owner is not None and owner.headless))

    def _tell_joined(self, peer: Peer) -> None:
        self._tell(
            m.Joined(
                role=peer.role,
                member=peer.member,
                agent=peer.agent,
                environment=peer.environment,
                owner=peer.role == "frame" or peer is self.owner,
                headless=peer.headless,
            )
        )

    def _tell_left(self, peer: Peer, reason: Literal["gone", "claimed"] = "gone") -> None:
        self._tell(m.Left(role=peer.role, member=peer.member, environment=peer.environment, reason=reason))

    def _tell(self, message: m.Message) -> None:
        if self.kernel is not None:
            self.kernel.send(codec.encode(message))


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

    def find(self, key: str) -> Room | None:
        """Return the room to which a kernel comes back with this key; None if there is none, or no more."""
        return next((room for room in self._rooms.values() if hmac.compare_digest(room.key, key)), None)

    def drop(self, room: Room) -> None:
        """End a room whose kernel has gone. Doing it twice does nothing."""
        if self._rooms.pop(room.name, None) is not None:
            room.end()

    def drop_deserted(self, room: Room) -> None:
        """End a room whose kernel has not come back."""
        if room.kernel is None:
            self.drop(room)

    def count(self) -> dict[str, int]:
        """Return how many ``rooms``, ``pages`` and ``frames`` there are, for the doctor and for tests."""
        rooms = self._rooms.values()
        return {
            "rooms": len(rooms),
            "pages": sum(len(room.pages) for room in rooms),
            "frames": sum(len(room.frames) for room in rooms),
        }
