"""The notebook's own input box, for what a cell in the browser asks."""

from __future__ import annotations

from ipykernel.kernelbase import Kernel
from IPython.core.error import StdinNotImplementedError

from pyscript_jupyter.protocol.messages import AskKind
from pyscript_jupyter.widget.inputs import NO_KERNEL, PlainInputs


class NotebookInputs:
    """Asks through the kernel, as ``input`` in an ordinary cell does.

    Parameters
    ----------
    kernel
        The kernel; None for IPython in a terminal, which is then asked.
    """

    def __init__(self, kernel: Kernel | None) -> None:
        self._kernel = kernel

    def ask(self, kind: AskKind, prompt: str) -> str:
        """Show the box and wait; see `pyscript_jupyter.widget.inputs.Inputs`."""
        if self._kernel is None:
            return PlainInputs().ask(kind, prompt)
        if kind == "exit":
            raise NotImplementedError(NO_KERNEL)
        ask = self._kernel.getpass if kind == "getpass" else self._kernel.raw_input
        try:
            return str(ask(prompt))
        except StdinNotImplementedError:
            raise NotImplementedError(
                f"{kind}() got no answer, because nobody can be asked where this notebook runs (it was started with "
                "allow_stdin=False, as `nbconvert --execute` does): assign the value in the cell instead."
            ) from None


class KernelInputs(NotebookInputs):
    """Those of a PyScript kernel, whose cells may also end it."""

    _stays: bool | None = None

    def ask(self, kind: AskKind, prompt: str) -> str:
        """Show the box and wait; or take note that the client is to leave, see `take_leave`."""
        if kind != "exit":
            return super().ask(kind, prompt)
        self._stays = bool(prompt)
        return ""

    def take_leave(self) -> bool | None:
        """Return whether the kernel stays when its client leaves, None where it does not leave; asked once."""
        stays, self._stays = self._stays, None
        return stays
