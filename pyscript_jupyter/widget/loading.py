"""What a cell waits for, and says, while its environment loads."""

from __future__ import annotations

from pyscript_jupyter.protocol.session import Session

PATIENCE = 0.25
"""Seconds before a progress line is shown: MicroPython is there by then, and a line that flashes helps nobody."""

ATTEMPTS = 3
"""How often a frame is asked for again that goes away while it loads."""

PHASES = {"waiting": "waiting for the page", "downloading": "loading", "starting": "starting"}
"""What a loading environment does, in words."""


def line(label: str, session: Session) -> str:
    """Return how far the environment is, in a line.

    Parameters
    ----------
    label
        The interpreter's name for people.
    session
        The state of the environment.
    """
    text = f"{label}: {PHASES[session.phase]}"
    if session.phase == "downloading" and session.total:
        text += f" {session.loaded / 1e6:.1f} of {session.total / 1e6:.1f} MB"
    return f"{text} …"
