"""A wire between browser and server that can be cut: for a laptop that sleeps, or wakes in another network."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Self


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
        self._ends: list[tuple[asyncio.StreamWriter, list[asyncio.Task[None]]]] = []
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

    def cut(self) -> None:
        """Break every connection for the browser. The server hears nothing of it, as when a laptop is shut."""
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
        for browser, pumps in self._ends:
            for pump in pumps:
                pump.cancel()
            browser.transport.abort()
        self._ends.clear()

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
        pumps = [asyncio.ensure_future(_pump(reader, server)), asyncio.ensure_future(_pump(upstream, browser))]
        self._ends.append((browser, pumps))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        writer.close()
    except OSError:
        writer.close()
