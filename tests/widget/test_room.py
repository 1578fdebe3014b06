"""How many environments may be there at a time: those that have failed do not count."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator

import pytest
from fakes.browser import FakeBrowser
from fakes.server import FakeServer

from pyscript_jupyter.errors import LoadError, UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.pyscript import PyScript

Until = Callable[[Callable[[], bool]], None]

BROKEN = m.Failure(kind="asset", name="AssetError", message="x.wasm: 404")


@pytest.fixture
def browser(bridge: Bridge, server: FakeServer, room: str) -> Iterator[FakeBrowser]:
    """Return a browser where nothing loads, with room for one environment."""
    bridge.settings.max_environments = 1
    browser = FakeBrowser(server, room, failing=BROKEN)
    yield browser
    browser.close()


def test_one_that_did_not_load_gives_way_and_may_come_when_there_is_room_again(
    bridge: Bridge, browser: FakeBrowser
) -> None:
    first = bridge.environment("mpy", "first")
    with pytest.raises(LoadError):
        first.run("= 1", "Cell In[1]")
    browser.failing = None
    second = bridge.environment("mpy", "second")
    assert repr(second.run("= 2", "Cell In[2]")) == "2"
    assert set(browser.frames) == {"second"}

    for again in (lambda: first.run("= 1", "Cell In[3]"), first.restart, lambda: PyScript("mpy", env="first")):
        with pytest.raises(UsageError, match=r"no room for environment 'first': 1 are there already, second \(ready\)"):
            again()
    second.close()
    assert repr(first.run("= 1", "Cell In[4]")) == "1"


def test_one_that_was_lost_gives_way_with_what_it_may_still_have(
    bridge: Bridge, browser: FakeBrowser, until: Until
) -> None:
    browser.failing = None
    browser.reconnects = True
    first = bridge.environment("mpy", "first")
    first.run("= 1", "Cell In[1]")
    browser.frames["first"].crash()
    until(lambda: first.session.status == "failed")
    second = bridge.environment("mpy", "second")
    second.run("= 2", "Cell In[2]")
    assert set(browser.frames) == {"second"}

    second.close()
    with contextlib.redirect_stderr(io.StringIO()) as said:
        first.run("= 1", "Cell In[3]")
    assert "'first' was started anew" in said.getvalue()


def test_a_button_that_finds_no_room_says_so(bridge: Bridge, browser: FakeBrowser, until: Until) -> None:
    page = PyScript("mpy", env="first")
    until(lambda: page.status == "failed")
    browser.failing = None
    bridge.environment("mpy", "second").run("= 2", "Cell In[2]")
    bridge.environments["first"].press("restart")
    assert page.error.startswith("UsageError: There is no room for environment 'first'")
