"""One tab that many tests of faults share, each of which finds it sound and leaves it so."""

from __future__ import annotations

import dataclasses

from playwright.sync_api import Browser, BrowserContext

from e2e import tally
from e2e.cells import LOAD, WORKERS, browser_cell
from e2e.jupyter import Jupyter
from e2e.page import NotebookPage, code_notebook
from e2e.tally import Tally
from e2e.waiting import SLOW, wait_until

LIMIT = 30.0
"""Seconds that the kernel has, on a busy machine, to notice that a cell's page has gone: no other limit is as short."""

READY = browser_cell("kept = 'kept'")


class Patient:
    """A notebook whose MicroPython is ready, with a name in it, and the count of everything there is then.

    Parameters
    ----------
    jupyter
        The server.
    browser
        The browser, in which it gets a context of its own.
    name
        The notebook's file name.
    context
        A context for it that is there already.
    """

    def __init__(
        self, jupyter: Jupyter, browser: Browser, name: str = "faults.ipynb", context: BrowserContext | None = None
    ) -> None:
        self.jupyter = jupyter
        self.context = context or browser.new_context(viewport={"width": 1280, "height": 1200})
        tally.watch(self.context)
        jupyter.write(name, code_notebook(["print('a notebook')"]))
        wait_until(lambda: not jupyter.relay()["rooms"], "the rooms of earlier tests to end")
        self.page = NotebookPage(jupyter, self.context.new_page(), name)
        self.page.open()

    def prepare(self) -> None:
        """Make the notebook sound, and count."""
        self.recover()
        self.before = self.count()

    def recover(self) -> None:
        """Run the cells that a reader would run, whatever is there still."""
        self.page.wait_until_idle()
        self.page.run_new(LOAD)
        text = self.page.run_new(READY)
        assert "Error" not in text, text
        self.page.wait_for_workers(WORKERS["mpy"])

    def count(self) -> Tally:
        """Count everything there is."""
        return dataclasses.replace(tally.glance(self.page), threads=tally.threads(self.page))

    def assert_as_before(self) -> None:
        """Wait until as much is there as before the fault, and no more."""
        self.wait_for(dataclasses.replace(self.before, threads=""))
        after = self.count()
        assert after == self.before, f"Wanted {self.before}, found {after}."

    def assert_nothing_runs(self, pages: int = 0) -> None:
        """Wait until nothing of ours is left: neither frame nor worker, no room, and no socket."""
        self.wait_for(Tally(0, 0, self.before.blobs, pages, pages, 0))

    def wait_for(self, wanted: Tally) -> None:
        """Wait until a glance finds this much."""
        found: list[Tally] = []

        def matches() -> bool:
            found[:] = [tally.glance(self.page)]
            return found == [wanted]

        try:
            wait_until(matches, "the count", 20)
        except AssertionError as error:
            raise AssertionError(f"Wanted {wanted}, found {found[0]}.") from error

    def wait_until_given_up(self) -> None:
        """Wait until the kernel has given up the cell that it was running."""
        states = self.jupyter.kernels
        wait_until(lambda: states()[0]["execution_state"] == "idle", "the kernel to give the cell up", LIMIT)

    def wait_for_sockets(self, count: int) -> None:
        """Wait until as many frames are connected to the relay."""
        wait_until(lambda: self.jupyter.relay()["frames"] == count, f"{count} sockets of frames", 20)

    def run(self, code: str, options: str = "mpy", timeout: float = SLOW) -> str:
        """Run a new cell in the browser and return what it shows."""
        return self.page.run_new(browser_cell(code, options), timeout)

    def start(self, code: str, until: str, options: str = "mpy") -> int:
        """Start a new cell in the browser, wait until it shows a text, and return its number."""
        index = self.page.add(browser_cell(code, options))
        self.page.start(index)
        self.page.wait_for_text(index, until)
        return index

    def wait_for_dialog(self, text: str) -> None:
        """Wait until JupyterLab says something in a dialog, and close that."""
        dialog = self.page.page.locator(".jp-Dialog", has_text=text)
        dialog.get_by_role("button").last.click()
        dialog.wait_for(state="detached")

    def see(self, context: BrowserContext) -> None:
        """Find the tab again, in the one context of a browser that Playwright is connected to anew."""
        self.context = context  # not watched anew: that would wait for a frame that has crashed
        (self.page.page,) = [tab for tab in context.pages if self.page.name in tab.url]

    def close(self) -> None:
        """Close the tab, and end its kernel."""
        self.context.close()
        self.jupyter.end_kernels()
