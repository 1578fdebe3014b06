"""The built files on the Jupyter server, for everyone."""

from __future__ import annotations

from collections.abc import Awaitable

from jupyter_server.auth.decorator import allow_unauthenticated

from pyscript_jupyter.relay.assets import AssetFiles


class AssetHandler(AssetFiles):
    """Serves the files that the manifest names, and no others, without a login."""

    @allow_unauthenticated
    def get(self, digest: str, name: str, include_body: bool = True) -> Awaitable[None]:  # type: ignore[override]  # so
        """Send one file; 404 for any name or digest that is not the manifest's."""
        return super().get(digest, name, include_body)

    @allow_unauthenticated
    def head(self, digest: str, name: str) -> Awaitable[None]:  # type: ignore[override]  # so
        """Answer as `get` does, without the bytes."""
        return super().head(digest, name)
