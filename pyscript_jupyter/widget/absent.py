"""What to do about a module that an import has not found: said below the traceback."""

from __future__ import annotations

import re
import sys

import msgspec

from pyscript_jupyter.interpreters.catalogue import Interpreter
from pyscript_jupyter.protocol.messages import Failure

_MESSAGE = re.compile(r"no module named '(?P<module>\w+)'", re.IGNORECASE)
"""In the words of both Pythons. A module that a package lacks has a dot, and another version of the package."""


def advised(failure: Failure, interpreter: Interpreter, environment: str, sandbox: bool) -> Failure:
    """Return a failure that ends with how to get the module, if that is what it lacks.

    Parameters
    ----------
    failure
        What the browser reported.
    interpreter, environment, sandbox
        Where: the interpreter, the environment's name, and whether its code is not trusted.
    """
    if failure.kind != "code" or failure.name not in ("ModuleNotFoundError", "ImportError"):
        return failure
    missing = _MESSAGE.fullmatch(failure.message)
    if missing is None:
        return failure
    advice = _advice(missing["module"], interpreter, environment, sandbox)
    text = failure.text.rstrip("\n") or f"{failure.name}: {failure.message}"
    return msgspec.structs.replace(failure, text=f"{text}\n{advice}") if advice else failure


def _advice(module: str, interpreter: Interpreter, environment: str, sandbox: bool) -> str:
    is_pyodide = interpreter.name == "pyodide"
    if module in sys.stdlib_module_names:
        if is_pyodide:
            return ""
        return (
            f"{interpreter.label} has a small part of Python's standard library. All of it that a browser can have is "
            "in Pyodide: `%%pyscript py`, or the kernel PyScript (Pyodide)."
        )
    restart = f"`%pyscript restart {environment} --packages {module}` starts the interpreter anew with it"
    if not is_pyodide:
        return f"{restart}, if there is a package of that name that {interpreter.label} can run."
    install = f"`%pip install {module}` at the head of a cell installs it"
    return f"{restart if sandbox else install}, if its package has that name and is for browsers too."
