"""What an environment cannot do because the browser does not isolate its frame, in one sentence.

On a main thread that is a danger, and its first cell says so; of a worker `%pyscript` and the doctor say it.
"""

from __future__ import annotations

from pyscript_jupyter.protocol import messages as m


def missing(environment: str, capabilities: m.Capabilities) -> str:
    """Return the sentence; "" where nothing is missing.

    Parameters
    ----------
    environment
        The environment's name.
    capabilities
        What the environment's frame has said of itself.
    """
    if capabilities.isolated:
        return ""
    losses = []
    if not capabilities.worker:
        losses.append("a cell that computes holds up the whole page until it is over")
    elif not capabilities.window:
        losses.append("its worker has no `window` and no `document`, which `--main` has")
    if capabilities.blocking == "none":
        losses.append("nobody can answer `input()`")
    if capabilities.interrupt == "terminate":
        losses.append("stopping a cell loses the names of earlier ones")
    return (
        f"This browser does not isolate environment {environment!r}, as Chromium does over https and on localhost: "
        f"{', and '.join(losses) or 'some things are slower'}."
    )
