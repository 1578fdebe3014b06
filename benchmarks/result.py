"""What a measure gives."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass
class Measurement:
    """Times of ours and of the floor, taken by turns.

    Attributes
    ----------
    measure
        Its name on the command line.
    what
        What ours is, for people.
    floor
        What the floor is, for people.
    target
        The ratio that we want at most, or None.
    unit
        Of all values.
    ours, theirs
        What was measured, in that order.
    """

    measure: str
    what: str
    floor: str
    target: float | None
    unit: str = "ms"
    ours: list[float] = field(default_factory=list)
    theirs: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """The ratio of the medians."""
        return median(self.ours) / median(self.theirs)

    def add(self, ours: float, theirs: float) -> None:
        """Take one pair."""
        self.ours.append(ours)
        self.theirs.append(theirs)

    def summary(self) -> dict[str, Any]:
        """Return everything as JSON has it."""
        return {
            "measure": self.measure,
            "what": self.what,
            "floor": self.floor,
            "target": self.target,
            "ratio": self.ratio,
            "unit": self.unit,
            "median": median(self.ours),
            "floor_median": median(self.theirs),
            "values": self.ours,
            "floor_values": self.theirs,
        }
