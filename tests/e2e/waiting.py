"""Waiting for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

SLOW = 90.0
"""Seconds after which something that should happen is taken to have failed, on a busy machine."""


def wait_until(condition: Callable[[], T], what: str, timeout: float = SLOW) -> T:
    """Return the first true value of a condition.

    Parameters
    ----------
    condition
        Asked again and again.
    what
        Ends the sentence "Waited … for", should it never come true.
    timeout
        In seconds.
    """
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout:.0f} s for {what}.")
        time.sleep(0.05)
    return value
