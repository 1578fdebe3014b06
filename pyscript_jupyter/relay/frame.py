"""The page of an environment: one hidden frame, isolated, with a policy of its own.

The Jupyter server mounts it for its user, and so does the loopback port that a browser of our own loads from.
"""

from __future__ import annotations

from html import escape

import msgspec

from pyscript_jupyter.interpreters.assets import Manifest

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

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    # Also where the operator has set a policy for the whole server, which may forbid framing or WebAssembly.
    "Content-Security-Policy": POLICY,
    "Document-Isolation-Policy": "isolate-and-require-corp",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""What the page is sent with."""


def render(manifest: Manifest, base_url: str) -> str:
    """Return the page, for a server with this base URL, which ends in a slash."""
    text = msgspec.json.encode(manifest).decode().replace("<", "\\u003c")
    script = f"{base_url}pyscript/assets/{manifest.digest}/frame.js"
    return _PAGE.format(manifest=text, script=escape(script))
