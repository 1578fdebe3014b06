"""Take the screenshots of the documents in a real JupyterLab: ``python scripts/screenshots.py [NAME …]``.

Uses the harness of the end-to-end tests. Light and dark, wide and narrow are taken of the first notebook, of the
`PyScript` object's card, of what a cell draws and of a second tab; look at each before committing it.
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
WAVES = '''%%pyscript py
import math
from polyscript import xworker
from pyodide.ffi import create_proxy

document = xworker.window.document
document.body.innerHTML = """
<label>Frequency <input type="range" min="1" max="9" value="4"></label><br>
<canvas width="480" height="120"></canvas>"""
slider = document.querySelector("input")
context = document.querySelector("canvas").getContext("2d")
context.strokeStyle = "#1976d2"

def draw(event=None):
    context.clearRect(0, 0, 480, 120)
    context.beginPath()
    for x in range(0, 481, 4):
        context.lineTo(x, 60 + 50 * math.sin(int(slider.value) * x / 60))
    context.stroke()

slider.addEventListener("input", create_proxy(draw))
draw()'''
NOTE = """%%pyscript py
slider.value = 7
draw()
document.body.append("From another cell.")"""
STAGE = [LOAD, WAVES, NOTE]
NOTEBOOKS = {"first-cell": FIRST, "widget": WIDGET, "stage": STAGE}
SECOND_TAB = "second-tab"
"""The first notebook in a tab that does not run its cells."""


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


def take(page: Page, name: str, theme: str) -> None:
    """Take the screenshot of a theme; in the light one also how it looks where there is little room."""
    tidy(page)
    for drawn in page.locator(".jp-OutputArea iframe").all():
        drawn.scroll_into_view_if_needed()
    page.screenshot(path=IMAGES / f"{name}-{theme.lower()}.png")
    if theme == "Light":
        page.set_viewport_size({"width": 420, "height": 860})
        page.screenshot(path=IMAGES / f"{name}-narrow.png")


def main() -> None:
    """Take them all, or those that are named."""
    wanted = sys.argv[1:] or [*NOTEBOOKS, SECOND_TAB]
    with tempfile.TemporaryDirectory() as folder, Jupyter("lab", Path(folder)) as jupyter, sync_playwright() as driver:
        browser = launch(driver)
        for name in wanted:
            for theme in ("Dark", "Light"):
                file = f"{name}.ipynb"
                jupyter.write(file, code_notebook(NOTEBOOKS.get(name, FIRST)))
                context = browser.new_context(viewport={"width": 1000, "height": 860})
                notebook = NotebookPage(jupyter, context.new_page(), file)
                notebook.open()
                wear(notebook.page, theme)
                notebook.run_all()
                if name == SECOND_TAB:
                    notebook.save()
                    notebook = NotebookPage(jupyter, context.new_page(), file)
                    notebook.open()
                    notebook.page.locator(".pyscript-notice").wait_for()
                take(notebook.page, name, theme)
                context.close()
                jupyter.end_kernels()
        browser.close()


if __name__ == "__main__":
    if shutil.which("chromium") is None:
        sys.exit("Screenshots need `chromium` on PATH: `make browsers` installs it.")
    main()
