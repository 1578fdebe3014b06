"""A wire between browser and server that can be cut: for a laptop that sleeps, or wakes in another network."""

from __future__ import annotations

import asyncio
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from e2e.jupyter import BASE_URL

RELAY = f"GET {BASE_URL}pyscript/relay".encode()
"""How the connections begin that are ours."""


@dataclass
class _Connection:
    """A connection of the browser, the one to the server that goes with it, and what carries bytes between them."""

    browser: asyncio.StreamWriter
    server: asyncio.StreamWriter
    ours: bool = False
    answers: int = 0
    pumps: list[asyncio.Task[None]] = field(default_factory=list)


class Wire:
    """A TCP proxy on a port of its own, for the time of a ``with`` block.

    Parameters
    ----------
    port
        The server's port on loopback.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._whole = True
        self._connections: list[_Connection] = []
        self._kept: list[asyncio.StreamWriter] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        serving = asyncio.run_coroutine_threadsafe(asyncio.start_server(self._connect, "127.0.0.1", 0), self._loop)
        self._server = serving.result(5)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        async def close() -> None:
            self._server.close()
            self._cut()
            for writer in self._kept:
                writer.transport.abort()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            self._loop.call_soon(self._loop.stop)

        asyncio.run_coroutine_threadsafe(close(), self._loop)
        self._thread.join(5)
        self._loop.close()

    @property
    def welcomed(self) -> int:
        """How many connections of ours the relay has welcomed: its second answer is the welcome."""
        return sum(each.ours and each.answers > 1 for each in self._connections)

    def cut(self) -> None:
        """Break every connection for the browser. Of ours the server hears nothing, as when a laptop is shut.

        It hears of the others: Jupyter sends a cell's reply into the old connection if it still has that, and loses it.
        """
        self._call(self._cut)

    def mend(self) -> None:
        """Let new connections through."""
        self._call(lambda: setattr(self, "_whole", True))

    def _call(self, action: object) -> None:
        async def run() -> None:
            action()  # type: ignore[operator]  # a plain function

        asyncio.run_coroutine_threadsafe(run(), self._loop).result(5)

    def _cut(self) -> None:
        self._whole = False
        for connection in self._connections:
            for pump in connection.pumps:
                pump.cancel()
            connection.browser.transport.abort()
            if not connection.ours:
                connection.server.transport.abort()
        self._connections.clear()

    async def _connect(self, reader: asyncio.StreamReader, browser: asyncio.StreamWriter) -> None:
        if not self._whole:
            browser.transport.abort()
            return
        try:
            upstream, server = await asyncio.open_connection("127.0.0.1", self._target)
        except OSError:
            browser.transport.abort()
            return
        self._kept.append(server)
        connection = _Connection(browser, server)
        self._connections.append(connection)
        connection.pumps = [
            asyncio.ensure_future(_ask(reader, connection)),
            asyncio.ensure_future(_answer(upstream, connection)),
        ]


async def _ask(reader: asyncio.StreamReader, connection: _Connection) -> None:
    """Carry what the browser sends, and see whom the connection is for."""
    first = await reader.read(65536)
    connection.ours = first.startswith(RELAY)
    connection.server.write(first)
    await _pump(reader, connection.server)


async def _answer(reader: asyncio.StreamReader, connection: _Connection) -> None:
    """Carry what the server sends, and count its first two pieces."""
    with suppress(OSError):
        while connection.answers < 2 and (data := await reader.read(65536)):
            connection.answers += 1
            connection.browser.write(data)
    await _pump(reader, connection.browser)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
    except OSError:
        writer.close()
