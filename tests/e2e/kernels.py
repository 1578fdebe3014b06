"""A kernel and its client, and what is left of the kernel's own browser."""

from __future__ import annotations

import os
import queue
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager, start_new_kernel

from e2e.waiting import SLOW, wait_until

Message = dict[str, Any]


@dataclass
class Ran:
    """What a cell has given."""

    reply: Message
    messages: list[Message] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What it has printed."""
        return "".join(each["content"]["text"] for each in self.of("stream"))

    @property
    def result(self) -> str:
        """Its value."""
        return "".join(each["content"]["data"]["text/plain"] for each in self.of("execute_result"))

    def of(self, kind: str) -> list[Message]:
        """The messages of one type."""
        return [each for each in self.messages if each["msg_type"] == kind]


class Client:
    """Runs cells in a kernel."""

    def __init__(self, manager: KernelManager, client: BlockingKernelClient) -> None:
        self.manager = manager
        self.client = client

    def run(
        self,
        code: str,
        on_message: Callable[[Message], None] = lambda message: None,
        on_input: Callable[[Message], str | None] | None = None,
        **options: Any,
    ) -> Ran:
        """Run a cell and wait for its end. A question to which ``on_input`` returns None gets no answer."""
        messages: list[Message] = []

        def take(message: Message) -> None:
            messages.append(message)
            on_message(message)

        def answer(message: Message) -> None:
            assert on_input is not None
            if (text := on_input(message)) is not None:
                self.client.input(text)

        reply = self.client.execute_interactive(
            code,
            allow_stdin=on_input is not None,
            stdin_hook=answer if on_input else None,
            output_hook=take,
            timeout=SLOW,
            **options,
        )
        return Ran(reply["content"], messages)

    def restart(self) -> None:
        """Restart the kernel, and wait until it is there.

        A client that is kept would hear the old kernel's last words, and take them for the new one's first.
        """
        self.client.stop_channels()
        self.manager.restart_kernel()
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=SLOW)

    def next(self, kind: str) -> Message:
        """Wait for the next message of a type on the iopub channel."""
        deadline = time.monotonic() + SLOW
        while time.monotonic() < deadline:
            try:
                message: Message = self.client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                continue
            if message["msg_type"] == kind:
                return message
        raise AssertionError(f"no {kind} came within {SLOW} s")


@contextmanager
def folder_for_temporary_files() -> Iterator[None]:
    """Give the kernels that are started meanwhile a folder of their own: what they leave is told from others'.

    IPython's profile, in which they keep their history, is there too.
    """
    before = tempfile.tempdir
    variables = {name: os.environ.get(name) for name in ("TMPDIR", "IPYTHONDIR")}
    with tempfile.TemporaryDirectory(prefix="kernels-", ignore_cleanup_errors=True) as folder:
        os.environ["TMPDIR"], tempfile.tempdir = folder, None
        os.environ["IPYTHONDIR"] = f"{folder}/ipython"
        try:
            yield
        finally:
            tempfile.tempdir = before
            for name, value in variables.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


@contextmanager
def kernel(name: str) -> Iterator[Client]:
    """Start a kernel that no page is attached to."""
    manager, started = start_new_kernel(kernel_name=name, startup_timeout=SLOW)
    client = Client(manager, started)
    try:
        yield client
    finally:
        client.client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel()


def browsers() -> list[int]:
    """The processes of browsers that kernels have started for themselves."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:
            continue
        option = b"--user-data-dir=" + os.fsencode(tempfile.gettempdir()) + b"/pyscript-jupyter-"
        if option in command and not command.startswith(b"/bin/sh"):
            found.append(int(path.parent.name))
    return found


def profiles() -> list[Path]:
    """Their profile folders."""
    return list(Path(tempfile.gettempdir()).glob("pyscript-jupyter-*"))


def wait_until_nothing_is_left() -> None:
    """Wait until there is neither a browser nor a profile."""
    wait_until(lambda: not browsers() and not profiles(), "the kernels' own browsers to end", SLOW)
