"""A notebook in a browser that nothing watches while its cells run: for what they leave in memory.

A browser keeps for its debugger what pages have sent and got. With Playwright attached, JupyterLab grows by hundreds of
megabytes in ten thousand cells, the kernel's own as well. So Playwright connects to this browser, and leaves meanwhile.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import psutil
from e2e.browsers import chromium_command
from e2e.jupyter import Jupyter, free_port, http_request
from e2e.page import NotebookPage, code_notebook
from e2e.waiting import SLOW, wait_until
from playwright.sync_api import BrowserType, Page

NAME = "unwatched.ipynb"
REST = 2000
"""Milliseconds that a page is given to free what it no longer needs."""
HOUR = 3600.0

_EXECUTE = """([code, first, end, done]) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const execute = async (code) => {
    const { content } = await kernel.requestExecute({ code }).done;
    if (content.status !== "ok") throw new Error(`${content.ename}: ${content.evalue}`);
  };
  const all = async () => {
    for (let at = first; at < end; at += 50) {
      const numbers = Array.from({ length: Math.min(50, end - at) }, (_, index) => at + index);
      await Promise.all(numbers.map((number) => execute(code.replace("{}", number))));
    }
  };
  const tell = (how) => execute(`open(${JSON.stringify(done)}, "w").write(${JSON.stringify(how)})`);
  all().then(() => tell("well"), (error) => tell(String(error)));
}"""


class UnwatchedNotebook:
    """JupyterLab with one notebook, the extension loaded, for the time of a ``with`` block.

    Parameters
    ----------
    jupyter
        The server.
    browsers
        Playwright's way to Chromium.
    """

    def __init__(self, jupyter: Jupyter, browsers: BrowserType) -> None:
        self._jupyter = jupyter
        self._browsers = browsers
        self._endpoint = f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> Self:
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        port = self._endpoint.rpartition(":")[2]
        options = ["--headless", f"--remote-debugging-port={port}", f"--user-data-dir={self._folder.name}"]
        self._browser = subprocess.Popen([*chromium_command(), *options, "about:blank"], stderr=subprocess.DEVNULL)
        wait_until(self._listens, "the browser to listen", SLOW)
        cells = ["%load_ext pyscript_jupyter", "import os\nprint(os.getpid())"]
        self._jupyter.write(NAME, code_notebook(cells))
        with self._watched() as page:
            notebook = NotebookPage(self._jupyter, page, NAME)
            notebook.open()
            notebook.run(0)
            self._kernel = psutil.Process(int(notebook.run(1)))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._browser.terminate()
        self._browser.wait()
        self._folder.cleanup()
        self._jupyter.end_kernels()

    def execute(self, code: str, first: int, end: int) -> None:
        """Have the kernel execute code once for each number from ``first`` to below ``end``, which stands at ``{}``.

        It goes the way of a cell, by the front end's own connection, some at a time as Run All does, and with a number
        of its own. But no cell of the notebook shows it, so that JupyterLab has no ten thousand outputs to draw.
        """
        done = self._jupyter.root / "done"
        done.unlink(missing_ok=True)
        with self._watched() as page:
            page.evaluate(_EXECUTE, [code, first, end, str(done)])
        how = wait_until(lambda: done.is_file() and done.read_text("utf-8"), f"{end - first} cells", HOUR)
        if how != "well":
            raise RuntimeError(how)

    def held(self) -> dict[str, float]:
        """Return the megabytes that the page with its frames holds, and those of the kernel."""
        with self._watched() as page:
            page.request_gc()
            page.wait_for_timeout(REST)
            processes = psutil.Process(self._browser.pid).children(recursive=True)
            renderers = [process for process in processes if "--type=renderer" in process.cmdline()]
            # What processes share with one another counts for none of them.
            pages = sum(process.memory_full_info().uss for process in renderers)
        return {"the page": pages / 1e6, "the kernel": self._kernel.memory_info().rss / 1e6}

    @contextmanager
    def _watched(self) -> Iterator[Page]:
        browser = self._browsers.connect_over_cdp(self._endpoint)
        yield browser.contexts[0].pages[0]
        browser.close()  # the connection, and not what it leads to

    def _listens(self) -> bool:
        try:
            return http_request("GET", f"{self._endpoint}/json/version")[0] == 200
        except ConnectionError:
            return False
