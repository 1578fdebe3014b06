"""A kernel side that is connected to a relay, with a fake browser at the other end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from fakes.browser import FakeBrowser
from fakes.server import FakeServer

from pyscript_jupyter.widget import bootstrap, pyscript, stage
from pyscript_jupyter.widget.bridge import Bridge


@pytest.fixture
def bridge(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    bridge = Bridge()
    monkeypatch.setattr(bootstrap, "front_end", lambda: "export default {}")
    monkeypatch.setattr(pyscript, "front_end", lambda: "export default {}")
    monkeypatch.setattr(stage, "front_end", lambda: "export default {}")
    monkeypatch.setattr(pyscript, "bridge", lambda: bridge)
    bridge.settings.page_timeout = 5
    bridge.settings.load_timeout = 5
    yield bridge
    bridge.close()


@pytest.fixture
def room(bridge: Bridge, server: FakeServer) -> str:
    bridge.connect()
    return server.call(lambda: next(iter(server.relay.rooms._rooms)))


@pytest.fixture
def browser(server: FakeServer, room: str) -> Iterator[FakeBrowser]:
    browser = FakeBrowser(server, room)
    yield browser
    browser.close()


@pytest.fixture
def until(bridge: Bridge) -> Callable[[Callable[[], bool]], None]:
    """Handle messages until a condition holds."""

    def wait(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 5
        while not condition():
            assert time.monotonic() < deadline
            bridge.step()

    return wait
