"""One environment: loading it, running cells in it, and telling whoever watches.

Everything here happens on the kernel's main thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from pyscript_jupyter.errors import BrowserInterrupt, PyScriptError, UsageError
from pyscript_jupyter.interpreters.catalogue import Interpreter
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.session import Session, SessionEvent
from pyscript_jupyter.widget.absent import advised
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.ladder import missing
from pyscript_jupyter.widget.loading import ATTEMPTS, PATIENCE, PHASES, line
from pyscript_jupyter.widget.options import DEFAULT_OPTIONS
from pyscript_jupyter.widget.running import check_code, checked_timeout
from pyscript_jupyter.widget.runs import Runs
from pyscript_jupyter.widget.showing import Showing
from pyscript_jupyter.widget.subscriptions import Subscriptions
from pyscript_jupyter.widget.supplies import Supplies
from pyscript_jupyter.widget.watchers import Watcher, Watchers

if TYPE_CHECKING:
    from pyscript_jupyter.widget.bridge import Bridge

REJOIN = 3.0
"""Seconds that a frame has to come back whose page is still there; after them it is made anew."""


class Environment:
    """A named interpreter in the browser.

    Parameters
    ----------
    bridge
        The kernel's link to the browser.
    name
        The environment's name.
    interpreter
        What it runs.
    options
        How it is made.
    """

    def __init__(
        self, bridge: Bridge, name: str, interpreter: Interpreter, options: m.Options = DEFAULT_OPTIONS
    ) -> None:
        self.name = name
        self.interpreter = interpreter
        self.options = options
        self.session = Session(name, interpreter.name)
        self.since = time.time()
        """When the interpreter last became ready, or the environment was asked for; seconds since the epoch."""
        self._showing = Showing(bridge, name, options.sandbox, self.perform)
        self.stages = self._showing.stages
        """Where what it draws is shown."""
        self.comms = self._showing.comms
        self._bridge = bridge
        self._watchers = Watchers(bridge.interrupts)
        self._runs = Runs(name, bridge.send, lambda failure: advised(failure, interpreter, name, self.options.sandbox))
        self._asked = ""
        """The page that was asked to make the frame, since the last trouble."""
        self._opened_in = ""
        """The page that was last asked to make a frame, and not to remove it."""
        self._rejoin_by = float("inf")
        """Until when a frame may come back that lost its connection; seconds, monotonic."""
        self._frame = ""
        """The frame that is connected."""
        self._heard = 0.0
        """When the frame was last heard of; seconds, monotonic."""
        self._has_state = False
        self._renewing = False
        """The interpreter was ended with its frame, and the page makes another one."""
        self._restarted = 0
        """The run that the user has ended by a restart, which is no trouble."""
        self._supplies = Supplies(interpreter, lambda: bridge.soon(self._resume))
        self.subscriptions = Subscriptions(name, bridge.send)

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call ``watcher`` after each change; return a function that ends it."""
        return self._watchers.add(watcher)

    def reconfigure(self, config: m.Config) -> bool:
        """Take another configuration, if there is nothing yet that was made with the one before; return whether."""
        if self._has_state or self.session.status not in ("starting", "failed"):
            return False
        self._supplies.cancel()
        self._remove()
        self.options = msgspec.structs.replace(self.options, config=config)
        return True

    @property
    def may_have_frame(self) -> bool:
        """Whether the page has been asked for a frame, and not to remove it."""
        return bool(self._opened_in)

    @property
    def may_come_back(self) -> bool:
        """Whether its frame has only lost its connection, as far as is known."""
        failure = self.session.failure
        return self.may_have_frame and failure is not None and failure.name == "LostError"

    def give_up(self) -> None:
        """Have the page remove the frame of an environment that has failed; the next run makes it anew."""
        self._supplies.cancel()
        self._remove()

    def _resume(self) -> None:
        """Go on with a start that waits for supplies; one that has taken them and failed is not begun anew."""
        if self._supplies.pending:
            self.start()

    def start(self) -> None:
        """Ask the page for the environment, if a page is there and has not been asked; does not wait.

        One that failed is asked for anew. A frame that only lost its connection comes back by itself, with its state;
        any other that failed is removed first.

        Raises
        ------
        UsageError
            It failed, and others have taken its place: see `Bridge.make_room_for`.
        """
        owner = self._bridge.owner
        if owner is None or self.session.status not in ("starting", "failed"):
            return
        failure = self.session.failure
        if self.session.status == "failed":
            self._bridge.make_room_for(self.name)
        if failure is not None and failure.name != "LostError":
            self._remove()
        if self._asked != owner.member:
            config = self._supply()
            if config is None:
                return
            self._rejoin_by = self._heard + REJOIN if self._opened_in == owner.member else float("inf")
            self._asked = self._opened_in = owner.member
            self.session.start()
            options = msgspec.structs.replace(self.options, config=config)
            self._bridge.send(m.Open(environment=self.name, interpreter=self.interpreter.name, options=options))
            self._watchers.tell(None)

    def run(self, code: str, filename: str, alone: bool = False, timeout: float | None = None) -> MimeBundle | None:
        """Run code, write its output, and return the value of its last expression, None if there is none.

        Parameters
        ----------
        code
            What to run.
        filename
            The name that tracebacks give it.
        alone
            Nothing else writes into the cell's output, so that a progress line may leave no trace there.
        timeout
            How many seconds the code may take, not counting the time to load the interpreter; None for as long as it
            likes.

        Raises
        ------
        UsageError
            The environment was closed or is busy, the code is no valid Unicode, the timeout is no time; or the
            environment has failed, and as many others are there as are allowed.
        NoServerError, NoPageError, LoadError
            The interpreter could not be had.
        LostError
            The page went away in the middle.
        BrowserError
            The code raised; the class is named after the browser's exception.
        RunTimeoutError
            The code took longer than ``timeout``, and was stopped.
        KeyboardInterrupt
            The user interrupted it.
        """
        self._refuse_if_closed()
        if self.session.status == "busy":
            raise UsageError(f"Environment {self.name!r} runs a cell already: wait for it, or interrupt it.")
        check_code(code)
        timeout = checked_timeout(timeout)
        with self._bridge.interrupts.noted():
            try:
                self._await_ready(alone and not self._watchers)
            except KeyboardInterrupt:
                self._supplies.cancel()
                raise BrowserInterrupt(
                    f"The cell was stopped while {self.interpreter.label} was loading, before any of it ran."
                ) from None
            if self.options.main and self.session.capabilities is not None:
                self._showing.tell_once(missing(self.name, self.session.capabilities))
            return self._finish(self._begin(code, filename, timeout))

    def await_ready(self, alone: bool = False) -> None:
        """Wait until the interpreter is there, started if need be; see `run` for what may be raised."""
        self._refuse_if_closed()
        with self._bridge.interrupts.noted():
            self._await_ready(alone and not self._watchers)

    def perform(self, task: m.Task, code: str = "", timeout: float | None = None, **details: Any) -> MimeBundle | None:
        """Have something done that is no cell, by an interpreter that is there and idle. No event tells of it.

        Parameters
        ----------
        task, code, details
            See `pyscript_jupyter.protocol.messages.Run`; the details are its other members.
        timeout
            How many seconds it may take; None for as long as it likes.

        Returns
        -------
            The answer, as `pyscript_jupyter.protocol.messages.Result` has it; None where there is none, also because
            the interpreter is not there.

        Raises
        ------
        LostError, BrowserError, RunTimeoutError, KeyboardInterrupt
            See `run`.
        """
        self._bridge.pump()
        if self.session.status != "ready":
            return None
        with self._bridge.interrupts.noted():
            return self._finish(self._begin(code, "", timeout, task=task, **details))

    def interrupt(self) -> None:
        """Interrupt the run that goes on, if one does; does not wait. From any thread."""
        self._runs.interrupt(self.session.run)

    def restart(self) -> None:
        """End the interpreter and start a new one. Does not wait for it.

        Where there is a frame it stays, unless there is a configuration: what that names is then read anew.

        A run that goes on fails. The names that cells defined are gone, which nobody needs to be told again.

        Raises
        ------
        UsageError
            The environment was closed; or it has failed, and others have taken its place.
        """
        self._refuse_if_closed()
        if self.session.status == "failed":
            self._bridge.make_room_for(self.name)
        self._forget()
        if self._frame and self.session.status != "failed" and not self.options.config.user:
            self._heard = time.monotonic()
            self._renewing = self.options.main
            self._restarted = self.session.run
            self.session.restart()
            self._bridge.send(m.Restart(environment=self.name))
            self._watchers.tell(None)
            return
        if self.session.run:
            self._lose("LostError", f"Environment {self.name!r} was restarted while the cell ran.")
        self._supplies.cancel()
        self._remove()  # also a frame that has only lost its connection, which would bring the old names back
        self.session.start()
        self.start()

    def check(self) -> None:
        """Raise why the environment cannot be waited for: it has failed or was closed.

        Raises
        ------
        UsageError, LoadError, LostError
            See `run`.
        """
        self._refuse_if_closed()
        if self.session.status == "failed" and self.session.failure is not None:
            raise self._runs.exception(self.session.failure)

    def press(self, action: Literal["interrupt", "restart"]) -> None:
        """Do what a button of the card says, and do not wait for it."""
        if action == "interrupt":
            self.interrupt()
            return
        try:
            self.restart()
        except UsageError as error:  # the card shows it
            self._lose("UsageError", str(error))

    def close(self, why: str = "") -> None:
        """Remove the environment and everything in it; safe to call twice. ``why`` is for a run that goes on."""
        self._supplies.cancel()
        if self._bridge.environments.pop(self.name, None) is self:
            self._remove()
            self._showing.end()
        self._apply(lambda: self.session.close(why))
        self._watchers.tell(None)

    def joined(self, member: str) -> None:
        """Take note that a frame has connected."""
        self._frame = member
        self._renewing = False
        self._heard = time.monotonic()
        self.session.connect()
        self.subscriptions.tell()
        self._watchers.tell(None)

    def left(self, member: str, claimed: bool = False) -> None:
        """Take note that a frame has gone; one that another has replaced, or that was removed, is of no concern.

        ``claimed`` says that another page has taken the room's environments over.
        """
        if member != self._frame:
            return
        self._frame = ""
        if claimed:
            self._opened_in = ""
            self._showing.end()
            self._lose(
                "LostError",
                f"Environment {self.name!r} ended, because another browser tab has taken over the environments of this "
                "notebook. Run the cell again, and earlier cells of the environment before it: they start it there.",
            )
            return
        if self._renewing:
            self.session.start()
            self._rejoin_by = time.monotonic() + REJOIN
            return
        self._lose(
            "LostError",
            f"The page that runs environment {self.name!r} was closed, was reloaded or lost its connection. "
            "Run the cell again: it starts the environment anew where it is gone, and then earlier cells of it "
            "have to be run again too.",
        )

    def disconnected(self) -> None:
        """Take note that the kernel's connection to the relay is broken; what runs in the browser stays there."""
        if self.session.failure is not None and self.session.failure.name == "LostError":
            return
        self._frame = ""
        self._lose(
            "LostError",
            "The kernel lost its connection to the Jupyter server. If the server was restarted, restart the kernel; "
            "otherwise run the cell again.",
        )

    def unavailable(self, failure: m.Failure) -> None:
        """Take note that the page could not make the frame."""
        self._asked = ""
        self._apply(lambda: self.session.lose(failure))

    def receive(self, message: m.Event) -> None:
        """Take a message of the frame."""
        self._heard = time.monotonic()
        self._showing.take(message, self.session.run)
        match message:
            case m.Result() if message.run == self.session.run:
                given = message.data, message.metadata
                self._runs.result = MimeBundle(*(given if self.session.quiet else self._showing.allowed(*given)))
            case m.Ask() if message.run == self.session.run:
                self._apply(lambda: self.session.receive(message))
                answer = self._bridge.ask(message, self._frame, self._runs.seconds_left(message.run))
                if answer is not None:
                    self._bridge.send(answer)
                return
            case m.Ready():
                self.since = time.time()
                if message.fresh:
                    self._forget()
                    self._showing.end()
            case m.Done(state_lost=True):
                self._forget()  # its error has said so
                self._renewing = self.options.main
                self._showing.end()
            case m.Failed():
                self._asked = ""
            case _:
                pass
        self._apply(lambda: self.session.receive(message))

    def _begin(self, code: str, filename: str, timeout: float | None, **task: Any) -> int:
        run = self.session.begin(quiet="task" in task)
        if "task" not in task:
            self._showing.begin(run)
        self._has_state = True
        self._runs.begin(run, code, filename, timeout, self._bridge.settings, **task)
        # Who sees that it is busy may interrupt it.
        self._watchers.tell(None)
        return run

    def _finish(self, run: int) -> MimeBundle | None:
        self._await_done(run)
        self._bridge.pump()
        # A note that came after the end hides no failure, which may say that the state was lost.
        return self._runs.take(run)

    def _await_ready(self, alone: bool) -> None:
        try:
            self._bridge.connect()
        except PyScriptError as error:
            self._lose(type(error).__name__, str(error))
            raise
        if self.session.status == "ready":
            return
        anew = self._has_state
        outputs = self._bridge.outputs
        try:
            self._load(alone)
        finally:
            outputs.progress("", alone)
        if anew and not self._has_state:
            outputs.stream(
                "stderr",
                f"Environment {self.name!r} was started anew: the names that earlier cells defined in it are gone.\n",
            )

    def _load(self, alone: bool) -> None:
        """Wait until the interpreter is ready; a page that goes away meanwhile is waited for, and asked again."""
        limit = self._bridge.settings.load_timeout
        attempts = ATTEMPTS
        shown = ""
        began = self._heard = time.monotonic()
        while self.session.status != "ready":
            if self._bridge.owner is None:
                self._bridge.outputs.progress(line(self.interpreter.label, self.session), alone)
            self._bridge.await_page()
            self.start()
            if time.monotonic() - began > PATIENCE and (text := line(self.interpreter.label, self.session)) != shown:
                self._bridge.outputs.progress(text, alone)
                shown = text
            self._bridge.step()
            if self.session.status == "closed":
                self.check()
            if not self._frame and time.monotonic() > self._rejoin_by:
                self._remove()
            if time.monotonic() - self._heard > limit:
                self._lose(
                    "LoadError",
                    f"{self.interpreter.label} in environment {self.name!r} made no progress for {limit:g} s "
                    f"({PHASES[self.session.phase]}). Run the cell again; if it stays so, reload the page and see "
                    "`%pyscript doctor`.",
                )
            if self.session.status == "failed" and self.session.failure is not None:
                attempts -= 1
                if self.session.failure.name != "LostError" or not attempts:
                    raise self._runs.exception(self.session.failure)

    def _await_done(self, run: int) -> None:
        while not self._runs.is_over(run):
            try:
                self._bridge.step()
                self._runs.check(run)
            except KeyboardInterrupt:
                self._runs.interrupt(run)
            if self._runs.is_hopeless(run):
                self._remove()
                self._lose("KeyboardInterrupt", "The page did not stop the cell in time: its environment was removed.")

    def _refuse_if_closed(self) -> None:
        if self.session.status == "closed":
            raise UsageError(f"Environment {self.name!r} was closed: make a new one, by PyScript(…) or %%pyscript.")

    def _supply(self) -> m.Config | None:
        """Return the configuration with what it names, as it is now; None while that is got together, or failed."""
        self._heard = time.monotonic()
        try:
            config = self._supplies.take(self.options.config)
        except PyScriptError as error:
            self._lose("LoadError", str(error))
            return None
        if config is None:
            self.session.start()
            self.session.install(self._supplies.names)
        return config

    def _remove(self) -> None:
        """Have the page remove the frame, if there is one."""
        self._bridge.send(m.Close(environment=self.name))
        self._asked = self._opened_in = self._frame = ""

    def _forget(self) -> None:
        """Take note that the interpreter knows nothing of earlier cells."""
        self._has_state = False
        self._runs.forget_code()

    def _lose(self, name: str, message: str) -> None:
        self._asked = ""
        if self.session.status != "closed":
            failure = m.Failure(kind="interpreter", name=name, message=message)
            self._apply(lambda: self.session.lose(failure))

    def _apply(self, change: Callable[[], list[SessionEvent]]) -> None:
        """Change the session, keep the outcome of a run that this has ended, and tell whoever watches."""
        run = self.session.run
        events = change()
        if run and self.session.run != run:
            seen = self._runs.end(run, self.session.outcome)
            if self.session.status != "failed" and not self.session.quiet:
                self.session.failure = None if run == self._restarted else seen
        for event in events:
            self._watchers.tell(event)
