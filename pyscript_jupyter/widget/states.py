"""Answers a page that asks which widgets there are, for a kernel that is no IPython."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipywidgets import Widget

from pyscript_jupyter.widget.comms import States

Others = Callable[[dict[str, Any], dict[str, Any]], list[States]]
"""Given the opening of the page's comm and its request, returns the answers of whoever else has widgets."""


def register(manager: Any, others: Others) -> None:
    """Have a comm manager answer for this process's widgets and those of others, at once: the page waits for one."""

    def opened(comm: Any, opening: dict[str, Any]) -> None:
        own = _Own(opening)

        def asked(request: dict[str, Any]) -> None:
            answers = [own.answer(request), *others(opening, request)]
            # The page puts a buffer where the path of the same place says, which begins with the widget's id.
            data = {
                "method": "update_states",
                "states": {key: state for each in answers for key, state in each.data["states"].items()},
                "buffer_paths": [path for each in answers for path in each.data["buffer_paths"]],
            }
            comm.send(data, buffers=[buffer for each in answers for buffer in each.buffers])

        comm.on_msg(asked)

    manager.register_target("jupyter.widget.control", opened)


class _Own:
    """A comm by which ipywidgets believes to be asked; it keeps the answer."""

    def __init__(self, opening: dict[str, Any]) -> None:
        self._states = States({"states": {}, "buffer_paths": []}, [])
        Widget.handle_control_comm_opened(self, opening)

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        self._ask = callback

    def send(self, data: dict[str, Any], buffers: list[Any]) -> None:
        self._states = States(data, buffers)

    def answer(self, request: dict[str, Any]) -> States:
        """Return what ipywidgets says."""
        Widget._control_comm = self  # noqa: SLF001  # another page may have asked since
        self._ask(request)
        return self._states
