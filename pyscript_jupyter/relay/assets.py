"""The built files over HTTP: public, compressed beforehand, and immutable under a URL that carries their digest.

The Jupyter server mounts them, and so does the loopback port that a browser of our own loads from.
"""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path

from tornado import web

from pyscript_jupyter.interpreters.assets import Manifest

# They are sent with `nosniff`, and not every machine knows these types.
_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".wasm": "application/wasm",
    ".zip": "application/zip",
}

_ENCODINGS = {"br": ".br", "gzip": ".gz"}


class AssetFiles(web.StaticFileHandler):
    """Serves the files that the manifest names, and no others.

    Anyone may have them: they are the same in every installation, and a frame of an opaque origin has no cookie.
    """

    def initialize(self, path: str, manifest: Manifest) -> None:  # type: ignore[override]  # our URL table's arguments
        """Take what the URL table carries."""
        super().initialize(path)
        self._manifest = manifest
        self._type = ""

    def set_default_headers(self) -> None:
        """Let frames of any origin load them, isolated ones too; a worker has its policy from its own script."""
        self.set_header("Access-Control-Allow-Origin", "*")
        self.set_header("Cross-Origin-Resource-Policy", "cross-origin")
        self.set_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.set_header("X-Content-Type-Options", "nosniff")

    def get(self, digest: str, name: str, include_body: bool = True) -> Awaitable[None]:  # type: ignore[override]  # so
        """Send one file; 404 for any name or digest that is not the manifest's."""
        if name not in self._manifest.files or digest != self._manifest.digest:
            raise web.HTTPError(404, f"{name} of build {digest} is not here: reload the page.")
        self._type = _TYPES.get(Path(name).suffix, "application/octet-stream")
        return super().get(name + self._choose_encoding(name), include_body)

    def head(self, digest: str, name: str) -> Awaitable[None]:  # type: ignore[override]  # so
        """Answer as `get` does, without the bytes."""
        return self.get(digest, name, include_body=False)

    def get_content_type(self) -> str:
        """Return the type of the file, not of its compressed form."""
        return self._type

    def set_extra_headers(self, path: str) -> None:
        """Let browsers keep it for ever: another build has another URL."""
        self.set_header("Cache-Control", "public, max-age=31536000, immutable")
        self.set_header("Vary", "Accept-Encoding")

    def _choose_encoding(self, name: str) -> str:
        if "Range" in self.request.headers:
            return ""
        offered = self.request.headers.get("Accept-Encoding", "").split(",")
        accepted = {each.split(";")[0].strip() for each in offered}
        for encoding, suffix in _ENCODINGS.items():
            if encoding in accepted and (Path(self.root) / (name + suffix)).is_file():
                self.set_header("Content-Encoding", encoding)
                return suffix
        return ""
