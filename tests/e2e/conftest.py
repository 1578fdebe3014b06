"""The fixtures of the end-to-end tests: one browser and one server of each kind for all, a fresh tab for each test."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright, expect, sync_playwright

from e2e.browsers import BrowserName, launch, launch_firefox
from e2e.faults import Patient
from e2e.jupyter import App, Jupyter
from e2e.page import NotebookPage, code_notebook
from e2e.traffic import Traffic
from e2e.waiting import SLOW

Serve = Callable[[App], Jupyter]

RESULTS = Path(__file__).parents[2] / "test-results"
"""Where a failing test leaves its screenshots and logs."""

in_every_browser = pytest.mark.parametrize("browser_name", ["chromium", "firefox"])
"""Runs a test in each browser; one without this mark runs in Chromium."""

_NUMBERS = itertools.count(1)
_FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether a test has failed, for the fixtures that clear up after it."""
    report = yield
    if report.failed:
        item.stash[_FAILED] = True
    return report


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Return Playwright, which drives the browsers."""
    expect.set_options(timeout=SLOW * 1000)
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Return the one Chromium of all tests."""
    browser = launch(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def firefox(playwright: Playwright) -> Iterator[Browser]:
    """Return the one Firefox of all tests."""
    browser = launch_firefox(playwright)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serve]:
    """Return what returns the server of a front end, started when it is first asked for."""
    with ExitStack() as servers:
        yield cache(lambda app: servers.enter_context(Jupyter(app, tmp_path_factory.mktemp(app))))


@pytest.fixture
def browser_name() -> BrowserName:
    """Return the browser that a test runs in."""
    return "chromium"


@pytest.fixture
def context(request: pytest.FixtureRequest, browser_name: BrowserName) -> Iterator[BrowserContext]:
    """Return a fresh browser context: no cookies, an empty cache."""
    browser: Browser = request.getfixturevalue("firefox" if browser_name == "firefox" else "browser")
    context = browser.new_context(viewport={"width": 1280, "height": 1200})
    yield context
    context.close()


@pytest.fixture
def traffic(context: BrowserContext) -> Traffic:
    """Return the log of everything that the test's browser context asks for."""
    traffic = Traffic()
    traffic.watch(context)
    return traffic


class Desk:
    """A front end and a browser, ready to open notebooks.

    Parameters
    ----------
    jupyter
        The server.
    context
        Where its tabs open.
    """

    def __init__(self, jupyter: Jupyter, context: BrowserContext) -> None:
        self.jupyter = jupyter
        self.context = context

    def open(self, cells: Sequence[str] | nbformat.NotebookNode) -> NotebookPage:
        """Open a new notebook with these cells, in a tab of its own, and wait until its kernel is idle."""
        notebook = cells if isinstance(cells, nbformat.NotebookNode) else code_notebook(cells)
        name = f"notebook-{next(_NUMBERS)}.ipynb"
        self.jupyter.write(name, notebook)
        return self.reopen(name)

    def reopen(self, name: str) -> NotebookPage:
        """Open a notebook that is there already, in a tab of its own, and wait until its kernel is idle."""
        page = NotebookPage(self.jupyter, self.context.new_page(), name)
        page.open()
        return page


def sit_down(
    server: Jupyter, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic
) -> Iterator[Desk]:
    """Give a test its desk at a server, and clear up after it; what a fixture yields from."""
    said = server.log.stat().st_size
    yield Desk(server, context)
    if request.node.stash.get(_FAILED, False):
        folder = RESULTS / re.sub(r"[^\w.-]+", "-", request.node.name)
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(context.pages, 1):
            page.screenshot(path=folder / f"page-{number}.png", full_page=True)
        (folder / "console.log").write_text("\n".join(traffic.console), "utf-8")
        (folder / "requests.log").write_text("\n".join(traffic.urls), "utf-8")
        (folder / "server.log").write_bytes(server.log.read_bytes()[said:])
    context.close()
    server.end_kernels()


@pytest.fixture
def lab(serve: Serve, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic) -> Iterator[Desk]:
    """Return JupyterLab."""
    yield from sit_down(serve("lab"), request, context, traffic)


@pytest.fixture(params=["lab", "notebook"])
def desk(serve: Serve, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic) -> Iterator[Desk]:
    """Return JupyterLab, then Notebook 7."""
    yield from sit_down(serve(request.param), request, context, traffic)


@pytest.fixture(scope="module")
def patients(serve: Serve, browser: Browser) -> Iterator[list[Patient]]:
    """Return a list with the one notebook in it that the tests of faults of a module share, if there is one."""
    patients: list[Patient] = []
    yield patients
    for patient in patients:
        patient.close()


@pytest.fixture
def patient(
    patients: list[Patient], serve: Serve, browser: Browser, request: pytest.FixtureRequest
) -> Iterator[Patient]:
    """Return a sound notebook that is to have a fault; after a test that failed there is a new one."""
    if not patients:
        patients.append(Patient(serve("lab"), browser))
    patient = patients[0]
    patient.prepare()
    yield patient
    if request.node.stash.get(_FAILED, False):
        folder = RESULTS / re.sub(r"[^\w.-]+", "-", request.node.name)
        folder.mkdir(parents=True, exist_ok=True)
        for number, tab in enumerate(patient.context.pages, 1):
            tab.screenshot(path=folder / f"page-{number}.png")
        patients.clear()
        patient.close()
