"""Publishing for one request of a kernel, also when it has been answered."""

from __future__ import annotations

from typing import Any

from ipykernel.kernelbase import Kernel

from pyscript_jupyter.protocol.messages import StreamName


class Place:
    """Publishes on the iopub channel.

    Parameters
    ----------
    kernel
        The kernel.
    parent
        The request, as Jupyter's messaging protocol has it: clients show what is published where that came from.
    """

    def __init__(self, kernel: Kernel, parent: dict[str, Any]) -> None:
        self._kernel = kernel
        self._parent = parent

    def here(self) -> Place:
        """Return what goes on publishing for the request of now."""
        return Place(self._kernel, self._parent)

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
