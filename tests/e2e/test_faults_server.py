"""What may happen to the server and to the way to it: a laptop that sleeps, a server that is started anew."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from e2e.cells import ENDLESS
from e2e.faults import Patient
from e2e.jupyter import Jupyter
from e2e.proxy import Wire
from e2e.waiting import SLOW, wait_until


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Jupyter]:
    """Return a server that no other test uses."""
    with Jupyter("lab", tmp_path / "server") as jupyter:
        yield jupyter


def test_a_laptop_sleeps_and_the_server_is_restarted(server: Jupyter, browser: Browser) -> None:
    with Wire(server.port) as wire:
        seen = copy.copy(server)
        seen.port = wire.port
        patient = Patient(seen, browser)
        patient.recover()
        patient.run("kept = 'kept, too'", "py")
        patient.before = patient.count()

        def wait_until_welcomed() -> None:
            """Wait for the page and its frames: what the kernel sends before that goes into an old connection."""
            everyone = patient.before.pages + patient.before.sockets
            wait_until(lambda: wire.welcomed == everyone, "everyone to be connected anew", SLOW)

        # The laptop sleeps, and wakes before the server has missed it.
        endless = patient.start(ENDLESS, "started", "py")
        wire.cut()
        wire.mend()
        patient.page.wait_for_text(endless, "LostError: The page that runs environment 'py' was closed")
        wait_until_welcomed()
        patient.page.wait_until_idle()
        assert patient.run("kept", "py") == "'kept, too'"
        assert patient.run("kept") == "'kept'"
        patient.assert_as_before()

        # The server has forgotten its user; what runs in the browser goes on when the reader has logged in again.
        patient.context.route("**/api/rooms/*/tickets", lambda route: route.fulfill(status=403, body="no"))
        wire.cut()
        wire.mend()
        notice = patient.page.page.locator(".pyscript-notice", has_text="does not let this page in any more")
        notice.wait_for()
        patient.context.unroute("**/api/rooms/*/tickets")
        notice.get_by_role("button", name="Try again").click()
        notice.wait_for(state="detached")
        wait_until_welcomed()
        patient.page.wait_until_idle()
        assert patient.run("kept", "py") == "'kept, too'"
        patient.assert_as_before()

        # The server is restarted: its kernels end with it.
        server.__exit__(None, None, None)
        server.__enter__()
        patient.jupyter = patient.page.jupyter = seen = copy.copy(server)
        seen.port = wire.port
        patient.assert_nothing_runs()
        patient.page.page.reload()
        patient.recover()
        patient.run("1", "py")
        patient.assert_as_before()
        patient.close()
