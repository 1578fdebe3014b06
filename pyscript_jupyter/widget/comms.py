"""Comms of the browser's own Python: ipywidgets and anywidget that it makes are made of them.

Each is a comm of the kernel's process too, by the same id. So the kernel lists it, hands over what pages send to it,
and publishes what the interpreter sends, as with the comms of the kernel's own Python.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Protocol
from uuid import uuid4

import comm

from pyscript_jupyter.errors import PyScriptError
from pyscript_jupyter.protocol.messages import CommMessage

WIDGET = "jupyter.widget"
"""The target of the comm that each widget has."""

CONTROL = "jupyter.widget.control"
"""The target of the comm through which a page asks for the state of all widgets."""

PARENT = "pyscript:parent"
"""Stands for the id of the request that is handled, which the interpreter does not know; an ``Output`` asks for it."""

QUICK = 3.0
"""Seconds that an interpreter has to tell the state of its widgets: the page gives up after four."""

log = logging.getLogger(__name__)


class States(NamedTuple):
    """The state of several widgets, as ipywidgets answers ``request_states``."""

    data: dict[str, Any]
    """``states`` by the widgets' ids, and ``buffer_paths``."""
    buffers: list[Any]
    """What the paths are of."""


class Tell(Protocol):
    """Gives an interpreter a comm message, and returns when that has dealt with it."""

    def __call__(self, task: Literal["comm"], *, comm: CommMessage, timeout: float | None) -> object:
        """Do it; see `Environment.perform`."""


class Comms:
    """The comms of one environment's interpreter.

    Parameters
    ----------
    tell
        Reaches the interpreter, on the kernel's main thread; see `Environment.perform`.
    on_main
        Calls something there, and returns when that is done: newer kernels take comm messages in other threads too.
    """

    def __init__(self, tell: Tell, on_main: Callable[[Callable[[], None]], None]) -> None:
        self._interpreter = tell
        self._on_main = on_main
        self._open: dict[str, Any] = {}
        self._asking = ""
        self._answers: list[States] = []

    def __contains__(self, key: str) -> bool:
        """Whether a comm of this id is the interpreter's."""
        return key in self._open

    def send(self, message: CommMessage) -> None:
        """Send what the interpreter sends to the clients, but for that which answers the process itself."""
        if message.comm == self._asking:
            if message.data.get("method") == "update_states":
                self._answers.append(States(message.data, message.buffers))
            return
        # What was printed before is to arrive before: an `Output` takes what comes between two of its messages.
        sys.stdout.flush()
        sys.stderr.flush()
        if message.action == "open":
            opened = comm.create_comm(
                target_name=message.target,
                data=message.data,
                metadata=message.metadata,
                buffers=message.buffers,
                comm_id=message.comm,
            )
            self._keep(opened)
        elif message.action == "close" and (closed := self._open.pop(message.comm, None)) is not None:
            closed.close(message.data, message.metadata, message.buffers)
        elif (known := self._open.get(message.comm)) is not None:
            known.send(_completed(message.data, known), message.metadata, message.buffers)

    def end(self) -> None:
        """Close those that are open: their interpreter has ended."""
        ended, self._open = self._open, {}
        for each in ended.values():
            each.close()

    def accept(self, opened: Any, message: dict[str, Any]) -> None:
        """Take a comm that a page has opened, by a target that the process does not know, for the interpreter."""
        self._keep(opened)
        self._pass_on("open", message)

    def ask(self, opening: dict[str, Any], request: dict[str, Any]) -> list[States]:
        """Return what the interpreter says of its widgets; nothing where it has none, or is not there.

        Parameters
        ----------
        opening, request
            The messages by which a page has opened its comm, and asks.
        """
        if not any(each.target_name == WIDGET for each in self._open.values()):
            return []
        key = uuid4().hex
        metadata, data = opening.get("metadata", {}), request["content"]["data"]

        def tell() -> None:
            self._asking, self._answers = key, []
            try:
                self._tell(CommMessage(action="open", comm=key, target=CONTROL, metadata=metadata), QUICK)
                self._tell(CommMessage(action="msg", comm=key, data=data), QUICK)
                self._tell(CommMessage(action="close", comm=key), QUICK)
            finally:
                self._asking = ""

        self._on_main(tell)
        return self._answers

    def _keep(self, opened: Any) -> None:
        self._open[opened.comm_id] = opened
        opened.on_msg(lambda message: self._pass_on("msg", message))
        opened.on_close(self._closed)

    def _closed(self, message: dict[str, Any]) -> None:
        self._open.pop(message["content"]["comm_id"], None)
        self._pass_on("close", message)

    def _pass_on(self, action: Literal["open", "msg", "close"], message: dict[str, Any]) -> None:
        content = message["content"]
        passed = CommMessage(
            action=action,
            comm=content["comm_id"],
            target=content.get("target_name", ""),
            data=content.get("data", {}),
            metadata=message.get("metadata", {}),
            buffers=[bytes(buffer) for buffer in message.get("buffers", [])],
        )
        self._on_main(lambda: self._tell(passed))

    def _tell(self, message: CommMessage, timeout: float | None = None) -> None:
        try:
            self._interpreter("comm", comm=message, timeout=timeout)
        except (PyScriptError, KeyboardInterrupt) as error:
            log.warning("A comm message was not dealt with: %s", error if str(error) else type(error).__name__)


def _completed(data: dict[str, Any], known: Any) -> dict[str, Any]:
    """Return the data of a message with the id of the request that is handled, where an ``Output`` asks for it."""
    state = data.get("state")
    if not isinstance(state, dict) or state.get("msg_id") != PARENT:
        return data
    parent = known.kernel.get_parent()
    return {**data, "state": {**state, "msg_id": parent.get("header", {}).get("msg_id", "")}}
