"""What ``%pyscript`` does as a line, in an ordinary kernel and in a PyScript kernel alike."""

from __future__ import annotations

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.kernel.report import Diagnosis, Table, diagnose
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.environment import Environment

_LINES = "`%pyscript` (what runs), `%pyscript doctor`, `%pyscript restart NAME`, `%pyscript close NAME`"


def command(bridge: Bridge, line: str) -> Table | Diagnosis | None:
    """Do what the line says, and return what is to be shown.

    Raises
    ------
    UsageError
        The line means nothing, or names an environment that is not there.
    """
    match line.split():
        case []:
            bridge.pump()
            return Table(bridge)
        case ["doctor"]:
            return diagnose(bridge)
        case [("close" | "restart") as verb]:
            raise UsageError(f"`%pyscript {verb}` wants the name of an environment. There are: {_names(bridge)}.")
        case ["close", name]:
            _find(bridge, "close", name).close()
            return None
        case ["restart", name]:
            _find(bridge, "restart", name).restart()
            return None
        case _:
            raise UsageError(f"`%pyscript {line.strip()}` means nothing. As a line there are: {_LINES}.")


def _find(bridge: Bridge, verb: str, name: str) -> Environment:
    bridge.pump()
    environment = bridge.environments.get(name)
    if environment is None:
        raise UsageError(f"There is no environment named {name!r} to {verb}. There are: {_names(bridge)}.")
    return environment


def _names(bridge: Bridge) -> str:
    return ", ".join(bridge.environments) or "none"
