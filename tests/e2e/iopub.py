"""What a kernel publishes, heard without the page: for times, and for pages that are blocked."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import zmq
from jupyter_client.session import Session

from e2e.waiting import SLOW


class Iopub:
    """A kernel's iopub channel, for the time of a ``with`` block.

    Parameters
    ----------
    connection
        The kernel's connection file.
    """

    def __init__(self, connection: Path) -> None:
        info = json.loads(connection.read_text("utf-8"))
        self._session = Session(key=info["key"].encode(), signature_scheme=info["signature_scheme"])
        self._context = zmq.Context()
        self._socket = self._context.socket(zmq.SUB)
        self._socket.subscribe(b"")
        self._socket.connect(f"{info['transport']}://{info['ip']}:{info['iopub_port']}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._context.destroy(linger=0)

    def wait_for_stream(self, text: str, timeout: float = SLOW) -> None:
        """Wait until a cell prints a text."""
        self._wait("stream", lambda content: text in content["text"], timeout)

    def wait_until_cell_is_over(self, timeout: float = SLOW) -> None:
        """Wait until the kernel has run a cell, and has nothing else to do."""
        self._wait("status", lambda content: content["execution_state"] == "idle", timeout)

    def _wait(self, kind: str, condition: Callable[[dict[str, Any]], bool], timeout: float) -> None:
        deadline = time.monotonic() + timeout
        while self._socket.poll(max(0, round((deadline - time.monotonic()) * 1000))):
            _, parts = self._session.feed_identities(self._socket.recv_multipart())
            message = self._session.deserialize(parts)
            # What a cell did, and not a message to the kernel that the front end sent meanwhile.
            of_a_cell = message["parent_header"].get("msg_type") == "execute_request"
            if of_a_cell and message["msg_type"] == kind and condition(message["content"]):
                return
        raise AssertionError(f"Waited {timeout:.0f} s for a {kind} message of the kernel.")
