"""What a cell waits for, and says, while its environment loads."""

from __future__ import annotations

from pyscript_jupyter.protocol.session import Session

PATIENCE = 0.25
"""Seconds before a progress line is shown: MicroPython is there by then, and a line that flashes helps nobody."""

ATTEMPTS = 3
"""How often a frame is asked for again that goes away while it loads."""

PHASES = {
    "waiting": "waiting for the page",
    "downloading": "loading",
    "starting": "starting",
    "installing": "installing what its configuration names",
}
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
    doing = PHASES[session.phase]
    if session.phase == "downloading" and session.total:
        doing += f" {session.loaded / 1e6:.1f} of {session.total / 1e6:.1f} MB"
    elif session.phase == "installing" and session.total:
        doing = f"installing {session.detail} ({session.loaded} of {session.total})"
    elif session.phase == "installing":
        doing = f"looking for {session.detail}"
    return f"{label}: {doing} …"
