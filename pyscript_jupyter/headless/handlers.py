"""What a browser of our own loads and joins, on the relay's loopback port.

The same frames, assets, tickets and sockets as a Jupyter server's, but for the login. A page here belongs to one room,
and its kernel vouches for it: the kernel knows the port's secret, from which the room's `key` follows, and puts that
into a cookie of the browser that it starts.
"""

from __future__ import annotations

import hmac
import json
from http import HTTPStatus
from typing import Any

from tornado import web

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.assets import STATIC, Manifest
from pyscript_jupyter.relay.assets import AssetFiles
from pyscript_jupyter.relay.frame import HEADERS, render
from pyscript_jupyter.relay.mailbox import MailboxHandler
from pyscript_jupyter.relay.socket import TicketSocket
from pyscript_jupyter.relay.state import Relay
from pyscript_jupyter.relay.tickets import wanted

COOKIE = "pyscript-room"
"""The cookie that holds a room's key."""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>PyScript cells</title>
<script type="application/json" id="room">{room}</script>
<script type="module" src="/{assets}/headless.js"></script>
</head>
<body></body>
</html>
"""

_PAGE_POLICY = (
    "default-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def key(secret: str, room: str) -> str:
    """Return what admits a browser to one room: nothing follows from it about the port's secret."""
    return hmac.digest(secret.encode(), b"headless " + room.encode(), "sha256").hex()


def page(room: str) -> str:
    """Return the path of a room's page on the loopback port."""
    return f"/pyscript/page/{room}/"


class _RoomHandler(web.RequestHandler):
    """Lets only the browser in that has the room's key."""

    def initialize(self, relay: Relay) -> None:
        """Take what the URL table carries."""
        self.relay = relay

    def prepare(self) -> None:
        """Refuse whoever has no key, with 403."""
        room = self.path_kwargs["room"]
        given = self.get_cookie(COOKIE) or ""
        if not hmac.compare_digest(given.encode(), key(self.settings["secret"], room).encode()):
            raise web.HTTPError(HTTPStatus.FORBIDDEN, "This page is for the browser that a kernel has started.")
        self.set_header("Cache-Control", "no-store")


class PageHandler(_RoomHandler):
    """The page that holds a room's frames."""

    def get(self, room: str) -> None:
        """Send it."""
        self.set_header("Content-Security-Policy", _PAGE_POLICY)
        self.finish(_PAGE.format(room=json.dumps(room), assets=self.relay.assets))


class TicketsHandler(_RoomHandler):
    """Gives tickets to that page."""

    def post(self, room: str) -> None:
        """Answer ``{"ticket": …}``, as the handler of the Jupyter server does."""
        if self.relay.rooms.get(room) is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND, f"There is no room {room}: its kernel has gone.")
        try:
            ticket = wanted(room, json.loads(self.request.body))
        except (ValueError, UsageError) as error:
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, str(error)) from None
        self.set_status(HTTPStatus.CREATED)
        self.finish({"ticket": self.relay.tickets.mint(ticket)})


class FrameHandler(web.RequestHandler):
    """The page of an environment, which is the same for everyone and holds no secret."""

    def initialize(self, manifest: Manifest) -> None:
        """Take what the URL table carries."""
        self._manifest = manifest

    def get(self, digest: str) -> None:
        """Send it; 404 for the digest of another build."""
        if digest != self._manifest.digest:
            raise web.HTTPError(HTTPStatus.NOT_FOUND, f"Build {digest} is not here.")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.finish(render(self._manifest, "/"))


class HeadlessSocket(TicketSocket):
    """The relay's socket for that page and its frames."""

    headless = True

    def check_origin(self, origin: str) -> bool:
        """Let the frames of opaque origins in, which a browser calls null: they have a ticket, as everybody here."""
        return origin == "null" or super().check_origin(origin)


def routes(relay: Relay, manifest: Manifest) -> list[tuple[str, Any, dict[str, Any]]]:
    """Return the URL table, for `pyscript_jupyter.relay.listener.Listener`."""
    digest, room = r"(?P<digest>[0-9a-f]+)", r"(?P<room>[0-9a-f]+)"
    files = {"manifest": manifest, "path": str(STATIC)}
    return [
        (rf"/pyscript/assets/{digest}/(?P<name>.+)", AssetFiles, files),
        (rf"/pyscript/frame/{digest}/", FrameHandler, {"manifest": manifest}),
        (rf"/pyscript/page/{room}/", PageHandler, {"relay": relay}),
        (rf"/pyscript/api/rooms/{room}/tickets", TicketsHandler, {"relay": relay}),
        (r"/pyscript/relay", HeadlessSocket, {"relay": relay}),
        (r"/pyscript/mailbox", MailboxHandler, {"mailboxes": relay.mailboxes}),
    ]
