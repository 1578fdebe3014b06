"""A notebook's page, opened from a disk with no JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, ViewportSize

from e2e.browsers import BrowserName, launch_firefox
from e2e.conftest import FIXTURES
from pyscript_jupyter.app import main

TEXT = r"""# A page

Mathematics: $\frac{a}{b}$, and a link to [the end](#The-end).

$$\sum_{i=1}^n i^2$$

<img src=x onerror="document.title = 'attacked'"><img src="http://evil.invalid/x.png">
"""
ATTACK = "<b>bold</b><script>document.title = 'attacked'</script><svg onload=\"document.title = 'attacked'\"></svg>"
TABLE = "<table border=1 class=dataframe><tr>" + "<td>a long word</td>" * 30 + "</tr></table>"
COLOURED = "\x1b[31mValueError\x1b[39m: no"


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a notebook that has something of everything."""
    outputs = [
        v4.new_output("stream", text="10 %\r100 %\nprinted\n"),
        v4.new_output("stream", name="stderr", text="a warning\n"),
        v4.new_output("display_data", {"text/html": ATTACK}),
        v4.new_output("display_data", {"text/html": TABLE}),
        v4.new_output(
            "display_data", {"image/svg+xml": "<svg width='40' height='30'><rect width='40' height='30'/></svg>"}
        ),
        v4.new_output("error", ename="ValueError", evalue="no", traceback=[COLOURED]),
    ]
    nb = v4.new_notebook(
        cells=[
            v4.new_markdown_cell(TEXT),
            v4.new_code_cell("\n\n%%pyscript mpy\nprint('<&>')  # " + "long " * 60, outputs=outputs),
            v4.new_code_cell("server = 1", metadata={"tags": ["hide-input"]}),
            v4.new_markdown_cell("## The end"),
        ]
    )
    file = tmp_path_factory.mktemp("page") / "a page.ipynb"
    nbformat.write(nb, file)
    assert main(["export", str(file)]) == 0
    return file.with_suffix(".html")


class Reader:
    """Somebody who opens the page, with JavaScript off."""

    def __init__(self, context: BrowserContext, path: Path) -> None:
        self.asked: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())


@pytest.fixture(scope="module")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Return a Firefox that runs no scripts."""
    browser = launch_firefox(playwright, scripts=False)
    yield browser
    browser.close()


@pytest.fixture
def contexts(request: pytest.FixtureRequest, browser_name: BrowserName) -> Iterator[list[BrowserContext]]:
    """Return a list of contexts, which are closed in the end."""
    made: list[BrowserContext] = []
    yield made
    for context in made:
        context.close()


def press(target: Locator) -> None:
    """Press it by the keyboard, and wait for nothing."""
    target.focus()
    target.page.keyboard.press("Enter")


# Firefox cannot be told to be dark: the current ESR has no such command.
@pytest.mark.parametrize(
    ("browser_name", "scheme", "width"),
    [("chromium", "light", 1400), ("chromium", "dark", 375), ("firefox", "light", 375)],
)
def test_a_page_is_read_with_no_script_and_no_network(
    path: Path,
    request: pytest.FixtureRequest,
    contexts: list[BrowserContext],
    browser_name: BrowserName,
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    browser: Browser = request.getfixturevalue(FIXTURES[browser_name])
    size = ViewportSize(width=width, height=900)
    contexts.append(browser.new_context(java_script_enabled=False, color_scheme=scheme, viewport=size))
    reader = Reader(contexts[0], path)
    page = reader.page
    # Nothing is waited for: all is there when the page has loaded, and with no scripts Firefox has no timers.
    assert page.title() == "A page"
    assert page.get_by_role("heading", name="A page", level=1).is_visible()
    assert page.locator("math").first.is_visible()
    cells = page.locator("section.cell")
    assert cells.count() == 4
    shown = cells.nth(1)
    assert (shown.locator("pre.source").text_content() or "").startswith("\n\n%%pyscript mpy\nprint('<&>')")
    assert shown.locator(".place").inner_text() == "MicroPython"
    assert shown.locator(".output-stdout pre").inner_text().strip() == "100 %\nprinted"
    assert shown.locator("b").inner_text() == "bold"
    assert shown.locator(".output-error .ansi-red-fg").inner_text() == "ValueError"
    assert shown.locator("img").is_visible()
    assert page.get_by_text("server = 1").is_hidden()
    press(page.locator("summary"))
    assert page.get_by_text("server = 1").is_visible()
    # It fits: what is too wide scrolls in its own place.
    assert page.locator("main").evaluate("main => document.documentElement.scrollWidth <= innerWidth")
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    brightness = sum(map(int, re.findall(r"\d+", ground)[:3])) / 3
    assert brightness > 240 if scheme == "light" else brightness < 40
    press(page.get_by_role("link", name="the end"))
    page.wait_for_url("**#The-end")
    assert page.title() == "A page"
    assert {url.partition(":")[0] for url in reader.asked} <= {"file", "data"}
    assert {url for url in reader.asked if url.startswith("file:")} <= {path.as_uri(), f"{path.as_uri()}#The-end"}
