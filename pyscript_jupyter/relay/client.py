"""The kernel's end of the relay: one WebSocket in a daemon thread.

The thread reads whatever the kernel's main thread is doing, and hands each message to ``deliver``; sending is safe from
any thread. Messages are never handled here.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from pyscript_jupyter.errors import NoServerError, ProtocolError, VersionError
from pyscript_jupyter.protocol import codec
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.listener import SECRET_VARIABLE, URL_VARIABLE
from pyscript_jupyter.relay.socket import MAX_MESSAGE

CONNECT_TIMEOUT = 5.0
"""Seconds within which a relay on loopback must have answered."""

Deliver = Callable[["m.ToKernel | None"], None]
"""Takes each message, and None when the connection is lost. Called in the client's thread."""


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

    Raises
    ------
    NoServerError
        No server extension has told this process where its relay is.
    """

    def __init__(self, package: str, agent: str, deliver: Deliver) -> None:
        self._url, self._secret = _find()
        self._hello = m.Hello(role="kernel", protocol=m.PROTOCOL, package=package, agent=agent)
        self._deliver = deliver
        self._loop = asyncio.new_event_loop()
        self._socket: WebSocketClientConnection | None = None
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
            return self._welcome.result(CONNECT_TIMEOUT + 1)
        except TimeoutError as error:
            self.close()
            raise NoServerError(_unreachable(self._url, "no answer in time")) from error
        except KeyboardInterrupt:
            self.close()
            raise

    def send(self, message: m.Message) -> None:
        """Send a message; nothing happens when the connection has been lost, which ``deliver`` hears of."""
        data = codec.encode(message)
        try:
            self._loop.call_soon_threadsafe(self._write, data)
        except RuntimeError:  # the loop is closed: the connection was lost
            return

    def close(self) -> None:
        """Close the connection and end the thread. Closing twice is safe."""
        try:
            self._loop.call_soon_threadsafe(self._close_socket)
        except RuntimeError:
            return
        if self._thread.is_alive() and threading.current_thread() is not self._thread:
            self._thread.join(CONNECT_TIMEOUT)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._connect_and_read())
        except Exception as error:  # noqa: BLE001  # whatever ends the thread is raised where it is waited for
            if not self._welcome.done():
                self._welcome.set_exception(error)
        finally:
            self._loop.close()
            if self._welcome.done() and self._welcome.exception() is None:
                self._deliver(None)

    async def _connect_and_read(self) -> None:
        self._socket = await self._open()
        if self._socket.protocol is not None:
            self._socket.protocol.set_nodelay(True)  # see PeerSocket.open
        try:
            await self._read(self._socket)
        finally:
            self._socket.close()

    async def _read(self, socket: WebSocketClientConnection) -> None:
        await socket.write_message(codec.encode(self._hello), binary=True)
        while (data := await socket.read_message()) is not None:
            assert isinstance(data, bytes)
            message = codec.decode_to_kernel(data)
            if isinstance(message, m.Refused):
                raise VersionError(message.message)
            if isinstance(message, m.Welcome):
                self._welcome.set_result(message)
            else:
                self._deliver(message)
        if not self._welcome.done():
            raise NoServerError(_unreachable(self._url, "it closed the connection"))

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
            self._socket.close()


def server_status() -> dict[str, Any]:
    """Ask the server extension how it is: the answer of `pyscript_jupyter.relay.listener.StatusHandler`.

    Raises
    ------
    NoServerError
        There is none, or it does not answer.
    """
    url, secret = _find()
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


def _find() -> tuple[str, str]:
    url, secret = os.environ.get(URL_VARIABLE, ""), os.environ.get(SECRET_VARIABLE, "")
    if not url or not secret:
        raise NoServerError(
            "This kernel was not started by a Jupyter server that has the pyscript_jupyter extension. Install "
            "pyscript-jupyter in the server's environment (`jupyter server extension list` must show it enabled), "
            "restart the server, and open the notebook in JupyterLab or Notebook 7."
        )
    return url, secret


def _unreachable(url: str, reason: str) -> str:
    return (
        f"The Jupyter server that started this kernel does not answer at {url} ({reason}). "
        "If it was restarted, restart the kernel too."
    )
