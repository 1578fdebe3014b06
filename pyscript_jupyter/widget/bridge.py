"""The kernel's one link to the browser.

The relay client's thread puts messages into a queue. They are handled one by one, by the thread whose run waits for
them (`Bridge.step`) or, when none does, on the kernel's event loop. So traits change, callbacks run and output is
written where Jupyter expects it.
"""

from __future__ import annotations

import asyncio
import platform
import queue
import re
import threading
import traceback as python_traceback
from collections.abc import Callable, Coroutine
from contextvars import copy_context
from functools import cache
from typing import Any

import msgspec

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import UsageError, VersionError
from pyscript_jupyter.interpreters import catalogue
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.client import Link, RelayClient
from pyscript_jupyter.widget.arrival import Arrival
from pyscript_jupyter.widget.comms import States
from pyscript_jupyter.widget.configuration import Given, configure
from pyscript_jupyter.widget.environment import Environment
from pyscript_jupyter.widget.inputs import Inputs, PlainInputs, Question
from pyscript_jupyter.widget.interrupts import Interrupts
from pyscript_jupyter.widget.options import DEFAULT_OPTIONS
from pyscript_jupyter.widget.outputs import Outputs, PlainOutputs
from pyscript_jupyter.widget.settings import Settings

TICK = 0.2
"""Seconds that the main thread waits at a stretch, so that it sees an interrupt on every platform."""

MAX_PENDING = 10_000
"""How many messages wait for a busy kernel before events of the document are dropped."""

_Item = tuple[RelayClient, "m.ToKernel | Link"] | Callable[[], None] | None
"""What is in the queue: a message or what became of the connection; something to be done; or a mere wake-up."""

_NAME = re.compile(r"[A-Za-z_][\w.-]{0,63}")


class Bridge:
    """Environments, pages and the relay of this kernel.

    Attributes
    ----------
    settings
        What the user has set.
    outputs
        Where the output of runs goes.
    inputs
        Who answers what runs ask.
    arrival
        How a page comes to it.
    environments
        What runs, or ran and failed, by name.
    pages
        The pages that are attached, by the relay's name for them; the owner is `owner`.
    """

    def __init__(self) -> None:
        self.settings = Settings()
        self.outputs: Outputs = PlainOutputs()
        self.inputs: Inputs = PlainInputs()
        self.arrival = Arrival(lambda: self.settings)
        self.environments: dict[str, Environment] = {}
        self.pages: dict[str, m.Joined] = {}
        self.owner: m.Joined | None = None
        self._client: RelayClient | None = None
        self._inbox: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._question: tuple[m.Ask, str, Question] | None = None
        """The question that is open, and the frame that asks it."""
        self._asked: dict[str, tuple[int, int]] = {}
        """The last question of each environment whose run goes on, by run and number: earlier ones were given up."""
        self._tasks: set[asyncio.Task[object]] = set()
        """What asynchronous callbacks do."""
        self._turn = threading.RLock()
        """Held by the one thread that handles messages, so that their order is kept."""
        self.interrupts = Interrupts(lambda: self._inbox.put(None))
        try:
            self._loop: asyncio.AbstractEventLoop | None = asyncio.get_running_loop()
        except RuntimeError:
            self._loop = None

    def connect(self) -> None:
        """Connect to the relay and tell the page about it, unless both are done.

        Raises
        ------
        NoServerError, VersionError, NotInstalledError
            See `RelayClient.connect`, `Bootstrap` and `OwnBrowser.serve`.
        """
        self.pump()
        if self._client is not None:
            return

        def deliver(message: m.ToKernel | Link) -> None:
            if isinstance(message, m.DomEvent) and self._inbox.qsize() > MAX_PENDING:
                return  # the next event's number tells that this one is lost
            self._end_question(message)
            self._put((client, message))

        client = RelayClient(__version__, f"Python {platform.python_version()}", deliver, self.arrival.choose())
        welcome = client.connect()
        self._client = client
        self.arrival.welcomed(welcome)

    def begin(self) -> None:
        """Connect and, where no page can come, start the kernel's own browser; waits for neither.

        Raises
        ------
        NoServerError, VersionError, NotInstalledError, NoBrowserError
            See `connect` and `await_page`.
        """
        self.connect()
        self.arrival.begin()

    def close(self) -> None:
        """Close every environment, the bootstrap and the connection. Closing twice is safe."""
        for environment in list(self.environments.values()):
            environment.close("The kernel was restarted or shut down while this cell ran: run the cell again.")
        if self._client is not None:
            self._client.close()
            self._client = None
        self.arrival.close()
        self.pages.clear()
        self.owner = None

    def environment(
        self,
        interpreter: str,
        name: str = "",
        options: m.Options | None = None,
        config: Given | None = None,
        packages: list[str] | None = None,
    ) -> Environment:
        """Return the environment of that name, made if there is none.

        Parameters
        ----------
        interpreter
            A name or alias of the catalogue.
        name
            The environment; "" for the interpreter's own.
        options
            How it is made, but for its configuration; None for whatever it was made with.
        config
            Its configuration; None for whatever it was made with, or for that of the settings where it is made now.
        packages
            More packages for its configuration.

        Raises
        ------
        UsageError
            There is no such interpreter, the name is none, it belongs to an environment of another interpreter or
            with other options, the configuration is not as it must be, or as many environments are there as
            `Settings.max_environments` allows, not counting those that have failed.
        """
        found = catalogue.find(interpreter)
        name = name or found.environment
        if not _NAME.fullmatch(name):
            raise UsageError(
                f"{name!r} is no name for an environment: it must start with a letter, have at most 64 characters, "
                "and hold only letters, digits, '_', '-' and '.'."
            )
        environment = self.environments.get(name)
        if environment is None or config is not None or packages:
            given = self.settings.default_config if config is None else config
            configured = configure(given, packages or [], found)
        if environment is None or environment.session.status == "failed":
            self.make_room_for(name)
        if environment is None:
            options = msgspec.structs.replace(options or DEFAULT_OPTIONS, config=configured)
            environment = self.environments[name] = Environment(self, name, found, options)
        elif environment.interpreter is not found:
            raise UsageError(
                f"Environment {name!r} runs {environment.interpreter.label}, not {found.label}: "
                f"choose another name with --env, or close it with `%pyscript close {name}`."
            )
        elif (config is not None or packages) and configured != environment.options.config:
            if not environment.reconfigure(configured):
                raise UsageError(
                    f"Environment {name!r} was made with another configuration, which holds for its whole life: leave "
                    f"the configuration out, choose another name with --env, or close it with `%pyscript close {name}` "
                    "and run the cell again."
                )
        elif (
            options is not None
            and msgspec.structs.replace(options, config=environment.options.config) != environment.options
        ):
            raise UsageError(
                f"Environment {name!r} was made with other options, which hold for its whole life: leave them out, "
                f"choose another name with --env, or close it with `%pyscript close {name}`."
            )
        return environment

    def make_room_for(self, name: str) -> None:
        """Refuse one environment more than may be there; nothing of those that have failed stays in its way.

        Raises
        ------
        UsageError
            As many others are there as `Settings.max_environments` allows.
        """
        limit = self.settings.max_environments
        others = [each for each in self.environments.values() if each.name != name]
        there = [each for each in others if each.session.status != "failed"]
        if not limit or len(others) < limit:
            return
        if len(there) >= limit:
            running = ", ".join(f"{each.name} ({each.session.status})" for each in there)
            raise UsageError(
                f"There is no room for environment {name!r}: {len(there)} are there already, {running}, and "
                f"{limit} are allowed. Close one, as by `%pyscript close {there[0].name}`, or allow more: "
                f"`%config PyScriptMagics.max_environments = {limit * 2}`."
            )
        # Those that cannot come back with their state go first.
        failed = sorted((each for each in others if each.may_have_frame), key=lambda each: each.may_come_back)
        for environment in failed[: max(0, len(there) + len(failed) + 1 - limit)]:
            environment.give_up()

    def soon(self, action: Callable[[], None]) -> None:
        """Have something done where messages are handled, after those that have come; safe from any thread."""
        self._put(action)

    def on_main(self, action: Callable[[], None]) -> None:
        """Do something on the kernel's main thread, between its requests, and return when that is done.

        At once where this is that thread. ipykernel takes comm messages in other threads too, its subshells, and a run
        of theirs would be in the way of the main thread's; the request stays that of this thread.
        """
        if self._loop is None or threading.current_thread() is threading.main_thread():
            action()
            return
        done = threading.Event()

        def act() -> None:
            try:
                action()
            finally:
                done.set()

        self._loop.call_soon_threadsafe(act, context=copy_context())
        while not done.wait(TICK) and self._loop.is_running():
            pass

    def ask_for_widgets(self, opening: dict[str, Any], request: dict[str, Any]) -> list[States]:
        """Return what interpreters say of their widgets, where they have any: see `Comms.ask`."""
        return [states for each in list(self.environments.values()) for states in each.comms.ask(opening, request)]

    def spawn(self, coroutine: Coroutine[Any, Any, object]) -> None:
        """Have a coroutine run on the kernel's event loop, and show what it raises; safe from any thread.

        Raises
        ------
        UsageError
            There is no event loop, as in a Python that is no kernel.
        """
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:
            if self._loop is None or self._loop.is_closed():
                coroutine.close()
                raise UsageError(
                    "An asynchronous callback needs an event loop, as kernels have one: give an ordinary function."
                ) from None
            self._loop.call_soon_threadsafe(self._begin, coroutine)
        else:
            self._begin(coroutine, loop)

    def _begin(self, coroutine: Coroutine[Any, Any, object], loop: asyncio.AbstractEventLoop | None = None) -> None:
        task = (loop or asyncio.get_running_loop()).create_task(coroutine)
        self._tasks.add(task)  # the loop itself holds no task
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[object]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            python_traceback.print_exception(error)

    def send(self, message: m.Message) -> None:
        """Send a message; nothing happens when there is no connection, which shows in the environments' states."""
        if self._client is not None:
            self._client.send(message)

    def ask(self, message: m.Ask, frame: str, seconds: float) -> m.Answer | None:
        """Answer what a run asks; None where there is no answer, because the run is over or to be interrupted.

        Parameters
        ----------
        message
            The question.
        frame
            The relay's name for the frame that asks it.
        seconds
            How long the wait may last; ``inf`` for ever.
        """
        if self._asked.get(message.environment) != (message.run, message.ask):
            return None
        question = Question()
        self._question = message, frame, question
        timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), question.end)
        timer.daemon = True
        value, failure = None, None
        try:
            with self.interrupts.heeded():
                timer.start()
                try:
                    value = self.inputs.ask(message.kind, message.prompt)
                finally:
                    question.close()
        except KeyboardInterrupt:
            if not question.ended:
                self.interrupts.note()
            self.arrival.end_input()
            return None
        except Exception as error:  # noqa: BLE001  # whatever keeps the answer away is the cell's to know
            name = "EOFError" if isinstance(error, EOFError) else type(error).__name__
            failure = m.Failure(kind="code", name=name, message=str(error))
        finally:
            self._question = None
            timer.cancel()
        return m.Answer(environment=message.environment, run=message.run, ask=message.ask, value=value, failure=failure)

    def await_page(self) -> None:
        """Wait until a page is attached, connecting anew if the connection was lost.

        Where none can come, or none has come within `Settings.headless_after`, the kernel's own browser is started.

        Raises
        ------
        NoServerError
            See `connect`.
        VersionError
            The page that came is of another version.
        NoPageError
            None came within `Settings.page_timeout`, or the one that came could not load the front end.
        NoBrowserError
            The kernel's own browser was needed, and could not be started.
        """

        def step() -> None:
            self.connect()
            self.step()

        self.connect()
        self.arrival.wait(lambda: self.owner is not None, step)

    def step(self) -> None:
        """Wait a moment for a message, and handle it.

        Raises
        ------
        KeyboardInterrupt
            The user interrupted; the message was handled all the same.
        """
        with self._turn:
            try:
                item = self._inbox.get(timeout=TICK)
            except queue.Empty:
                item = None
            self._take(item)
        self.interrupts.check()

    def pump(self) -> None:
        """Handle everything that has come, without waiting; nothing happens while another thread handles messages."""
        if not self._turn.acquire(blocking=False):
            return
        try:
            while True:
                try:
                    item = self._inbox.get_nowait()
                except queue.Empty:
                    return
                self._take(item)
        finally:
            self._turn.release()

    def _end_question(self, message: m.ToKernel | Link) -> None:
        """End the open question if this message says that nobody needs an answer to it any more. From any thread."""
        match message:
            case m.Ask():
                self._asked[message.environment] = message.run, message.ask
            case m.Done() | m.Left():
                self._asked.pop(message.environment, None)
        if self._question is None:
            return
        asked, frame, question = self._question
        match message:
            case Link():
                question.end()
            case m.Ask() | m.Done() if (message.environment, message.run) == (asked.environment, asked.run):
                question.end()
            case m.Left() if message.member == frame:
                question.end()

    def _put(self, item: _Item) -> None:
        self._inbox.put(item)
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self.pump)

    def _take(self, item: _Item) -> None:
        if callable(item):
            item()
        elif item is not None:
            self._handle(*item)

    def _handle(self, client: RelayClient, message: m.ToKernel | Link) -> None:
        if client is not self._client and self._client is not None:
            return
        match message:
            case Link.BROKEN:
                self._disconnected()
            case Link.OVER:
                if client is self._client:
                    self._client = None
                    self._disconnected()
            case m.Joined(role="page"):
                self.pages[message.member] = message
                for environment in self.environments.values():
                    environment.stages.tell()
                if message.owner:
                    self.owner = message
                    self.arrival.came(message.headless)
                    self._start_waiting()
            case m.Left(role="page"):
                self.pages.pop(message.member, None)
                if self.owner is not None and self.owner.member == message.member:
                    self.owner = None
            case m.Joined():
                member = message.member
                self._tell(message.environment, lambda environment: environment.joined(member))
            case m.Left():
                member = message.member
                claimed = message.reason == "claimed"
                self._tell(message.environment, lambda environment: environment.left(member, claimed))
            case m.Control():
                action = message.action
                self._tell(message.environment, lambda environment: environment.press(action))
            case m.Unavailable(environment=""):
                self.arrival.problem = VersionError(message.failure.message)
            case m.Unavailable():
                failure = message.failure
                self._tell(message.environment, lambda environment: environment.unavailable(failure))
            case m.Event():
                event = message
                self._tell(message.environment, lambda environment: environment.receive(event))

    def _start_waiting(self) -> None:
        for environment in self.environments.values():
            if environment.session.status == "starting":
                environment.start()

    def _tell(self, name: str, action: Callable[[Environment], None]) -> None:
        environment = self.environments.get(name)
        if environment is not None:
            action(environment)

    def _disconnected(self) -> None:
        self.pages.clear()
        self.owner = None
        for environment in self.environments.values():
            environment.disconnected()


@cache
def bridge() -> Bridge:
    """Return this kernel's bridge, made at the first call."""
    return Bridge()
