"""Comms of an interpreter, and its widgets beside those of the process, as a page asks for them."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import comm
import pytest
from comm.base_comm import BaseComm, CommManager
from ipywidgets import Image, IntSlider

from pyscript_jupyter.protocol.messages import CommMessage
from pyscript_jupyter.widget import states
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.comms import CONTROL, PARENT, WIDGET, Comms, States

OPENING: dict[str, Any] = {"content": {"comm_id": "page", "data": {}}, "metadata": {"version": "1.0.0"}}
REQUEST: dict[str, Any] = {"content": {"comm_id": "page", "data": {"method": "request_states"}}}

STREAM: Any = None

Published = tuple[str, str, dict[str, Any], dict[str, Any], list[bytes]]


class Kernel:
    """As much of one as comms have."""

    def get_parent(self) -> dict[str, Any]:
        return {"header": {"msg_id": "request-1"}}


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> list[Published]:
    """What the process publishes."""
    sent: list[Published] = []

    class Comm(BaseComm):
        kernel = Kernel()

        def publish_msg(
            self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **keys: Any
        ) -> None:
            sent.append((msg_type, self.comm_id, data or {}, metadata or {}, buffers or []))

    monkeypatch.setattr(comm, "create_comm", Comm)
    return sent


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> CommManager:
    manager = CommManager()
    monkeypatch.setattr(comm, "get_comm_manager", lambda: manager)
    return manager


class Interpreter:
    """Keeps what it is told."""

    def __init__(self, answer: Callable[[CommMessage], None] = lambda message: None) -> None:
        self.told: list[CommMessage] = []
        self.comms = Comms(self.perform, lambda action: action())
        self.answer = answer

    def perform(self, task: str, *, comm: CommMessage, timeout: float | None) -> None:
        self.told.append(comm)
        self.answer(comm)


class PageComm:
    """The process's end of the comm that a page has opened."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], list[Any]]] = []

    def on_msg(self, callback: Any) -> None:
        self.hear = callback

    def send(self, data: dict[str, Any], buffers: list[Any]) -> None:
        self.sent.append((data, buffers))


def message(kind: str, key: str, **content: Any) -> dict[str, Any]:
    """Return one as a page sends it."""
    return {"content": {"comm_id": key, **content}, "metadata": {"m": 1}, "buffers": [memoryview(b"b")]}


def test_a_comm_that_the_interpreter_opens_is_one_of_the_kernels_both_ways(
    manager: CommManager, published: list[Published]
) -> None:
    interpreter = Interpreter()
    interpreter.comms.send(CommMessage(action="open", comm="a", target="t", data={"x": 1}, buffers=[b"y"]))
    interpreter.comms.send(CommMessage(action="msg", comm="a", data={"x": 2}))
    interpreter.comms.send(CommMessage(action="msg", comm="unknown"))
    assert published == [("comm_open", "a", {"x": 1}, {}, [b"y"]), ("comm_msg", "a", {"x": 2}, {}, [])]
    assert manager.comms["a"].target_name == "t"
    manager.comm_msg(STREAM, "", message("comm_msg", "a", data={"z": 3}))
    manager.comm_close(STREAM, "", message("comm_close", "a", data={}))
    assert interpreter.told == [
        CommMessage(action="msg", comm="a", data={"z": 3}, metadata={"m": 1}, buffers=[b"b"]),
        CommMessage(action="close", comm="a", metadata={"m": 1}, buffers=[b"b"]),
    ]
    assert "a" not in interpreter.comms


def test_what_is_printed_arrives_before_the_messages_that_come_after_it(
    manager: CommManager, published: list[Published], monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[int] = []

    class Stream(StringIO):
        def flush(self) -> None:
            flushed.append(len(published))

    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, Stream())
    interpreter = Interpreter()
    interpreter.comms.send(CommMessage(action="open", comm="a", target="t"))
    interpreter.comms.send(CommMessage(action="msg", comm="a"))
    assert flushed == [0, 0, 1, 1]


def test_a_page_may_open_one_by_a_target_of_the_interpreters(manager: CommManager, published: list[Published]) -> None:
    interpreter = Interpreter()
    manager.register_target("echo", interpreter.comms.accept)
    manager.comm_open(STREAM, "", message("comm_open", "a", target_name="echo", data={}))
    assert [(each.action, each.target) for each in interpreter.told] == [("open", "echo")]
    interpreter.comms.send(CommMessage(action="msg", comm="a", data={"x": 1}))
    assert [each[:3] for each in published] == [("comm_msg", "a", {"x": 1})]


def test_clients_are_told_that_the_comms_of_an_interpreter_that_ended_are_closed(
    manager: CommManager, published: list[Published]
) -> None:
    comms = Interpreter().comms
    for key in ("a", "b", "c"):
        comms.send(CommMessage(action="open", comm=key, target=WIDGET))
    comms.send(CommMessage(action="close", comm="b"))
    published.clear()
    comms.end()
    comms.end()
    assert [each[:2] for each in published] == [("comm_close", "a"), ("comm_close", "c")]
    assert manager.comms == {}


def test_an_output_catches_what_belongs_to_the_request_that_is_handled(
    manager: CommManager, published: list[Published]
) -> None:
    comms = Interpreter().comms
    comms.send(CommMessage(action="open", comm="c", target=WIDGET))
    for state in ({"msg_id": PARENT, "a": 1}, {"msg_id": ""}, {"value": PARENT}):
        comms.send(CommMessage(action="msg", comm="c", data={"method": "update", "state": state}))
    assert [each[2]["state"] for each in published[1:]] == [
        {"msg_id": "request-1", "a": 1},
        {"msg_id": ""},
        {"value": PARENT},
    ]


def test_a_page_gets_one_answer_for_the_widgets_of_both() -> None:
    manager: Any = CommManager()
    foreign = States({"states": {"theirs": {"state": {}}}, "buffer_paths": [["theirs", "state", "blob"]]}, [b"theirs"])
    states.register(manager, lambda opening, request: [foreign])
    slider, image = IntSlider(7), Image(value=b"ours")
    first, second = PageComm(), PageComm()
    for each in (first, second):
        manager.targets[CONTROL](each, OPENING)
    first.hear(REQUEST)  # though another page has opened its comm since
    [(data, buffers)] = first.sent
    assert data["method"] == "update_states"
    assert data["states"][slider.model_id]["state"]["value"] == 7
    assert "theirs" in data["states"]
    placed = {path[0]: bytes(buffer) for path, buffer in zip(data["buffer_paths"], buffers, strict=True)}
    assert (placed[image.model_id], placed["theirs"]) == (b"ours", b"theirs")
    assert second.sent == []
    slider.close()
    image.close()


def test_what_the_interpreter_answers_the_process_goes_to_no_client(
    manager: CommManager, published: list[Published]
) -> None:
    def answer(message: CommMessage) -> None:
        if message.action == "msg":
            data = {"method": "update_states", "states": {"a": {}}, "buffer_paths": []}
            comms.send(CommMessage(action="msg", comm=message.comm, data=data, buffers=[b"b"]))
            comms.send(CommMessage(action="msg", comm="other", data=data))

    interpreter = Interpreter(answer)
    comms = interpreter.comms
    assert comms.ask(OPENING, REQUEST) == []
    assert interpreter.told == []  # one that has no widgets is not asked
    comms.send(CommMessage(action="open", comm="other", target=WIDGET))
    published.clear()
    assert comms.ask(OPENING, REQUEST) == [
        ({"method": "update_states", "states": {"a": {}}, "buffer_paths": []}, [b"b"])
    ]
    assert [(each.action, each.target, each.metadata, each.data) for each in interpreter.told] == [
        ("open", CONTROL, {"version": "1.0.0"}, {}),
        ("msg", "", {}, {"method": "request_states"}),
        ("close", "", {}, {}),
    ]
    assert [each[1] for each in published] == ["other"]


def test_a_comm_message_of_another_thread_waits_for_the_main_one() -> None:
    threads = []

    async def main() -> None:
        bridge = Bridge()

        def act() -> None:
            threads.append(threading.current_thread())

        def elsewhere() -> None:
            bridge.on_main(act)
            act()

        bridge.on_main(act)
        await asyncio.to_thread(elsewhere)

    asyncio.run(main())
    first, second, other = threads
    assert first is second is threading.main_thread()
    assert other is not first
