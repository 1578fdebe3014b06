"""What the code of a sandbox may show: representations that can run nothing in the notebook's page.

A sandbox's frame can reach neither the page nor the server; HTML or JavaScript that it displays would, since JupyterLab
runs what a trusted cell displays. So it is left out here, in the kernel, where that code cannot be.
"""

from __future__ import annotations

from typing import Any

TYPES = frozenset({"text/plain", "application/json", "image/png", "image/jpeg", "image/gif"})
"""Not among them: Markdown and LaTeX, which may hold HTML or links that run, and SVG."""


def harmless(data: dict[str, Any], metadata: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return a MIME bundle's harmless part, and the types that were left out.

    Parameters
    ----------
    data, metadata
        By MIME type, as a frame sent them.
    """
    kept = {kind: value for kind, value in data.items() if kind in TYPES}
    left_out = sorted(data.keys() - kept)
    if left_out and "text/plain" not in kept:
        kept["text/plain"] = f"<{', '.join(left_out)} of a sandbox>"
    return kept, {kind: value for kind, value in metadata.items() if kind in kept}, left_out
