"""``%%pyscript`` and ``%pyscript``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from IPython.core.error import UsageError as IPythonUsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class
from IPython.core.magic_arguments import argument, magic_arguments, parse_argstring
from traitlets.config import Config

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.line import OPTIONS, names_of, unquoted
from pyscript_jupyter.kernel.assist import Assistant
from pyscript_jupyter.kernel.commands import command
from pyscript_jupyter.kernel.manual import answer_questions
from pyscript_jupyter.kernel.report import Diagnosis, Table
from pyscript_jupyter.kernel.source import transform
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.environment import Environment
from pyscript_jupyter.widget.installing import take_pip_lines
from pyscript_jupyter.widget.options import made_with
from pyscript_jupyter.widget.settings import Settings

_CELL = (
    "A cell takes `%%pyscript INTERPRETER [--env NAME] [--main] [--sandbox] [--config CONFIG] [--packages NAMES] "
    "[--timeout SECONDS]`: `%%pyscript?` is its manual."
)


def _takes_options(function: Callable[..., Any]) -> Any:
    """Decorate the magic with what may stand in its line."""
    for names, settings in reversed(OPTIONS):
        function = argument(*names, **settings)(function)
    return magic_arguments("%pyscript")(function)


@magics_class
class PyScriptMagics(Settings, Magics):
    """The magics, which also carry the settings: ``%config PyScriptMagics`` lists them.

    Parameters
    ----------
    shell
        The kernel's shell.
    bridge
        The kernel's link to the browser.
    """

    def __init__(self, shell: InteractiveShell, bridge: Bridge) -> None:
        config = shell.config if isinstance(shell.config, Config) else Config()
        super().__init__(shell=shell, config=config)
        self._bridge = bridge
        self._shell = shell
        self._assistant: Assistant | None = None

    @property
    def environments(self) -> dict[str, Environment]:
        """What runs, or ran and failed, by name."""
        return self._bridge.environments

    def assist(self) -> None:
        """Have the shell complete and inspect inside ``%%pyscript`` cells, until `remove`."""
        self._assistant = Assistant(self._shell, self)

    def remove(self) -> None:
        """Undo `assist`. Doing it twice does nothing."""
        if self._assistant is not None:
            self._assistant.remove()
            self._assistant = None

    @_takes_options
    @line_cell_magic
    def pyscript(self, line: str, cell: str | None = None) -> MimeBundle | Table | Diagnosis | None:
        """Run the cell in the reader's browser.

        What it prints and displays appears under the cell, the value of its last expression is the cell's result, and
        its exceptions are the cell's, so that Run All stops. The cell is done when the code is done. ``%lsmagic`` in
        it lists the magics that it may have.

        As a line, ``%pyscript`` shows a table of what runs, ``%pyscript doctor`` checks the whole way from the kernel
        to the browser, ``%pyscript restart NAME`` starts an environment's interpreter anew, and ``%pyscript close
        NAME`` removes an environment with everything in it.

        Settings: ``%config PyScriptMagics``.
        """
        if cell is None:
            return command(self._bridge, line)
        _refuse_verb(line.split())
        try:
            arguments = parse_argstring(self.pyscript, line)
        except (IPythonUsageError, ValueError) as error:  # the latter of a quote that is not closed
            raise UsageError(f"{_first_line(error)}. {_CELL}") from None
        name = "" if arguments.env is None else unquoted(arguments.env).strip()
        if arguments.env is not None and not name:
            raise UsageError(
                f"`--env {arguments.env}` names no environment: give a name, or leave --env out for the interpreter's "
                "own environment."
            )
        environment = self._bridge.environment(
            unquoted(arguments.interpreter),
            name,
            made_with(main=arguments.main, sandbox=arguments.sandbox),
            config=None if arguments.config is None else unquoted(arguments.config),
            packages=names_of(arguments.packages),
        )
        # The magic's own line is left empty, so that line numbers are those of the notebook's cell. The display hook
        # knows the cell's number in every IPython; `execution_count` may be one ahead of it.
        code = transform(f"\n{take_pip_lines(self._bridge, environment, cell)}")
        return environment.run(
            answer_questions(code, environment.interpreter.name),
            f"Cell In[{self._shell.displayhook.prompt_count}]",
            alone=True,
            timeout=arguments.timeout,
        )


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0].rstrip(".") if text else "The line could not be read"


def _refuse_verb(words: list[str]) -> None:
    """Refuse a cell whose first line was meant as a line alone."""
    if words and words[0] in ("close", "restart", "doctor"):
        line = " ".join(words)
        raise UsageError(
            f"`%%pyscript {line}` would run a cell, and {words[0]} is no interpreter. As a line it has one percent "
            f"sign, in a cell of its own or among Python: `%pyscript {line}`."
        )
