"""What a kernel's own browser loads from the loopback port, and that nobody else gets it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from pyscript_jupyter import __version__
from pyscript_jupyter.headless.handlers import COOKIE, key, page
from pyscript_jupyter.headless.host import Host
from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.relay.client import Address, RelayClient


@pytest.fixture
def host() -> Iterator[Host]:
    """Return a relay in this process."""
    host = Host()
    yield host
    host.close()
    host.close()


@pytest.fixture
def room(host: Host) -> Iterator[str]:
    """Return the room of a kernel that is connected to it."""
    client = RelayClient(__version__, "", lambda message: None, Address(host.url, host.secret))
    yield client.connect().room
    client.close()


def ask(host: Host, path: str, cookie: str = "", body: object = None) -> tuple[int, str]:
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else {}
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(host.url + path, data, headers)) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_page_of_a_room_is_for_who_has_its_key(host: Host, room: str) -> None:
    status, text = ask(host, page(room), key(host.secret, room))
    assert status == 200
    assert f'"{room}"' in text
    assert f"/pyscript/assets/{assets.manifest().digest}/headless.js" in text
    for cookie in ("", host.secret, key(host.secret, "00"), key("other", room)):
        assert ask(host, page(room), cookie)[0] == 403


def test_tickets_are_for_who_has_the_key(host: Host, room: str) -> None:
    path, good = f"/pyscript/api/rooms/{room}/tickets", key(host.secret, room)
    status, text = ask(host, path, good, {"role": "page"})
    assert status == 201
    assert json.loads(text)["ticket"]
    assert ask(host, path, "", {"role": "page"})[0] == 403
    assert ask(host, path, good, {"role": "kernel"})[0] == 400
    other = "/pyscript/api/rooms/00/tickets"
    assert ask(host, other, good, {"role": "page"})[0] == 403
    assert ask(host, other, key(host.secret, "00"), {"role": "page"})[0] == 404


def test_frames_and_files_are_those_of_the_build(host: Host) -> None:
    digest = assets.manifest().digest
    with urlopen(f"{host.url}/pyscript/frame/{digest}/") as answer:
        assert answer.headers["Document-Isolation-Policy"] == "isolate-and-require-corp"
        assert f"/pyscript/assets/{digest}/frame.js" in answer.read().decode()
    assert ask(host, "/pyscript/frame/00/")[0] == 404
    assert ask(host, f"/pyscript/assets/{digest}/frame.js")[0] == 200
    assert ask(host, f"/pyscript/assets/{digest}/../__init__.py")[0] == 404


def test_a_browser_of_somebody_else_is_no_kernel(host: Host) -> None:
    assert ask(host, "/status")[0] == 403
    assert ask(host, "/relay")[0] == 403
