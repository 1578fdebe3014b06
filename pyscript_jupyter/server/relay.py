"""The browser's side of the relay: tickets for pages and frames, the socket that takes them, and the mailboxes."""

from __future__ import annotations

from typing import Any

import msgspec
from jupyter_server.auth.decorator import allow_unauthenticated, authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado import web

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.relay.mailbox import MailboxHandler
from pyscript_jupyter.relay.socket import TicketSocket
from pyscript_jupyter.relay.state import Relay
from pyscript_jupyter.relay.tickets import wanted
from pyscript_jupyter.server.frame import AUTH_RESOURCE


class TicketsHandler(APIHandler):
    """Gives tickets to the user's own pages."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, relay: Relay) -> None:
        """Take what the URL table carries."""
        self._relay = relay

    @web.authenticated
    @authorized("execute")  # type: ignore[untyped-decorator]  # jupyter_server's has no types
    def post(self, room: str) -> None:
        """Answer ``{"ticket": …}`` to ``{"role": "page"}`` or ``{"role": "frame", "environment": …, "page": …}``."""
        if self._relay.rooms.get(room) is None:
            raise web.HTTPError(404, f"There is no room {room}: its kernel has gone. Restart the kernel.")
        try:
            ticket = wanted(room, self.get_json_body())
        except UsageError as error:
            raise web.HTTPError(400, str(error)) from None
        self.set_header("Cache-Control", "no-store")
        self.set_status(201)
        self.finish(msgspec.json.encode({"ticket": self._relay.tickets.mint(ticket)}))


class BrowserSocket(JupyterHandler, TicketSocket):
    """The relay's socket on the Jupyter server, which also checks the request's host and origin."""

    def check_origin(self, origin_to_satisfy_tornado: str = "") -> bool:
        """Let the frames of opaque origins in, which a browser calls null: they have a ticket, as everybody here."""
        return self.request.headers.get("Origin") == "null" or bool(super().check_origin(origin_to_satisfy_tornado))

    @allow_unauthenticated
    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Upgrade; 403 without a ticket that is good."""
        await super().get(*args, **kwargs)


class BrowserMailbox(MailboxHandler):
    """The mailboxes on the Jupyter server."""

    @allow_unauthenticated
    async def post(self) -> None:
        """Answer a look; 404 without an id that is good."""
        await super().post()
