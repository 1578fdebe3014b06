"""What a PyScript kernel sends to its clients beside replies."""

from __future__ import annotations

from ipykernel.kernelbase import Kernel

from pyscript_jupyter.kernel.place import Place


class Wire(Place):
    """Publishes for the request that was last begun.

    Between two requests it is still that one's: what a task prints that a cell has left behind is shown there.

    Parameters
    ----------
    kernel
        The kernel.
    """

    def __init__(self, kernel: Kernel) -> None:
        super().__init__(kernel, {})

    def begin(self) -> None:
        """Take note of the request that is handled now."""
        self._parent = self._kernel.get_parent()
