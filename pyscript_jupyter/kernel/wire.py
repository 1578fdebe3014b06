"""What a PyScript kernel sends to its clients beside replies: output, and comm messages."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelbase import Kernel

from pyscript_jupyter.protocol.messages import CommMessage, StreamName


class Wire:
    """Publishes on the iopub channel, for the request that was last begun.

    Between two requests it is still that one's, as output of a task that a cell has left behind is in any kernel.

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
        self.comms: dict[str, str] = {}
        self._kernel = kernel
        self._parent: dict[str, Any] = {}

    def begin(self) -> None:
        """Take note of the request that is handled now."""
        self._parent = self._kernel.get_parent()

    def write(self, name: StreamName, text: str) -> None:
        """Write to stdout or stderr."""
        self.publish_message("stream", {"name": name, "text": text})

    def publish(
        self, data: dict[str, Any], metadata: dict[str, Any], transient: dict[str, Any], update: bool = False
    ) -> None:
        """Show a MIME bundle."""
        kind = "update_display_data" if update else "display_data"
        self.publish_message(kind, {"data": data, "metadata": metadata, "transient": transient})

    def clear(self, wait: bool) -> None:
        """Take away what is there; with ``wait``, only when the next thing is shown."""
        self.publish_message("clear_output", {"wait": wait})

    def send(self, message: CommMessage) -> None:
        """Send a comm message of the interpreter to the clients."""
        content: dict[str, Any] = {"comm_id": message.comm, "data": message.data}
        if message.action == "open":
            self.comms[message.comm] = content["target_name"] = message.target
        elif message.action == "close":
            self.comms.pop(message.comm, None)
        self.publish_message(f"comm_{message.action}", content, message.metadata, message.buffers)

    def publish_message(
        self,
        kind: str,
        content: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        buffers: list[bytes] | None = None,
    ) -> None:
        """Publish any message."""
        kernel = self._kernel
        assert kernel.session is not None
        kernel.session.send(
            kernel.iopub_socket,
            kind,
            content,
            metadata=metadata,
            parent=self._parent,
            ident=kind.encode(),
            buffers=list(buffers or []),
        )
