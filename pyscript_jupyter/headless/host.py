"""A relay in this process, for a kernel that no Jupyter server with our extension has started."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future

from pyscript_jupyter._version import __version__
from pyscript_jupyter.headless.handlers import routes
from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.relay.listener import Listener
from pyscript_jupyter.relay.state import Relay

TIMEOUT = 5.0
"""Seconds within which the port must be open, or closed."""


class Host:
    """Serves this kernel and its browser on a free port of 127.0.0.1, in a daemon thread, until it is closed.

    Raises
    ------
    NotInstalledError
        The front end was not built.

    Attributes
    ----------
    url, secret
        How the kernel's relay client finds it.
    """

    def __init__(self) -> None:
        manifest = assets.manifest()
        self._loop = asyncio.new_event_loop()
        relay = Relay(package=__version__, assets=f"pyscript/assets/{manifest.digest}")
        opened: Future[Listener] = Future()

        async def serve() -> None:
            self._over = asyncio.Event()
            listener = Listener(relay, routes(relay, manifest))
            opened.set_result(listener)
            await self._over.wait()
            listener.close()
            await listener.close_all_connections()

        def live() -> None:
            asyncio.set_event_loop(self._loop)
            try:
                self._loop.run_until_complete(serve())
            except BaseException as error:  # noqa: BLE001  # whatever it is, it is raised where it is waited for
                if not opened.done():
                    opened.set_exception(error)
            finally:
                self._loop.close()

        self._thread = threading.Thread(target=live, name="pyscript-host", daemon=True)
        self._thread.start()
        listener = opened.result(TIMEOUT)
        self.url, self.secret = listener.url, listener.secret

    def close(self) -> None:
        """Close the port and every connection. Closing twice is safe."""
        try:
            self._loop.call_soon_threadsafe(self._over.set)
        except RuntimeError:  # it is closed already
            return
        self._thread.join(TIMEOUT)
