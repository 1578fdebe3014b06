"""The first line of a ``%%pyscript`` cell: what may stand in it, and how it is read where there is no IPython.

`OPTIONS` is the one list of them. The kernel's magic makes IPython's own parser of it; `read` reads a line in the same
way for a notebook that is not running.
"""

from __future__ import annotations

import argparse
import shlex
from dataclasses import dataclass
from typing import Any, NoReturn

from pyscript_jupyter.errors import UsageError

OPTIONS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("interpreter",), {"help": "Which interpreter runs the cell: mpy (or micropython) or py (or pyodide)."}),
    (
        ("--env", "-e"),
        {
            "default": None,
            "metavar": "NAME",
            "help": "The environment to run in. Cells of one environment share their names; environments see nothing "
            "of one another. Default: one environment for each interpreter, named after it.",
        },
    ),
    (
        ("--timeout",),
        {
            "type": float,
            "metavar": "SECONDS",
            "help": "Interrupt the cell when it runs for longer; the time to load the interpreter does not count. "
            "Default: it runs for as long as it likes.",
        },
    ),
    (
        ("--main",),
        {
            "action": "store_true",
            "help": "Make the environment with its interpreter on the main thread of its page, and not in a worker: "
            "`window` and `document` are there as in a page's own script. Cells that come later need not repeat it.",
        },
    ),
    (
        ("--sandbox",),
        {
            "action": "store_true",
            "help": "Make the environment for code that is not trusted: it can reach neither the Jupyter server nor "
            "this page, and shows only text and images. Cells that come later need not repeat it.",
        },
    ),
    (
        ("--config", "-c"),
        {
            "default": None,
            "metavar": "CONFIG",
            "help": "PyScript's configuration for the environment: the path of a .toml or .json file, or TOML or JSON "
            "in quotes. It holds for the environment's whole life.",
        },
    ),
    (
        ("--packages", "-p"),
        {
            "default": "",
            "metavar": "NAMES",
            "help": "Packages for the environment, with commas between them: names, which the kernel's pip finds, or "
            "paths or URLs of wheels.",
        },
    ),
]
"""Names and settings of each, as ``ArgumentParser.add_argument`` takes them."""


@dataclass(frozen=True)
class Line:
    """What a line says.

    Attributes
    ----------
    interpreter
        The name or alias of an interpreter, which may not be there.
    environment
        The environment's name; None for the interpreter's own.
    timeout
        Seconds; None for no limit.
    main, sandbox
        How the environment is made.
    config
        A path, or TOML or JSON; None for none.
    packages
        Names, paths and URLs.
    """

    interpreter: str
    environment: str | None
    timeout: float | None
    main: bool
    sandbox: bool
    config: str | None
    packages: tuple[str, ...]


def read(text: str) -> Line:
    """Return what a line says, that is what stands behind ``%%pyscript``.

    Raises
    ------
    UsageError
        It is not written as a line is.
    """
    try:
        given = _parser().parse_args(_words(text))
    except ValueError as error:  # of a quote that is not closed
        raise UsageError(f"{error}.") from None
    name = None if given.env is None else unquoted(given.env).strip()
    if name == "":
        raise UsageError(f"`--env {given.env}` names no environment.")
    return Line(
        interpreter=unquoted(given.interpreter),
        environment=name,
        timeout=given.timeout,
        main=given.main,
        sandbox=given.sandbox,
        config=None if given.config is None else unquoted(given.config),
        packages=tuple(names_of(given.packages)),
    )


def unquoted(text: str) -> str:
    """Take away the quotes around an option, which IPython leaves."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def names_of(text: str) -> list[str]:
    """Return the packages that ``--packages`` names."""
    return [name.strip() for name in unquoted(text).split(",") if name.strip()]


class _Parser(argparse.ArgumentParser):
    """Raises where argparse would end the process."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}.")


def _parser() -> _Parser:
    parser = _Parser(prog="%%pyscript", add_help=False)
    for names, settings in OPTIONS:
        parser.add_argument(*names, **settings)
    return parser


def _words(text: str) -> list[str]:
    """Split a line as IPython does: quotes stay, and nothing is a comment."""
    words = shlex.shlex(text, posix=False)
    words.whitespace_split = True
    words.commenters = ""
    return list(words)
