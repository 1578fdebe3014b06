"""Every message that kernel, relay, page and frame send one another.

This module is the one definition. ``python -m pyscript_jupyter.protocol`` prints its JSON Schema, from which the
build generates ``js/src/protocol/messages.ts``; a difference between the two fails the build.

Parts, in order: the versions, the handshake, what the relay says by itself, what the kernel sends,
what a page sends, what a frame sends, the unions by direction. On the wire a message is one binary WebSocket frame
that holds one MessagePack map, whose ``type`` names the message.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from pyscript_jupyter.protocol.parts import (
    AskKind as AskKind,
    Capabilities as Capabilities,
    CommAction as CommAction,
    CommMessage as CommMessage,
    Config as Config,
    ConfigFile as ConfigFile,
    ConfigModule as ConfigModule,
    ConfigPackage as ConfigPackage,
    Failure as Failure,
    Natural as Natural,
    Options as Options,
    Phase as Phase,
    Record as Record,
    RefusalReason as RefusalReason,
    Role as Role,
    StreamName as StreamName,
    Supply as Supply,
    Task as Task,
    TraceFrame as TraceFrame,
    View as View,
    WorkerEventKind as WorkerEventKind,
)

PROTOCOL = 2
"""The wire version. It changes when an older peer would misread a message."""

SUBPROTOCOL = "pyscript-jupyter"
"""The WebSocket subprotocol. A browser adds its ticket as a second one, ``ticket.<ticket>``: never in a URL."""


class Message(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """A message. ``type`` is its tag on the wire."""


class Hello(Message, tag="hello"):
    """The first message of every peer."""

    role: Role
    protocol: int
    package: str
    """The version of pyscript_jupyter that the peer was built from."""
    agent: str
    """For people: the browser, or the Python and ipykernel."""
    resume: str = ""
    """What the last welcome said, by which a kernel or a page whose connection broke is known again; "" at first."""


class Welcome(Message, tag="welcome"):
    """The relay's answer to a hello that it accepts."""

    room: str
    protocol: int
    package: str
    member: str
    """A name for this peer. A page that comes back keeps it."""
    owner: bool
    """Whether this page is the one that runs the room's environments. Always true for kernels and frames."""
    assets: str
    """The path of the front end below the server's base URL, without a leading slash."""
    resume: str = ""
    """Unguessable: with it this peer is known again when its connection has broken. "" for frames."""
    mailbox: str = ""
    """Unguessable: with it the interpreter of this frame looks into its mailbox, see `mailbox.Look`. "" for others."""
    headless: bool = False
    """The page that runs the environments is in a browser that the kernel has started for itself."""


class Refused(Message, tag="refused"):
    """The relay's answer to a hello that it does not accept; it closes the connection after it."""

    reason: RefusalReason
    message: str


class Joined(Message, tag="joined"):
    """To the kernel: a page or a frame has come."""

    role: Role
    member: str
    agent: str
    environment: str = ""
    owner: bool = False
    headless: bool = False
    """It is in a browser that the kernel has started for itself."""


class Left(Message, tag="left"):
    """To the kernel: a page or a frame has gone."""

    role: Role
    member: str
    environment: str = ""
    reason: Literal["gone", "claimed"] = "gone"
    """``claimed``: another page has taken the room's environments over."""


class Owner(Message, tag="owner"):
    """To a page: whether it is now the one that runs the room's environments. One that is no more removes them."""

    owner: bool = True
    headless: bool = False
    """The page that is, is in a browser that the kernel has started for itself."""


class Ended(Message, tag="ended"):
    """To pages and frames: the kernel has gone. Whatever the room runs is to be removed."""


class Open(Message, tag="open"):
    """To the owning page: make the frame of an environment. Nothing happens where it is there already."""

    environment: str
    interpreter: str
    """The interpreter's canonical name, as in the catalogue."""
    options: Options


class Close(Message, tag="close"):
    """To the owning page: remove the frame of an environment, with everything in it."""

    environment: str


class Show(Message, tag="show"):
    """To every page: where an environment's frame may be shown, and where it is to be now."""

    environment: str
    views: list[View]
    """Oldest first; none where the environment has no view."""
    chosen: str
    """The view that the frame moves into, "" for none."""


class Run(Message, tag="run"):
    """To a frame: run a cell."""

    environment: str
    run: Natural
    """The number of this run; every message that belongs to it carries it."""
    code: str
    filename: str
    """The name that tracebacks give to this code."""
    max_bytes: Natural
    """How many bytes of text and displays together are sent, 0 for all; a display that goes over is sent whole."""
    max_lines: Natural
    """How many lines of text are sent, where a display counts as one; 0 for all."""
    task: Task = "cell"
    cursor: Natural = 0
    """For ``complete`` and ``inspect``, where in ``code`` the cursor is, in code points."""
    detail: Literal[0, 1] = 0
    """For ``inspect``, how much is wanted: 1 for the source too."""
    comm: CommMessage | None = None
    """For ``comm``."""
    packages: list[ConfigPackage] = []
    """For ``install``, with their bytes; none to be told what is there."""


class Interrupt(Message, tag="interrupt"):
    """To a frame: stop a run. If it has not stopped after ``grace`` seconds, the interpreter is started anew."""

    environment: str
    run: Natural
    grace: float


class Restart(Message, tag="restart"):
    """To a frame: end the interpreter and start a new one. A run that goes on is over, with its state lost."""

    environment: str


class Subscribe(Message, tag="subscribe"):
    """To a frame: tell of an event of its document, each time. Nothing happens where the number is known."""

    environment: str
    subscription: Natural
    event: str
    """The DOM's name of it, such as ``click``."""
    selector: str
    """A CSS selector: the event's target or one of its ancestors has to match."""


class Unsubscribe(Message, tag="unsubscribe"):
    """To a frame: tell of it no more."""

    environment: str
    subscription: Natural


class Control(Message, tag="control"):
    """From a page to the kernel: the reader has pressed a button of an environment's card."""

    environment: str
    action: Literal["interrupt", "restart"]


class Answer(Message, tag="answer"):
    """To a frame: the answer to an `Ask`. Either there is a value, or a failure that the cell is to raise."""

    environment: str
    run: Natural
    ask: Natural
    value: str | None = None
    failure: Failure | None = None


class Unavailable(Message, tag="unavailable"):
    """From a page: an environment's frame could not be made. From the relay: a page or a frame was not let in."""

    environment: str
    """The environment, "" where it is the page itself."""
    failure: Failure


class Claim(Message, tag="claim"):
    """From a page: it wants to be the one that runs the room's environments. Those that run elsewhere end."""


class Pulse(Message, tag="pulse"):
    """From a page or a frame: is the relay still there? The relay sends it back."""


class Event(Message):
    """From a frame. ``seq`` counts the events of one connection from 1, without a gap."""

    environment: str
    seq: Natural


class Progress(Event, tag="progress"):
    """How far an environment's interpreter is. ``total`` is 0 while it is not known."""

    phase: Phase
    loaded: Natural
    """Bytes, before compression; for ``installing`` the number of the thing that is installed."""
    total: Natural
    detail: str = ""
    """For ``installing``, what is installed: ``sympy 1.14``."""


class Ready(Event, tag="ready"):
    """The interpreter can run cells. Sent again by a frame that connects again, with ``fresh`` false."""

    interpreter: str
    version: str
    capabilities: Capabilities
    fresh: bool
    """The interpreter has no state yet."""


class Failed(Event, tag="failed"):
    """The interpreter could not be started, or was lost outside a run."""

    failure: Failure


class Stream(Event, tag="stream"):
    """What a run wrote."""

    run: Natural
    name: StreamName
    text: str


class Display(Event, tag="display"):
    """A MIME bundle to be shown while a run goes on."""

    run: Natural
    data: dict[str, Any]
    metadata: dict[str, Any]
    display_id: str = ""
    """By what an ``update`` finds it again; "" where none will."""
    update: bool = False
    """It takes the place of those with this id, in whatever cell they are."""


class Result(Event, tag="result"):
    """What a run has given: the value of a cell's last expression, or the answer to another task.

    Of a cell, and of ``inspect`` where something was found, ``data`` is a MIME bundle. Of ``complete`` it has
    ``matches``, a list of texts; ``start`` and ``end``, the part of the code that each of them replaces, in code
    points; and ``types``, a list with Jupyter's word for each of them, "" where it is not known. Of ``install`` it has
    ``installed``, a list of what is there now: ``name``, ``version``, ``requires`` and ``extras`` of each.
    """

    run: Natural
    data: dict[str, Any]
    metadata: dict[str, Any]


class Clear(Event, tag="clear"):
    """Take away what a run has shown so far; with ``wait``, only when it shows the next thing."""

    run: Natural
    wait: bool = False


class Comm(Event, tag="comm"):
    """The interpreter sends a comm message to the page."""

    run: Natural
    """The run that sends it, 0 between two runs."""
    comm: CommMessage


class DomEvent(Event, tag="dom"):
    """An event of the frame's document that the kernel has subscribed to; or why there will be none."""

    subscription: Natural
    data: dict[str, Any]
    """What it says, as plain values: see ``js/src/frame/dom.ts``."""
    failure: Failure | None = None


class Drawn(Event, tag="drawn"):
    """A run has changed what is to be seen in the frame's page. Sent at most once for a run, before its ``done``."""

    run: Natural


class Snapshot(Event, tag="snapshot"):
    """How the frame's page looked: at the end of a run that has drawn, and when it leaves that run's cell."""

    run: Natural
    """The run whose cell it was shown under, which may be over."""
    svg: str
    """An SVG document; "" where the page was too large to be kept."""
    width: Natural
    """CSS pixels."""
    height: Natural
    """CSS pixels."""
    text: str
    """The page's text, for people who cannot see it."""


class Ask(Event, tag="ask"):
    """A run waits for what the person at the notebook types; the kernel answers with `Answer`."""

    run: Natural
    ask: Natural
    """The number of this question, which the answer repeats."""
    kind: AskKind
    prompt: str


class WorkerEvent(Event, tag="worker"):
    """What became of a worker that the user's code started, or what one posted.

    ``ready`` is its interpreter, ``done`` the end of its code, with a failure where it raised; ``error`` is what an
    event handler or a callback raised; ``message`` what it posted. A worker of the name "" is the environment itself,
    which has ``error`` and ``message``.
    """

    worker: str
    kind: WorkerEventKind
    data: dict[str, Any]
    """For ``message`` its ``value``: null, booleans, numbers, text, bytes, lists and records, up to 64 KiB."""
    failure: Failure | None = None


class Done(Event, tag="done"):
    """A run is over. Sent exactly once for each run, whatever happened, after everything else of that run."""

    run: Natural
    seconds: float
    failure: Failure | None = None
    state_lost: bool = False
    """The interpreter had to be ended; a new ``ready`` will follow."""


FromKernel = Hello | Open | Close | Run | Interrupt | Answer | Restart | Subscribe | Unsubscribe | Show
FromPage = Hello | Unavailable | Claim | Pulse | Control
FromFrame = (
    Hello
    | Pulse
    | Progress
    | Ready
    | Failed
    | Stream
    | Display
    | Result
    | Clear
    | Comm
    | DomEvent
    | WorkerEvent
    | Drawn
    | Snapshot
    | Ask
    | Done
)
FromRelay = Welcome | Refused | Joined | Left | Owner | Ended | Pulse

ToKernel = (
    Welcome
    | Refused
    | Joined
    | Left
    | Unavailable
    | Control
    | Progress
    | Ready
    | Failed
    | Stream
    | Display
    | Result
    | Clear
    | Comm
    | DomEvent
    | Drawn
    | Snapshot
    | Ask
    | WorkerEvent
    | Done
)
ToPage = Welcome | Refused | Owner | Ended | Pulse | Open | Close | Show
ToFrame = Welcome | Refused | Ended | Pulse | Run | Interrupt | Answer | Restart | Subscribe | Unsubscribe
