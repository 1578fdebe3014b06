"""What an image's address stands for: a file beside the notebook, one of the cell's attachments, or what it says.

Files come into the page as ``data:`` URLs, if they lie in the notebook's own folder or below it; nothing is fetched.
"""

from __future__ import annotations

import base64
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

_MEDIA = ("image/", "audio/", "video/")


@dataclass
class Images:
    """Finds the images that a cell names.

    Attributes
    ----------
    folder
        The notebook's folder; None where nobody knows it, and nothing is taken from a disk.
    attachments
        Those of the cell, as a notebook has them: a name, then a type, then base64.
    problems
        A sentence for whatever the author should know of the cell, in order.
    """

    folder: Path | None = None
    attachments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def find(self, address: str) -> str | None:
        """Return the address that the page has; None where there is none that would show anything."""
        url = address.strip()
        scheme, _, rest = url.partition(":")
        if scheme.lower() == "https":
            return url
        if scheme.lower() == "data":
            return url if rest.lower().lstrip().startswith(_MEDIA) else None
        found = self._attached(rest) if scheme.lower() == "attachment" else self._file(url)
        if found is None:
            self.problems.append(
                f"the image {address!r:.100} is not in the page: no such image lies beside the notebook or in it."
            )
        return found

    def _attached(self, name: str) -> str | None:
        bundle = self.attachments.get(name) or self.attachments.get(unquote(name))
        if not isinstance(bundle, Mapping):
            return None
        kind = next((each for each in ("image/svg+xml", "image/png", *bundle) if each in bundle), "")
        content = bundle.get(kind)
        return data_url(kind, content) if isinstance(content, str) and kind.startswith(_MEDIA) else None

    def _file(self, address: str) -> str | None:
        if self.folder is None:
            return None
        try:
            parts = urlsplit(address)
            if parts.scheme or parts.netloc or not parts.path or parts.path.startswith("/"):
                return None
            folder = self.folder.resolve(strict=True)
            path = (folder / unquote(parts.path)).resolve(strict=True)
            kind = mimetypes.guess_type(path.name)[0] or ""
            if not path.is_relative_to(folder) or not path.is_file() or not kind.startswith(_MEDIA):
                return None
            return data_url(kind, base64.b64encode(path.read_bytes()).decode("ascii"))
        except (OSError, ValueError, RuntimeError):  # not there, no path at all, a loop of links
            return None


def data_url(kind: str, content: str) -> str:
    """Return a ``data:`` URL of what is in base64, which notebooks break into lines."""
    return f"data:{kind};base64,{''.join(content.split())}"
