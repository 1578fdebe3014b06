"""Mailboxes: where an interpreter that hears no message asks whether its run is to stop, or its question is answered.

A thread of a browser that computes or waits takes no message. Where it shares no memory with its frame, it can still
send a request and wait for the answer. That is what a mailbox is for: one for each frame, for the time of its
connection. Its id is unguessable, and is all that a request has to show: a frame of an opaque origin has nothing else.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus

import msgspec
from tornado import httputil, web

from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.protocol.mailbox import Letter, Look

MAX_WAIT = 20.0
"""Seconds for which a request is held: proxies break what takes much longer, so it is asked anew."""

MAX_BODY = 1024
"""Bytes of a request."""


class Mailbox:
    """What the kernel has sent one frame that its interpreter may have to ask for.

    Attributes
    ----------
    id
        Who shows it may look.
    """

    def __init__(self) -> None:
        self.id = secrets.token_urlsafe(32)
        self._interrupted = 0
        self._answer: m.Answer | None = None
        self._bell: Callable[[], None] = _silence

    def put(self, message: m.Interrupt | m.Answer) -> None:
        """Keep an interrupt or an answer in the place of the last one, and tell who waits."""
        if isinstance(message, m.Interrupt):
            self._interrupted = message.run
        else:
            self._answer = message
        self.ring()

    def ring(self) -> None:
        """End the wait that goes on, if there is one, whatever has come."""
        bell, self._bell = self._bell, _silence
        bell()

    async def look(self, look: Look) -> Letter:
        """Return what there is for a run, at once or after a wait.

        One waits at a time: an earlier one belongs to an interpreter that was ended, and is told to go.
        """
        self.ring()
        letter = self._letter(look)
        if look.wait > 0 and letter == Letter(interrupted=False):
            rung = asyncio.Event()
            self._bell = rung.set
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), min(look.wait, MAX_WAIT))
            letter = self._letter(look)
        return letter

    def _letter(self, look: Look) -> Letter:
        if self._answer is not None and (self._answer.run, self._answer.ask) != (look.run, look.ask):
            self._answer = None  # whoever asked has it: it may be a password
        return Letter(interrupted=look.run > 0 and look.run == self._interrupted, answer=self._answer)


class Mailboxes:
    """The mailboxes of one server."""

    def __init__(self) -> None:
        self._open: dict[str, Mailbox] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self) -> Mailbox:
        """Return a new one."""
        mailbox = Mailbox()
        self._open[mailbox.id] = mailbox
        return mailbox

    def get(self, key: str) -> Mailbox | None:
        """Return the mailbox with this id; None if there is none, or no more."""
        return self._open.get(key)

    def close(self, mailbox: Mailbox) -> None:
        """Forget a mailbox and end the wait at it. Closing twice is safe."""
        if self._open.pop(mailbox.id, None) is not None:
            mailbox.ring()


@web.stream_request_body
class MailboxHandler(web.RequestHandler):
    """Answers looks, of whoever knows the id: in the body, where no log has it.

    It wants no cookie and gives none, so that a browser needs no permission to ask, from whatever origin.
    """

    def initialize(self, mailboxes: Mailboxes) -> None:
        """Take what the URL table carries."""
        self._mailboxes = mailboxes
        self._body = b""
        self._mailbox: Mailbox | None = None
        self._left = False

    def set_default_headers(self) -> None:
        """Let frames of any origin read the answer, isolated ones too."""
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")

    def check_xsrf_cookie(self) -> None:
        """Nothing is done here in the name of a cookie that another site could make use of."""

    def prepare(self) -> None:
        """Read no more than a look can have."""
        assert isinstance(self.request.connection, httputil.HTTPConnection)
        self.request.connection.set_max_body_size(MAX_BODY)  # type: ignore[attr-defined]  # of HTTP/1, the only one

    def data_received(self, chunk: bytes) -> None:
        """Take a part of the body."""
        self._body += chunk

    async def post(self) -> None:
        """Answer a `Look` with a `Letter`, both as JSON; 404 for a mailbox that is not, or no more."""
        try:
            look = msgspec.json.decode(self._body, type=Look)
        except msgspec.DecodeError as error:
            raise web.HTTPError(HTTPStatus.BAD_REQUEST, f"This is no look into a mailbox: {error}.") from None
        self._mailbox = self._find(look)
        letter = await self._mailbox.look(look)
        if self._left:
            return
        self._find(look)
        self.set_header("Content-Type", "application/json")
        self.finish(msgspec.json.encode(letter))

    def on_connection_close(self) -> None:
        """Wait no more for somebody who has gone."""
        self._left = True
        if self._mailbox is not None:
            self._mailbox.ring()

    def _find(self, look: Look) -> Mailbox:
        mailbox = self._mailboxes.get(look.mailbox)
        if mailbox is None:
            raise web.HTTPError(HTTPStatus.NOT_FOUND, "There is no such mailbox, or no more.")
        return mailbox


def _silence() -> None:
    """Wake nobody."""
