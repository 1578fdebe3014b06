"""A browser with one page, whose frames run a tiny language instead of Python.

A line is a statement: ``print TEXT``, ``warn TEXT`` (stderr), ``show TEXT`` (a display), ``html TEXT`` (another one),
``draw TEXT`` (into the document), ``clear`` (what was shown), ``raise NAME TEXT``, ``= VALUE`` (the result),
``forever`` (until it is interrupted), ``stuck`` (the frame is ended, and a new one comes), ``ask PROMPT`` and
``getpass PROMPT`` (print the answer, or fail with it), ``crash`` (the page goes away), ``dispatch TYPE`` (an event of
the document, which every subscription to it hears).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any

import msgspec
from tornado.httpclient import HTTPRequest
from tornado.iostream import IOStream
from tornado.websocket import WebSocketClientConnection, websocket_connect

from fakes.server import FakeServer
from pyscript_jupyter import __version__
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.tickets import Ticket

_incoming: msgspec.msgpack.Decoder[m.Message] = msgspec.msgpack.Decoder(
    m.Welcome
    | m.Refused
    | m.Owner
    | m.Pulse
    | m.Ended
    | m.Open
    | m.Close
    | m.Run
    | m.Interrupt
    | m.Answer
    | m.Restart
    | m.Show
    | m.Subscribe
    | m.Unsubscribe
)


class FakeBrowser:
    """Attaches to a room and does what the front end does.

    Parameters
    ----------
    server
        The relay.
    room
        The room to join.
    failing
        What frames report instead of becoming ready, if anything.
    package
        The version that the front end claims to be of.
    """

    def __init__(
        self, server: FakeServer, room: str, failing: m.Failure | None = None, package: str = __version__
    ) -> None:
        self.frames: dict[str, FakeFrame] = {}
        self.heard: list[m.Message] = []
        self.silent = False
        """Whether frames load for ever."""
        self.onward = asyncio.Event()
        """Frames that load for ever say once more how far they are."""
        self.isolated = True
        self.reconnects = False
        """Whether frames whose connection breaks come back, with their state."""
        self.failing = failing
        self.installed: list[dict[str, object]] = []
        """What its interpreters have, as they tell it; a wheel of the name ``broken`` they cannot install."""
        self._server = server
        self._room = room
        self._package = package
        self._loop = asyncio.new_event_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: list[WebSocketClientConnection] = []
        self._streams: list[IOStream] = []
        self._connecting = asyncio.Lock()
        """One that is cancelled while it connects would leave its socket open."""
        self._resume = ""
        self.member = ""
        self.owner = False
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._submit(self._page()).result(5)

    def close(self) -> None:
        """Close the page, with every frame in it."""
        if self._thread.is_alive():
            self._submit(self._leave()).result(5)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(5)
            self._loop.close()

    async def connect(self, ticket: Ticket) -> WebSocketClientConnection:
        """Open a socket with a ticket and say hello."""
        async with self._connecting:
            key = await asyncio.to_thread(self._server.ticket, ticket)
            subprotocols = [m.SUBPROTOCOL, f"ticket.{key}"]
            socket = await websocket_connect(HTTPRequest(self._server.url), subprotocols=subprotocols)
            assert socket.protocol is not None
            assert socket.protocol.stream is not None
            self._sockets.append(socket)
            self._streams.append(socket.protocol.stream)
        hello = m.Hello(
            role=ticket.role,
            protocol=m.PROTOCOL,
            package=self._package,
            agent="FakeBrowser",
            resume=self._resume if ticket.role == "page" else "",
        )
        await socket.write_message(codec.encode(hello), binary=True)
        return socket

    async def read(self, socket: WebSocketClientConnection) -> m.Message | None:
        """Return the next message, None at the end."""
        data = await socket.read_message()
        if not isinstance(data, bytes):
            socket.close()
            return None
        message = _incoming.decode(data)
        self.heard.append(message)
        return message

    def crash(self) -> None:
        """Go away at once, as a closed tab does."""
        for frame in self.frames.values():
            frame.left = True
        for socket in self._sockets:
            socket.close()

    def _submit(self, coroutine: Coroutine[Any, Any, None]) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, action: Callable[[], None]) -> None:
        """Do something in the browser's thread."""
        self._loop.call_soon_threadsafe(action)

    def spawn(self, coroutine: Coroutine[Any, Any, None]) -> None:
        """Start a task that ends with the browser."""
        task = self._loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def claim(self) -> None:
        """Take the room's environments over; from any thread."""
        self.call(lambda: self.spawn(self._say(m.Claim())))

    async def _say(self, message: m.Message) -> None:
        await self._socket.write_message(codec.encode(message), binary=True)

    async def _page(self) -> None:
        self._socket = await self.connect(Ticket(self._room, "page"))
        welcome = await self.read(self._socket)
        if isinstance(welcome, m.Welcome):
            self._resume, self.member, self.owner = welcome.resume, welcome.member, welcome.owner
        self.spawn(self._obey(self._socket))

    async def _obey(self, socket: WebSocketClientConnection) -> None:
        while (message := await self.read(socket)) is not None:
            match message:
                case m.Open() if message.environment not in self.frames:
                    made = self.frames[message.environment] = FakeFrame(self, message.environment)
                    self.spawn(made.live(Ticket(self._room, "frame", message.environment, self.member)))
                case m.Owner():
                    self.owner = message.owner
                    while self.frames and not message.owner:
                        self.frames.popitem()[1].leave()
                case m.Close():
                    if frame := self.frames.pop(message.environment, None):
                        frame.leave()

    def renew(self, environment: str) -> None:
        """Remove a frame, and make a new one in its place."""
        self.frames.pop(environment).leave()
        made = self.frames[environment] = FakeFrame(self, environment)
        self.spawn(made.live(Ticket(self._room, "frame", environment)))

    async def _leave(self) -> None:
        async with self._connecting:
            self.crash()
            for task in list(self._tasks):
                task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for stream in self._streams:
            stream.close()


class FakeFrame:
    """One environment."""

    def __init__(self, browser: FakeBrowser, environment: str) -> None:
        self._browser = browser
        self._environment = environment
        self._seq = 0
        self._interrupted = asyncio.Event()
        self.left = False
        self._asks = 0
        self._answers: asyncio.Queue[m.Answer | None] = asyncio.Queue()
        """Answers, and None for an interrupt."""
        self.subscriptions: dict[int, m.Subscribe] = {}

    async def live(self, ticket: Ticket) -> None:
        """Load, then run what comes."""
        self._socket = await self._browser.connect(ticket)
        await self._browser.read(self._socket)
        await self.say(m.Progress, phase="downloading", loaded=50, total=100)
        if self._browser.silent:
            await self._browser.onward.wait()
            await self.say(m.Progress, phase="downloading", loaded=60, total=100)
            return
        if self._browser.failing is not None:
            await self.say(m.Failed, failure=self._browser.failing)
            return
        await self._be_ready()
        await self._obey()
        while self._browser.reconnects and not self.left:
            self._seq = 0
            self._socket = await self._browser.connect(ticket)
            await self._browser.read(self._socket)
            await self._be_ready(fresh=False)
            await self._obey()

    async def _obey(self) -> None:
        while (message := await self._browser.read(self._socket)) is not None:
            match message:
                case m.Ended():
                    self.left = True
                case m.Run():
                    self._browser.spawn(self._run(message))
                case m.Interrupt():
                    self._interrupted.set()
                    self._answers.put_nowait(None)
                case m.Answer():
                    self._answers.put_nowait(message)
                case m.Restart():
                    if self._running:
                        lost = m.Failure(kind="interpreter", name="LostError", message="restarted")
                        await self.say(m.Done, run=self._running, seconds=0.5, failure=lost, state_lost=True)
                    await self._be_ready()
                case m.Subscribe(selector="##"):
                    failure = m.Failure(kind="code", name="SyntaxError", message="no selector")
                    await self.say(m.DomEvent, subscription=message.subscription, data={}, failure=failure)
                case m.Subscribe():
                    self.subscriptions[message.subscription] = message
                case m.Unsubscribe():
                    self.subscriptions.pop(message.subscription, None)

    async def _be_ready(self, fresh: bool = True) -> None:
        self._running = 0
        capabilities = m.Capabilities(
            isolated=self._browser.isolated,
            interrupt="buffer",
            blocking="buffer",
            worker=True,
            window=True,
            top_level_await=True,
        )
        await self.say(m.Ready, interpreter="fake", version="1.0", capabilities=capabilities, fresh=fresh)

    async def say(self, kind: type[m.Event], /, **fields: Any) -> None:
        """Send an event with the next number."""
        self._seq += 1
        message = kind(environment=self._environment, seq=self._seq, **fields)
        await self._socket.write_message(codec.encode(message), binary=True)

    async def picture(self, run: int, text: str) -> None:
        """Send a snapshot."""
        await self.say(m.Snapshot, run=run, svg=f"<svg>{text}</svg>", width=30, height=20, text=text)

    def leave(self) -> None:
        """Close the frame's connection."""
        self.left = True
        self._socket.close()

    def crash(self) -> None:
        """Lose the process, which the page does not notice; from any thread."""
        self._browser.call(self.leave)

    async def _perform(self, message: m.Run) -> None:
        """Answer a task: every word goes on with ``_more``, and is known but for ``nothing``."""
        if message.task == "install":
            await self._install(message)
            return
        before = message.code[: message.cursor]
        word = before.split()[-1] if before.split() else ""
        data: dict[str, Any] = {"text/plain": f"{word}, {message.detail}"}
        if message.task == "complete":
            span = {"start": message.cursor - len(word), "end": message.cursor}
            data = {"matches": [f"{word}_more"], "types": ["function"], **span}
        if word != "nothing":
            await self.say(m.Result, run=message.run, data=data, metadata={})
        await self.say(m.Done, run=message.run, seconds=0.5)

    async def _install(self, message: m.Run) -> None:
        failure = None
        names = [each.filename.split("-")[:2] for each in message.packages]
        if "broken" in [name for name, _ in names]:
            failure = m.Failure(kind="code", name="ConfigError", message="broken is broken.")
        else:
            self._browser.installed += [{"name": name, "version": version} for name, version in names]
            data = {"installed": self._browser.installed}
            await self.say(m.Result, run=message.run, data=data, metadata={})
        await self.say(m.Done, run=message.run, seconds=0.5, failure=failure)

    async def _run(self, message: m.Run) -> None:
        failure = None
        self._running = message.run
        if message.task != "cell":
            await self._perform(message)
            return
        for number, line in enumerate(message.code.splitlines(), 1):
            verb, _, rest = line.partition(" ")
            match verb:
                case "print" | "warn":
                    name = "stdout" if verb == "print" else "stderr"
                    await self.say(m.Stream, run=message.run, name=name, text=f"{rest}\n")
                case "show" | "=":
                    kind = m.Display if verb == "show" else m.Result
                    await self.say(kind, run=message.run, data={"text/plain": rest}, metadata={})
                case "draw":
                    await self.say(m.Drawn, run=message.run)
                    await self.picture(message.run, rest)
                case "clear":
                    await self.say(m.Clear, run=message.run)
                case "html":
                    await self.say(m.Display, run=message.run, data={"text/html": rest}, metadata={})
                case "stuck":
                    ended = m.Failure(kind="interpreter", name="Ended", message="ended")
                    await self.say(m.Done, run=message.run, seconds=0.5, failure=ended, state_lost=True)
                    self._browser.renew(self._environment)
                    return
                case "raise":
                    name, _, text = rest.partition(" ")
                    where = m.TraceFrame(file=message.filename, line=number, name="<module>")
                    failure = m.Failure(kind="code", name=name, message=text, frames=[where])
                    break
                case "forever":
                    await self._interrupted.wait()
                    self._interrupted.clear()
                    failure = m.Failure(kind="code", name="KeyboardInterrupt", message="")
                    break
                case "ask" | "getpass":
                    failure = await self._ask(message, "input" if verb == "ask" else "getpass", rest)
                    if failure is not None:
                        break
                case "dispatch":
                    for key, subscription in self.subscriptions.items():
                        if subscription.event == rest:
                            await self.say(m.DomEvent, subscription=key, data={"type": rest})
                case "crash":
                    self._browser.crash()
                    return
        self._running = 0
        await self.say(m.Done, run=message.run, seconds=0.5, failure=failure)

    async def _ask(self, message: m.Run, kind: m.AskKind, prompt: str) -> m.Failure | None:
        self._asks += 1
        self._answers = asyncio.Queue()
        await self.say(m.Ask, run=message.run, ask=self._asks, kind=kind, prompt=prompt)
        answer = await self._answers.get()
        if answer is None:
            self._interrupted.clear()
            return m.Failure(kind="code", name="KeyboardInterrupt", message="")
        assert (answer.run, answer.ask) == (message.run, self._asks)
        if answer.failure is None:
            await self.say(m.Stream, run=message.run, name="stdout", text=f"{answer.value}\n")
        return answer.failure
