"""Cells that ask for input, and cells that are stopped: through the whole kernel side, to a fake browser."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import threading
import time
from fractions import Fraction
from typing import Any

import pytest
from fakes.browser import FakeBrowser

from pyscript_jupyter.errors import BrowserError, LostError, RunTimeoutError, UsageError
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.messages import AskKind
from pyscript_jupyter.widget.bootstrap import Bootstrap
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.environment import Environment
from pyscript_jupyter.widget.running import Stopper


class Typist:
    """Answers with what it was given, raises what is an exception, and waits for ever when nothing is left."""

    def __init__(self, *answers: str | BaseException) -> None:
        self.asked: list[tuple[AskKind, str]] = []
        self.answers = list(answers)
        self.waits = threading.Event()

    def ask(self, kind: AskKind, prompt: str) -> str:
        self.asked.append((kind, prompt))
        if not self.answers:
            self.waits.set()
            # In short pieces, as a kernel does it: a thread's interrupt does not end a wait that goes on.
            for _ in range(1000):
                time.sleep(0.01)
            raise AssertionError("the wait was not ended")
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@pytest.fixture
def mpy(bridge: Bridge, browser: FakeBrowser) -> Environment:
    environment = bridge.environment("mpy")
    environment.run("print loaded", "Cell In[1]")
    return environment


def when_it_waits(typist: Typist, action: object) -> None:
    """Do something, in another thread, once a question waits for its answer."""

    def wait() -> None:
        assert typist.waits.wait(5)
        assert callable(action)
        action()

    threading.Thread(target=wait).start()


def interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def output(mpy: Environment, code: str) -> str:
    """Return what code prints."""
    with contextlib.redirect_stdout(io.StringIO()) as stdout:
        mpy.run(code, "Cell In[2]")
    return stdout.getvalue()


def test_what_a_cell_asks_is_answered(bridge: Bridge, mpy: Environment) -> None:
    bridge.inputs = typist = Typist("Ada", "s3cret")
    assert output(mpy, "ask Name? \ngetpass Key: ") == "Ada\ns3cret\n"
    assert typist.asked == [("input", "Name? "), ("getpass", "Key: ")]


@pytest.mark.parametrize(
    ("error", "name"),
    [(EOFError("no more"), "EOFError"), (NotImplementedError("no box"), "NotImplementedError")],
)
def test_why_there_is_no_answer_is_the_cells_exception(
    bridge: Bridge, mpy: Environment, error: Exception, name: str
) -> None:
    bridge.inputs = Typist(error)
    with pytest.raises(BrowserError, match=str(error)) as raised:
        mpy.run("ask", "Cell In[2]")
    assert type(raised.value).__name__ == name
    assert mpy.session.status == "ready"


def test_an_interrupt_of_the_question_stops_the_cell_and_keeps_the_environment(
    bridge: Bridge, mpy: Environment
) -> None:
    bridge.inputs = typist = Typist()
    when_it_waits(typist, interrupt)
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        mpy.run("ask", "Cell In[2]")
    typist.answers.append("again")
    assert output(mpy, "ask") == "again\n"


def test_a_question_ends_when_its_page_goes_away(bridge: Bridge, browser: FakeBrowser, mpy: Environment) -> None:
    bridge.inputs = typist = Typist()
    when_it_waits(typist, browser.frames["mpy"].crash)
    with pytest.raises(LostError):
        mpy.run("ask", "Cell In[2]")


def test_a_question_ends_when_the_cell_is_interrupted_from_elsewhere(bridge: Bridge, mpy: Environment) -> None:
    bridge.inputs = typist = Typist()
    when_it_waits(typist, mpy.interrupt)
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        mpy.run("ask", "Cell In[2]")


def test_the_time_of_a_question_counts_towards_the_timeout(bridge: Bridge, mpy: Environment) -> None:
    bridge.inputs = Typist()
    with pytest.raises(RunTimeoutError, match=r"after 0\.3 s.*keeps its names.*Give it more time"):
        mpy.run("ask", "Cell In[2]", timeout=0.3)
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"


def test_the_page_is_told_that_a_question_is_over_which_nobody_has_answered(
    bridge: Bridge, mpy: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(Bootstrap, "send", lambda bootstrap, content: told.append(content))
    bridge.inputs = Typist("Ada")
    mpy.run("ask", "Cell In[2]")
    assert told == []
    with pytest.raises(RunTimeoutError):
        mpy.run("ask", "Cell In[3]", timeout=0.3)
    assert told == [{"input": "over"}]


def test_a_cell_that_runs_too_long_is_stopped(mpy: Environment) -> None:
    with pytest.raises(TimeoutError, match="keeps its names"):
        mpy.run("forever", "Cell In[2]", timeout=0.1)
    assert repr(mpy.run("= 1", "Cell In[3]", timeout=5)) == "1"


def test_a_timeout_is_a_number_of_seconds(mpy: Environment) -> None:
    wrong: list[Any] = [0, -1.0, float("nan"), True, "5", [1], 1j]
    for timeout in wrong:
        with pytest.raises(UsageError, match=r"seconds above 0, and not .*give one such as 10"):
            mpy.run("= 1", "Cell In[2]", timeout=timeout)
    right: list[Any] = [Fraction(60, 1), 10**400]
    for timeout in right:
        assert repr(mpy.run("= 1", "Cell In[2]", timeout=timeout)) == "1"


def test_an_interrupt_from_another_thread_stops_the_cell(mpy: Environment) -> None:
    threading.Timer(0.2, mpy.interrupt).start()
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        mpy.run("forever", "Cell In[2]")
    mpy.interrupt()  # nothing runs: nothing happens
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"


def test_no_thread_is_left_by_a_question(bridge: Bridge, mpy: Environment) -> None:
    bridge.inputs = Typist("a")
    before = threading.active_count()
    mpy.run("ask", "Cell In[2]", timeout=60)
    assert threading.active_count() <= before


def test_who_sees_that_it_is_busy_may_interrupt_it_at_once(mpy: Environment) -> None:
    mpy.watch(lambda event: mpy.interrupt() if mpy.session.status == "busy" else None)
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        mpy.run("forever", "Cell In[2]", timeout=5)


def test_further_presses_of_an_impatient_user_leave_the_cell_the_grace_of_the_first() -> None:
    graces: list[float] = []
    stopper = Stopper("mpy", None, 3.0, graces.append)
    for _ in range(3):
        stopper.interrupt()
    assert graces == [3.0]
    with pytest.raises(KeyboardInterrupt, match="keeps its names"):
        stopper.raise_for(m.Failure(kind="code", name="KeyboardInterrupt", message=""))


def test_a_cell_that_catches_its_interrupt_and_ends_has_its_value() -> None:
    stopper = Stopper("mpy", None, 3.0, lambda grace: None)
    stopper.interrupt()
    stopper.raise_for(None)


def test_a_press_while_a_cell_is_stopped_that_took_too_long_leaves_it_its_grace() -> None:
    graces: list[float] = []
    stopper = Stopper("mpy", 0.001, 3.0, graces.append)
    time.sleep(0.002)
    stopper.check()
    stopper.interrupt()
    assert graces == [3.0]


def test_a_cell_that_runs_when_its_kernel_is_restarted_says_so(bridge: Bridge, mpy: Environment) -> None:
    timer = threading.Timer(0.2, bridge.close)  # in another thread, as a kernel shuts down
    timer.start()
    with pytest.raises(
        LostError, match="The kernel was restarted or shut down while this cell ran: run the cell again"
    ):
        mpy.run("forever", "Cell In[2]")
    timer.join()
