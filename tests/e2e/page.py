"""A notebook that is open in a browser, as its reader uses it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import nbformat
from playwright.sync_api import Locator, Page, Worker

from e2e.jupyter import Jupyter
from e2e.waiting import SLOW, wait_until

# The notebook is found by its name: what is current or has the focus changes whenever a tab or a frame takes it.
_PANEL = """
    const { commands, shell } = window.jupyterapp ?? {};
    const panel = [...(shell?.widgets("main") ?? [])].find((widget) => widget.context?.path === name);
"""

_KERNEL_IS_IDLE = """
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
"""

_EXECUTION_COUNTS = "return panel.content.widgets.map((cell) => cell.model.executionCount ?? null);"

_OPEN = """async (path) => {
    await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
}"""

_CHOOSE_CELL = """
    panel.content.activeCellIndex = argument;
    panel.content.mode = "command";
    shell.activateById(panel.id);
    panel.content.activate();
"""

# The keys that are pressed go to the cell. A frame in one of its outputs would keep them.
_CELL_IS_CHOSEN = """
    const focus = document.activeElement;
    return shell.currentWidget === panel && panel.content.node.contains(focus) && focus.tagName !== "IFRAME"
        && panel.content.activeCellIndex === argument;
"""

# Without its number a cell shows when it is done again: a restarted kernel counts from 1.
_FORGET_COUNT = "panel.content.widgets[argument].model.executionCount = null;"

# JupyterLab draws a long notebook that has just been opened bit by bit.
_OUTPUTS_ARE_DRAWN = """
    const cell = panel.content.widgets[argument];
    const { outputs } = cell.model;
    return !cell.isPlaceholder() && (outputs.length === 0 || cell.outputArea.widgets.length > 0);
"""

_ADD_CELL = """
    panel.content.model.sharedModel.addCell({cell_type: "code", source: argument, metadata: {}});
    return panel.content.widgets.length - 1;
"""

_START_COMMAND = """
    window.testCommand = "running";
    commands.execute(argument).finally(() => { window.testCommand = "over"; });
"""


def code_notebook(cells: Sequence[str], kernel: str = "python3") -> nbformat.NotebookNode:
    """Return a notebook of code cells for a kernel."""
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}},
    )
    return notebook


def press(button: Locator) -> None:
    """Press a button in a frame.

    By an event: the mouse is aimed at where the button was a moment ago, and misses when the notebook around the frame
    moves; and keys go to the notebook when that takes the focus back. What an event changes is no reader's doing: where
    that matters, press a key, when the notebook has come to rest.
    """
    button.dispatch_event("click")


class NotebookPage:
    """One tab with one notebook in it. Cells are counted from 0.

    Parameters
    ----------
    jupyter
        The server.
    page
        An empty tab.
    name
        The notebook's file name.
    """

    def __init__(self, jupyter: Jupyter, page: Page, name: str) -> None:
        self.jupyter = jupyter
        self.page = page
        self.name = name

    def open(self) -> None:
        """Go to the notebook and wait until its kernel is idle."""
        self.page.goto(self.jupyter.page_url(self.name))
        self.wait_until_idle()

    def open_here(self) -> None:
        """Open the notebook beside what the tab shows already, and wait until its kernel is idle."""
        self.page.evaluate(_OPEN, self.name)
        self.wait_until_idle()

    def reload(self) -> None:
        """Reload the page and wait until it shows the notebook, whatever the kernel does."""
        self.page.reload()
        self._wait("return panel?.context?.isReady;")

    def wait_until_idle(self, timeout: float = SLOW) -> None:
        """Wait until the notebook is connected to a kernel that has nothing to do."""
        self._wait(_KERNEL_IS_IDLE, timeout=timeout)

    def start_run_all(self) -> None:
        """Choose Run > Run All Cells."""
        self._start_command("runmenu:run-all")

    def wait_until_over(self, timeout: float = SLOW) -> None:
        """Wait until the command that was started last is over."""
        self._wait("return window.testCommand === 'over';", timeout=timeout)
        self.wait_until_idle(timeout)

    def run_all(self, timeout: float = SLOW) -> None:
        """Choose Run > Run All Cells, and wait until all are done or one of them has failed."""
        self.start_run_all()
        self.wait_until_over(timeout)

    def choose(self, index: int) -> None:
        """Choose a cell: commands are about it, and keys go to it."""
        self._evaluate(_CHOOSE_CELL, index)
        self._wait(_CELL_IS_CHOSEN, index)

    def start(self, index: int) -> None:
        """Choose a cell and press Shift+Enter."""
        self.choose(index)
        self.page.keyboard.press("Shift+Enter")

    def start_soon(self, index: int) -> None:
        """Have the page run a cell in a moment, for a cell that leaves the page no time to answer."""
        self.choose(index)
        self._evaluate("setTimeout(() => commands.execute('notebook:run-cell'), 100);")

    def run(self, index: int, timeout: float = SLOW) -> str:
        """Choose a cell, press Shift+Enter, wait until it is done and return what it shows."""
        self._evaluate(_FORGET_COUNT, index)
        self.start(index)
        self._wait("return panel.content.widgets[argument].model.executionCount;", index, timeout)
        self.wait_until_idle(timeout)
        self._wait(_OUTPUTS_ARE_DRAWN, index)
        return self.text(index)

    def add(self, source: str) -> int:
        """Add a code cell at the end and return its number."""
        index: int = self._evaluate(_ADD_CELL, source)
        return index

    def run_new(self, source: str, timeout: float = SLOW) -> str:
        """Add a code cell at the end, run it and return what it shows."""
        return self.run(self.add(source), timeout)

    def delete(self, index: int) -> None:
        """Delete a cell."""
        self._evaluate("panel.content.model.sharedModel.deleteCell(argument);", index)

    def scroll_to(self, index: int) -> None:
        """Bring a cell into view."""
        self._evaluate("return panel.content.scrollToItem(argument);", index)

    def rename(self, name: str) -> None:
        """Give the notebook another file name."""
        self._evaluate("return panel.context.rename(argument);", name)
        self.name = name

    def restart_kernel(self) -> None:
        """Restart the kernel, and wait until the server has done it."""
        self._evaluate("return panel.sessionContext.session.kernel.restart();")

    def start_kernel(self) -> None:
        """Start a kernel where the notebook has none."""
        self._evaluate("return panel.sessionContext.changeKernel({name: 'python3'});")

    def command(self, identifier: str) -> None:
        """Give a command of the front end and wait until it is over, whatever the kernel does."""
        self._start_command(identifier)
        self._wait("return window.testCommand === 'over';")

    def execution_counts(self) -> list[int | None]:
        """Return the number in front of each cell; None where there is none."""
        counts: list[int | None] = self._evaluate(_EXECUTION_COUNTS)
        return counts

    def outputs(self, index: int) -> Locator:
        """Return the outputs of a cell, in their order."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-OutputArea-output")

    def text(self, index: int) -> str:
        """Return what a cell shows below it: a line for each output."""
        return "\n".join(text.strip() for text in self.outputs(index).all_inner_texts())

    def wait_for_text(self, index: int, text: str, timeout: float = SLOW) -> None:
        """Wait until a cell's outputs hold a text."""
        self.outputs(index).filter(has_text=text).first.wait_for(timeout=timeout * 1000)

    def wait_for_workers(self, count: int) -> list[Worker]:
        """Wait until the page and its frames have as many workers, and return them."""

        def matches() -> bool:
            self.page.evaluate("0")  # the list changes only while the browser is listened to
            return len(self.page.workers) == count

        wait_until(matches, f"{count} workers")
        return self.page.workers

    def save(self) -> nbformat.NotebookNode:
        """Save the notebook and return it as it lies on the server's disk."""
        self.command("docmanager:save")
        self._wait("return !panel.context.model.dirty;")
        return self.jupyter.read(self.name)

    def _start_command(self, identifier: str) -> None:
        """Give a command to the notebook, which is made the current one if it is not."""
        self._evaluate("if (shell.currentWidget !== panel) shell.activateById(panel.id);")
        self._wait("return shell.currentWidget === panel;")
        self._evaluate(_START_COMMAND, identifier)

    def _evaluate(self, body: str, argument: object = None) -> Any:
        """Return what the body of a function returns that has the notebook's ``panel`` and an ``argument``."""
        return self.page.evaluate(f"([name, argument]) => {{ {_PANEL} {body} }}", [self.name, argument])

    def _wait(self, body: str, argument: object = None, timeout: float = SLOW) -> None:
        """Wait until such a function returns something true."""
        self.page.wait_for_function(
            f"([name, argument]) => {{ {_PANEL} {body} }}", arg=[self.name, argument], timeout=timeout * 1000
        )
