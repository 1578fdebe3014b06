"""The server extension: its life, and its URLs."""

from __future__ import annotations

import os
from typing import Any

from jupyter_server.extension.application import ExtensionApp

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import NotInstalledError
from pyscript_jupyter.headless.handlers import routes
from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.relay.listener import Listener
from pyscript_jupyter.relay.state import Relay
from pyscript_jupyter.server.assets import AssetHandler
from pyscript_jupyter.server.frame import FrameHandler
from pyscript_jupyter.server.relay import BrowserMailbox, BrowserSocket, TicketsHandler


class PyScriptServer(ExtensionApp):
    """Serves interpreters and frames to browsers, and relays between them and kernels."""

    name = "pyscript_jupyter"
    extension_url = "/pyscript"
    load_other_extensions = True

    _listener: Listener | None = None

    def initialize_handlers(self) -> None:
        """Add the routes, open the kernels' port, and tell kernels to come where it is."""
        try:
            manifest = assets.manifest()
        except NotInstalledError as error:
            self.log.error("pyscript_jupyter cannot serve notebooks: %s", error)
            return
        relay = Relay(package=__version__, assets=f"pyscript/assets/{manifest.digest}")
        digest, room = r"(?P<digest>[0-9a-f]+)", r"(?P<room>[0-9a-f]+)"
        table: list[tuple[str, Any, dict[str, Any]]] = [
            (
                rf"/pyscript/assets/{digest}/(?P<name>.+)",
                AssetHandler,
                {"manifest": manifest, "path": str(assets.STATIC)},
            ),
            (rf"/pyscript/frame/{digest}/", FrameHandler, {"manifest": manifest}),
            (rf"/pyscript/api/rooms/{room}/tickets", TicketsHandler, {"relay": relay}),
            (r"/pyscript/relay", BrowserSocket, {"relay": relay}),
            (r"/pyscript/mailbox", BrowserMailbox, {"mailboxes": relay.mailboxes}),
        ]
        self.handlers.extend(table)
        self._listener = Listener(relay, routes(relay, manifest))
        os.environ.update(self._listener.environment)

    async def stop_extension(self) -> None:
        """Close the kernels' port."""
        if self._listener is not None:
            for name in self._listener.environment:
                os.environ.pop(name, None)
            self._listener.close()
            await self._listener.close_all_connections()
            self._listener = None
