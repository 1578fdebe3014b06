"""What ``%pyscript`` does as a line, in an ordinary kernel and in a PyScript kernel alike."""

from __future__ import annotations

import msgspec
from IPython.core.error import UsageError as IPythonUsageError
from IPython.core.magic_arguments import MagicArgumentParser

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.line import names_of, unquoted
from pyscript_jupyter.kernel.report import Diagnosis, Table, diagnose
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.configuration import configure
from pyscript_jupyter.widget.environment import Environment

_RESTART = "`%pyscript restart NAME [--config CONFIG] [--packages NAMES]`"
_LINES = f"`%pyscript` (what runs), `%pyscript doctor`, {_RESTART}, `%pyscript close NAME`"


def command(bridge: Bridge, line: str) -> Table | Diagnosis | None:
    """Do what the line says, and return what is to be shown.

    Raises
    ------
    UsageError
        The line means nothing, or names an environment that is not there; or a configuration is not as it must be.
    """
    match line.split():
        case []:
            bridge.pump()
            return Table(bridge)
        case ["doctor"]:
            return diagnose(bridge)
        case ["close"]:
            raise UsageError(f"`%pyscript close` wants the name of an environment. There are: {_names(bridge)}.")
        case ["close", name]:
            _find(bridge, "close", name).close()
            return None
        case ["restart", *_]:
            _restart(bridge, line)
            return None
        case _:
            raise UsageError(f"`%pyscript {line.strip()}` means nothing. As a line there are: {_LINES}.")


def _restart(bridge: Bridge, line: str) -> None:
    parser = MagicArgumentParser("%pyscript restart", add_help=False)
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--config", "-c", default=None)
    parser.add_argument("--packages", "-p", default="")
    try:
        given = parser.parse_argstring(line.strip().removeprefix("restart"))
    except (IPythonUsageError, ValueError) as error:  # the latter of a quote that is not closed
        first = str(error).strip().splitlines()[0].rstrip(".")
        raise UsageError(f"`%pyscript {line.strip()}`: {first}. It is written {_RESTART}.") from None
    environment = _find(bridge, "restart", given.name)
    if given.config is not None or given.packages:
        config = bridge.settings.default_config if given.config is None else unquoted(given.config)
        configured = configure(config, names_of(given.packages), environment.interpreter)
        # Its frame has the configuration that it was made with, and goes.
        environment.give_up()
        environment.options = msgspec.structs.replace(environment.options, config=configured)
    environment.restart()


def _find(bridge: Bridge, verb: str, name: str) -> Environment:
    bridge.pump()
    if not name and len(bridge.environments) == 1:
        [environment] = bridge.environments.values()
        return environment
    if not name:
        raise UsageError(f"`%pyscript {verb}` wants the name of an environment. There are: {_names(bridge)}.")
    found = bridge.environments.get(name)
    if found is None:
        raise UsageError(f"There is no environment named {name!r} to {verb}. There are: {_names(bridge)}.")
    return found


def _names(bridge: Bridge) -> str:
    return ", ".join(bridge.environments) or "none"
