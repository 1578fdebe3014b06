"""Take the screenshots of the documents in a real JupyterLab: ``python scripts/screenshots.py``.

Uses the harness of the end-to-end tests. Light and dark, wide and narrow are taken of the first notebook, and the
`PyScript` object's card; look at each before committing it.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

CHECKOUT = Path(__file__).parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

from e2e.browsers import launch  # noqa: E402  # the harness lies in tests/
from e2e.jupyter import Jupyter  # noqa: E402
from e2e.page import NotebookPage, code_notebook  # noqa: E402

IMAGES = CHECKOUT / "docs" / "images"
LOAD = "%load_ext pyscript_jupyter"
HELLO = 'import sys\nprint("hello from", sys.implementation.name)\n1 + 1'
SHOW = 'from pyscript import HTML\ndisplay(HTML("<b>bold</b>"))\n\ndef half(n):\n    return n / 0\n\nhalf(2)'
FIRST = [LOAD, f"%%pyscript mpy\n{HELLO}", f"%%pyscript py\n{HELLO}", f"%%pyscript py\n{SHOW}"]
WIDGET = [
    LOAD,
    'from pyscript_jupyter import PyScript\n\npage = PyScript("py")\npage',
    'page.run("6 * 7")',
    "%pyscript",
    "%pyscript doctor",
]


def tidy(page: Page) -> None:
    """Leave the notebook alone on the screen."""
    page.evaluate("window.jupyterapp.shell.collapseLeft()")
    page.evaluate("window.jupyterapp.commands.execute('application:set-mode', {mode: 'single-document'})")
    page.evaluate("document.activeElement?.blur()")


def wear(page: Page, theme: str) -> None:
    """Put on JupyterLab's light or dark theme, which is kept for later pages too."""
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{str(theme == 'Light').lower()}'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


def main() -> None:
    """Take them all."""
    with tempfile.TemporaryDirectory() as folder, Jupyter("lab", Path(folder)) as jupyter, sync_playwright() as driver:
        browser = launch(driver)
        for name, cells in {"first-cell": FIRST, "widget": WIDGET}.items():
            jupyter.write(f"{name}.ipynb", code_notebook(cells))
            notebook = NotebookPage(jupyter, browser.new_page(viewport={"width": 1000, "height": 860}), f"{name}.ipynb")
            notebook.open()
            notebook.run_all()
            tidy(notebook.page)
            for theme in ("Dark", "Light"):
                wear(notebook.page, theme)
                notebook.page.screenshot(path=IMAGES / f"{name}-{theme.lower()}.png")
            notebook.page.set_viewport_size({"width": 420, "height": 860})
            notebook.page.screenshot(path=IMAGES / f"{name}-narrow.png")
            notebook.page.close()
        browser.close()


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        sys.exit("Screenshots need `chromium` on PATH: `make browsers` installs it.")
    main()
