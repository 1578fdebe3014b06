"""Who gets what in a room."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from pyscript_jupyter.errors import ProtocolError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.mailbox import Letter, Look
from pyscript_jupyter.relay.mailbox import Mailbox
from pyscript_jupyter.relay.rooms import Room, Rooms


def asking_for(environment: str) -> bytes:
    """Return what a kernel sends that wants an environment."""
    options = m.Options(main=False, sandbox=False, config=m.Config())
    return codec.encode(m.Open(environment=environment, interpreter="pyodide", options=options))


OPEN = asking_for("py")
RUN = codec.encode(m.Run(environment="py", run=1, code="", filename="", max_bytes=0, max_lines=0))
SHOW = codec.encode(m.Show(environment="py", views=[m.View(id="v", run=1)], chosen="v"))
CLAIM = codec.encode(m.Claim())
STREAM = codec.encode(m.Stream(environment="py", seq=1, run=1, name="stdout", text="x"))


ANSWER = m.Answer(environment="py", run=1, ask=2, value="a")
LOOK = Look(mailbox="", run=1, ask=2)


class FakePeer:
    """Remembers what it was sent."""

    def __init__(
        self, role: m.Role, member: str, environment: str = "", page: str = "", headless: bool = False
    ) -> None:
        self.role = role
        self.member = member
        self.environment = environment
        self.page = page
        self.agent = ""
        self.mailbox = Mailbox() if role == "frame" else None
        self.headless = headless
        self.heard: list[dict[str, Any]] = []
        self.dismissed = False

    def send(self, data: bytes) -> None:
        self.heard.append(msgspec.msgpack.decode(data))

    def dismiss(self) -> None:
        self.dismissed = True

    @property
    def types(self) -> list[str]:
        return [message["type"] for message in self.heard]


def join(room: Room, kernel: FakePeer, *environments: str, page: str = "p") -> tuple[FakePeer, list[FakePeer]]:
    """Return a page that owns the room, with a frame for each environment, which the kernel has asked it for."""
    owner = FakePeer("page", page)
    room.add(owner)
    frames = [FakePeer("frame", f"{page}-{name}", name, page) for name in environments]
    for frame in frames:
        room.receive(kernel, asking_for(frame.environment))
        assert room.add(frame)
    owner.heard.clear()
    kernel.heard.clear()
    return owner, frames


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


def test_the_kernels_own_browser_gives_way_to_a_page_while_nothing_runs_in_it(room: Room, kernel: FakePeer) -> None:
    own, page, late = (
        FakePeer("page", "own", headless=True),
        FakePeer("page", "1"),
        FakePeer("page", "2", headless=True),
    )
    room.add(own)
    room.add(page)
    assert room.owner is page
    assert own.heard == [{"type": "owner", "owner": False, "headless": False}]
    assert [(each["member"], each["owner"]) for each in kernel.heard] == [("own", True), ("1", True), ("own", False)]
    room.add(late)
    assert room.owner is page


def test_a_page_that_waits_hears_whether_cells_run_in_the_kernels_own_browser(room: Room, kernel: FakePeer) -> None:
    own, first, second = FakePeer("page", "own", headless=True), FakePeer("page", "1"), FakePeer("page", "2")
    room.add(own)
    room.receive(kernel, OPEN)
    room.add(first)
    room.add(second)
    assert room.owner is own
    room.receive(first, CLAIM)
    assert second.heard == [{"type": "owner", "owner": False, "headless": False}]
    assert [each["owner"] for each in first.heard] == [True]


def test_a_run_goes_to_the_frame_of_its_environment(room: Room, kernel: FakePeer) -> None:
    _, (mine, other) = join(room, kernel, "py", "mpy")
    room.receive(kernel, RUN)
    assert (mine.types, other.types) == (["run"], [])


def test_what_a_frame_says_goes_to_the_kernel(room: Room, kernel: FakePeer) -> None:
    _, (frame,) = join(room, kernel, "py")
    room.receive(frame, STREAM)
    assert kernel.types == ["stream"]


def test_a_frame_that_says_what_it_may_not_is_refused(room: Room, kernel: FakePeer) -> None:
    _, (frame,) = join(room, kernel, "mpy")
    with pytest.raises(ProtocolError):
        room.receive(frame, STREAM)
    with pytest.raises(ProtocolError):
        room.receive(frame, RUN)


def test_a_new_frame_of_an_environment_takes_the_place_of_the_old(room: Room, kernel: FakePeer) -> None:
    _, (old,) = join(room, kernel, "py")
    room.add(FakePeer("frame", "2", "py", "p"))
    room.remove(old)
    assert (old.types, old.dismissed) == (["ended"], True)
    assert [(message["type"], message["member"]) for message in kernel.heard] == [("left", "p-py"), ("joined", "2")]
    room.receive(old, STREAM)
    assert "stream" not in kernel.types


def test_when_the_kernel_goes_everyone_is_told_and_the_room_ends(kernel: FakePeer) -> None:
    rooms = Rooms()
    room = rooms.make(kernel)
    page, (frame,) = join(room, kernel, "py")
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
    page, (frame,) = join(room, kernel, "py")
    room.remove(page)
    room.receive(kernel, codec.encode(m.Close(environment="py")))
    assert frame.types == ["ended"]


def test_a_message_for_nobody_is_passed_over(room: Room, kernel: FakePeer) -> None:
    room.receive(kernel, OPEN)
    room.receive(kernel, RUN)
    assert kernel.heard == []


def test_a_page_that_claims_the_room_owns_it_and_what_ran_elsewhere_ends(room: Room, kernel: FakePeer) -> None:
    first, (frame,) = join(room, kernel, "py")
    second = FakePeer("page", "2")
    room.add(second)
    kernel.heard.clear()
    room.receive(second, CLAIM)
    assert (frame.types, frame.dismissed) == (["ended"], True)
    assert first.heard == [{"type": "owner", "owner": False, "headless": False}]
    assert second.heard == [{"type": "owner", "owner": True, "headless": False}]
    assert [(each["type"], each["member"]) for each in kernel.heard] == [
        ("left", "p-py"),
        ("joined", "p"),
        ("joined", "2"),
    ]
    assert kernel.heard[0]["reason"] == "claimed"
    assert [each["owner"] for each in kernel.heard[1:]] == [False, True]
    room.receive(kernel, OPEN)
    assert second.types == ["owner", "open"]
    assert not room.add(FakePeer("frame", "late", "py", "p"))


def test_a_claim_of_the_owner_changes_nothing(room: Room, kernel: FakePeer) -> None:
    first, (frame,) = join(room, kernel, "py")
    room.receive(first, CLAIM)
    assert (first.types, frame.types, kernel.types) == ([], [], [])


def test_a_page_that_comes_back_is_who_it_was_before_it_was_missed(room: Room, kernel: FakePeer) -> None:
    old, new, other = FakePeer("page", "1"), FakePeer("page", "2"), FakePeer("page", "3")
    key = room.recognise(old, "")
    room.add(old)
    room.add(other)
    kernel.heard.clear()
    assert room.recognise(new, key) == key
    room.add(new)
    assert (new.member, old.dismissed) == ("1", True)
    assert room.owner is new
    room.remove(old)
    assert (kernel.types, other.types) == ([], [])


def test_a_page_that_comes_back_to_its_environments_owns_again(room: Room, kernel: FakePeer) -> None:
    first, second = FakePeer("page", "1"), FakePeer("page", "2")
    key = room.recognise(first, "")
    room.add(first)
    room.add(second)
    room.receive(kernel, OPEN)
    room.remove(first)
    assert room.owner is second
    back = FakePeer("page", "4")
    room.recognise(back, key)
    room.add(back)
    assert room.owner is back
    assert second.heard[-1] == {"type": "owner", "owner": False, "headless": False}
    assert room.add(FakePeer("frame", "5", "py", "1"))


def test_a_frame_that_comes_back_after_another_page_has_made_a_new_one_is_sent_away(
    room: Room, kernel: FakePeer
) -> None:
    first, (frame,) = join(room, kernel, "py")
    room.recognise(first, "")
    second = FakePeer("page", "2")
    room.add(second)
    room.remove(frame)
    room.remove(first)
    room.receive(kernel, OPEN)
    room.add(first)
    assert room.owner is second
    assert not room.add(FakePeer("frame", "late", "py", "p"))
    assert room.add(FakePeer("frame", "new", "py", "2"))


def test_a_frame_whose_environment_was_closed_while_it_was_away_is_sent_away(room: Room, kernel: FakePeer) -> None:
    _, (frame,) = join(room, kernel, "py")
    room.remove(frame)
    room.receive(kernel, codec.encode(m.Close(environment="py")))
    assert not room.add(FakePeer("frame", "late", "py", "p"))


def test_a_kernel_that_comes_back_is_told_who_is_there_and_frames_say_how_they_are(kernel: FakePeer) -> None:
    rooms = Rooms()
    room = rooms.make(kernel)
    page, (frame,) = join(room, kernel, "py")
    assert room.lose_kernel(kernel)
    room.receive(page, codec.encode(m.Pulse()))
    room.receive(frame, STREAM)
    back = FakePeer("kernel", "k2")
    assert rooms.find(room.key) is room
    assert rooms.find("") is rooms.find("wrong") is None
    room.take_kernel_back(back)
    rooms.drop_deserted(room)
    assert rooms.get(room.name) is room
    assert [(each["type"], each["member"], each["owner"]) for each in back.heard] == [("joined", "p", True)]
    assert (frame.types, frame.dismissed, page.types, page.dismissed) == ([], True, ["pulse"], False)
    assert room.add(FakePeer("frame", "again", "py", "p"))


def test_a_kernel_that_does_not_come_back_ends_its_room(kernel: FakePeer) -> None:
    rooms = Rooms()
    room = rooms.make(kernel)
    page, (frame,) = join(room, kernel, "py")
    assert rooms.count() == {"rooms": 1, "pages": 1, "frames": 1}
    room.lose_kernel(kernel)
    rooms.drop_deserted(room)
    assert (page.types, frame.types) == (["ended"], ["ended"])
    assert rooms.count() == {"rooms": 0, "pages": 0, "frames": 0}


@pytest.mark.parametrize(
    ("message", "letter"),
    [
        (m.Interrupt(environment="py", run=1, grace=3), Letter(interrupted=True)),
        (ANSWER, Letter(interrupted=False, answer=ANSWER)),
    ],
)
def test_what_a_frame_is_told_while_it_may_hear_nothing_lies_in_its_mailbox_too(
    room: Room, kernel: FakePeer, message: m.Message, letter: Letter
) -> None:
    _, (frame, other) = join(room, kernel, "py", "mpy")
    room.receive(kernel, codec.encode(message))
    found = [each.mailbox and asyncio.run(each.mailbox.look(LOOK)) for each in (frame, other)]
    assert found == [letter, Letter(interrupted=False)]
    assert len(frame.heard) == 1
