"""The kernel's own browser, as its kernel asks for it."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from pyscript_jupyter.headless import own
from pyscript_jupyter.relay.client import Address

ADDRESS = Address("http://127.0.0.1:1", "secret")


class FakeBrowser:
    """Is there until it is closed, which takes as long as it is told to."""

    def __init__(self, *arguments: Any) -> None:
        self.trouble = ""
        self.ended = False
        self.may_end = threading.Event()
        made.append(self)

    def close(self) -> None:
        assert self.may_end.wait(10)
        self.ended = True


made: list[FakeBrowser] = []


@pytest.fixture
def headless(monkeypatch: pytest.MonkeyPatch) -> own.Headless:
    made.clear()
    monkeypatch.setattr(own, "HeadlessBrowser", FakeBrowser)
    monkeypatch.setattr(own, "find", lambda path: path)
    return own.Headless(lambda: ("/a/browser", ()))


def test_one_that_is_dismissed_ends_without_a_wait_and_another_one_can_be_opened(headless: own.Headless) -> None:
    headless.dismiss()
    headless.open(ADDRESS, "room")
    headless.open(ADDRESS, "room")
    (first,) = made
    headless.dismiss()
    headless.dismiss()
    assert not first.ended
    headless.open(ADDRESS, "room")
    assert len(made) == 2
    for browser in made:
        browser.may_end.set()
    headless.close()
