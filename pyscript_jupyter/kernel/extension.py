"""What ``%load_ext pyscript_jupyter`` and ``%unload_ext`` do."""

from __future__ import annotations

from comm import get_comm_manager
from IPython.core.interactiveshell import InteractiveShell

from pyscript_jupyter.errors import NoServerError
from pyscript_jupyter.headless.own import Headless
from pyscript_jupyter.kernel.inputs import NotebookInputs
from pyscript_jupyter.kernel.magics import PyScriptMagics
from pyscript_jupyter.kernel.outputs import IPythonPublisher, KernelOutputs
from pyscript_jupyter.relay.client import find_server
from pyscript_jupyter.widget import states
from pyscript_jupyter.widget.bridge import bridge


def load(shell: InteractiveShell) -> None:
    """Add the magics, and let the page attach while the next cells are read.

    A kernel that has no server extension loads all the same: the first ``%%pyscript`` cell then starts a browser of the
    kernel's own, or says what is missing.
    """
    link = bridge()
    magics = PyScriptMagics(shell, link)
    shell.register_magics(magics)
    magics.assist()
    shell.configurables.append(magics)  # type: ignore[arg-type]  # any Configurable will do, says IPython's own code
    link.settings = magics
    link.outputs = KernelOutputs(IPythonPublisher())
    link.inputs = NotebookInputs(getattr(shell, "kernel", None))
    states.register(get_comm_manager(), link.ask_for_widgets)
    if link.arrival.own_browser is None:
        link.arrival.own_browser = Headless(lambda: (link.settings.browser, link.settings.browser_args))
    if link.settings.headless == "always":
        return
    try:
        find_server()  # without one, `connect` would open a relay of the kernel's own, which no cell may ever need
        link.connect()
    except NoServerError:
        return


def unload(shell: InteractiveShell) -> None:
    """Close every environment and take the magics away. What is displayed stays."""
    bridge().close()
    for each in shell.configurables:
        if isinstance(each, PyScriptMagics):
            each.remove()
    for kind in ("line", "cell"):
        shell.magics_manager.magics[kind].pop("pyscript", None)
    shell.configurables[:] = [each for each in shell.configurables if not isinstance(each, PyScriptMagics)]
