"""One run: what may be run, and how it is stopped before its end, by the user or because it takes too long."""

from __future__ import annotations

import time
from collections.abc import Callable
from numbers import Real

from pyscript_jupyter.errors import BrowserInterrupt, RunTimeoutError, UsageError
from pyscript_jupyter.protocol import messages as m

REBOOT = 10.0
"""Seconds that a frame has, after the grace, to report that it has ended an interrupted cell."""


def check_code(code: object) -> None:
    """Raise `UsageError` for what is no source code."""
    if not isinstance(code, str):
        raise UsageError(f"The code to run must be a str, not {type(code).__name__}: {code!r:.80}.")
    try:
        code.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"The code cannot be sent to the browser, since it is no valid Unicode: {error}.") from None


def checked_timeout(timeout: object) -> float | None:
    """Return a time in seconds, and None as it is; raises `UsageError` for what is no time."""
    if timeout is None:
        return None
    seconds = 0.0
    if isinstance(timeout, Real) and not isinstance(timeout, bool):
        try:
            seconds = float(timeout)
        except OverflowError:
            seconds = float("inf")
    if not seconds > 0:
        raise UsageError(
            f"A timeout is a number of seconds above 0, and not {timeout!r:.80}: give one such as 10 or 0.5, or leave "
            "it out."
        )
    return seconds


class Stopper:
    """Stops one run.

    Parameters
    ----------
    environment
        The environment's name.
    timeout
        How many seconds the run may take from now on; None for as long as it likes.
    grace
        How many seconds a run that was interrupted has to stop by itself.
    send
        Has the frame interrupt the run, which then has so many seconds.
    """

    def __init__(self, environment: str, timeout: float | None, grace: float, send: Callable[[float], None]) -> None:
        self._environment = environment
        self._timeout = timeout
        self._grace = grace
        self._send = send
        self._deadline = float("inf") if timeout is None else time.monotonic() + timeout
        self._patience = float("inf")
        self._interrupted = False
        self._late = False

    @property
    def seconds_left(self) -> float:
        """How long the run may still take."""
        return self._deadline - time.monotonic()

    @property
    def is_hopeless(self) -> bool:
        """Whether the frame has not even ended the interpreter in time."""
        return time.monotonic() > self._patience

    def interrupt(self) -> None:
        """Stop the run because the user wants it. Further times change nothing: the run is being stopped.

        Whoever presses a button three times wants the cell to stop, and not the names to be lost.
        """
        stopping = self._late or self._interrupted
        self._interrupted = True
        if not stopping:
            self._stop()

    def check(self) -> None:
        """Stop the run if its time is over, once."""
        if self.seconds_left < 0 and not (self._late or self._interrupted):
            self._late = True
            self._stop()

    def raise_for(self, failure: m.Failure | None) -> None:
        """Raise that the run was stopped, where it was and has not failed of something else.

        Raises
        ------
        RunTimeoutError, KeyboardInterrupt
            Because it took too long; because the user wanted it.
        """
        stopped = self._stopped_by(failure)
        if stopped is not None:
            raise stopped

    def judge(self, failure: m.Failure | None) -> m.Failure | None:
        """Return what went wrong with a run that ended so: that it took too long; nothing where the user stopped it."""
        match self._stopped_by(failure):
            case RunTimeoutError() as error:
                return m.Failure(kind="code", name=type(error).__name__, message=str(error))
            case BrowserInterrupt():
                return None
        return failure

    def _stopped_by(self, failure: m.Failure | None) -> RunTimeoutError | BrowserInterrupt | None:
        if failure is not None and failure.name != "KeyboardInterrupt":
            return None
        if failure is None and not self._late:
            return None  # it has caught the interrupt, or ended before that came
        stopped = f"The cell was stopped; environment {self._environment!r} keeps its names."
        fate = failure.message if failure and failure.message else stopped
        if self._late:
            return RunTimeoutError(
                f"The cell was still running after {self._timeout:g} s, all that --timeout or timeout= gave it. "
                f"{fate} Give it more time, or less to do."
            )
        return BrowserInterrupt(fate) if self._interrupted else None

    def _stop(self) -> None:
        self._patience = time.monotonic() + self._grace + REBOOT
        self._send(self._grace)
