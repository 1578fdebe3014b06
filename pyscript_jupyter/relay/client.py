"""The kernel's end of the relay: one WebSocket in a daemon thread.

The thread reads whatever the kernel's main thread is doing, and hands each message to ``deliver``; sending is safe from
any thread. Messages are never handled here. A connection that breaks is made anew at once, with the key that leads back
to the same room; where that does not go, it is over.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from pyscript_jupyter.errors import NoServerError, ProtocolError, VersionError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.listener import SECRET_VARIABLE, SERVER_VARIABLE, URL_VARIABLE
from pyscript_jupyter.relay.socket import MAX_MESSAGE, NORMAL

CONNECT_TIMEOUT = 5.0
"""Seconds within which a relay on loopback must have answered."""

ATTEMPTS = 3
"""How often a broken connection is tried anew: on loopback it goes at once, or the server has gone."""

CLOSE_TIMEOUT = 1.0
"""Seconds that the relay has to answer a goodbye."""

PAUSE = 0.2
"""Seconds before such an attempt."""


class Link(Enum):
    """What becomes of the connection."""

    BROKEN = "broken"
    """It broke, and is being made anew. Who is there is told again, as at the first time."""
    OVER = "over"
    """It is closed, or could not be made anew; nothing more comes."""


class Address(NamedTuple):
    """Where a relay is, and what it knows its kernels by."""

    url: str
    secret: str


Deliver = Callable[["m.ToKernel | Link"], None]
"""Takes each message, and what becomes of the connection. Called in the client's thread."""


class RelayClient:
    """A connection of this kernel to the relay.

    Parameters
    ----------
    package
        The version of pyscript_jupyter.
    agent
        For people: the Python and its kernel.
    deliver
        Takes what arrives; see `Deliver`.
    address
        Where the relay is; None for that of the server extension.

    Raises
    ------
    NoServerError
        See `find_server`.
    """

    def __init__(self, package: str, agent: str, deliver: Deliver, address: Address | None = None) -> None:
        self._url, self._secret = address or find_server()
        self._hello = m.Hello(role="kernel", protocol=m.PROTOCOL, package=package, agent=agent)
        self._deliver = deliver
        self._loop = asyncio.new_event_loop()
        self._socket: WebSocketClientConnection | None = None
        self._closed = False
        self._welcome: Future[m.Welcome] = Future()
        self._thread = threading.Thread(target=self._serve, name="pyscript-relay", daemon=True)

    def connect(self) -> m.Welcome:
        """Connect and return the relay's welcome.

        Raises
        ------
        NoServerError
            The relay does not answer or does not know this kernel's secret.
        VersionError
            The server's version cannot talk to the kernel's.
        """
        self._thread.start()
        try:
            welcome = self._welcome.result(CONNECT_TIMEOUT + 1)
        except TimeoutError as error:
            self.close()
            raise NoServerError(_unreachable(self._url, "no answer in time")) from error
        except KeyboardInterrupt:
            self.close()
            raise
        # A process that ends says goodbye: its room would wait for it to come back.
        atexit.register(self.close)
        return welcome

    def send(self, message: m.Message) -> None:
        """Send a message; nothing happens when the connection has been lost, which ``deliver`` hears of."""
        data = codec.encode(message)
        try:
            self._loop.call_soon_threadsafe(self._write, data)
        except RuntimeError:  # the loop is closed: the connection was lost
            return

    def close(self) -> None:
        """Close the connection and end the thread. Closing twice is safe."""
        atexit.unregister(self.close)
        self._closed = True
        try:
            self._loop.call_soon_threadsafe(self._close_socket)
        except RuntimeError:
            return
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(CONNECT_TIMEOUT)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._live())
        except Exception as error:  # noqa: BLE001  # whatever ends the thread is raised where it is waited for
            if not self._welcome.done():
                self._welcome.set_exception(error)
        finally:
            self._loop.close()
            if self._welcome.done() and self._welcome.exception() is None:
                self._deliver(Link.OVER)

    async def _live(self) -> None:
        await self._converse()
        while not self._closed:
            self._deliver(Link.BROKEN)
            if not await self._come_back():
                return

    async def _come_back(self) -> bool:
        """Connect anew and deliver what comes, until that breaks too; return False if it cannot be done."""
        self._hello = msgspec.structs.replace(self._hello, resume=self._welcome.result().resume)
        for _ in range(ATTEMPTS):
            await asyncio.sleep(PAUSE)
            if self._closed:
                return False
            try:
                await self._converse()
            except NoServerError:
                continue
            except VersionError:  # the relay knows the room no more
                return False
            return True
        return False

    async def _converse(self) -> None:
        """Connect, and deliver what comes until the connection ends; raise what keeps it from being welcomed."""
        socket = await self._open()
        if socket.protocol is not None:
            socket.protocol.set_nodelay(True)  # see PeerSocket.open
        self._socket = socket
        try:
            if self._closed:  # while it was being opened, when there was nothing to close
                raise NoServerError(_unreachable(self._url, "the kernel's end was closed"))
            await self._greet(socket)
            with suppress(ProtocolError):  # the connection is closed then, and made anew
                while (data := await socket.read_message()) is not None:
                    assert isinstance(data, bytes)
                    self._deliver(codec.decode_to_kernel(data))
        finally:
            self._socket = None
            await _close(socket)

    async def _greet(self, socket: WebSocketClientConnection) -> None:
        await socket.write_message(codec.encode(self._hello), binary=True)
        data = await socket.read_message()
        if not isinstance(data, bytes):
            raise NoServerError(_unreachable(self._url, "it closed the connection"))
        message = codec.decode_to_kernel(data)
        if isinstance(message, m.Refused):
            raise VersionError(message.message)
        if not isinstance(message, m.Welcome):
            raise ProtocolError(f"The relay answered hello with {message!r}.")
        if not self._welcome.done():
            self._welcome.set_result(message)

    async def _open(self) -> WebSocketClientConnection:
        request = HTTPRequest(
            f"{self._url.replace('http', 'ws', 1)}/relay",
            headers={"Authorization": f"Bearer {self._secret}"},
            connect_timeout=CONNECT_TIMEOUT,
            request_timeout=CONNECT_TIMEOUT,
        )
        try:
            return await websocket_connect(request, max_message_size=MAX_MESSAGE)
        except (OSError, HTTPClientError) as error:
            raise NoServerError(_unreachable(self._url, str(error))) from error

    def _write(self, data: bytes) -> None:
        if self._socket is not None:
            self._socket.write_message(data, binary=True)

    def _close_socket(self) -> None:
        if self._socket is not None:
            self._socket.close(NORMAL)


async def _close(socket: WebSocketClientConnection) -> None:
    """Close a connection, and wait for its end: the loop may end next, and would leave the socket open."""
    stream = socket.protocol.stream if socket.protocol is not None else None
    socket.close()
    if stream is None:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(CLOSE_TIMEOUT):
            while not stream.closed():  # noqa: ASYNC110  # tornado tells of it once, and has used that
                await asyncio.sleep(0.01)
    stream.close()


def server_status(address: Address | None = None) -> dict[str, Any]:
    """Ask a relay how it is: the answer of `pyscript_jupyter.relay.listener.StatusHandler`.

    ``address`` is where it is; None for that of the server extension.

    Raises
    ------
    NoServerError
        There is none, or it does not answer.
    """
    url, secret = address or find_server()
    request = Request(f"{url}/status", headers={"Authorization": f"Bearer {secret}"})
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(request, timeout=CONNECT_TIMEOUT) as response:
            status = json.load(response)
    except (URLError, OSError, ValueError) as error:
        raise NoServerError(_unreachable(url, str(error))) from error
    if not isinstance(status, dict):
        raise ProtocolError(f"The relay answered {status!r} where an object was expected.")
    return status


def find_server() -> Address:
    """Return where the relay is of the Jupyter server that has started this kernel.

    Raises
    ------
    NoServerError
        No server with our extension has.
    """
    url, secret = os.environ.get(URL_VARIABLE, ""), os.environ.get(SECRET_VARIABLE, "")
    if not url or not secret:
        raise NoServerError(
            "This kernel was not started by a Jupyter server that has the pyscript_jupyter extension. Install "
            "pyscript-jupyter in the server's environment (`jupyter server extension list` must show it enabled), "
            "restart the server, and open the notebook in JupyterLab or Notebook 7."
        )
    # What has started a kernel tells it so; on Windows it gives a handle instead of the process's number.
    server, parent = os.environ.get(SERVER_VARIABLE), os.environ.get("JPY_PARENT_PID")
    if server and parent and server != parent and sys.platform != "win32":
        raise NoServerError(
            "This kernel was started by a program in a terminal of a Jupyter server, and not by the server itself, so "
            "that no page of the server can be its own. Open the notebook in JupyterLab or Notebook 7."
        )
    return Address(url, secret)


def _unreachable(url: str, reason: str) -> str:
    return (
        f"The Jupyter server that started this kernel does not answer at {url} ({reason}). "
        "If it was restarted, restart the kernel too."
    )
