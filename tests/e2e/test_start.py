"""What a start is quicker by: Pyodide's memory snapshot, and a MicroPython that was started ahead.

Where the snapshot cannot be used Pyodide starts all the same, and says so once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

import pyscript_jupyter
from e2e.cells import ENDLESS, LOAD, WORKERS, browser_cell
from e2e.conftest import Desk, in_every_browser, sit_down
from e2e.jupyter import Jupyter
from e2e.traffic import Traffic
from e2e.waiting import wait_until

USED = "import sys\nprint('from the snapshot' if '_pyscript_snapshot' in sys.modules else 'the ordinary way')"
DRAW = """
import json, os, random, secrets, tempfile, uuid
print(json.dumps([random.random(), tempfile.mktemp(), str(uuid.uuid4()), secrets.token_hex(), os.urandom(8).hex()]))
"""
CLOCK = """
import time
from js import Date
offsets = [60 * Date.new(Date.new().getFullYear(), month, 1).getTimezoneOffset() for month in (0, 6)]
print(time.timezone == max(offsets), abs(time.time() - Date.now() / 1000) < 60)
"""


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """Return a copy of the package, for the server of one test alone."""
    shutil.copytree(Path(pyscript_jupyter.__file__).parent, tmp_path / "package" / "pyscript_jupyter")
    return tmp_path


@pytest.fixture
def damaged(
    installed: Path, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic
) -> Iterator[Desk]:
    """Return a page of a server whose snapshot of Pyodide is another one than the manifest says."""
    (snapshot,) = (installed / "package").glob("**/pyodide.snapshot")
    snapshot.with_name(f"{snapshot.name}.br").unlink()
    snapshot.write_bytes(snapshot.read_bytes()[:-4] + b"oops")
    with Jupyter("lab", installed, {"PYTHONPATH": str(installed / "package")}) as jupyter:
        yield from sit_down(jupyter, request, context, traffic)


@in_every_browser
def test_two_starts_from_the_snapshot_draw_different_numbers(lab: Desk) -> None:
    page = lab.open(
        [
            LOAD,
            browser_cell(USED, "py"),
            browser_cell(DRAW, "py"),
            browser_cell(USED, "py --env second"),
            browser_cell(DRAW, "py --env second"),
            browser_cell(CLOCK, "py"),
            browser_cell(USED, "py --main --env third"),
            browser_cell(USED, "py --sandbox --env fourth"),
        ]
    )
    page.run(0)
    assert page.run(1) == "from the snapshot"
    first = json.loads(page.run(2))
    assert page.run(3) == "from the snapshot"
    second = json.loads(page.run(4))
    assert len(first) == 5
    assert all(ours != theirs for ours, theirs in zip(first, second, strict=True))
    assert page.run(5) == "True True"
    assert page.run(6).endswith("from the snapshot")
    assert page.run(7).endswith("from the snapshot")


def test_a_damaged_snapshot_is_not_used_and_the_first_cell_says_so(damaged: Desk) -> None:
    page = damaged.open([LOAD, browser_cell(USED, "py"), browser_cell("1 + 1", "py")])
    page.run(0)
    text = page.run(1)
    assert text.endswith("the ordinary way")
    assert "Pyodide was started in the ordinary way, which takes some seconds longer" in text
    assert "pyodide.snapshot is not the file it should be" in text
    assert page.run(2) == "2"


def test_an_interpreter_that_was_started_ahead_is_as_new_as_any(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("kept = 1"), "%pyscript restart mpy", browser_cell("kept")])
    page.run(0)
    page.run(1)
    first, ahead = page.wait_for_workers(WORKERS["mpy"])
    page.run(2)
    assert page.run(3).splitlines()[-1] == "NameError: name 'kept' isn't defined"
    workers = page.wait_for_workers(WORKERS["mpy"])
    assert first not in workers
    assert ahead in workers

    # It is stopped and keeps its names, and draws into the document, which is as new as itself.
    page.run_new(browser_cell("kept = 2"))
    endless = page.add(browser_cell(ENDLESS))
    page.start(endless)
    page.wait_for_text(endless, "started")
    page.command("kernelmenu:interrupt")
    page.wait_until_idle()
    text = page.run_new(browser_cell("from pyscript import document\nprint(kept, document.body.children.length)"))
    assert text == "2 0"


def test_micropython_is_started_ahead_only_in_a_browser_that_has_it(lab: Desk, traffic: Traffic) -> None:
    page = lab.open([LOAD, "%pyscript doctor", browser_cell("kept = 1")])
    page.run(0)
    page.run(1)
    page.wait_for_workers(1)
    assert not traffic.matching("micropython.mjs")
    page.run(2)
    page.wait_for_workers(WORKERS["mpy"])
    page.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    page.page.locator("iframe").wait_for(state="detached")
    page.wait_until_idle()
    traffic.urls.clear()
    page.run(0)
    wait_until(
        lambda: page.page.evaluate("1") and traffic.matching("micropython.mjs"), "MicroPython, from the browser's cache"
    )
    assert "NameError" in page.run_new(browser_cell("kept"))
