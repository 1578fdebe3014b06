"""The relay's doors, through real sockets."""

from __future__ import annotations

import asyncio
import queue
import threading
from contextlib import suppress
from pathlib import Path
from typing import Literal
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from e2e.waiting import wait_until
from fakes.server import FakeServer
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from pyscript_jupyter import __version__
from pyscript_jupyter.errors import NoServerError, VersionError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.client import Link, RelayClient, server_status
from pyscript_jupyter.relay.socket import PeerSocket
from pyscript_jupyter.relay.tickets import Ticket


def open_sockets() -> int:
    """Count this process's sockets."""
    count = 0
    for file in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            count += str(file.readlink()).startswith("socket:")
    return count


async def leave(socket: WebSocketClientConnection) -> None:
    socket.close()
    while await socket.read_message() is not None:
        pass


def connect(url: str, subprotocols: list[str] | None = None, headers: dict[str, str] | None = None) -> int:
    """Return the status with which a connection is refused, 101 if it is not."""

    async def attempt() -> int:
        try:
            socket = await websocket_connect(HTTPRequest(url, headers=headers), subprotocols=subprotocols)
        except HTTPClientError as error:
            return error.code
        await leave(socket)
        return 101

    return asyncio.run(attempt())


def test_a_browser_without_a_good_ticket_is_refused_before_the_upgrade(server: FakeServer) -> None:
    assert connect(server.url) == 403
    assert connect(server.url, [m.SUBPROTOCOL]) == 403
    assert connect(server.url, [m.SUBPROTOCOL, "ticket.made-up"]) == 403


def test_a_ticket_opens_the_door_once(server: FakeServer) -> None:
    key = server.ticket(Ticket("room", "page"))
    assert connect(server.url, [m.SUBPROTOCOL, f"ticket.{key}"]) == 101
    assert connect(server.url, [m.SUBPROTOCOL, f"ticket.{key}"]) == 403


def test_the_kernels_port_wants_the_secret_and_no_browser(server: FakeServer) -> None:
    url = server.listener.url.replace("http", "ws") + "/relay"
    secret = {"Authorization": f"Bearer {server.listener.secret}"}
    assert connect(url) == 403
    assert connect(url, headers={"Authorization": "Bearer wrong"}) == 403
    assert connect(url, headers={**secret, "Origin": "http://127.0.0.1"}) == 403
    assert connect(url, headers=secret) == 101


def test_the_status_wants_the_secret_too(server: FakeServer) -> None:
    with pytest.raises(HTTPError, match="403") as refused:
        urlopen(Request(f"{server.listener.url}/status"))
    refused.value.close()


def test_a_kernel_is_welcomed_to_a_room_of_its_own(server: FakeServer) -> None:
    clients = [RelayClient(__version__, "", lambda message: None) for _ in range(2)]
    rooms = {client.connect().room for client in clients}
    assert len(rooms) == 2
    for client in clients:
        client.close()
        client.close()


def test_a_kernel_whose_connection_breaks_has_its_room_again(server: FakeServer) -> None:
    heard: queue.SimpleQueue[m.ToKernel | Link] = queue.SimpleQueue()
    client = RelayClient(__version__, "", heard.put)
    name = client.connect().room
    room = server.call(lambda: server.relay.rooms.get(name))
    assert room is not None
    server.call(lambda: room.kernel.close() if isinstance(room.kernel, PeerSocket) else None)
    assert heard.get(timeout=5) is Link.BROKEN
    wait_until(lambda: server.call(lambda: room.kernel is not None), "the kernel to come back", 5)
    assert server.call(server.relay.rooms.count)["rooms"] == 1
    client.close()
    assert heard.get(timeout=5) is Link.OVER
    wait_until(lambda: server.call(server.relay.rooms.count)["rooms"] == 0, "the room to end", 5)


def test_a_kernel_that_ends_while_it_connects_anew_leaves_no_connection(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: queue.SimpleQueue[m.ToKernel | Link] = queue.SimpleQueue()
    client = RelayClient(__version__, "", heard.put)
    name = client.connect().room
    opened = client._open

    async def end_meanwhile() -> WebSocketClientConnection:
        heard_close = asyncio.Event()
        monkeypatch.setattr(client, "_close_socket", heard_close.set)  # it would find nothing to close
        threading.Thread(target=client.close).start()
        socket = await opened()
        await heard_close.wait()
        return socket

    monkeypatch.setattr(client, "_open", end_meanwhile)
    room = server.call(lambda: server.relay.rooms.get(name))
    assert room is not None
    server.call(lambda: room.kernel.close() if isinstance(room.kernel, PeerSocket) else None)
    assert [heard.get(timeout=5) for _ in range(2)] == [Link.BROKEN, Link.OVER]


def test_a_kernel_whose_room_has_ended_meanwhile_is_told_that_it_is_over(server: FakeServer) -> None:
    heard: queue.SimpleQueue[m.ToKernel | Link] = queue.SimpleQueue()
    client = RelayClient(__version__, "", heard.put)
    name = client.connect().room

    def lose() -> None:
        room = server.relay.rooms.get(name)
        assert room is not None
        assert isinstance(room.kernel, PeerSocket)
        server.relay.rooms.drop(room)
        room.kernel.close()

    server.call(lose)
    assert [heard.get(timeout=5) for _ in range(2)] == [Link.BROKEN, Link.OVER]
    client.close()


def test_a_kernel_of_another_protocol_is_told_what_to_do(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyscript_jupyter.relay.client.m.PROTOCOL", m.PROTOCOL + 1)
    clients = [RelayClient(__version__, "", lambda message: None) for _ in range(10)]
    monkeypatch.undo()
    before = open_sockets()
    for client in clients:
        with pytest.raises(VersionError, match="install the same version in both environments"):
            client.connect()
        client.close()
    # Each has taken its loop's own two sockets with it.
    wait_until(lambda: open_sockets() == before - 2 * len(clients), "the sockets to be closed", 5)


def test_a_wrong_secret_is_said_as_a_server_that_does_not_answer(
    server: FakeServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYSCRIPT_JUPYTER_RELAY_SECRET", "wrong")
    with pytest.raises(NoServerError, match="403"):
        RelayClient(__version__, "", lambda message: None).connect()


def test_a_server_that_is_not_there_is_said_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYSCRIPT_JUPYTER_RELAY_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PYSCRIPT_JUPYTER_RELAY_SECRET", "x")
    with pytest.raises(NoServerError, match="does not answer at http://127"):
        RelayClient(__version__, "", lambda message: None).connect()
    with pytest.raises(NoServerError, match="does not answer"):
        server_status()


def test_a_page_of_another_version_is_told_to_reload(server: FakeServer) -> None:
    client = RelayClient(__version__, "", lambda message: None)
    room = client.connect().room
    key = server.ticket(Ticket(room, "page"))

    async def talk() -> m.Message:
        socket = await websocket_connect(server.url, subprotocols=[m.SUBPROTOCOL, f"ticket.{key}"])
        hello = m.Hello(role="page", protocol=m.PROTOCOL, package="0.0", agent="")
        await socket.write_message(codec.encode(hello), binary=True)
        answer = await socket.read_message()
        await leave(socket)
        assert isinstance(answer, bytes)
        return codec.decode_to_kernel(answer)

    refused = asyncio.run(talk())
    client.close()
    assert isinstance(refused, m.Refused)
    assert refused.reason == "version"
    assert refused.message.endswith("reload the page.")


@pytest.mark.parametrize(("role", "has_one"), [("frame", True), ("page", False)])
def test_a_frame_has_a_mailbox_while_it_is_connected(
    server: FakeServer, role: Literal["frame", "page"], has_one: bool
) -> None:
    client = RelayClient(__version__, "", lambda message: None)
    key = server.ticket(Ticket(client.connect().room, role, "py" if role == "frame" else ""))

    async def talk() -> m.Message:
        socket = await websocket_connect(server.url, subprotocols=[m.SUBPROTOCOL, f"ticket.{key}"])
        await socket.write_message(
            codec.encode(m.Hello(role=role, protocol=m.PROTOCOL, package=__version__, agent="")), True
        )
        answer = await socket.read_message()
        await leave(socket)
        assert isinstance(answer, bytes)
        return codec.decode_to_kernel(answer)

    welcome = asyncio.run(talk())
    assert isinstance(welcome, m.Welcome)
    assert (len(welcome.mailbox) > 40) is has_one
    assert welcome.mailbox not in (welcome.room, welcome.resume, welcome.member)
    wait_until(lambda: server.call(lambda: len(server.relay.mailboxes)) == 0, "the mailbox to be gone", 5)
    client.close()
