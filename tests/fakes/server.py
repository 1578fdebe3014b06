"""The relay as a Jupyter server would run it, without the Jupyter server: in a thread, on loopback."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from tornado import httpserver, netutil, web

from pyscript_jupyter import __version__
from pyscript_jupyter.relay.listener import Listener
from pyscript_jupyter.relay.mailbox import MailboxHandler
from pyscript_jupyter.relay.socket import TicketSocket
from pyscript_jupyter.relay.state import Relay
from pyscript_jupyter.relay.tickets import Ticket

T = TypeVar("T")


class FakeServer:
    """Runs the relay until it is closed; ``url`` and ``mailbox_url`` are for browsers, ``listener`` for kernels."""

    def __init__(self, package: str = __version__) -> None:
        self.relay = Relay(package=package, assets="pyscript/assets/0123")
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._started = threading.Event()
        self._thread.start()
        assert self._started.wait(5)

    def ticket(self, ticket: Ticket) -> str:
        """Mint a ticket, as the user's session would."""
        return self.call(lambda: self.relay.tickets.mint(ticket))

    def call(self, action: Callable[[], T]) -> T:
        """Do something in the server's thread."""

        async def run() -> T:
            return action()

        return asyncio.run_coroutine_threadsafe(run(), self._loop).result(5)

    def close(self) -> None:
        """Stop, and break every connection."""

        async def stop() -> None:
            self.listener.close()
            self._server.stop()
            await self.listener.close_all_connections()
            await self._server.close_all_connections()
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            self._loop.call_soon(self._loop.stop)

        if self._thread.is_alive():
            asyncio.run_coroutine_threadsafe(stop(), self._loop)
            self._thread.join(5)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)

        async def start() -> None:
            self.listener = Listener(self.relay)
            routes: list[Any] = [
                (r"/relay", TicketSocket, {"relay": self.relay}),
                (r"/mailbox", MailboxHandler, {"mailboxes": self.relay.mailboxes}),
            ]
            self._server = httpserver.HTTPServer(web.Application(routes, log_function=lambda handler: None))
            sockets = netutil.bind_sockets(0, "127.0.0.1")
            self._server.add_sockets(sockets)
            address = f"127.0.0.1:{sockets[0].getsockname()[1]}"
            self.url, self.mailbox_url = f"ws://{address}/relay", f"http://{address}/mailbox"
            self._started.set()

        self._loop.run_until_complete(start())
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
