"""A notebook that is old, or not quite what it should be, becomes one of format 4.5.

Every cell has an id of its own, and the same notebook always gets the same ones: nbformat would draw random ones for
notebooks that are older than ids, or that have one twice. What tools have left out beside the cells'
contents is no reason to refuse a notebook.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")


def mend(nb: Any) -> None:
    """Make a notebook of format 4 one of format 4.5: each cell has an id that no other has, and nothing is missing."""
    nb["nbformat_minor"] = max(int(nb.get("nbformat_minor", 0)), 5)
    cells = nb.get("cells", [])
    _identify(cells)
    for cell in cells:
        _complete(cell)
    metadata = nb["metadata"]
    for name, kind in {"kernelspec": Mapping, "language_info": Mapping, "authors": list, "title": str}.items():
        if name in metadata and not isinstance(metadata[name], kind):
            del metadata[name]
    kernelspec, language = metadata.get("kernelspec"), metadata.get("language_info")
    if kernelspec is not None and "name" in kernelspec:
        kernelspec.setdefault("display_name", kernelspec["name"])
    elif kernelspec is not None:
        del metadata["kernelspec"]
    if language is not None and "name" not in language:
        del metadata["language_info"]


def _complete(cell: Any) -> None:
    metadata = cell.setdefault("metadata", type(cell)())
    tags = metadata.get("tags", [])
    if "tags" in metadata:
        metadata["tags"] = (
            list(dict.fromkeys(tag for tag in tags if isinstance(tag, str))) if isinstance(tags, list) else []
        )
    if cell.get("cell_type") != "code":
        for name in ("outputs", "execution_count"):
            cell.pop(name, None)
        return
    cell.setdefault("execution_count", None)
    for output in cell.setdefault("outputs", []):
        if output.get("output_type") in ("display_data", "execute_result"):
            output.setdefault("metadata", type(cell)())
        if output.get("output_type") == "execute_result":
            output.setdefault("execution_count", None)


def _identify(cells: list[Any]) -> None:
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
