"""What a PyScript kernel has run, as ``history_request`` asks for it.

See https://jupyter-client.readthedocs.io/en/stable/messaging.html#history.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

Entry = tuple[int, int, str]
"""A session, 0 as the only one; the number of the cell; and its code."""


class History:
    """The cells of this session."""

    def __init__(self) -> None:
        self._cells: list[tuple[int, str]] = []

    def add(self, number: int, code: str) -> None:
        """Take note of a cell."""
        self._cells.append((number, code))

    def find(self, request: dict[str, Any]) -> list[Entry]:
        """Return the cells that a request asks for, oldest first."""
        first = None if request.get("n") is None else -request["n"] or len(self._cells)
        match request.get("hist_access_type"):
            case "tail":
                found = self._cells[first:]
            case "range":
                # The one before this session, -1, is not kept.
                start, stop = request.get("start") or 0, request.get("stop") or float("inf")
                here = request.get("session") in (0, None)
                found = [cell for cell in self._cells if here and start <= cell[0] < stop]
            case "search":
                pattern = request.get("pattern") or "*"
                found = [cell for cell in self._cells if fnmatchcase(cell[1], pattern)]
                if request.get("unique"):
                    found = list({code: (number, code) for number, code in found}.values())
                found = found[first:]
            case _:
                found = []
        return [(0, number, code) for number, code in found]
