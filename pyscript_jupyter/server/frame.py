"""The page of an environment: one hidden frame, isolated, with a policy of its own."""

from __future__ import annotations

from html import escape

import msgspec
from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import JupyterHandler
from tornado import web

from pyscript_jupyter.interpreters.assets import Manifest

AUTH_RESOURCE = "pyscript"

# Code that the reader runs may fetch data from wherever it likes, and evaluate what it likes: that is its purpose. It
# loads scripts from this server only, and cannot be put into a page of another site.
POLICY = "; ".join(  # noqa: FLY002  # one directive a line
    [
        "default-src 'self' blob: data:",
        "script-src 'self' 'unsafe-eval' 'wasm-unsafe-eval' blob:",
        "worker-src 'self' blob:",
        "connect-src 'self' https: http: wss: ws: data: blob:",
        "img-src 'self' https: data: blob:",
        "media-src 'self' https: data: blob:",
        "font-src 'self' https: data:",
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>PyScript environment</title>
<script type="application/json" id="manifest">{manifest}</script>
<script type="module" src="{script}"></script>
</head>
<body></body>
</html>
"""


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
        self.set_header("Content-Type", "text/html; charset=utf-8")
        # Also where the operator has set a policy for the whole server, which may forbid framing or WebAssembly.
        self.set_header("Content-Security-Policy", POLICY)
        self.set_header("Document-Isolation-Policy", "isolate-and-require-corp")
        self.set_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")
        manifest = msgspec.json.encode(self._manifest).decode().replace("<", "\\u003c")
        script = f"{self.base_url}pyscript/assets/{digest}/frame.js"
        self.finish(_PAGE.format(manifest=manifest, script=escape(script)))
