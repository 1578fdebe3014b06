"""Everything that a browser asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError, WebSocket

_LOCAL = {"about", "blob", "data"}


@dataclass
class Traffic:
    """A log of one browser context: its requests, those of its frames and workers too, its sockets and its console."""

    urls: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Log what happens in a context from now on."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("page", self._page)

    def clear(self) -> None:
        """Forget what has happened so far."""
        self.urls.clear()
        self.console.clear()

    def origins(self) -> set[str]:
        """Return where requests went, as ``host:port``; what never leaves the browser is not counted."""
        return {parts.netloc for parts in map(urlsplit, self.urls) if parts.scheme not in _LOCAL}

    def matching(self, text: str) -> list[str]:
        """Return the addresses that hold a text."""
        return [url for url in self.urls if text in url]

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _request(self, request: Request) -> None:
        self.urls.append(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self.urls.append(socket.url)

    def _console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.console.append(f"uncaught: {error.error}")
