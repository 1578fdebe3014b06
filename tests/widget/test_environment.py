"""Cells through the whole kernel side and a real relay, to a fake browser."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable

import pytest
from fakes.browser import FakeBrowser
from fakes.server import FakeServer

from pyscript_jupyter.errors import (
    BrowserError,
    LoadError,
    LostError,
    NoPageError,
    NoServerError,
    UsageError,
    VersionError,
)
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.socket import PeerSocket
from pyscript_jupyter.widget import arrival, environment
from pyscript_jupyter.widget.bridge import Bridge

Until = Callable[[Callable[[], bool]], None]


class Recorder:
    """Remembers what it is given."""

    def __init__(self, log: list[tuple[str, str]], late: str = "") -> None:
        self.log = log
        self._late = late
        self._cells = 0

    def here(self) -> Recorder:
        self._cells += 1
        return Recorder(self.log, f"late {self._cells} ")

    def stream(self, name: m.StreamName, text: str) -> None:
        self.log.append((f"{self._late}{name}", text))

    def display(
        self, data: dict[str, object], metadata: dict[str, object], display_id: str = "", update: bool = False
    ) -> None:
        self.log.append((f"{self._late}display", str(data["text/plain"])))

    def clear(self, wait: bool) -> None:
        self.log.append((f"{self._late}clear", str(wait)))

    def progress(self, text: str, alone: bool) -> None:
        self.log.append(("progress", text))


@pytest.fixture
def log(bridge: Bridge) -> list[tuple[str, str]]:
    bridge.outputs = recorder = Recorder([])
    return recorder.log


def open_comm(mpy: environment.Environment) -> None:
    """Have an interpreter open a comm."""
    mpy.comms.send(m.CommMessage(action="open", comm="c", target="t"))


def test_output_comes_in_order_and_the_value_last(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    value = bridge.environment("mpy").run("print a\nwarn b\nshow c\n= 2", "Cell In[1]")
    assert repr(value) == "2"
    assert [entry for entry in log if entry[0] != "progress"] == [
        ("stdout", "a\n"),
        ("stderr", "b\n"),
        ("display", "c"),
    ]


def test_what_comes_when_a_cell_is_over_is_output_of_that_cell(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]], until: Until
) -> None:
    bridge.environment("mpy").run("print a", "Cell In[1]")
    bridge.environment("mpy").run("print b", "Cell In[2]")
    frame = browser.frames["mpy"]

    async def speak() -> None:
        await frame.say(m.Stream, run=1, name="stdout", text="of a task of the first\n")
        await frame.say(m.Stream, run=2, name="stderr", text="c\n")
        await frame.say(m.Display, run=2, data={"text/plain": "d"}, metadata={})
        await frame.say(m.Clear, run=2, wait=True)

    browser.call(lambda: browser.spawn(speak()))
    until(lambda: log[-1][0] == "late 2 clear")
    assert [entry for entry in log if entry[0] != "progress"] == [
        ("stdout", "a\n"),
        ("stdout", "b\n"),
        ("late 1 stdout", "of a task of the first\n"),
        ("late 2 stderr", "c\n"),
        ("late 2 display", "d"),
        ("late 2 clear", "True"),
    ]


def test_the_progress_line_is_taken_away_before_the_first_output(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "PATIENCE", 0)
    bridge.environment("py").run("print a", "Cell In[1]")
    assert log[0][0] == "progress"
    assert log[-2:] == [("progress", ""), ("stdout", "a\n")]


def test_an_exception_has_the_browsers_name_and_the_cells_line(bridge: Bridge, browser: FakeBrowser) -> None:
    with pytest.raises(BrowserError, match="division by zero") as caught:
        bridge.environment("mpy").run("\nprint a\nraise ZeroDivisionError division by zero", "Cell In[3]")
    assert type(caught.value).__name__ == "ZeroDivisionError"
    assert any("Cell In[3]" in line and "line 3" in line for line in caught.value.traceback_lines)


def test_options_hold_for_the_whole_life_of_an_environment(bridge: Bridge, browser: FakeBrowser) -> None:
    main = m.Options(main=True, sandbox=False, config=m.Config())
    bridge.environment("mpy", options=main).run("= 1", "Cell In[1]")
    asked = next(message for message in browser.heard if isinstance(message, m.Open))
    assert asked.options == main
    assert bridge.environment("mpy").options == main
    with pytest.raises(UsageError, match=r"'mpy' was made with other options.*`%pyscript close mpy`"):
        bridge.environment("mpy", options=m.Options(main=False, sandbox=False, config=m.Config()))


def test_a_run_after_an_error_works(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    with pytest.raises(BrowserError):
        mpy.run("raise E x", "Cell In[1]")
    assert repr(mpy.run("= 1", "Cell In[2]")) == "1"


def test_without_a_page_the_cell_says_so(bridge: Bridge, room: str) -> None:
    bridge.settings.page_timeout = 0.3
    with pytest.raises(NoPageError, match=r"No browser page attached to this kernel within 0\.3 s"):
        bridge.environment("mpy").run("print a", "Cell In[1]")


def test_a_page_that_does_not_come_is_invited_again_and_nothing_of_it_stays(
    bridge: Bridge, room: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[FakeBootstrap] = []

    class FakeBootstrap:
        """Remembers whether it is open."""

        def __init__(self, *arguments: object) -> None:
            made.append(self)
            self.open = True
            self.told = 0

        def tell(self) -> None:
            self.told += 1

        def close(self) -> None:
            self.open = False

    monkeypatch.setattr(arrival, "Bootstrap", FakeBootstrap)
    monkeypatch.setattr(arrival, "INVITE", 0)
    monkeypatch.setattr(arrival, "REPEAT", 0)
    monkeypatch.setattr(arrival, "MAX_BOOTSTRAPS", 3)
    bridge.settings.page_timeout = 2
    with pytest.raises(NoPageError):
        bridge.environment("mpy").run("print a", "Cell In[1]")
    assert len(made) > 3
    assert made[0].told > 1
    assert sum(each.open for each in made) == 2
    bridge.close()
    assert not any(each.open for each in made)


def test_a_page_of_another_version_fails_the_cell_at_once(bridge: Bridge, server: FakeServer, room: str) -> None:
    old = FakeBrowser(server, room, package="0.0")
    try:
        with pytest.raises(VersionError, match=r"This page has pyscript_jupyter 0\.0 .* reload the page"):
            bridge.environment("mpy").run("print a", "Cell In[1]")
    finally:
        old.close()


def test_without_a_server_extension_the_cell_says_so(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYSCRIPT_JUPYTER_RELAY_URL")
    with pytest.raises(NoServerError, match="was not started by a Jupyter server that has the pyscript_jupyter ext"):
        bridge.environment("mpy").run("print a", "Cell In[1]")


def test_a_page_that_goes_away_fails_the_cell_and_the_next_run_starts_anew(
    bridge: Bridge, server: FakeServer, room: str, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    mpy = bridge.environment("mpy")
    with pytest.raises(LostError, match="was closed, was reloaded or lost its connection"):
        mpy.run("crash", "Cell In[1]")
    second = FakeBrowser(server, room)
    try:
        assert repr(mpy.run("= 1", "Cell In[2]")) == "1"
    finally:
        second.close()
    assert (
        "stderr",
        "Environment 'mpy' was started anew: the names that earlier cells defined in it are gone.\n",
    ) in log


def test_an_interpreter_that_does_not_load_fails_the_cell_with_the_browsers_words(
    bridge: Bridge, server: FakeServer, room: str
) -> None:
    broken = FakeBrowser(server, room, failing=m.Failure(kind="asset", name="AssetError", message="x.wasm: 404"))
    try:
        with pytest.raises(LoadError, match=r"x\.wasm: 404"):
            bridge.environment("mpy").run("= 1", "Cell In[1]")
        broken.failing = None
        assert repr(bridge.environment("mpy").run("= 1", "Cell In[2]")) == "1"
    finally:
        broken.close()


def test_a_frame_that_crashed_is_made_anew_by_the_next_run(
    bridge: Bridge, browser: FakeBrowser, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "REJOIN", 0.3)
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    browser.frames["mpy"].crash()
    until(lambda: mpy.session.status == "failed")
    assert repr(mpy.run("= 1", "Cell In[2]")) == "1"


def test_a_load_that_hangs_is_given_up_and_tried_anew_by_the_next_run(bridge: Bridge, browser: FakeBrowser) -> None:
    bridge.settings.load_timeout = 1
    browser.silent = True
    mpy = bridge.environment("mpy")
    with pytest.raises(LoadError, match=r"MicroPython in environment 'mpy' made no progress for 1 s \(loading\)"):
        mpy.run("= 1", "Cell In[1]")
    browser.silent = False
    assert repr(mpy.run("= 1", "Cell In[2]")) == "1"


@pytest.mark.parametrize(("code", "message"), [(5, "must be a str, not int: 5"), ("\ud800", "no valid Unicode")])
def test_what_is_no_code_is_refused_and_nothing_is_lost(
    bridge: Bridge, browser: FakeBrowser, code: str, message: str
) -> None:
    mpy = bridge.environment("mpy")
    with pytest.raises(UsageError, match=message):
        mpy.run(code, "Cell In[1]")
    assert repr(mpy.run("= 1", "Cell In[2]")) == "1"


def test_output_of_a_run_that_was_given_up_is_not_shown_under_another(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    mpy.receive(m.Stream(environment="mpy", seq=4, run=77, name="stdout", text="foreign"))
    assert ("stdout", "foreign") not in log


def test_runs_in_two_threads_keep_their_messages_in_order(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print first", "Cell In[1]")
    lines = "\n".join(f"print {number}" for number in range(200))
    thread = threading.Thread(target=mpy.run, args=(lines, "Cell In[2]"))
    thread.start()
    while thread.is_alive():
        bridge.pump()
    assert [text for name, text in log if name == "stdout"][1:] == [f"{number}\n" for number in range(200)]
    assert mpy.session.error == ""


def test_an_interrupt_reaches_a_callback_that_does_not_end(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")

    finished: list[bool] = []

    def never_end(event: object) -> None:
        forget()
        threading.Event().wait(5)
        finished.append(True)

    forget = mpy.watch(never_end)
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        mpy.run("forever", "Cell In[2]")
    assert finished == []


def test_an_interrupt_while_the_interpreter_loads_stops_the_cell(bridge: Bridge, browser: FakeBrowser) -> None:
    browser.silent = True
    threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt, match="was stopped while MicroPython was loading"):
        bridge.environment("mpy").run("= 1", "Cell In[1]")


def test_an_interrupt_that_comes_after_the_end_does_not_hide_how_it_ended(
    bridge: Bridge, browser: FakeBrowser, monkeypatch: pytest.MonkeyPatch
) -> None:
    mpy = bridge.environment("mpy")
    await_done = mpy._await_done

    def interrupted_late(run: int) -> None:
        await_done(run)
        bridge.interrupts.note()

    monkeypatch.setattr(mpy, "_await_done", interrupted_late)
    with pytest.raises(BrowserError, match="no"):
        mpy.run("raise ValueError no", "Cell In[1]")
    with pytest.raises(KeyboardInterrupt):
        mpy.run("= 1", "Cell In[2]")


def test_an_interrupt_stops_the_cell_and_keeps_the_environment(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        mpy.run("forever", "Cell In[2]")
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"


def test_a_kernel_that_loses_its_connection_for_a_moment_fails_the_cell_and_keeps_the_environment(
    bridge: Bridge, server: FakeServer, browser: FakeBrowser, room: str, log: list[tuple[str, str]]
) -> None:
    browser.reconnects = True
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    frame = browser.frames["mpy"]
    open_comm(mpy)

    def lose() -> None:
        kernel = server.relay.rooms._rooms[room].kernel
        assert isinstance(kernel, PeerSocket)
        kernel.close()

    threading.Timer(0.2, server.call, (lose,)).start()
    with pytest.raises(LostError, match="The kernel lost its connection to the Jupyter server"):
        mpy.run("forever", "Cell In[2]")
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"
    assert browser.frames["mpy"] is frame
    assert "c" in mpy.comms
    assert [text for name, text in log if name == "stderr"] == []


def test_a_second_page_takes_over_and_the_cell_says_so(
    bridge: Bridge, server: FakeServer, browser: FakeBrowser, room: str, log: list[tuple[str, str]]
) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    second = FakeBrowser(server, room)
    try:
        assert (browser.owner, second.owner) == (True, False)
        threading.Timer(0.2, second.claim).start()
        with pytest.raises(LostError, match="'mpy' ended, because another browser tab has taken over"):
            mpy.run("forever", "Cell In[2]")
        assert repr(mpy.run("= 1", "Cell In[3]")) == "1"
        assert (list(browser.frames), list(second.frames)) == ([], ["mpy"])
        assert (browser.owner, second.owner) == (False, True)
    finally:
        second.close()
    assert [text for name, text in log if name == "stderr"] == [
        "Environment 'mpy' was started anew: the names that earlier cells defined in it are gone.\n"
    ]


def test_a_server_that_goes_away_fails_the_cell(bridge: Bridge, server: FakeServer, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    threading.Timer(0.2, server.close).start()
    with pytest.raises(LostError):
        mpy.run("forever", "Cell In[2]")
    with pytest.raises(NoServerError, match="does not answer"):
        mpy.run("= 1", "Cell In[3]")


def test_names_of_environments_are_checked(bridge: Bridge) -> None:
    bridge.environment("mpy", "mine")
    with pytest.raises(UsageError, match="'mine' runs MicroPython, not Pyodide"):
        bridge.environment("py", "mine")
    with pytest.raises(UsageError, match="is no name for an environment"):
        bridge.environment("py", "a b")
    with pytest.raises(UsageError, match=r"no interpreter named 'perl'.*mpy or micropython \(MicroPython\)"):
        bridge.environment("perl")


def test_an_alias_means_the_same_environment(bridge: Bridge) -> None:
    assert bridge.environment("micropython") is bridge.environment("mpy")


def test_a_restart_keeps_the_frame_and_the_next_run_is_not_told_of_it(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    frame = browser.frames["mpy"]
    open_comm(mpy)
    mpy.restart()
    assert mpy.session.status == "loading"
    assert repr(mpy.run("= 1", "Cell In[2]")) == "1"
    assert browser.frames["mpy"] is frame
    assert "c" not in mpy.comms
    assert [text for name, text in log if name == "stderr"] == []


def test_a_restart_fails_the_run_that_goes_on(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")

    threading.Timer(0.2, mpy.restart).start()
    with pytest.raises(LostError, match="restarted"):
        mpy.run("forever", "Cell In[2]")
    assert mpy.session.error == ""  # it was the user's wish
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"


def test_a_restart_mends_what_could_not_be_loaded(bridge: Bridge, server: FakeServer, room: str) -> None:
    broken = FakeBrowser(server, room, failing=m.Failure(kind="asset", name="AssetError", message="x.wasm: 404"))
    try:
        mpy = bridge.environment("mpy")
        mpy.restart()
        with pytest.raises(LoadError):
            mpy.run("= 1", "Cell In[1]")
        broken.failing = None
        mpy.restart()
        assert mpy.session.status == "starting"
        assert repr(mpy.run("= 1", "Cell In[2]")) == "1"
    finally:
        broken.close()


def test_what_was_closed_cannot_be_restarted(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy")
    mpy.close()
    with pytest.raises(UsageError, match="was closed: make a new one"):
        mpy.restart()


def test_closing_removes_the_frame_and_a_later_run_starts_anew(
    bridge: Bridge, browser: FakeBrowser, until: Until
) -> None:
    mpy = bridge.environment("mpy")
    mpy.run("print a", "Cell In[1]")
    mpy.close()
    until(lambda: not browser.frames)
    assert mpy.session.status == "closed"
    assert repr(bridge.environment("mpy").run("= 1", "Cell In[2]")) == "1"


MAIN = m.Options(main=True, sandbox=False, config=m.Config())


def test_a_main_thread_that_was_ended_comes_back_in_a_new_frame_with_no_error_of_its_own(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]], until: Until
) -> None:
    mpy = bridge.environment("mpy", options=MAIN)
    mpy.run("print a", "Cell In[1]")
    events: list[str] = []
    mpy.watch(lambda event: events.append(event.name) if event else None)
    with pytest.raises(LoadError, match="ended"):
        mpy.run("stuck", "Cell In[2]")
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"
    assert events.count("error") == 1
    assert [text for name, text in log if name == "stderr"] == []


def test_a_main_thread_that_is_not_isolated_says_once_what_that_means(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    browser.isolated = False
    bridge.environment("py").run("print a", "Cell In[1]")
    mpy = bridge.environment("mpy", options=MAIN)
    for _ in range(2):
        mpy.run("print a", "Cell In[2]")
    said = [text for name, text in log if name == "stderr"]
    assert len(said) == 1
    assert said[0].startswith("This browser does not isolate environment 'mpy'")


def test_a_sandbox_shows_only_what_cannot_run_and_says_so_once(
    bridge: Bridge, browser: FakeBrowser, log: list[tuple[str, str]]
) -> None:
    safe = bridge.environment("mpy", options=m.Options(main=False, sandbox=True, config=m.Config()))
    value = safe.run("html <b>\nhtml <i>\n= 1", "Cell In[1]")
    assert repr(value) == "1"
    assert [text for name, text in log if name == "display"] == ["<text/html of a sandbox>"] * 2
    assert len([text for name, text in log if name == "stderr"]) == 1
