"""Completion and inspection inside ``%%pyscript`` cells, from the environment as it is now.

Completion is a matcher of IPython's own completer. For inspection IPython has no such hook, and its shell sees only the
name at the cursor: so the kernel's ``do_inspect`` is wrapped, which has the whole cell. An environment that is not
there is not started by a key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from IPython.core.completer import CompletionContext, SimpleCompletion, context_matcher
from IPython.core.error import UsageError as IPythonUsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic_arguments import parse_argstring

from pyscript_jupyter.errors import PyScriptError
from pyscript_jupyter.interpreters import catalogue
from pyscript_jupyter.kernel.asking import ask, inspect_reply
from pyscript_jupyter.kernel.completion import complete_magic
from pyscript_jupyter.kernel.manual import inspect_magic
from pyscript_jupyter.widget.environment import Environment

if TYPE_CHECKING:
    from pyscript_jupyter.kernel.magics import PyScriptMagics

_MAGIC = "%%pyscript"


class _Place(NamedTuple):
    """Where the cursor is in a ``%%pyscript`` cell."""

    environment: Environment
    code: str
    cursor: int


class Assistant:
    """Answers what an editor asks about ``%%pyscript`` cells, until it is removed.

    Parameters
    ----------
    shell
        The kernel's shell.
    magics
        The magics that read a cell's first line.
    """

    def __init__(self, shell: InteractiveShell, magics: PyScriptMagics) -> None:
        self._shell = shell
        self._magics = magics
        self._kernel = getattr(shell, "kernel", None)

        @context_matcher(identifier="pyscript_jupyter")
        def match(context: CompletionContext) -> dict[str, Any]:
            return self._complete(context)

        self._matcher = match
        shell.Completer.custom_matchers.append(match)
        if self._kernel is not None:
            self._inspect_otherwise = self._kernel.do_inspect
            self._kernel.do_inspect = self._inspect

    def remove(self) -> None:
        """Leave the shell as it was. Doing it twice does nothing."""
        if self._matcher in self._shell.Completer.custom_matchers:
            self._shell.Completer.custom_matchers.remove(self._matcher)
        if self._kernel is not None:
            self._kernel.__dict__.pop("do_inspect", None)

    def _complete(self, context: CompletionContext) -> dict[str, Any]:
        lines = context.full_text.split("\n")[: context.cursor_line]
        cursor = sum(len(line) + 1 for line in lines) + context.cursor_position
        place = self._find(context.full_text, cursor)
        if place is None:
            return {"completions": []}
        answer = complete_magic(place.code, place.cursor, place.environment.interpreter.name, own=False)
        answer = answer or ask(place.environment, "complete", place.code, place.cursor)
        answer = answer or {"matches": [], "types": [], "start": place.cursor}
        pairs = zip(answer["matches"], answer["types"], strict=True)
        return {
            "completions": [SimpleCompletion(text, type=kind) for text, kind in pairs],
            "matched_fragment": place.code[answer["start"] : place.cursor],
            # The names of the kernel's own Python mean nothing here.
            "suppress": True,
        }

    async def _inspect(self, code: str, cursor_pos: int, detail_level: int = 0, *args: Any, **more: Any) -> Any:
        place = self._find(code, cursor_pos)
        if place is None:
            answer = self._inspect_otherwise(code, cursor_pos, detail_level, *args, **more)
            return await answer if hasattr(answer, "__await__") else answer
        found = inspect_magic(place.code, place.cursor, place.environment.interpreter.name, own=False)
        return inspect_reply(found or ask(place.environment, "inspect", place.code, place.cursor, detail_level))

    def _find(self, cell: str, cursor: int) -> _Place | None:
        """Return where the cursor is, None where that is no place in the code of a live environment."""
        line, _, code = cell.partition("\n")
        offset = len(line) + 1
        if not line.startswith(f"{_MAGIC} ") or cursor < offset:
            return None
        try:
            arguments = parse_argstring(self._magics.pyscript, line.removeprefix(_MAGIC))
            name = arguments.env or catalogue.find(arguments.interpreter).environment
        except (IPythonUsageError, PyScriptError):
            return None
        environment = self._magics.environments.get(name)
        return None if environment is None else _Place(environment, code, cursor - offset)
