"""The notebook in which cells are timed."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from e2e.jupyter import Jupyter
from e2e.page import NotebookPage, code_notebook
from playwright.sync_api import BrowserContext

STOPWATCH = (Path(__file__).parent / "stopwatch.js").read_text("utf-8")

_NUMBERS = itertools.count(1)


class TimedNotebook:
    """A notebook in a tab of its own, open and with a free kernel, that tells how long its cells take.

    Parameters
    ----------
    jupyter
        The server.
    context
        Where its tab opens.
    cells
        What is in it. All of them fit on the screen, so that JupyterLab draws each one alike.
    kernel
        The name of its kernel.
    """

    def __init__(
        self, jupyter: Jupyter, context: BrowserContext, cells: Sequence[str], kernel: str = "python3"
    ) -> None:
        name = f"benchmark-{next(_NUMBERS)}.ipynb"
        jupyter.write(name, code_notebook(cells, kernel))
        self.notebook = NotebookPage(jupyter, context.new_page(), name)
        self.notebook.open()
        self.notebook.page.evaluate(STOPWATCH)

    def run(self, index: int) -> str:
        """Run a cell and return what it shows."""
        return self.notebook.run(index)

    def time(self, index: int, condition: Literal["line", "all"], text: str) -> float:
        """Press Shift+Enter in a cell and return the milliseconds until its output is in the document.

        Parameters
        ----------
        index
            The cell, counted from 0. Its output is taken away before and after.
        condition
            What is waited for: that the cell shows a ``line``, or that it is done and this is ``all`` that it shows.
        text
            That line, or all of the text.
        """
        page = self.notebook.page
        page.evaluate("([index, condition, text]) => stopwatch.arm(index, condition, text)", [index, condition, text])
        page.keyboard.press("Shift+Enter")
        milliseconds: float = page.evaluate("() => stopwatch.time")
        self.notebook.wait_until_idle()
        page.evaluate("(index) => stopwatch.clear(index)", index)
        return milliseconds

    def gap(self) -> float:
        """Return the longest time between two turns of a timer of the page's, in milliseconds, over three seconds."""
        milliseconds: float = self.notebook.page.evaluate("() => stopwatch.gap(3000)")
        return milliseconds

    def restart(self) -> None:
        """Restart the kernel."""
        self.notebook.page.evaluate("() => stopwatch.restart()")
        self.notebook.wait_until_idle()

    def time_start(self, index: int, text: str) -> float:
        """Restart the kernel, run a cell at once, and return the milliseconds from there to a line of its output."""
        began = time.perf_counter()
        self.notebook.page.evaluate("() => stopwatch.restart()")
        self.time(index, "line", text)
        return (time.perf_counter() - began) * 1000

    def close(self) -> None:
        """Close the tab and end the kernel."""
        self.notebook.page.close()
        self.notebook.jupyter.end_kernels()
