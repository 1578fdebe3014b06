"""Pyodide starts from its memory snapshot; where that cannot be used it starts all the same, and says so once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

import pyscript_jupyter
from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk, in_every_browser, sit_down
from e2e.jupyter import Jupyter
from e2e.traffic import Traffic

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
