"""What is known of one environment: the state machine that messages drive.

No I/O and no clock. `Session.receive` takes a message of the environment's frame and returns the events that it means
for the user; the attributes are the last known state.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pyscript_jupyter.protocol import messages as m

Status = Literal["starting", "loading", "ready", "busy", "failed", "closed"]
"""``starting``: asked for, no frame yet; ``loading``: its frame loads the interpreter; ``ready``; ``busy``: a cell
runs; ``failed``: it could not be loaded or was lost, the next run tries again; ``closed``: by the user."""

EventName = Literal[
    "ready", "done", "progress", "error", "worker:ready", "worker:done", "worker:error", "worker:message"
]


@dataclass(frozen=True)
class SessionEvent:
    """One event for the user's callbacks.

    Attributes
    ----------
    name
        ``ready``, ``done``, ``progress``, ``error`` or ``worker:…`` with one of ``ready``, ``done``, ``error`` and
        ``message``; of an event of the document, the DOM's name, such as ``click``.
    environment
        The environment's name.
    run
        The number of the run, 0 where the event belongs to none.
    seconds
        For ``done``, how long the run took in the browser.
    phase, loaded, total, detail
        For ``progress``: what is being done, and bytes; ``total`` is 0 while it is not known. For ``installing``, what
        is installed, and how many of how many it is.
    error
        For ``error`` and for a ``done`` after a failure, also of a worker: ``"ZeroDivisionError: division by zero"``;
        "" otherwise.
    subscription
        For an event of the document, and the error of one that cannot come, the number of the subscription that it
        belongs to; 0 otherwise.
    data
        For an event of the document, what it says. For one of a worker its name as ``worker``, "" for the
        environment's own, and of a message its ``value``.
    """

    name: str
    environment: str
    run: int = 0
    seconds: float = 0.0
    phase: m.Phase = "waiting"
    loaded: int = 0
    total: int = 0
    detail: str = ""
    error: str = ""
    subscription: int = 0
    data: dict[str, Any] = field(default_factory=dict)


class Session:
    """The state of one environment.

    Parameters
    ----------
    environment
        Its name.
    interpreter
        The canonical name of its interpreter.
    """

    def __init__(self, environment: str, interpreter: str) -> None:
        self.environment = environment
        self.interpreter = interpreter
        self.status: Status = "starting"
        self.version = ""
        self.phase: m.Phase = "waiting"
        self.loaded = 0
        self.total = 0
        self.detail = ""
        self.capabilities: m.Capabilities | None = None
        self.failure: m.Failure | None = None
        self.outcome: m.Failure | None = None
        """Why the last run failed, None if it did not; it may have been no cell."""
        self.run = 0
        """The run that goes on, 0 for none."""
        self.quiet = False
        """The run that goes on is no cell."""
        self._runs = 0
        self._seq = 0

    @property
    def fraction(self) -> float:
        """How much of the interpreter's bytes have come, from 0 to 1."""
        if self.status in ("ready", "busy"):
            return 1.0
        if self.phase == "installing":
            return 1.0 if self.total else 0.0
        return min(1.0, self.loaded / self.total) if self.total else 0.0

    @property
    def error(self) -> str:
        """The last failure in one line, "" if the last thing that happened went well."""
        return describe(self.failure) if self.failure else ""

    def start(self) -> None:
        """Take note that the environment's frame has been asked for."""
        self.status = "starting"
        self.failure = None
        self.phase, self.loaded, self.total, self.detail = "waiting", 0, 0, ""

    def install(self, detail: str) -> None:
        """Take note that the kernel gets together what the environment's configuration names."""
        self.phase, self.detail = "installing", detail

    def connect(self) -> None:
        """Take note that a frame has connected; its events are counted from 1 again."""
        self._seq = 0
        if self.status != "busy":
            self.status = "loading"
            self.failure = None

    def begin(self, quiet: bool = False) -> int:
        """Start a run and return its number. A quiet one is no cell: nobody is told of its end, whatever that is."""
        self._runs += 1
        self.run = self._runs
        self.status = "busy"
        self.quiet = quiet
        if not quiet:
            self.failure = None
        return self.run

    def restart(self) -> None:
        """Take note that the interpreter is started anew; a run that goes on ends with a ``done`` of its own."""
        if not self.run:
            self.status = "loading"
        self.failure = None
        self.phase, self.loaded, self.total, self.detail = "starting", 0, 0, ""

    def lose(self, failure: m.Failure) -> list[SessionEvent]:
        """Take note that the frame is gone or could not be made."""
        events = [self._event("error", error=describe(failure))]
        if self.run:
            events.append(self._event("done", run=self.run, error=describe(failure)))
        self.run = 0
        self.status = "failed"
        self.failure = self.outcome = failure
        return events

    def close(self, why: str = "") -> list[SessionEvent]:
        """Take note that the environment was closed; ``why`` says so where a run waits, "" where the user did it."""
        self.status = "closed"
        self.capabilities = None
        if not self.run:
            return []
        user = f"Environment {self.environment!r} was closed while this cell ran: run it again, which makes a new one."
        self.failure = self.outcome = m.Failure(kind="interpreter", name="LostError", message=why or user)
        event = self._event("done", run=self.run, error=self.error)
        self.run = 0
        return [event]

    def receive(self, message: m.Event) -> list[SessionEvent]:
        """Take a message of the environment's frame and return what it means for the user.

        A gap in the sequence is a loss, and is said as an ``error`` event; the message itself is still taken.
        """
        if self.status == "closed":
            return []
        events: list[SessionEvent] = []
        if message.seq != self._seq + 1:
            lost = message.seq - self._seq - 1
            events.append(self._event("error", error=f"{lost} messages of the browser were lost"))
        self._seq = message.seq
        return events + self._take(message)

    def _take(self, message: m.Event) -> list[SessionEvent]:
        match message:
            case m.Progress():
                self.phase, self.loaded, self.total = message.phase, message.loaded, message.total
                self.detail = message.detail
                if self.status != "busy":
                    self.status = "loading"
                progress = {name: getattr(message, name) for name in ("phase", "loaded", "total", "detail")}
                return [self._event("progress", **progress)]
            case m.Ready():
                self.version, self.capabilities = message.version, message.capabilities
                self.status = "ready"
                events = [self._event("ready")]
                if message.fresh and message.capabilities.worker:
                    events.append(self._event("worker:ready", data={"worker": ""}))
                return events
            case m.Failed():
                return self.lose(message.failure)
            case m.DomEvent():
                error = describe(message.failure) if message.failure else ""
                name = "error" if error else str(message.data.get("type", ""))
                return [self._event(name, subscription=message.subscription, data=message.data, error=error)]
            case m.WorkerEvent(worker="", kind="error", failure=m.Failure() as failure):
                return [self._event("error", error=describe(failure))]
            case m.WorkerEvent():
                error = describe(message.failure) if message.failure else ""
                data = {"worker": message.worker, **message.data}
                return [self._event(f"worker:{message.kind}", data=data, error=error)]
            case m.Done() if message.run == self.run:
                return self._finish(message)
            case _:
                return []

    def _finish(self, done: m.Done) -> list[SessionEvent]:
        self.status = "loading" if done.state_lost else "ready"
        self.outcome = done.failure
        self.run = 0
        if self.quiet and not done.state_lost:
            return []
        self.failure = done.failure
        error = describe(done.failure) if done.failure else ""
        events = [self._event("error", run=done.run, error=error)] if error else []
        return [*events, self._event("done", run=done.run, seconds=done.seconds, error=error)]

    def _event(self, name: str, **details: object) -> SessionEvent:
        return SessionEvent(name=name, environment=self.environment, **details)  # type: ignore[arg-type]  # by name


def describe(failure: m.Failure) -> str:
    """Return a failure in one line, as Python ends a traceback."""
    return f"{failure.name}: {failure.message}" if failure.message else failure.name
