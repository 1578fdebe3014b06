"""What a PyScript kernel sends to its clients beside replies: output, and comm messages."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelbase import Kernel

from pyscript_jupyter.kernel.place import Place
from pyscript_jupyter.protocol.messages import CommMessage


class Wire(Place):
    """Publishes for the request that was last begun.

    Between two requests it is still that one's: what a task prints that a cell has left behind is shown there.

    Parameters
    ----------
    kernel
        The kernel.

    Attributes
    ----------
    comms
        The targets of the comms that are open between the clients and the interpreter, by the comms' ids.
    """

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel, {})
        self.comms: dict[str, str] = {}

    def begin(self) -> None:
        """Take note of the request that is handled now."""
        self._parent = self._kernel.get_parent()

    def send(self, message: CommMessage) -> None:
        """Send a comm message of the interpreter to the clients."""
        content: dict[str, Any] = {"comm_id": message.comm, "data": message.data}
        if message.action == "open":
            self.comms[message.comm] = content["target_name"] = message.target
        elif message.action == "close":
            self.comms.pop(message.comm, None)
        self.publish_message(f"comm_{message.action}", content, message.metadata, message.buffers)

    def end(self) -> None:
        """Tell the clients that the interpreter's comms are closed, which has ended."""
        for key in list(self.comms):
            self.send(CommMessage(action="close", comm=key))
