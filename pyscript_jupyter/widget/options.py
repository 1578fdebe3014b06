"""How an environment is made, as people ask for it."""

from __future__ import annotations

from pyscript_jupyter.protocol import messages as m

DEFAULT_OPTIONS = m.Options(main=False, sandbox=False, config=m.Config())
"""How an environment is made where nobody says otherwise."""


def made_with(*, main: bool = False, sandbox: bool = False) -> m.Options | None:
    """Return the options that somebody asks for; None where it is for none, which any environment fits."""
    options = m.Options(main=main, sandbox=sandbox, config=m.Config())
    return None if options == DEFAULT_OPTIONS else options
