"""What ``%load_ext pyscript_jupyter`` and ``%unload_ext`` do."""

from __future__ import annotations

from IPython.core.interactiveshell import InteractiveShell

from pyscript_jupyter.errors import NoServerError
from pyscript_jupyter.kernel.inputs import NotebookInputs
from pyscript_jupyter.kernel.magics import PyScriptMagics
from pyscript_jupyter.kernel.outputs import NotebookOutputs
from pyscript_jupyter.widget.bridge import bridge


def load(shell: InteractiveShell) -> None:
    """Add the magics, and let the page attach while the next cells are read.

    A kernel that has no server extension loads all the same: the first ``%%pyscript`` cell then says what is missing.
    """
    link = bridge()
    magics = PyScriptMagics(shell, link)
    shell.register_magics(magics)
    shell.configurables.append(magics)  # type: ignore[arg-type]  # any Configurable will do, says IPython's own code
    link.settings = magics
    link.outputs = NotebookOutputs()
    link.inputs = NotebookInputs(shell)
    try:
        link.connect()
    except NoServerError:
        return


def unload(shell: InteractiveShell) -> None:
    """Close every environment and take the magics away. What is displayed stays."""
    bridge().close()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("pyscript", None)
    shell.configurables[:] = [each for each in shell.configurables if not isinstance(each, PyScriptMagics)]
