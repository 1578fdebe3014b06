"""The floor of a first cell: a bare page that loads the same interpreter by itself and prints.

The same files come through the same handler, with the same headers, from a server of its own:
``python -m benchmarks.floor PORT``.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from types import TracebackType
from typing import Self

from e2e.jupyter import free_port, http_request
from e2e.waiting import wait_until
from playwright.sync_api import BrowserContext
from tornado import web

from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.server.assets import AssetHandler

SETTLE = 500
"""Milliseconds that a page is left alone before it is timed."""

_LOADERS = {"micropython": "loadMicroPython", "pyodide": "loadPyodide"}

# The clock of a page starts when its navigation does.
_PAGE = """<!doctype html>
<meta charset="utf-8">
<title>{load}</title>
<pre id="output"></pre>
<script>
  window.time = new Promise((resolve) => {{
    const output = document.getElementById("output");
    new MutationObserver(() => resolve(performance.now())).observe(output, {{ childList: true }});
  }});
</script>
<script type="module">
  import {{ {load} }} from "{entry}";
  const output = document.getElementById("output");
  const interpreter = await {load}({{ stdout: (text) => output.append(`${{text}}\\n`) }});
  interpreter.runPython('print("hello")');
</script>
"""


class Floor:
    """Bare pages, each in a tab of its own, for the time of a ``with`` block.

    Parameters
    ----------
    context
        Where the tabs open.
    """

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._origin = f"http://127.0.0.1:{free_port()}"

    def __enter__(self) -> Self:
        port = self._origin.rpartition(":")[2]
        self._process = subprocess.Popen([sys.executable, "-m", __spec__.name, port])
        wait_until(self._listens, "the bare pages' server to listen")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.wait()

    def time(self, interpreter: str) -> float:
        """Go to an interpreter's page and return the milliseconds until its printed line is in the document.

        The tab is new, and shows an empty page of the same server before: its process is there already, but has not
        compiled this interpreter before.
        """
        page = self._context.new_page()
        page.goto(f"{self._origin}/")
        page.wait_for_timeout(SETTLE)
        page.goto(f"{self._origin}/{interpreter}")
        milliseconds: float = page.evaluate("() => time")
        page.close()
        return milliseconds

    def _listens(self) -> bool:
        try:
            return http_request("GET", f"{self._origin}/")[0] == 200
        except ConnectionError:
            return False


class PageHandler(web.RequestHandler):
    """Serves the page of an interpreter; for no interpreter, an empty one."""

    def get(self, interpreter: str) -> None:
        """Send it."""
        self.set_header("Cache-Control", "no-store")
        if not interpreter:
            self.finish("<!doctype html><title>empty</title>")
            return
        manifest = assets.manifest()
        entry = f"/assets/{manifest.digest}/{manifest.interpreters[interpreter].entry}"
        self.finish(_PAGE.format(load=_LOADERS[interpreter], entry=entry))


async def _serve(port: int) -> None:
    served = {"manifest": assets.manifest(), "path": str(assets.STATIC)}
    application = web.Application(
        [
            (r"/assets/(?P<digest>[0-9a-f]+)/(?P<name>.+)", AssetHandler, served),
            (r"/(micropython|pyodide|)", PageHandler),
        ],
        log_function=lambda handler: None,
    )
    application.listen(port, "127.0.0.1")
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
