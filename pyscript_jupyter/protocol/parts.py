"""The parts of messages: what they are made of, and what the kernel side calls by the same names.

Parts, in order: the closed lists, what went wrong, what an environment can do and is made of, what it shows.
`pyscript_jupyter.protocol.messages` gives them on, and is where the others take them from.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Role = Literal["kernel", "page", "frame"]
"""Who is at the other end: the kernel process, a notebook page, or the frame of one environment."""

StreamName = Literal["stdout", "stderr"]

Phase = Literal["waiting", "downloading", "starting", "installing"]
"""What a loading environment is doing: waiting for its frame, reading bytes, starting the interpreter, or installing
what its configuration names."""

AskKind = Literal["input", "getpass", "exit"]
"""What a cell asks for: a line of text, or one that is not shown while it is typed; or that the kernel ends when the
cell does, which has the prompt "" unless only the client is to leave."""

Task = Literal["cell", "complete", "inspect", "comm", "install"]
"""What a run does: run its code as a cell; say how what stands before the cursor may go on, or what it is; hand a comm
message to the interpreter; put wheels into it."""

CommAction = Literal["open", "msg", "close"]
"""Jupyter's three comm messages: ``comm_open``, ``comm_msg`` and ``comm_close``."""

WorkerEventKind = Literal["ready", "done", "error", "message"]
"""What a worker that the user's code started tells of itself."""

RefusalReason = Literal["version", "room", "hello"]
"""Why a hello is refused: versions that do not fit, a room that is no more, or a message that is none."""

Natural = Annotated[int, Meta(ge=0)]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a message."""


class TraceFrame(Record):
    """One line of a traceback, outermost first."""

    file: str
    line: Natural
    name: str


class Failure(Record):
    """What went wrong in the browser.

    ``kind`` tells whose trouble it is: the ``code`` that ran, an ``asset`` that did not load, the ``interpreter``
    that did not start or was ended, or an ``internal`` error of this package.
    """

    kind: Literal["code", "asset", "interpreter", "internal"]
    name: str
    message: str
    frames: list[TraceFrame] = []
    text: str = ""
    offset: Natural = 0
    """For a syntax error, the 1-based column; 0 where it is not known."""


class Capabilities(Record):
    """What this environment can do in this browser."""

    isolated: bool
    """The frame is cross-origin isolated, so that SharedArrayBuffer is there."""
    interrupt: Literal["buffer", "poll", "terminate"]
    """How a cell that computes is stopped: ``buffer``, by shared memory, and ``poll``, by asking the mailbox now and
    then, keep the state of the interpreter; ``terminate`` starts it anew."""
    blocking: Literal["buffer", "mailbox", "none"]
    """How ``input()`` waits for its answer: by shared memory, by asking the mailbox, or not at all."""
    worker: bool
    """The interpreter runs in a worker, and not on the frame's main thread."""
    window: bool
    """``window`` and ``document`` of the frame can be used at once, without ``await``."""
    top_level_await: bool


class Supply(Record):
    """Something that a configuration brings into an environment."""

    source: str
    """The URL that the browser fetches it from; or the path that the kernel has read it from."""
    data: bytes | None = None
    """What the kernel has read; None where the browser fetches it."""


class ConfigFile(Supply, kw_only=True):
    """A file, or an archive of files."""

    path: str
    """Where it goes in the interpreter's own file system; a folder where it is an archive."""
    format: Literal["", "zip", "tar", "tar.gz"] = ""
    """What kind of archive is unpacked there; "" where it is a plain file."""


class ConfigPackage(Supply, kw_only=True):
    """A wheel. Its source may also be ``emfs:`` and a path in the interpreter's own file system."""

    filename: str
    """The wheel's own name, which tells name, version and tags."""


class ConfigModule(Supply, kw_only=True):
    """A JavaScript module, or a style sheet for the frame."""

    name: str
    """The name below ``pyscript.js_modules``."""
    main: bool
    """It is loaded on the frame's main thread, and not in the worker."""


class Config(Record):
    """PyScript's configuration, checked, with everything that it brings."""

    user: dict[str, Any] = {}
    """The configuration as it was given: what code finds as ``pyscript.config``."""
    files: list[ConfigFile] = []
    packages: list[ConfigPackage] = []
    requirements: list[str] = []
    """Packages by name, which the kernel's pip finds: by the time of an `Open` they are among ``packages``."""
    modules: list[ConfigModule] = []
    plugins: list[Supply] = []
    """JavaScript modules with PyScript's hooks."""


class Options(Record):
    """How an environment is made. They hold for its whole life."""

    main: bool
    """The interpreter runs on the frame's main thread, and not in a worker of it."""
    sandbox: bool
    """The code is not trusted: its frame can reach neither the Jupyter server nor the page, and what it shows is
    harmless."""
    config: Config


class View(Record):
    """A place in a notebook's page where an environment's frame may be shown."""

    id: str
    """The widget model of the view."""
    run: Natural
    """The run whose cell it stands under; 0 for the card of a `PyScript` object."""


class CommMessage(Record):
    """A message of one of Jupyter's comms, in either direction.

    See https://jupyter-client.readthedocs.io/en/stable/messaging.html#custom-messages.
    """

    action: CommAction
    comm: str
    """The comm's id."""
    target: str = ""
    """Who is to take it, where it opens the comm."""
    data: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    buffers: list[bytes] = []
