"""The state machine of an environment."""

from __future__ import annotations

from typing import Any

import pytest

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.session import Session

CAPABILITIES = m.Capabilities(
    isolated=True, interrupt="buffer", blocking="buffer", worker=True, window=True, top_level_await=True
)
FAILURE = m.Failure(kind="code", name="ValueError", message="no")


def ready(seq: int, fresh: bool = True) -> m.Ready:
    return m.Ready(
        environment="py", seq=seq, interpreter="pyodide", version="1", capabilities=CAPABILITIES, fresh=fresh
    )


def done(seq: int, run: int, failure: m.Failure | None = None, state_lost: bool = False) -> m.Done:
    return m.Done(environment="py", seq=seq, run=run, seconds=1.0, failure=failure, state_lost=state_lost)


@pytest.fixture
def session() -> Session:
    session = Session("py", "pyodide")
    session.connect()
    session.receive(ready(1))
    return session


def test_loading_shows_how_many_bytes_have_come() -> None:
    session = Session("py", "pyodide")
    session.connect()
    [event] = session.receive(m.Progress(environment="py", seq=1, phase="downloading", loaded=25, total=100))
    assert (session.status, session.fraction) == ("loading", 0.25)
    assert (event.name, event.loaded, event.total) == ("progress", 25, 100)


def test_a_run_is_busy_until_it_is_done(session: Session) -> None:
    run = session.begin()
    assert session.status == "busy"
    [event] = session.receive(done(2, run))
    assert (session.status, session.run, event.name, event.error) == ("ready", 0, "done", "")


def test_done_comes_also_after_a_failure_with_the_error(session: Session) -> None:
    events = session.receive(done(2, session.begin(), FAILURE))
    assert [(event.name, event.error) for event in events] == [("error", "ValueError: no"), ("done", "ValueError: no")]
    assert (session.status, session.error) == ("ready", "ValueError: no")


def test_the_next_run_clears_the_error(session: Session) -> None:
    session.receive(done(2, session.begin(), FAILURE))
    session.begin()
    assert session.error == ""


def test_done_of_an_older_run_changes_nothing(session: Session) -> None:
    older = session.begin()
    session.lose(FAILURE)
    session.connect()
    session.receive(ready(1, fresh=False))
    newer = session.begin()
    assert session.receive(done(2, older)) == []
    assert session.run == newer


def test_losing_the_frame_ends_the_run_with_the_reason(session: Session) -> None:
    run = session.begin()
    events = session.lose(FAILURE)
    assert [(event.name, event.run) for event in events] == [("error", 0), ("done", run)]
    assert (session.status, session.run) == ("failed", 0)


def test_an_interpreter_that_had_to_be_ended_loads_again(session: Session) -> None:
    seen = []
    for message in (done(2, session.begin(), FAILURE, state_lost=True), ready(3)):
        session.receive(message)
        seen.append(session.status)
    assert seen == ["loading", "ready"]


def test_messages_that_are_missing_are_said(session: Session) -> None:
    run = session.begin()
    events = session.receive(done(5, run))
    assert [event.name for event in events] == ["error", "done"]
    assert "3 messages of the browser were lost" in events[0].error


def test_a_closed_environment_hears_nothing_more(session: Session) -> None:
    session.begin()
    [event] = session.close()
    assert event.name == "done"
    assert f"LostError: Environment {session.environment!r} was closed while this cell ran: " in event.error
    assert session.receive(ready(2)) == []
    assert session.status == "closed"


def test_what_a_worker_tells_is_an_event_of_its_own(session: Session) -> None:
    def tell(seq: int, **fields: Any) -> list[tuple[str, dict[str, Any], str]]:
        message = m.WorkerEvent(environment="py", seq=seq, **fields)
        return [(event.name, event.data, event.error) for event in session.receive(message)]

    assert tell(2, worker="one", kind="ready", data={}) == [("worker:ready", {"worker": "one"}, "")]
    assert tell(3, worker="one", kind="message", data={"value": 5}) == [
        ("worker:message", {"worker": "one", "value": 5}, "")
    ]
    assert tell(4, worker="one", kind="done", data={}, failure=FAILURE) == [
        ("worker:done", {"worker": "one"}, "ValueError: no")
    ]
    assert session.status == "ready"


def test_what_a_callback_raises_is_an_error_of_the_environment(session: Session) -> None:
    message = m.WorkerEvent(environment="py", seq=2, worker="", kind="error", data={}, failure=FAILURE)
    [event] = session.receive(message)
    assert (event.name, event.run, event.error) == ("error", 0, "ValueError: no")


def test_the_worker_of_an_environment_is_ready_once() -> None:
    session = Session("py", "pyodide")
    session.connect()
    assert [event.name for event in session.receive(ready(1))] == ["ready", "worker:ready"]
    session.connect()
    assert [event.name for event in session.receive(ready(1, fresh=False))] == ["ready"]
