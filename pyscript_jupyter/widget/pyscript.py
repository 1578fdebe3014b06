"""The `PyScript` widget: an environment as an object."""

from __future__ import annotations

import asyncio
import traceback as python_traceback
from collections.abc import Callable
from difflib import get_close_matches
from typing import Any, get_args

import anywidget
import msgspec
from traitlets import Bool, Dict, Enum, Unicode

from pyscript_jupyter.errors import LoadError, UsageError
from pyscript_jupyter.protocol.session import EventName, SessionEvent, Status
from pyscript_jupyter.widget.bootstrap import front_end
from pyscript_jupyter.widget.bridge import bridge
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.configuration import Given
from pyscript_jupyter.widget.events import Callback, Event, EventLog, Listeners
from pyscript_jupyter.widget.options import made_with
from pyscript_jupyter.widget.running import checked_timeout


class PyScript(anywidget.AnyWidget):
    """An environment in the reader's browser.

    ``PyScript("py")`` and ``%%pyscript py`` mean the same environment, whichever comes first. Making one starts to load
    the interpreter, and does not wait for it. Displaying one shows its state.

    Parameters
    ----------
    interpreter
        A name or alias of the catalogue: ``"mpy"`` or ``"micropython"``, ``"py"`` or ``"pyodide"``.
    env
        The name of the environment; by default the interpreter's short name.
    main
        Run the interpreter on the main thread of its page, where it has ``window`` and ``document`` as any script of a
        page has. False takes an environment that is there as it is.
    sandbox
        The code is not trusted: it can reach neither the Jupyter server nor the notebook's page. False takes an
        environment that is there as it is.
    config
        PyScript's configuration for it: the path of a ``.toml`` or ``.json`` file, TOML or JSON as text, or a dict. It
        holds for the environment's whole life.

    Attributes
    ----------
    status : str
        ``starting``, ``loading``, ``ready``, ``busy``, ``failed`` or ``closed``.
    progress : dict
        How far loading is: ``phase`` (``waiting``, ``downloading``, ``starting`` or ``installing``), ``fraction`` (0 to
        1, of bytes), ``loaded`` and ``total`` (bytes before compression; ``total`` is 0 while it is not known). While
        it installs, ``detail`` says what, and ``loaded`` and ``total`` count such things.
    interpreter : str
        The canonical name, such as ``micropython``.
    version : str
        The interpreter's version, "" until it is ready.
    environment : str
        The environment's name.
    main, sandbox : bool
        How the environment was made.
    capabilities : dict
        What the environment can do in this browser: ``isolated``, ``interrupt`` (``buffer`` and ``poll`` keep its
        names, ``terminate`` does not), ``blocking`` (how ``input()`` waits: ``buffer``, ``mailbox`` or ``none``),
        ``worker``, ``window`` (its page's can be used without ``await``), ``top_level_await``; empty until it is
        ready.
    error : str
        The last failure in one line, "" if the last thing that happened went well, or was stopped by the user.
    last_event : dict
        The last event, as callbacks get it.
    events : EventLog
        The last 1000 events, oldest first; ``events.dropped`` says how many older ones are no longer kept.

    Raises
    ------
    UsageError
        There is no such interpreter, the name belongs to an environment of another one or made in another way, the
        configuration is not as it must be, or there are as many environments as `max_environments` allows.
    NoServerError
        The kernel has no server extension to talk to.

    Examples
    --------
    >>> page = PyScript("py", env="stats")
    >>> page.observe(lambda change: print(change["new"]), "status")
    >>> page.on("done", lambda event: print(event["seconds"], event["error"]))
    >>> page.run("6 * 7")
    """

    _esm = Unicode().tag(sync=True)

    status = Enum(get_args(Status), "starting", read_only=True).tag(sync=True)
    progress = Dict(read_only=True).tag(sync=True)
    interpreter = Unicode(read_only=True).tag(sync=True)
    version = Unicode(read_only=True).tag(sync=True)
    environment = Unicode(read_only=True).tag(sync=True)
    main = Bool(read_only=True).tag(sync=True)
    sandbox = Bool(read_only=True).tag(sync=True)
    capabilities = Dict(read_only=True).tag(sync=True)
    error = Unicode(read_only=True).tag(sync=True)
    _view_id = Unicode(read_only=True).tag(sync=True)
    """By what the page finds the card."""
    last_event = Dict(read_only=True)

    def __init__(
        self,
        interpreter: str,
        env: str = "",
        *,
        main: bool = False,
        sandbox: bool = False,
        config: Given | None = None,
    ) -> None:
        link = bridge()
        self._environment = link.environment(interpreter, env, made_with(main=main, sandbox=sandbox), config=config)
        self.events = EventLog()
        self._listeners = Listeners(link.spawn)
        super().__init__(_esm=front_end())
        self.set_trait("main", self._environment.options.main)
        self.set_trait("sandbox", self._environment.options.sandbox)
        self._runs = 0
        self._update(None)
        self._unwatch = self._environment.watch(self._update)
        self.set_trait("_view_id", self.model_id)
        self._environment.stages.add_card(self._view_id)
        link.connect()
        self._environment.start()

    def on(self, event: str, callback: Callback, selector: str | None = None) -> Callable[[], None]:
        """Call a function at each event of a kind; return a function that ends it.

        Callbacks run on the kernel's main thread, in the order of the events. One that raises is shown, and does not
        stop the others. An asynchronous one becomes a task of the kernel's event loop, which goes on when no cell
        computes.

        Parameters
        ----------
        event
            ``ready``, ``done`` (also after a failure, with the error), ``progress``, ``error``, or one of a worker:
            ``worker:ready``, ``worker:done``, ``worker:error``, ``worker:message``; with a selector, an event of the
            environment's document by the DOM's name, such as ``click``.
        callback
            Gets one dict: ``name``, ``environment``, ``run`` (0 where there is none), ``seconds``, ``phase``,
            ``loaded``, ``total`` (bytes), ``error`` ("" where there is none), and ``data``: what an event of the
            document says, as plain values; of a worker its name as ``worker``, and a message's ``value``.
        selector
            A CSS selector: the event's target, or one of its ancestors, has to match. It also takes elements that
            come later. One that the browser cannot read is told as an ``error`` event.

        Raises
        ------
        UsageError
            There is no such event, or what was given is not of the kind that it must be.
        """
        _check(event, selector)
        if not callable(callback):
            raise UsageError(f"on() calls a function, and got {callback!r}: give one that takes the event, a dict.")
        if selector is None:
            return self._listeners.add(_known(event), callback)
        number = self._environment.subscriptions.add(event, selector)
        forget = self._listeners.add(number, callback)

        def end() -> None:
            forget()
            self._environment.subscriptions.remove(number)

        return end

    async def wait(self, event: str, timeout: float | None = None, selector: str | None = None) -> Event:  # noqa: ASYNC109  # the user's own bound
        """Wait for the next event of a kind, in a cell that awaits; the kernel is free meanwhile.

        Parameters
        ----------
        event, selector
            As `on` takes them.
        timeout
            Seconds; None waits for ever.

        Returns
        -------
        dict
            The event, as callbacks get it.

        Raises
        ------
        UsageError
            There is no such event, the browser cannot read the selector, the timeout is no time, or the environment was
            closed.
        TimeoutError
            It did not come in time.
        """
        _check(event, selector)
        timeout = checked_timeout(timeout)
        if self.status == "closed":
            self._environment.check()
        number = None if selector is None else self._environment.subscriptions.add(event, selector)
        key = _known(event) if number is None else number
        try:
            # Not `wait_for`: it would begin to listen a moment later, and miss what comes at once.
            async with asyncio.timeout(timeout):
                return await self._listeners.next(key)
        except TimeoutError:
            raise TimeoutError(
                f"No {event!r} event came from environment {self.environment!r} in {timeout:g} s."
            ) from None
        finally:
            if number is not None:
                self._environment.subscriptions.remove(number)

    async def ready(self, timeout: float = 60.0) -> None:  # noqa: ASYNC109  # the user's own bound
        """Wait until the interpreter can run cells, in a cell that awaits; the kernel is free meanwhile.

        Parameters
        ----------
        timeout
            Seconds.

        Raises
        ------
        LoadError
            It could not be loaded, or not in time.
        LostError, UsageError
            It was lost, or closed.
        """
        checked_timeout(timeout)
        self._environment.start()
        changed = asyncio.Event()
        forget = self._environment.watch(lambda event: changed.set())
        try:
            async with asyncio.timeout(timeout):
                while self.status not in ("ready", "busy"):
                    self._environment.check()
                    await changed.wait()
                    changed.clear()
        except TimeoutError:
            raise LoadError(
                f"Environment {self.environment!r} is not ready after {timeout:g} s: it is {self.status}, "
                f"{self.progress['phase']}. Wait longer with ready(timeout=…); `%pyscript doctor` tells what is "
                "missing."
            ) from None
        finally:
            forget()

    def run(self, code: str, timeout: float | None = None) -> MimeBundle | None:
        """Run code in the environment and wait for it; what it prints and displays appears as it would in a cell.

        Parameters
        ----------
        code
            Source code in the environment's language.
        timeout
            How many seconds the code may take; None for as long as it likes.

        Returns
        -------
        MimeBundle or None
            The value of the last expression, by its representations; None if there is none.

        Raises
        ------
        BrowserError
            The code raised; the class is named after the browser's exception.
        RunTimeoutError
            The code took longer than ``timeout`` and was stopped.
        NoPageError, LoadError, LostError
            The interpreter could not be had, or was lost in the middle.
        """
        self._runs += 1
        return self._environment.run(code, f"<run {self._runs} of {self.environment}>", timeout=timeout)

    def interrupt(self) -> None:
        """Stop the cell that runs in the environment, as the notebook's stop button does.

        Does not wait for it, and may be called from a callback or another thread. Nothing happens where none runs, nor
        where the cell is being stopped already: it has the grace to stop by itself, and keeps its names if it does.
        """
        self._environment.interrupt()

    def restart(self) -> None:
        """End the interpreter and start a new one, without the names that cells defined. Does not wait for it.

        A cell that runs in it fails.

        Raises
        ------
        UsageError
            The environment was closed.
        """
        self._environment.restart()

    def close(self) -> None:
        """Remove the environment from the browser, with everything in it. The card stays, and says so.

        Closing twice is safe.
        """
        # The widget's comm stays open: closing it would take the card away, and with it what became of it.
        if getattr(self, "_environment", None) is not None and self.status != "closed":
            self._environment.close()
            self._unwatch()
            self._environment.stages.remove_card(self._view_id)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Show the card, and what the environment draws in it, until a cell draws again."""
        if self.status != "closed":
            self._environment.stages.choose(self._view_id)
        return super()._repr_mimebundle_(**kwargs)

    def __repr__(self) -> str:
        return f"<PyScript {self.environment}: {self.interpreter}, {self.status}>"

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take nothing from a client: the traits say what the environment's events have said."""

    def _update(self, event: SessionEvent | None) -> None:
        session = self._environment.session
        with self.hold_sync():
            self._tell("interpreter", session.interpreter)
            self._tell("environment", session.environment)
            self._tell("version", session.version)
            self._tell("capabilities", msgspec.to_builtins(session.capabilities) if session.capabilities else {})
            self._tell(
                "progress",
                {
                    "phase": session.phase,
                    "fraction": session.fraction,
                    "loaded": session.loaded,
                    "total": session.total,
                    "detail": session.detail,
                },
            )
            self._tell("error", session.error)
            self._tell("status", session.status)
        if event is not None:
            self._dispatch(msgspec.to_builtins(event))
        if session.status == "closed":
            self._listeners.end(UsageError(f"Environment {session.environment!r} was closed: no event will come."))

    def _tell(self, trait: str, value: object) -> None:
        """Set a trait. An observer that raises is shown, and keeps no event from those who listen to events."""
        try:
            self.set_trait(trait, value)
        except Exception:  # noqa: BLE001  # whatever a user's observer raises is shown
            python_traceback.print_exc()

    def _dispatch(self, event: dict[str, Any]) -> None:
        self.events.add(event)
        self._tell("last_event", event)
        if event["name"] == "error":
            self._listeners.fail(event["subscription"], UsageError(event["error"]))
            self._listeners.dispatch("error", event)
        else:
            self._listeners.dispatch(event["subscription"] or event["name"], event)


def _check(event: object, selector: object) -> None:
    """Raise `UsageError` for what the browser could not even be asked about."""
    if not isinstance(event, str):
        raise UsageError(f"An event is named by a str, not {type(event).__name__}: {event!r}. Name it as in 'done'.")
    if selector is not None and not (isinstance(selector, str) and selector.strip()):
        raise UsageError(f"A selector is CSS in a str, and this is {selector!r}: give one such as 'button' or '#go'.")


def _known(event: str) -> str:
    """Return the name of an event of the environment; raises `UsageError` where it is none."""
    names = get_args(EventName)
    if event in names:
        return event
    near = get_close_matches(event, names, 1)
    raise UsageError(
        f"There is no event named {event!r}"
        + (f" (did you mean {near[0]!r}?)" if near else "")
        + f": name one of {', '.join(names)}. For an event of the environment's document give a selector too, as in "
        f"on({event!r}, …, selector='button')."
    )
