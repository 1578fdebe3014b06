"""The widget: traits follow the environment, and callbacks hear its events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fakes.browser import FakeBrowser
from fakes.server import FakeServer

from pyscript_jupyter.errors import BrowserError, UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.pyscript import PyScript

Until = Callable[[Callable[[], bool]], None]


def test_making_one_loads_the_interpreter_without_waiting(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("py")
    assert page.status == "starting"
    until(lambda: page.status == "ready")
    assert (page.interpreter, page.version, page.environment) == ("pyodide", "1.0", "py")
    assert page.capabilities["interrupt"] == "buffer"
    assert page.progress["fraction"] == 1.0


def test_the_magic_and_the_widget_mean_the_same_environment(bridge: Bridge, browser: FakeBrowser) -> None:
    bridge.environment("py").run("print a", "Cell In[1]")
    assert PyScript("py").status == "ready"


def test_one_that_is_made_before_the_page_starts_when_the_page_comes(
    bridge: Bridge, server: FakeServer, room: str, until: Until
) -> None:
    page = PyScript("mpy")
    browser = FakeBrowser(server, room)
    try:
        until(lambda: page.status == "ready")
    finally:
        browser.close()


def test_status_goes_through_every_state(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("mpy")
    seen: list[str] = []
    page.observe(lambda change: seen.append(change["new"]), "status")
    page.run("print a")
    page.close()
    assert seen == ["loading", "ready", "busy", "ready", "closed"]


def test_events_come_in_order_and_done_carries_the_error(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    events: list[dict[str, Any]] = []
    for name in ("ready", "progress", "done", "error"):
        page.on(name, events.append)
    with pytest.raises(BrowserError):
        page.run("raise ValueError no")
    assert [event["name"] for event in events] == ["progress", "ready", "error", "done"]
    assert events[0]["loaded"] == 50
    assert events[-1]["error"] == "ValueError: no"
    assert events[-1]["seconds"] == 0.5
    assert page.error == "ValueError: no"
    assert page.last_event == events[-1]


def test_a_callback_that_raises_is_shown_and_stops_no_other(
    browser: FakeBrowser, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PyScript("mpy")
    heard: list[str] = []
    page.on("done", lambda event: 1 / 0)  # type: ignore[arg-type]  # it never returns
    page.on("done", lambda event: heard.append(event["name"]))
    page.run("print a")
    assert heard == ["done"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_callback_may_run_code_itself(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    values: list[str] = []

    def once(event: dict[str, Any]) -> None:
        forget()
        values.append(repr(page.run("= inner")))

    forget = page.on("done", once)
    assert repr(page.run("= outer")) == "outer"
    assert values == ["inner"]


def test_an_error_is_the_callers_though_a_callback_has_run_code_since(browser: FakeBrowser) -> None:
    page = PyScript("mpy")

    def once(event: dict[str, Any]) -> None:
        forget()
        page.run("= inner")

    forget = page.on("done", once)
    with pytest.raises(BrowserError, match="no"):
        page.run("raise ValueError no")


def test_a_callback_can_be_taken_away(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    heard: list[object] = []
    forget = page.on("done", heard.append)
    forget()
    forget()
    page.run("print a")
    assert heard == []


def test_an_unknown_event_lists_those_that_there_are(browser: FakeBrowser) -> None:
    with pytest.raises(UsageError, match="no event named 'click': name one of ready, done, progress, error"):
        PyScript("mpy").on("click", print)


def test_one_that_failed_is_tried_again_by_the_next(
    bridge: Bridge, server: FakeServer, room: str, until: Until
) -> None:
    broken = FakeBrowser(server, room, failing=m.Failure(kind="asset", name="AssetError", message="x.wasm: 404"))
    try:
        first = PyScript("mpy")
        until(lambda: first.status == "failed")
        assert first.error == "AssetError: x.wasm: 404"
        broken.failing = None
        second = PyScript("mpy")
        until(lambda: second.status == "ready")
        assert (first.status, first.error) == ("ready", "")
    finally:
        broken.close()


def test_one_that_was_closed_says_so(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    page.close()
    page.close()
    with pytest.raises(UsageError, match="'mpy' was closed: make a new one"):
        page.run("print a")


def test_what_a_client_sets_is_not_taken(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("mpy")
    until(lambda: page.status == "ready")
    page.set_state({"status": "failed"})
    assert page.status == "ready"
