"""What a start is quicker by: Pyodide's memory snapshot, and a MicroPython that was started ahead.

Where the snapshot cannot be used Pyodide starts all the same, and says so once: see test_assets.
"""

from __future__ import annotations

import json

from e2e.cells import ENDLESS, LOAD, WORKERS, browser_cell
from e2e.conftest import Desk, in_every_browser
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


def test_micropython_is_started_ahead_only_in_a_browser_that_has_it(new_lab: Desk, traffic: Traffic) -> None:
    page = new_lab.open([LOAD, "%pyscript doctor", browser_cell("kept = 1")])
    page.run(0)
    page.run(1)
    page.wait_for_workers(1)
    assert not traffic.matching("micropython.mjs")
    page.run(2)
    page.wait_for_workers(WORKERS["mpy"])
    page.restart_kernel()
    page.page.locator("iframe").wait_for(state="detached")
    page.wait_until_idle()
    traffic.urls.clear()
    page.run(0)
    wait_until(
        lambda: page.page.evaluate("1") and traffic.matching("micropython.mjs"), "MicroPython, from the browser's cache"
    )
    assert "NameError" in page.run_new(browser_cell("kept"))
