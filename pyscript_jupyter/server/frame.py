"""The page of an environment on the Jupyter server."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from pyscript_jupyter.interpreters.assets import Manifest
from pyscript_jupyter.relay.frame import HEADERS, render

AUTH_RESOURCE = "pyscript"


class FrameHandler(JupyterHandler):
    """Serves the frame page to the user of this server."""

    auth_resource = AUTH_RESOURCE

    def initialize(self, manifest: Manifest) -> None:
        """Take what the URL table carries."""
        self._manifest = manifest

    @web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]  # jupyter_server's has no types
    def get(self, digest: str) -> None:
        """Send the page; 404 for the digest of another build."""
        if digest != self._manifest.digest:
            raise web.HTTPError(404, f"Build {digest} is not here: reload the page.")
        for name, value in HEADERS.items():
            self.set_header(name, value)
        self.finish(render(self._manifest, self.base_url))
