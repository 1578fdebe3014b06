"""The value of a cell's last expression, as the notebook shows it."""

from __future__ import annotations

from typing import Any


class MimeBundle:
    """A value of the browser's Python, by its representations.

    The value itself stays in the browser; what the notebook keeps in ``Out`` is how it looks.

    Attributes
    ----------
    data
        Representations by MIME type.
    metadata
        Metadata by MIME type.
    """

    def __init__(self, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        self.data = data
        self.metadata = metadata

    def __repr__(self) -> str:
        return str(self.data.get("text/plain", ""))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, Any], dict[str, Any]]:
        return self.data, self.metadata
