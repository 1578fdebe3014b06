"""Widgets that the browser's Python makes, beside those of the kernel's process, as one kernel's.

A page that shows a notebook anew asks through one comm for the state of all widgets, and takes one answer
(``_loadFromKernel`` in https://github.com/jupyter-widgets/ipywidgets/blob/main/packages/base-manager/src/manager-base.ts).
So the process asks the interpreter in its turn, and answers for both.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import msgspec

from pyscript_jupyter.protocol.messages import CommMessage
from pyscript_jupyter.widget.comms import Comms, States

CONTROL = "jupyter.widget.control"
"""The target of the comm that a page asks through."""

PARENT = "pyscript:parent"
"""Stands for the id of the request that is handled, which the interpreter does not know; an ``Output`` asks for it."""


class WidgetComms:
    """Passes the interpreter's comm messages on, but for those that answer the process itself.

    Parameters
    ----------
    comms
        Where they go.
    parent
        Returns the id of the request that is handled now.
    """

    def __init__(self, comms: Comms, parent: Callable[[], str]) -> None:
        self._comms = comms
        self._parent = parent
        self._asking = ""
        self._answers: list[States] = []

    def send(self, message: CommMessage) -> None:
        """Send one to the clients."""
        if message.comm != self._asking:
            self._comms.send(self._completed(message))
        elif message.data.get("method") == "update_states":
            self._answers.append(States(message.data, message.buffers))

    def end(self) -> None:
        """Close those that are open, which nobody answers any more."""
        self._comms.end()

    def ask(
        self, opening: dict[str, Any], request: dict[str, Any], tell: Callable[[CommMessage], None]
    ) -> list[States]:
        """Return what the interpreter says of its widgets; nothing where it has none, or is not there.

        Parameters
        ----------
        opening, request
            The messages by which the page has opened its comm, and asks.
        tell
            Gives a message to the interpreter, and returns when that has dealt with it.
        """
        self._asking = uuid4().hex
        self._answers = []
        metadata, data = opening.get("metadata", {}), request["content"]["data"]
        try:
            tell(CommMessage(action="open", comm=self._asking, target=CONTROL, metadata=metadata))
            tell(CommMessage(action="msg", comm=self._asking, data=data))
            tell(CommMessage(action="close", comm=self._asking))
        finally:
            self._asking = ""
        return self._answers

    def _completed(self, message: CommMessage) -> CommMessage:
        state = message.data.get("state")
        if not isinstance(state, dict) or state.get("msg_id") != PARENT:
            return message
        return msgspec.structs.replace(message, data={**message.data, "state": {**state, "msg_id": self._parent()}})
