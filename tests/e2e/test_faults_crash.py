"""The process of a frame crashes, while a cell runs in it or not: the next cell has a new one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright

from e2e.cells import LAST_ERROR, LOAD, WORKERS
from e2e.conftest import Serve
from e2e.crash import CrashableBrowser
from e2e.faults import Patient

# On its frame's main thread too it leaves that free, which is what crashes the process.
ENDLESS = """
import asyncio
print("started")
while True:
    await asyncio.sleep(0.05)
"""

SOON = 20.0
"""Seconds within which a cell has to be done after a crash."""


@pytest.fixture(scope="module")
def crashable(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CrashableBrowser]:
    with CrashableBrowser(playwright, tmp_path_factory.mktemp("chromium")) as crashable:
        yield crashable


@pytest.fixture
def patient(crashable: CrashableBrowser, serve: Serve) -> Iterator[Patient]:
    browser = crashable.browser
    patient = Patient(serve("lab"), browser, "crash.ipynb", browser.contexts[0])
    patient.prepare()
    yield patient
    patient.page.page.close()
    patient.jupyter.end_kernels()


def crash(patient: Patient, crashable: CrashableBrowser, frames: int) -> None:
    assert crashable.crash_frames() == frames
    patient.see(crashable.browser.contexts[0])


def test_frames_crash_while_a_cell_runs_in_one_of_them(patient: Patient, crashable: CrashableBrowser) -> None:
    ways = {"mpy": "mpy", "main": "mpy --main --env main"}
    patient.run("1", ways["main"])
    patient.page.wait_for_workers(WORKERS["mpy"] + 1)
    patient.before = patient.count()
    for running, options in ways.items():
        patient.start(ENDLESS, "started", options)
        crash(patient, crashable, frames=2)
        patient.wait_until_given_up()
        told = f"LostError: The page that runs environment '{running}' was closed,"
        assert patient.page.run_new(LAST_ERROR).startswith(told)
        for name, again in ways.items():
            text = patient.run("print('works')", again, SOON)
            assert f"Environment '{name}' was started anew" in text
            assert text.splitlines()[-1] == "works"
        patient.assert_as_before()


def test_the_frame_that_waits_for_the_first_cell_crashes(patient: Patient, crashable: CrashableBrowser) -> None:
    patient.page.restart_kernel()
    patient.assert_nothing_runs()
    patient.page.wait_until_idle()
    patient.page.run_new(LOAD)
    patient.page.wait_for_workers(WORKERS["mpy"] - 1)
    crash(patient, crashable, frames=1)
    assert patient.run("print('works')", timeout=SOON) == "works"
    patient.recover()
    patient.assert_as_before()
