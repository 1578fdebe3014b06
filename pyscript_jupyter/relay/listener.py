"""The relay's own port, for kernels: loopback only, and only with the secret.

It stands apart from the server's port so that its address, TLS, UNIX sockets, base URL and port retries do not matter
to a kernel; and so that no cookie of a browser opens it.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Sequence
from typing import Any

from tornado import httpserver, netutil, web

from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.relay.socket import PeerSocket
from pyscript_jupyter.relay.state import Relay

URL_VARIABLE = "PYSCRIPT_JUPYTER_RELAY_URL"
SECRET_VARIABLE = "PYSCRIPT_JUPYTER_RELAY_SECRET"
SERVER_VARIABLE = "PYSCRIPT_JUPYTER_RELAY_SERVER"
"""The process that starts kernels for the relay's pages. One that another process has started has inherited the
variables by way of a terminal, say, and no page will attach to it."""


class _Guarded(web.RequestHandler):
    """Refuses whoever does not show the secret, and every browser."""

    def prepare(self) -> None:
        expected = f"Bearer {self.settings['secret']}"
        given = self.request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()) or "Origin" in self.request.headers:
            raise web.HTTPError(403, "This port is for kernels of the same user only.")


class KernelSocket(_Guarded, PeerSocket):
    """A kernel's connection.

    It has no heartbeat: a kernel may be deaf for as long as some C code likes, and the loopback tells of its death.
    """

    role = "kernel"

    @property
    def ping_interval(self) -> float:
        """No pings."""
        return 0.0


class StatusHandler(_Guarded):
    """What ``%pyscript doctor`` asks: the server's version, whether its built files are whole, and who is connected."""

    def initialize(self, relay: Relay) -> None:
        """Take what the URL table carries."""
        self.relay = relay

    def get(self) -> None:
        """Answer ``{"package", "troubles", "rooms", "pages", "frames"}`` as JSON."""
        self.finish({"package": self.relay.package, "troubles": assets.check(), **self.relay.rooms.count()})


class Listener:
    """Serves kernels on a free port of 127.0.0.1 until it is closed.

    Parameters
    ----------
    relay
        What it shares with the browser's side.
    routes
        More of tornado's URL table: what a browser of a kernel's own loads. Its handlers find the secret in their
        ``settings``.
    """

    def __init__(self, relay: Relay, routes: Sequence[tuple[str, Any, dict[str, Any]]] = ()) -> None:
        self.secret = secrets.token_urlsafe(32)
        application = web.Application(secret=self.secret, log_function=lambda handler: None)
        # By no other name: a page of another site that has its name lead here is told nothing.
        application.add_handlers(
            r"127\.0\.0\.1",
            [(r"/relay", KernelSocket, {"relay": relay}), (r"/status", StatusHandler, {"relay": relay}), *routes],
        )
        self._server = httpserver.HTTPServer(application)
        sockets = netutil.bind_sockets(0, "127.0.0.1")
        self._server.add_sockets(sockets)
        self.url = f"http://127.0.0.1:{sockets[0].getsockname()[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables by which a kernel finds this listener."""
        return {URL_VARIABLE: self.url, SECRET_VARIABLE: self.secret, SERVER_VARIABLE: str(os.getpid())}

    def close(self) -> None:
        """Take no more connections. Closing twice is safe."""
        self._server.stop()

    async def close_all_connections(self) -> None:
        """Break the connections that there are."""
        await self._server.close_all_connections()
