"""Every cell has an id of its own, and the same notebook always gets the same ones.

nbformat would draw random ones for notebooks that are older than ids, or that have one twice.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def identify(nb: Any) -> None:
    """Make a notebook of format 4 one of format 4.5, and give each cell an id that nobody else has."""
    nb["nbformat_minor"] = max(int(nb.get("nbformat_minor", 0)), 5)
    cells = nb.get("cells", [])
    taken: set[str] = set()
    for cell in cells:
        given = cell.get("id")
        if isinstance(given, str) and _ID.fullmatch(given) and given not in taken:
            taken.add(given)
        else:
            cell.pop("id", None)
    for index, cell in enumerate(cells):
        if "id" not in cell:
            cell["id"] = _fresh(f"{index}\n{cell.get('source', '')}", taken)
            taken.add(cell["id"])


def _fresh(seed: str, taken: set[str]) -> str:
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()
    return next(name for start in range(len(digest)) if (name := digest[start : start + 8]) not in taken)
