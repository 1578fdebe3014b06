"""Interpreters that do not load: which file, from where, and what was wrong with it."""

from __future__ import annotations

import hashlib

from playwright.sync_api import Route

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk

FILE = "micropython.wasm"


def test_a_damaged_file_is_refused_with_both_hashes_and_the_next_run_works(lab: Desk) -> None:
    sums: dict[str, str] = {}

    def damage(route: Route) -> None:
        answer = route.fetch()
        whole = answer.body()
        damaged = whole[:-1] + bytes([whole[-1] ^ 1])
        sums["expected"] = hashlib.sha256(whole).hexdigest()
        sums["got"] = hashlib.sha256(damaged).hexdigest()
        headers = {
            name: value for name, value in answer.headers.items() if name not in {"content-encoding", "content-length"}
        }
        route.fulfill(status=200, headers=headers, body=damaged)

    page = lab.open([LOAD, browser_cell("1 + 1")])
    page.run(0)
    lab.context.route(f"**/{FILE}", damage)
    text = page.run(1)
    assert "LoadError" in text
    for part in (FILE, f"{lab.jupyter.url}pyscript/assets/", "200", sums["expected"], sums["got"]):
        assert part in text
    lab.context.unroute(f"**/{FILE}")
    assert page.run(1).endswith("2")


def test_a_missing_file_is_named_with_its_url_and_status(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("1 + 1")])
    page.run(0)
    lab.context.route(f"**/{FILE}", lambda route: route.fulfill(status=404, body="gone"))
    text = page.run(1)
    assert "LoadError" in text
    for part in (FILE, f"{lab.jupyter.url}pyscript/assets/", "404"):
        assert part in text
    lab.context.unroute(f"**/{FILE}")
    assert page.run(1).endswith("2")


def test_a_server_that_does_not_answer_is_named_with_the_url(lab: Desk) -> None:
    page = lab.open([LOAD, browser_cell("1 + 1")])
    page.run(0)
    lab.context.route(f"**/{FILE}", lambda route: route.abort())
    text = page.run(1)
    assert "LoadError" in text
    assert f"{lab.jupyter.url}pyscript/assets/" in text
    assert FILE in text
