"""A notebook that is open in a browser, as its reader uses it."""

from __future__ import annotations

from collections.abc import Sequence

import nbformat
from playwright.sync_api import Locator, Page, Worker

from e2e.jupyter import Jupyter
from e2e.waiting import SLOW, wait_until

_PANEL = "const panel = window.jupyterapp?.shell?.currentWidget;"

_KERNEL_IS_IDLE = f"""() => {{
    {_PANEL}
    const kernel = panel?.sessionContext?.session?.kernel;
    return panel?.context?.isReady && kernel?.connectionStatus === "connected" && kernel.status === "idle";
}}"""

_EXECUTION_COUNTS = f"""() => {{ {_PANEL}
    return panel.content.widgets.map((cell) => cell.model.executionCount ?? null);
}}"""

_OPEN = """async (path) => {
    const { commands, shell } = window.jupyterapp;
    const panel = await commands.execute("docmanager:open", { path, factory: "Notebook" });
    shell.activateById(panel.id);
}"""

_CHOOSE_CELL = f"""(index) => {{ {_PANEL}
    panel.content.activeCellIndex = index;
    panel.content.mode = "command";
    panel.content.activate();
}}"""

# Without its number a cell shows when it is done again: a restarted kernel counts from 1.
_FORGET_COUNT = f"(index) => {{ {_PANEL} panel.content.widgets[index].model.executionCount = null; }}"

_ADD_CELL = f"""(source) => {{ {_PANEL}
    panel.content.model.sharedModel.addCell({{cell_type: "code", source, metadata: {{}}}});
    return panel.content.widgets.length - 1;
}}"""

_START_COMMAND = """(id) => {
    window.testCommand = "running";
    window.jupyterapp.commands.execute(id).finally(() => { window.testCommand = "over"; });
}"""


def code_notebook(cells: Sequence[str]) -> nbformat.NotebookNode:
    """Return a notebook of code cells for the ordinary Python kernel."""
    notebook: nbformat.NotebookNode = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}},
    )
    return notebook


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
        self.page.wait_for_function(f"() => {{ {_PANEL} return panel?.context?.isReady; }}", timeout=SLOW * 1000)

    def wait_until_idle(self, timeout: float = SLOW) -> None:
        """Wait until the notebook is connected to a kernel that has nothing to do."""
        self.page.wait_for_function(_KERNEL_IS_IDLE, timeout=timeout * 1000)

    def start_run_all(self) -> None:
        """Choose Run > Run All Cells."""
        self.page.evaluate(_START_COMMAND, "runmenu:run-all")

    def wait_until_over(self, timeout: float = SLOW) -> None:
        """Wait until the command that was started last is over."""
        self.page.wait_for_function("() => window.testCommand === 'over'", timeout=timeout * 1000)
        self.wait_until_idle(timeout)

    def run_all(self, timeout: float = SLOW) -> None:
        """Choose Run > Run All Cells, and wait until all are done or one of them has failed."""
        self.start_run_all()
        self.wait_until_over(timeout)

    def start(self, index: int) -> None:
        """Choose a cell and press Shift+Enter."""
        self.page.evaluate(_CHOOSE_CELL, index)
        self.page.keyboard.press("Shift+Enter")

    def start_soon(self, index: int) -> None:
        """Have the page run a cell in a moment, for a cell that leaves the page no time to answer."""
        self.page.evaluate(_CHOOSE_CELL, index)
        self.page.evaluate("() => { setTimeout(() => window.jupyterapp.commands.execute('notebook:run-cell'), 100); }")

    def run(self, index: int, timeout: float = SLOW) -> str:
        """Choose a cell, press Shift+Enter, wait until it is done and return what it shows."""
        self.page.evaluate(_FORGET_COUNT, index)
        self.start(index)
        self.page.wait_for_function(
            f"(index) => {{ {_PANEL} return panel.content.widgets[index].model.executionCount; }}",
            arg=index,
            timeout=timeout * 1000,
        )
        self.wait_until_idle(timeout)
        return self.text(index)

    def add(self, source: str) -> int:
        """Add a code cell at the end and return its number."""
        index: int = self.page.evaluate(_ADD_CELL, source)
        return index

    def run_new(self, source: str, timeout: float = SLOW) -> str:
        """Add a code cell at the end, run it and return what it shows."""
        return self.run(self.add(source), timeout)

    def delete(self, index: int) -> None:
        """Delete a cell."""
        self.page.evaluate(f"(index) => {{ {_PANEL} panel.content.model.sharedModel.deleteCell(index); }}", index)

    def rename(self, name: str) -> None:
        """Give the notebook another file name."""
        self.page.evaluate(f"(name) => {{ {_PANEL} return panel.context.rename(name); }}", name)
        self.name = name

    def command(self, identifier: str) -> None:
        """Give a command of the front end and wait until it is over, whatever the kernel does."""
        self.page.evaluate(_START_COMMAND, identifier)
        self.page.wait_for_function("() => window.testCommand === 'over'", timeout=SLOW * 1000)

    def execution_counts(self) -> list[int | None]:
        """Return the number in front of each cell; None where there is none."""
        counts: list[int | None] = self.page.evaluate(_EXECUTION_COUNTS)
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
        self.page.wait_for_function(f"() => {{ {_PANEL} return !panel.context.model.dirty; }}", timeout=SLOW * 1000)
        return self.jupyter.read(self.name)
