"""``%config`` in a PyScript kernel: its settings, by the name that messages and documents give them."""

from __future__ import annotations

import ast

from traitlets import TraitError

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.widget.bundle import MimeBundle
from pyscript_jupyter.widget.settings import Settings

_NAMES = ("PyScriptKernel", "PyScriptMagics")
"""The class whose settings these are, and that of the magics of an ordinary kernel, which has the same ones."""


def configure(settings: Settings, line: str) -> MimeBundle | None:
    """Do what ``%config line`` says: change a setting, show one, or show all.

    Raises
    ------
    UsageError
        There is no such setting, or it does not take the value.
    """
    target, assigned, text = (part.strip() for part in line.partition("="))
    owner, _, name = target.partition(".")
    known = sorted(Settings.class_own_traits(config=True))
    if (owner and owner not in _NAMES) or (name and name not in known) or (assigned and not name):
        raise UsageError(
            f"`%config {line}` names no setting of this kernel. There are: "
            f"{', '.join(f'PyScriptKernel.{each}' for each in known)}."
        )
    if not assigned:
        shown = [name] if name else known
        return MimeBundle({"text/plain": "\n".join(f"{each} = {getattr(settings, each)!r}" for each in shown)}, {})
    try:
        setattr(settings, name, ast.literal_eval(text))
    except (TraitError, ValueError, SyntaxError) as error:
        raise UsageError(f"`%config {line}` cannot be done: {error}") from None
    return None
