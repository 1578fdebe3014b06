"""The runs of one environment: their code, which tracebacks show; what stops them; and how they ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from pyscript_jupyter.errors import LoadError, LostError, PyScriptError, browser_error
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.running import Stopper
from pyscript_jupyter.widget.settings import Settings
from pyscript_jupyter.widget.traceback import render

MAX_SOURCES = 1000
"""How many cells' code is kept for tracebacks."""


class _Outcome(NamedTuple):
    """How a run ended."""

    failure: m.Failure | None
    result: MimeBundle | None


class Runs:
    """What is known of an environment's runs.

    Parameters
    ----------
    environment
        Its name.
    send
        Sends a message to its frame, if there is one.
    explain
        Adds to a failure of the code what may be done about it.

    Attributes
    ----------
    result
        What the run that goes on has given so far.
    """

    def __init__(
        self, environment: str, send: Callable[[m.Message], None], explain: Callable[[m.Failure], m.Failure]
    ) -> None:
        self.result: MimeBundle | None = None
        self._environment = environment
        self._send = send
        self._explain = explain
        self._sources: dict[str, str] = {}
        self._stoppers: dict[int, Stopper] = {}
        self._outcomes: dict[int, _Outcome] = {}
        """How runs ended whose caller has not been told yet; a callback may have begun another run since."""

    def begin(self, run: int, code: str, filename: str, timeout: float | None, settings: Settings, **task: Any) -> None:
        """Have the frame run code; one that has no file name is no cell. See `Environment.run` and `perform`."""
        if filename:
            while len(self._sources) >= MAX_SOURCES:
                self._sources.pop(next(iter(self._sources)))
            self._sources[filename] = code

        def interrupt(grace: float) -> None:
            self._send(m.Interrupt(environment=self._environment, run=run, grace=grace))

        self._stoppers[run] = Stopper(self._environment, timeout, settings.grace, interrupt)
        message = m.Run(
            environment=self._environment,
            run=run,
            code=code,
            filename=filename,
            max_bytes=settings.max_bytes,
            max_lines=settings.max_lines,
            **task,
        )
        self._send(message)

    def end(self, run: int, failure: m.Failure | None) -> m.Failure | None:
        """Take note that a run is over, with what it has given; return what went wrong with it: see `Stopper.judge`."""
        self._outcomes[run] = _Outcome(failure, self.result)
        self.result = None
        return self._stoppers[run].judge(failure)

    def is_over(self, run: int) -> bool:
        """Return whether a run has ended."""
        return run in self._outcomes

    def take(self, run: int) -> MimeBundle | None:
        """Return what a run that is over has given, or raise what became of it; asked once.

        Raises
        ------
        BrowserError, RunTimeoutError, KeyboardInterrupt, LoadError, LostError
            See `Environment.run`.
        """
        failure, result = self._outcomes.pop(run)
        self._stoppers.pop(run).raise_for(failure)
        if failure is not None:
            raise self.exception(failure)
        return result

    def interrupt(self, run: int) -> None:
        """Stop a run because the user wants it; nothing happens if it does not go on. From any thread."""
        if stopper := self._stoppers.get(run):
            stopper.interrupt()

    def check(self, run: int) -> None:
        """Stop a run that has taken its time."""
        if run not in self._outcomes:
            self._stoppers[run].check()

    def is_hopeless(self, run: int) -> bool:
        """Return whether a run was to be stopped, and not even its interpreter was ended in time."""
        return self._stoppers[run].is_hopeless

    def seconds_left(self, run: int) -> float:
        """Return how long a run may still take."""
        return self._stoppers[run].seconds_left

    def forget_code(self) -> None:
        """Keep no code of earlier runs: their interpreter has gone."""
        self._sources.clear()

    def exception(self, failure: m.Failure) -> PyScriptError:
        """Return what is to be raised for a failure."""
        if failure.kind == "code":
            failure = self._explain(failure)
            return browser_error(failure.name, failure.message, render(failure, self._sources))
        if failure.name == "LostError":
            return LostError(failure.message)
        return LoadError(failure.message)
