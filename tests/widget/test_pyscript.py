"""The widget: traits follow the environment, and callbacks hear its events."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest
from e2e.waiting import wait_until
from fakes.browser import FakeBrowser
from fakes.server import FakeServer

from pyscript_jupyter.errors import BrowserError, LoadError, RunTimeoutError, UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget import bridge as bridge_module
from pyscript_jupyter.widget import environment, events
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.pyscript import PyScript

Until = Callable[[Callable[[], bool]], None]


def test_making_one_loads_the_interpreter_without_waiting(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("py")
    assert page.status in ("starting", "loading")
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


def test_status_goes_through_every_state(bridge: Bridge, server: FakeServer, room: str) -> None:
    page = PyScript("mpy")
    seen: list[str] = []
    page.observe(lambda change: seen.append(change["new"]), "status")
    browser = FakeBrowser(server, room)
    page.run("print a")
    page.close()
    browser.close()
    assert seen == ["loading", "ready", "busy", "ready", "closed"]


def test_events_come_in_order_and_done_carries_the_error(bridge: Bridge, server: FakeServer, room: str) -> None:
    page = PyScript("mpy")
    heard: list[dict[str, Any]] = []
    for name in ("ready", "progress", "done", "error"):
        page.on(name, heard.append)
    browser = FakeBrowser(server, room)
    with pytest.raises(BrowserError):
        page.run("raise ValueError no")
    browser.close()
    assert [event["name"] for event in heard] == ["progress", "ready", "error", "done"]
    assert heard[0]["loaded"] == 50
    assert heard[-1]["error"] == "ValueError: no"
    assert heard[-1]["seconds"] == 0.5
    assert page.error == "ValueError: no"
    assert page.last_event == heard[-1]


def test_a_callback_that_raises_is_shown_and_stops_no_other(
    browser: FakeBrowser, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PyScript("mpy")
    heard: list[str] = []
    page.on("done", lambda event: 1 / 0)
    page.on("done", lambda event: heard.append(event["name"]))
    page.run("print a")
    assert heard == ["done"]
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize("trait", ["status", "last_event"])
def test_an_observer_that_raises_is_shown_and_loses_no_event(
    browser: FakeBrowser, capsys: pytest.CaptureFixture[str], trait: str
) -> None:
    page = PyScript("mpy")
    heard: list[str] = []
    page.observe(lambda change: 1 / 0, trait)
    page.on("done", lambda event: heard.append(event["name"]))
    page.run("print a")
    assert heard == ["done"]
    assert page.events[-1]["name"] == "done"
    assert page.status == "ready"
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("event", "callback", "selector", "message"),
    [
        ("click", print, 5, "A selector is CSS in a str, and this is 5"),
        ("click", print, " ", "A selector is CSS in a str"),
        (5, print, "b", "An event is named by a str, not int: 5"),
        (5, print, None, "An event is named by a str, not int: 5"),
        ("done", 5, None, "calls a function, and got 5"),
    ],
)
def test_what_is_no_event_is_refused_and_nothing_is_lost(
    browser: FakeBrowser, event: Any, callback: Any, selector: Any, message: str
) -> None:
    page = PyScript("mpy")
    with pytest.raises(UsageError, match=message):
        page.on(event, callback, selector=selector)
    assert repr(page.run("= 1")) == "1"


def test_a_wait_with_a_timeout_hears_what_comes_at_once(browser: FakeBrowser) -> None:
    page = PyScript("mpy")

    async def cell() -> None:
        waiting = asyncio.create_task(page.wait("done", timeout=5))
        await asyncio.sleep(0)
        page.run("print a")
        assert (await waiting)["name"] == "done"

    asyncio.run(cell())


def test_one_that_is_closed_while_somebody_waits_says_so(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    page.run("print a")

    async def cell() -> None:
        waiting = asyncio.create_task(page.wait("done"))
        await asyncio.sleep(0)
        page.close()
        with pytest.raises(UsageError, match="was closed"):
            await asyncio.wait_for(waiting, 5)
        with pytest.raises(UsageError, match="was closed"):
            await page.wait("done", timeout=5)

    asyncio.run(cell())


def test_one_that_is_closed_while_it_loads_fails_the_cell_that_waits(browser: FakeBrowser) -> None:
    browser.silent = True
    page = PyScript("mpy")
    page.on("progress", lambda event: page.close())
    browser.call(browser.onward.set)
    with pytest.raises(UsageError, match="was closed"):
        page.run("= 1")


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


def test_an_asynchronous_callback_runs_beside_the_cells_and_what_it_raises_is_shown(
    bridge: Bridge, browser: FakeBrowser, capsys: pytest.CaptureFixture[str]
) -> None:
    page = PyScript("mpy")
    heard: list[str] = []

    async def slowly(event: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        heard.append(event["name"])
        raise ValueError("of a task")

    async def cell() -> None:
        page.run("print a")
        assert heard == []
        await asyncio.wait(bridge._tasks)
        await asyncio.sleep(0)

    page.on("done", slowly)
    asyncio.run(cell())
    assert heard == ["done"]
    assert "ValueError: of a task" in capsys.readouterr().err


def test_an_asynchronous_callback_without_an_event_loop_says_what_to_do(
    browser: FakeBrowser, capsys: pytest.CaptureFixture[str]
) -> None:
    async def slowly(event: dict[str, Any]) -> None:
        raise AssertionError

    page = PyScript("mpy")
    page.on("done", slowly)
    page.run("print a")
    assert "UsageError: An asynchronous callback needs an event loop" in capsys.readouterr().err


def test_an_asynchronous_callback_of_another_threads_run_is_the_kernels(
    browser: FakeBrowser, server: FakeServer
) -> None:
    threads: list[threading.Thread] = []

    async def kernel() -> None:
        called = asyncio.Event()

        async def slowly(event: dict[str, Any]) -> None:
            threads.append(threading.current_thread())
            called.set()

        link = Bridge()
        listeners = events.Listeners(link.spawn)
        listeners.add("done", slowly)
        await asyncio.to_thread(listeners.dispatch, "done", {"name": "done"})
        await asyncio.wait_for(called.wait(), 5)

    asyncio.run(kernel())
    assert threads == [threading.main_thread()]


def test_a_callback_can_be_taken_away(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    heard: list[object] = []
    forget = page.on("done", heard.append)
    forget()
    forget()
    page.run("print a")
    assert heard == []


def test_an_unknown_event_names_the_nearest_and_those_that_there_are(browser: FakeBrowser) -> None:
    with pytest.raises(UsageError, match=r"no event named 'click': name one of ready, done, .*give a selector too"):
        PyScript("mpy").on("click", print)
    with pytest.raises(UsageError, match=r"no event named 'redy' \(did you mean 'ready'\?\)"):
        PyScript("mpy").on("redy", print)


def test_an_event_of_the_document_reaches_the_callback_that_asked_for_it(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    clicks: list[dict[str, Any]] = []
    others: list[object] = []
    forget = page.on("click", clicks.append, selector="button")
    page.on("input", others.append, selector="input")
    page.run("dispatch click\nprint a")
    assert [(event["name"], event["data"]) for event in clicks] == [("click", {"type": "click"})]
    assert others == []
    forget()
    forget()
    page.run("dispatch click")
    assert len(clicks) == 1


def test_subscriptions_outlive_the_frame(browser: FakeBrowser, until: Until, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "REJOIN", 0.3)
    page = PyScript("mpy")
    clicks: list[object] = []
    page.on("click", clicks.append, selector="button")
    page.run("dispatch click")
    browser.frames["mpy"].crash()
    until(lambda: page.status == "failed")
    page.run("dispatch click")
    assert len(clicks) == 2


def test_events_that_a_busy_kernel_has_no_room_for_are_told_as_lost(
    bridge: Bridge, browser: FakeBrowser, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = PyScript("mpy")
    until(lambda: page.status == "ready" and bridge._inbox.empty())
    monkeypatch.setattr(bridge_module, "MAX_PENDING", 0)

    async def click_thrice() -> None:
        frame = browser.frames["mpy"]
        for _ in range(3):
            await frame.say(m.DomEvent, subscription=1, data={"type": "click"})
        await frame.say(m.Progress, phase="starting", loaded=1, total=1)

    browser.call(lambda: browser.spawn(click_thrice()))
    wait_until(lambda: bridge._inbox.qsize() == 2, "the first click and the progress")
    bridge.pump()
    assert [event["name"] for event in page.events[-3:]] == ["click", "error", "progress"]
    assert page.events[-2]["error"] == "2 messages of the browser were lost"


def test_a_selector_that_the_browser_cannot_read_is_an_error_event(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("mpy")
    errors: list[dict[str, Any]] = []
    page.on("error", errors.append)
    page.on("click", print, selector="##")
    until(lambda: bool(errors))
    assert errors[0]["error"] == "SyntaxError: no selector"


def test_the_log_keeps_the_last_events_and_says_how_many_it_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MAX_EVENTS", 2)
    log = events.EventLog()
    for name in ("ready", "progress", "done"):
        log.add({"name": name})
    assert [event["name"] for event in log] == ["progress", "done"]
    assert (log[-1], log[:1], log.dropped) == ({"name": "done"}, [{"name": "progress"}], 1)
    assert repr(log) == "<2 events, 1 older ones dropped; the last: progress, done>"


def test_ready_and_wait_let_the_kernel_go_on_meanwhile(bridge: Bridge, browser: FakeBrowser) -> None:
    page = PyScript("mpy")

    async def cell() -> str:
        handling = asyncio.create_task(handle(bridge))
        await page.ready()
        waiting = asyncio.create_task(page.wait("click", selector="button"))
        await asyncio.sleep(0)
        page.run("dispatch click")
        event = await asyncio.wait_for(waiting, 5)
        with pytest.raises(TimeoutError, match=r"No 'done' event came from environment 'mpy' in 0\.01 s"):
            await page.wait("done", timeout=0.01)
        with pytest.raises(UsageError, match="no selector"):
            await page.wait("click", selector="##", timeout=5)
        handling.cancel()
        return str(event["data"]["type"])

    assert asyncio.run(cell()) == "click"
    assert page.events[-1]["name"] == "error"


def test_ready_says_why_it_never_will_be(server: FakeServer, room: str, bridge: Bridge) -> None:
    broken = FakeBrowser(server, room, failing=m.Failure(kind="asset", name="AssetError", message="x.wasm: 404"))
    page = PyScript("mpy")

    async def cell() -> None:
        handling = asyncio.create_task(handle(bridge))
        try:
            await page.ready()
        finally:
            handling.cancel()

    try:
        with pytest.raises(LoadError, match=r"x\.wasm: 404"):
            asyncio.run(cell())
    finally:
        broken.close()


async def handle(bridge: Bridge) -> None:
    """Handle messages between two steps of the loop, as a kernel's loop does."""
    while True:
        bridge.pump()
        await asyncio.sleep(0.01)


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


def test_what_the_user_has_stopped_is_no_error_and_what_took_too_long_is_one(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    forget = page._environment.watch(lambda event: page.interrupt() if page.status == "busy" else None)
    with pytest.raises(KeyboardInterrupt):
        page.run("forever")
    assert page.error == ""
    assert page.last_event["error"] == "KeyboardInterrupt"
    forget()
    with pytest.raises(RunTimeoutError):
        page.run("forever", timeout=0.1)
    assert page.error.startswith("RunTimeoutError: The cell was still running after 0.1 s")
    with pytest.raises(BrowserError):
        page.run("raise KeyboardInterrupt mine")
    assert page.error == "KeyboardInterrupt: mine"


@pytest.mark.parametrize("timeout", [True, 0, -1, "x"])
def test_a_wait_takes_a_number_of_seconds(browser: FakeBrowser, timeout: Any) -> None:
    page = PyScript("mpy")
    for waiting in (page.wait("done", timeout=timeout), page.ready(timeout=timeout)):
        with pytest.raises(UsageError, match="seconds above 0"):
            asyncio.run(waiting)


def test_one_that_was_closed_says_so(browser: FakeBrowser) -> None:
    page = PyScript("mpy")
    page.close()
    page.close()
    with pytest.raises(UsageError, match="'mpy' was closed: make a new one"):
        page.run("print a")
    # Its card says so too: a widget whose comm is closed is taken away.
    assert page.comm is not None
    assert page._repr_mimebundle_() is not None


def test_what_a_client_sets_is_not_taken(browser: FakeBrowser, until: Until) -> None:
    page = PyScript("mpy")
    until(lambda: page.status == "ready")
    page.set_state({"status": "failed"})
    assert page.status == "ready"
