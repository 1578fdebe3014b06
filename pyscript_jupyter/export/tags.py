"""What a cell's tags mean for the page, as nbconvert and Jupyter Book mean them.

What is to be removed is not in the page at all, the notebook in it included: nbconvert's own preprocessor does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REMOVE_CELL = frozenset({"remove-cell", "remove_cell"})
REMOVE_INPUT = frozenset({"remove-input", "remove_input"})
REMOVE_OUTPUT = frozenset({"remove-output", "remove_output"})

KEPT = ("solution", "hint", "setup", "read-only", "run-on-load")
"""What the page's scripts are told of, in this order, as ``data-tags``."""


@dataclass(frozen=True)
class Hides:
    """What is folded away until the reader opens it."""

    cell: bool
    input: bool
    output: bool


def hides(metadata: Mapping[str, Any]) -> Hides:
    """Return what a cell's metadata hides: by tags, or folded in JupyterLab or the older notebook."""
    tags = {tag.replace("_", "-") for tag in metadata.get("tags", [])}
    folded = metadata.get("jupyter", {})
    return Hides(
        cell="hide-cell" in tags,
        input="hide-input" in tags or folded.get("source_hidden") is True,
        output="hide-output" in tags or folded.get("outputs_hidden") is True or metadata.get("collapsed") is True,
    )


def kept(metadata: Mapping[str, Any]) -> str:
    """Return the tags that the page's scripts are told of, with spaces between them."""
    return " ".join(tag for tag in KEPT if tag in metadata.get("tags", []))
