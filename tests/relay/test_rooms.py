"""Who gets what in a room."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.rooms import Room, Rooms

OPEN = codec.encode(
    m.Open(environment="py", interpreter="pyodide", options=m.Options(main=False, sandbox=False, config={}))
)
RUN = codec.encode(m.Run(environment="py", run=1, code="", filename="", max_bytes=0, max_lines=0))
SHOW = codec.encode(m.Show(environment="py", views=[m.View(id="v", run=1)], chosen="v"))
STREAM = codec.encode(m.Stream(environment="py", seq=1, run=1, name="stdout", text="x"))


class FakePeer:
    """Remembers what it was sent."""

    def __init__(self, role: m.Role, member: str, environment: str = "") -> None:
        self.role = role
        self.member = member
        self.environment = environment
        self.agent = ""
        self.heard: list[dict[str, Any]] = []
        self.dismissed = False

    def send(self, data: bytes) -> None:
        self.heard.append(msgspec.msgpack.decode(data))

    def dismiss(self) -> None:
        self.dismissed = True

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.heard]


@pytest.fixture
def kernel() -> FakePeer:
    return FakePeer("kernel", "k")


@pytest.fixture
def room(kernel: FakePeer) -> Room:
    return Rooms().make(kernel)


def test_the_first_page_owns_and_alone_is_asked(room: Room, kernel: FakePeer) -> None:
    first, second = FakePeer("page", "1"), FakePeer("page", "2")
    room.add(first)
    room.add(second)
    room.receive(kernel, OPEN)
    assert (first.types, second.types) == (["open"], [])
    assert [message["owner"] for message in kernel.heard] == [True, False]


def test_every_page_hears_where_an_environment_is_shown(room: Room, kernel: FakePeer) -> None:
    first, second = FakePeer("page", "1"), FakePeer("page", "2")
    room.add(first)
    room.add(second)
    room.receive(kernel, SHOW)
    assert (first.types, second.types) == (["show"], ["show"])


def test_a_button_that_is_pressed_in_any_page_reaches_the_kernel(room: Room, kernel: FakePeer) -> None:
    page = FakePeer("page", "2")
    room.add(FakePeer("page", "1"))
    room.add(page)
    room.receive(page, codec.encode(m.Control(environment="py", action="interrupt")))
    assert kernel.types[-1] == "control"


def test_when_the_owner_goes_the_next_page_is_told_and_the_kernel_too(room: Room, kernel: FakePeer) -> None:
    first, second = FakePeer("page", "1"), FakePeer("page", "2")
    room.add(first)
    room.add(second)
    kernel.heard.clear()
    room.remove(first)
    assert second.types == ["owner"]
    left, joined = kernel.heard
    assert (left["type"], left["member"]) == ("left", "1")
    assert (joined["type"], joined["member"], joined["owner"]) == ("joined", "2", True)


def test_a_run_goes_to_the_frame_of_its_environment(room: Room, kernel: FakePeer) -> None:
    mine, other = FakePeer("frame", "1", "py"), FakePeer("frame", "2", "mpy")
    room.add(mine)
    room.add(other)
    room.receive(kernel, RUN)
    assert (mine.types, other.types) == (["run"], [])


def test_what_a_frame_says_goes_to_the_kernel(room: Room, kernel: FakePeer) -> None:
    frame = FakePeer("frame", "1", "py")
    room.add(frame)
    room.receive(frame, STREAM)
    assert kernel.types == ["joined", "stream"]


def test_a_frame_that_says_what_it_may_not_is_refused(room: Room) -> None:
    frame = FakePeer("frame", "1", "mpy")
    room.add(frame)
    with pytest.raises(ProtocolError):
        room.receive(frame, STREAM)
    with pytest.raises(ProtocolError):
        room.receive(frame, RUN)


def test_a_new_frame_of_an_environment_takes_the_place_of_the_old(room: Room, kernel: FakePeer) -> None:
    old, new = FakePeer("frame", "1", "py"), FakePeer("frame", "2", "py")
    room.add(old)
    room.add(new)
    room.remove(old)
    assert (old.types, old.dismissed) == (["ended"], True)
    assert [(message["type"], message["member"]) for message in kernel.heard] == [
        ("joined", "1"),
        ("left", "1"),
        ("joined", "2"),
    ]
    room.receive(old, STREAM)
    assert "stream" not in kernel.types


def test_when_the_kernel_goes_everyone_is_told_and_the_room_ends(kernel: FakePeer) -> None:
    rooms = Rooms()
    room = rooms.make(kernel)
    page, frame = FakePeer("page", "1"), FakePeer("frame", "2", "py")
    room.add(page)
    room.add(frame)
    rooms.drop(room)
    rooms.drop(room)
    assert (page.types, frame.types) == (["ended"], ["ended"])
    assert rooms.get(room.name) is None


def test_a_second_hello_is_refused_and_does_not_reach_the_kernel(room: Room, kernel: FakePeer) -> None:
    page = FakePeer("page", "1")
    room.add(page)
    hello = codec.encode(m.Hello(role="page", protocol=m.PROTOCOL, package="1", agent=""))
    with pytest.raises(ProtocolError, match="welcomed already"):
        room.receive(page, hello)
    assert kernel.types == ["joined"]


def test_closing_reaches_a_frame_in_a_page_that_no_longer_owns(room: Room, kernel: FakePeer) -> None:
    frame = FakePeer("frame", "1", "py")
    room.add(frame)
    room.receive(kernel, codec.encode(m.Close(environment="py")))
    assert frame.types == ["ended"]


def test_a_message_for_nobody_is_passed_over(room: Room, kernel: FakePeer) -> None:
    room.receive(kernel, OPEN)
    room.receive(kernel, RUN)
    assert kernel.heard == []
