"""The widgets of the interpreter and those of the process, as a page asks for them."""

from __future__ import annotations

from typing import Any

from comm.base_comm import CommManager
from ipywidgets import Image, IntSlider

from pyscript_jupyter.kernel.widgets import CONTROL, PARENT, WidgetComms
from pyscript_jupyter.kernel.wire import Wire
from pyscript_jupyter.protocol.messages import CommMessage
from pyscript_jupyter.widget import states
from pyscript_jupyter.widget.comms import States

OPENING: dict[str, Any] = {"content": {"comm_id": "page", "data": {}}, "metadata": {"version": "1.0.0"}}
REQUEST: dict[str, Any] = {"content": {"comm_id": "page", "data": {"method": "request_states"}}}


class Sent:
    """Keeps the messages of the interpreter that go to the clients."""

    def __init__(self) -> None:
        self.messages: list[CommMessage] = []

    def send(self, message: CommMessage) -> None:
        self.messages.append(message)

    def end(self) -> None: ...


class Clients(Wire):
    """A wire whose messages are kept."""

    def __init__(self) -> None:
        self.comms = {}
        self.published: list[tuple[str, dict[str, Any]]] = []

    def publish_message(self, kind: str, content: dict[str, Any], *more: Any) -> None:
        self.published.append((kind, content))


class PageComm:
    """The process's end of the comm that a page has opened."""

    def __init__(self) -> None:
        self.sent: list[tuple[dict[str, Any], list[Any]]] = []

    def on_msg(self, callback: Any) -> None:
        self.hear = callback

    def send(self, data: dict[str, Any], buffers: list[Any]) -> None:
        self.sent.append((data, buffers))


def test_a_page_gets_one_answer_for_the_widgets_of_both() -> None:
    manager: Any = CommManager()
    foreign = States({"states": {"theirs": {"state": {}}}, "buffer_paths": [["theirs", "state", "blob"]]}, [b"theirs"])
    states.register(manager, lambda opening, request: [foreign])
    slider, image = IntSlider(7), Image(value=b"ours")
    first, second = PageComm(), PageComm()
    for comm in (first, second):
        manager.targets[CONTROL](comm, OPENING)
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


def test_what_the_interpreter_answers_the_process_goes_to_no_client() -> None:
    sent = Sent()
    comms = WidgetComms(sent, lambda: "")
    told: list[CommMessage] = []

    def tell(message: CommMessage) -> None:
        told.append(message)
        if message.action == "msg":
            data = {"method": "update_states", "states": {"a": {}}, "buffer_paths": []}
            comms.send(CommMessage(action="msg", comm=message.comm, data=data, buffers=[b"b"]))
            comms.send(CommMessage(action="msg", comm="other", data=data))

    answers = comms.ask(OPENING, REQUEST, tell)
    assert answers == [({"method": "update_states", "states": {"a": {}}, "buffer_paths": []}, [b"b"])]
    assert [(each.action, each.target, each.metadata, each.data) for each in told] == [
        ("open", CONTROL, {"version": "1.0.0"}, {}),
        ("msg", "", {}, {"method": "request_states"}),
        ("close", "", {}, {}),
    ]
    assert [each.comm for each in sent.messages] == ["other"]
    assert comms.ask(OPENING, REQUEST, lambda message: None) == []


def test_an_output_catches_what_belongs_to_the_request_that_is_handled() -> None:
    sent = Sent()
    comms = WidgetComms(sent, lambda: "request-1")
    for state in ({"msg_id": PARENT, "a": 1}, {"msg_id": ""}, {"value": PARENT}):
        comms.send(CommMessage(action="msg", comm="c", data={"method": "update", "state": state}))
    assert [each.data["state"] for each in sent.messages] == [
        {"msg_id": "request-1", "a": 1},
        {"msg_id": ""},
        {"value": PARENT},
    ]


def test_clients_are_told_that_the_comms_of_an_interpreter_that_ended_are_closed() -> None:
    clients = Clients()
    comms = WidgetComms(clients, lambda: "")
    for key in ("a", "b", "c"):
        comms.send(CommMessage(action="open", comm=key, target="jupyter.widget"))
    comms.send(CommMessage(action="close", comm="b"))
    clients.published.clear()
    comms.end()
    comms.end()
    assert clients.published == [("comm_close", {"comm_id": key, "data": {}}) for key in ("a", "c")]
    assert clients.comms == {}
