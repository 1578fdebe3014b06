"""The result, for people."""

from __future__ import annotations

from collections.abc import Iterable
from statistics import median

from benchmarks.result import Measurement

_HEAD = ("what", "ours", "floor", "floor's", "ratio", "pairs", "target")


def table(measurements: Iterable[Measurement]) -> str:
    """Return a table in Markdown: medians, their ratio, and the least and greatest ratio of two neighbours."""
    rows = [_HEAD, *map(_row, measurements)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _row(result: Measurement) -> tuple[str, ...]:
    pairs = [ours / theirs for ours, theirs in zip(result.ours, result.theirs, strict=True)]
    return (
        result.what,
        f"{median(result.ours):.0f} {result.unit}",
        result.floor,
        f"{median(result.theirs):.0f} {result.unit}",
        f"{result.ratio:.2f}",
        f"{min(pairs):.2f} to {max(pairs):.2f}",
        "" if result.target is None else f"{result.target:g}",
    )
