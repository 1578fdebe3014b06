"""The headless widget that brings the front end into the notebook's page, one a kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import anywidget
from traitlets import Unicode

from pyscript_jupyter.interpreters import assets


def front_end() -> str:
    """Return the inline module that anywidget loads: a few kB, self-contained; raises `NotInstalledError`."""
    return assets.text("bootstrap.js")


class Bootstrap(anywidget.AnyWidget):
    """Tells the page which room to join.

    The room is a message and never a trait, so that it is not saved with the notebook: a model that was restored from a
    saved notebook hears nothing, and does nothing.

    Parameters
    ----------
    room
        The relay's name of this kernel's room.
    assets
        The path of the front end below the server's base URL.
    on_problem
        Takes a sentence on why the page could not load the front end, or was not let in.
    """

    _esm = Unicode().tag(sync=True)
    _view_name = Unicode(None, allow_none=True).tag(sync=True)  # type: ignore[assignment]  # there is nothing to see

    def __init__(self, room: str, assets: str, on_problem: Callable[[str], None]) -> None:
        self._on_problem = on_problem
        self._room = {"room": room, "assets": assets}
        super().__init__(_esm=front_end())
        self.on_msg(self._answer)
        self.tell()

    def tell(self) -> None:
        """Tell the page the room; it takes no harm from hearing it twice."""
        self.send(self._room)

    def move(self, room: str, assets: str) -> None:
        """Tell the page that the kernel has connected anew and has another room."""
        self._room = {"room": room, "assets": assets}
        self.tell()

    def end_input(self) -> None:
        """Tell the page that the kernel waits for no input any more: JupyterLab runs no cell while it thinks so."""
        self.send({"input": "over"})

    def _answer(self, widget: Any, content: Any, buffers: Any) -> None:
        """Answer a page that was loaded after the room was first told, and take its troubles."""
        match content:
            case {"ask": "room"}:
                self.tell()
            case {"problem": str(problem)}:
                self._on_problem(problem)
