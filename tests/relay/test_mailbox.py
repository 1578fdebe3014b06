"""Mailboxes, through real requests, and what the room puts into them."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from e2e.waiting import wait_until
from fakes.server import FakeServer

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.mailbox import Letter, Look
from pyscript_jupyter.relay import mailbox as mailboxes
from pyscript_jupyter.relay.mailbox import Mailbox

NOTHING = {"interrupted": False, "answer": None}
INTERRUPTED = {"interrupted": True, "answer": None}


def interrupt(run: int) -> m.Interrupt:
    return m.Interrupt(environment="py", run=run, grace=3)


def answer(run: int, ask: int, value: str = "typed") -> m.Answer:
    return m.Answer(environment="py", run=run, ask=ask, value=value)


class Client:
    """An interpreter that looks into one mailbox; ``mailbox`` is the server's side of it."""

    def __init__(self, server: FakeServer, pool: ThreadPoolExecutor) -> None:
        self.server = server
        self.mailbox = server.call(server.relay.mailboxes.open)
        self._pool = pool

    def look(self, run: int, ask: int = 0, wait: float = 0.0) -> dict[str, Any]:
        return self.post({"mailbox": self.mailbox.id, "run": run, "ask": ask, "wait": wait})

    def start(self, run: int, ask: int = 0, wait: float = 5.0) -> Future[dict[str, Any]]:
        """Look in another thread; return when the request waits."""
        before = self.server.call(lambda: self.mailbox._bell)
        future = self._pool.submit(self.look, run, ask, wait)
        wait_until(lambda: self.server.call(lambda: self.mailbox._bell) is not before, "the request to wait", 5)
        return future

    def put(self, message: m.Interrupt | m.Answer) -> None:
        self.server.call(lambda: self.mailbox.put(message))

    def close(self) -> None:
        self.server.call(lambda: self.server.relay.mailboxes.close(self.mailbox))

    def post(self, body: dict[str, Any] | bytes) -> dict[str, Any]:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(self.server.mailbox_url, data, {"Content-Type": "text/plain", "Origin": "null"})
        with urlopen(request, timeout=10) as response:
            assert response.headers["Access-Control-Allow-Origin"] == "*"
            assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
            assert response.headers["Cache-Control"] == "no-store"
            letter: dict[str, Any] = json.loads(response.read())
            return letter

    def refused(self, body: dict[str, Any] | bytes) -> int:
        """Return the status with which a request is refused."""
        with pytest.raises(HTTPError) as refusal:
            self.post(body)
        refusal.value.close()
        return refusal.value.code


@pytest.fixture
def client(server: FakeServer) -> Iterator[Client]:
    with ThreadPoolExecutor() as pool:
        client = Client(server, pool)
        yield client
        client.close()


def test_an_interrupt_is_seen_by_its_own_run_alone(client: Client) -> None:
    assert client.look(7) == NOTHING
    client.put(interrupt(7))
    assert [client.look(run) for run in (6, 7, 8, 0)] == [NOTHING, INTERRUPTED, NOTHING, NOTHING]


def test_an_answer_is_given_to_its_own_question_and_forgotten_when_the_run_goes_on(client: Client) -> None:
    client.put(answer(7, 1))
    for _ in range(2):  # the first one may have been lost on its way
        letter = client.look(7, 1)
        assert (letter["interrupted"], letter["answer"]["value"]) == (False, "typed")
    assert client.look(7, 2) == NOTHING
    assert client.look(7, 1) == NOTHING


@pytest.mark.parametrize(
    ("message", "letter"), [(interrupt(7), INTERRUPTED), (answer(7, 1), NOTHING | {"answer": {"value": "typed"}})]
)
def test_a_look_that_waits_is_answered_when_something_comes(
    client: Client, message: m.Interrupt | m.Answer, letter: dict[str, Any]
) -> None:
    waiting = client.start(7, 1)
    client.put(message)
    came = waiting.result(2)
    assert came["interrupted"] == letter["interrupted"]
    assert bool(came["answer"]) == bool(letter["answer"])


def test_a_look_that_waits_is_answered_when_its_time_is_over(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    began = time.monotonic()
    assert client.look(7, wait=0.1) == NOTHING
    assert time.monotonic() - began >= 0.1
    monkeypatch.setattr(mailboxes, "MAX_WAIT", 0.1)
    assert client.look(7, wait=3600.0) == NOTHING


def test_one_waits_at_a_time_and_the_older_one_goes(client: Client) -> None:
    older = client.start(7)
    newer = client.start(7)
    assert older.result(2) == NOTHING
    client.put(interrupt(7))
    assert newer.result(2) == INTERRUPTED


def test_a_mailbox_is_gone_with_its_connection_and_so_is_who_waits_at_it(client: Client) -> None:
    waiting = client.start(7)
    client.close()
    client.close()
    with pytest.raises(HTTPError, match="404") as refusal:
        waiting.result(2)
    refusal.value.close()
    assert client.refused({"mailbox": client.mailbox.id, "run": 7}) == 404
    assert client.server.call(lambda: len(client.server.relay.mailboxes)) == 0


def test_nothing_is_told_without_the_id(client: Client) -> None:
    client.put(interrupt(7))
    assert client.refused({"mailbox": "", "run": 7}) == 404
    assert client.refused({"mailbox": client.mailbox.id[:-1], "run": 7}) == 404


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"mailbox": 1, "run": 1}', b'{"mailbox": "a", "run": -1}'])
def test_what_is_no_look_is_refused(client: Client, body: bytes) -> None:
    assert client.refused(body) == 400


def test_more_than_a_look_can_have_is_not_read(client: Client) -> None:
    host, port = client.server.mailbox_url.split("/")[2].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(b"POST /mailbox HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n{")
        assert connection.recv(1000).startswith(b"HTTP/1.1 400")


def test_a_client_that_goes_away_is_not_waited_for(client: Client) -> None:
    host, port = client.server.mailbox_url.split("/")[2].split(":")
    body = json.dumps({"mailbox": client.mailbox.id, "run": 7, "wait": 20}).encode()
    before = client.server.call(lambda: client.mailbox._bell)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(b"POST /mailbox HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        wait_until(lambda: client.server.call(lambda: client.mailbox._bell) is not before, "the request to wait", 5)
    wait_until(lambda: client.server.call(lambda: client.mailbox._bell) is before, "the wait to end", 5)


def test_a_look_finds_what_came_before_it_at_once() -> None:
    async def look() -> Letter:
        mailbox = Mailbox()
        mailbox.put(interrupt(1))
        return await mailbox.look(Look(mailbox=mailbox.id, run=1, wait=20))

    began = time.monotonic()
    assert asyncio.run(look()).interrupted
    assert time.monotonic() - began < 5
