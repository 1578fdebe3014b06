"""Interpreters that do not load: which file, from where, and what was wrong with it.

The files are damaged where they lie, in a copy of the package that a server of its own runs from.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Route

import pyscript_jupyter
from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk, Seats, sit_down_again
from e2e.jupyter import Jupyter
from e2e.page import NotebookPage
from e2e.test_start import USED


@dataclass(frozen=True)
class Asset:
    """One file of an interpreter, with what is kept to restore it."""

    path: Path
    whole: bytes

    def replace(self, content: bytes) -> None:
        """Serve something else in its place."""
        self.remove()
        self.path.write_bytes(content)

    def remove(self) -> None:
        """Serve nothing in its place."""
        for suffix in ("", ".br", ".gz"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)

    def restore(self) -> None:
        """Serve it again."""
        self.path.write_bytes(self.whole)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Jupyter]:
    """Return a server that runs from a copy of the package, in the ``package`` of its folder."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(Path(pyscript_jupyter.__file__).parent, folder / "package" / "pyscript_jupyter")
    with Jupyter("lab", folder, {"PYTHONPATH": str(folder / "package")}) as jupyter:
        yield jupyter


@pytest.fixture
def page(server: Jupyter, seats: Seats, request: pytest.FixtureRequest) -> Iterator[NotebookPage]:
    """Return a page whose first cell has run, and whose second is to run in a browser that knows no file of ours."""
    for lab in sit_down_again(server, "chromium", seats, request):
        page = lab.open([LOAD, browser_cell("1 + 1")])
        lab.context.new_cdp_session(page.page).send("Network.clearBrowserCache")
        page.page.evaluate("localStorage.clear()")
        page.run(0)
        yield page


@pytest.fixture
def asset(server: Jupyter, name: str) -> Iterator[Asset]:
    """Return the file that a test damages."""
    (path,) = (server.root.parent / "package").glob(f"**/{name}")
    asset = Asset(path, path.read_bytes())
    yield asset
    asset.restore()


@pytest.fixture
def name() -> str:
    """Return the name of the file that a test damages: MicroPython's WebAssembly."""
    return "micropython.wasm"


def test_a_damaged_file_is_refused_with_both_hashes_until_it_is_mended(page: NotebookPage, asset: Asset) -> None:
    damaged = asset.whole[:-1] + bytes([asset.whole[-1] ^ 1])
    asset.replace(damaged)
    text = page.run(1)
    assert text.startswith("LoadError: ")
    assert f"{page.jupyter.url}pyscript/assets/" in text
    for part in (asset.path.name, "200", hashlib.sha256(asset.whole).hexdigest(), hashlib.sha256(damaged).hexdigest()):
        assert part in text
    asset.restore()
    # The browser still has its own damaged copy, under an address that never changes: it is replaced on the way.
    assert page.run(1).endswith("2")


def test_a_missing_file_is_named_with_its_url_and_status(page: NotebookPage, asset: Asset) -> None:
    asset.remove()
    text = page.run(1)
    assert text.startswith("LoadError: ")
    for part in (asset.path.name, f"{page.jupyter.url}pyscript/assets/", "404"):
        assert part in text
    asset.restore()
    assert page.run(1).endswith("2")


def test_the_doctor_names_a_damaged_file(page: NotebookPage, asset: Asset) -> None:
    asset.replace(b"damaged")
    text = page.run_new("%pyscript doctor")
    assert f"{asset.path.name} is damaged" in text
    assert text.splitlines()[-1] == "1 trouble found."


@pytest.mark.parametrize("name", ["pyodide.snapshot"])
def test_a_damaged_snapshot_is_not_used_and_the_first_cell_says_so(page: NotebookPage, asset: Asset) -> None:
    asset.replace(asset.whole[:-4] + b"oops")
    text = page.run_new(browser_cell(USED, "py"))
    assert text.endswith("the ordinary way")
    assert "Pyodide was started in the ordinary way, which takes some seconds longer" in text
    assert "pyodide.snapshot is not the file it should be" in text
    assert page.run_new(browser_cell("1 + 1", "py")) == "2"


def test_a_waiting_cell_shows_what_it_waits_for_until_its_output_comes(lab: Desk) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    # Before there is a frame: one that is just being made might miss it.
    lab.context.route("**/micropython.wasm", hold)
    page = lab.open([LOAD, browser_cell("1 + 1")])
    page.run(0)
    page.start(1)
    page.wait_for_text(1, "MicroPython: ")
    assert page.outputs(1).count() == 1
    lab.context.route("**/micropython.wasm", lambda route: route.continue_())
    for route in held:
        route.continue_()
    page.wait_for_text(1, "2")
    page.wait_until_idle()
    assert page.text(1) == "2"
    lab.context.unroute("**/micropython.wasm")
