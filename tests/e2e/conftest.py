"""The fixtures of the end-to-end tests: one browser and one server of each kind for all, a fresh tab for each test."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Playwright, expect, sync_playwright

from e2e.browsers import BrowserName, launch, launch_firefox
from e2e.faults import Patient
from e2e.jupyter import App, Jupyter
from e2e.page import NotebookPage, code_notebook
from e2e.traffic import Traffic
from e2e.waiting import SLOW, wait_until

Serve = Callable[[App], Jupyter]

RESULTS = Path(__file__).parents[2] / "test-results"
"""Where a failing test leaves its screenshots and logs."""

in_every_browser = pytest.mark.parametrize("browser_name", ["chromium", "firefox"])
"""Runs a test in each browser; one without this mark runs in Chromium."""

FIXTURES: dict[BrowserName, str] = {"chromium": "browser", "firefox": "firefox"}
"""The fixture of each browser."""

CLOSE_ALL = """() => {
    const { shell } = window.jupyterapp;
    for (const widget of [...shell.widgets("main")]) widget.dispose();
}"""

in_each_browser_once = pytest.mark.parametrize(("browser_name", "alias"), [("chromium", "py"), ("firefox", "mpy")])
"""Runs a test in each browser and with each interpreter, but not in every browser with each of them."""

at_every_desk = pytest.mark.parametrize(
    ("desk", "browser_name"), [("lab", "chromium"), ("lab", "firefox"), ("notebook", "chromium")], indirect=["desk"]
)
"""Runs a test in each front end and in each browser, but not in every browser with each front end."""

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


@pytest.fixture(scope="session", autouse=True)
def _folder_of_all_tests(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Make it before a test has a folder of its own for temporary files, with which it would go."""
    tmp_path_factory.getbasetemp()


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
    context = new_context(request.getfixturevalue(FIXTURES[browser_name]))
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
    tab
        A tab that shows JupyterLab already, where its first notebook opens; None for a tab of its own.
    """

    def __init__(self, jupyter: Jupyter, context: BrowserContext, tab: Page | None = None) -> None:
        self.jupyter = jupyter
        self.context = context
        self._tab = tab

    def open(self, cells: Sequence[str] | nbformat.NotebookNode) -> NotebookPage:
        """Open a new notebook with these cells, and wait until its kernel is idle."""
        notebook = cells if isinstance(cells, nbformat.NotebookNode) else code_notebook(cells)
        name = f"notebook-{next(_NUMBERS)}.ipynb"
        self.jupyter.write(name, notebook)
        tab, self._tab = self._tab, None
        if tab is None:
            return self.reopen(name)
        page = NotebookPage(self.jupyter, tab, name)
        page.open_here()
        return page

    def reopen(self, name: str) -> NotebookPage:
        """Open a notebook that is there already, in a tab of its own, and wait until its kernel is idle."""
        page = NotebookPage(self.jupyter, self.context.new_page(), name)
        page.open()
        return page


class Seat:
    """A browser's JupyterLab, in which one test after another opens its notebook: loading it takes the most time.

    Parameters
    ----------
    jupyter
        The server.
    browser
        The browser.
    """

    def __init__(self, jupyter: Jupyter, browser: Browser) -> None:
        self.context = new_context(browser)
        self.traffic = Traffic()
        self.traffic.watch(self.context)
        self.tab = self.context.new_page()
        self.tab.goto(jupyter.lab_url())
        self.tab.wait_for_function("() => window.jupyterapp?.restored.then(() => true)")

    def clear(self) -> bool:
        """Close every notebook, and every tab but the one; return whether the next test may sit here."""
        for page in self.context.pages:
            if page is not self.tab:
                page.close()
        if self.tab.is_closed():
            return False
        self.tab.evaluate(CLOSE_ALL)
        self.traffic.clear()
        return True


Seats = dict[tuple[str, BrowserName], Seat]
"""The seats that there are, by the server's origin and the browser."""


def new_context(browser: Browser) -> BrowserContext:
    """Return a browser context with no cookies and an empty cache."""
    return browser.new_context(viewport={"width": 1280, "height": 1200})


def keep_evidence(request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic, log: bytes) -> None:
    """Keep what a test that has failed leaves for people to look at."""
    folder = RESULTS / re.sub(r"[^\w.-]+", "-", request.node.name)
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages, 1):
        with suppress(Error):  # a page that has crashed or hangs; it is closed all the same
            page.screenshot(path=folder / f"page-{number}.png", full_page=True)
    (folder / "console.log").write_text("\n".join(traffic.console), "utf-8")
    (folder / "requests.log").write_text("\n".join(traffic.urls), "utf-8")
    (folder / "server.log").write_bytes(log)


def sit_down(
    server: Jupyter, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic
) -> Iterator[Desk]:
    """Give a test its desk at a server, and clear up after it; what a fixture yields from."""
    said = server.log.stat().st_size
    yield Desk(server, context)
    if request.node.stash.get(_FAILED, False):
        keep_evidence(request, context, traffic, server.log.read_bytes()[said:])
    context.close()
    server.end_kernels()


def sit_down_again(
    server: Jupyter, browser_name: BrowserName, seats: Seats, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """Give a test the seat of the one before it; after one that has failed there is a new one."""
    key = server.origin, browser_name
    if key not in seats:
        seats[key] = Seat(server, request.getfixturevalue(FIXTURES[browser_name]))
    seat = seats[key]
    said = server.log.stat().st_size
    yield Desk(server, seat.context, seat.tab)
    failed = request.node.stash.get(_FAILED, False)
    if failed:
        keep_evidence(request, seat.context, seat.traffic, server.log.read_bytes()[said:])
    if failed or not seat.clear():
        del seats[key]
        seat.context.close()
    server.end_kernels()
    if key in seats:
        seat.tab.wait_for_function("() => document.querySelectorAll('iframe').length === 0")
        wait_until(lambda: len(seat.tab.workers) == 0, "the workers of a closed notebook to end")


@pytest.fixture(scope="session")
def seats(playwright: Playwright) -> Iterator[Seats]:
    """Return the seats that there are, by server and browser."""
    seats: Seats = {}
    yield seats
    for seat in seats.values():
        seat.context.close()


@pytest.fixture
def lab(serve: Serve, browser_name: BrowserName, seats: Seats, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Return JupyterLab, in a tab that tests share."""
    yield from sit_down_again(serve("lab"), browser_name, seats, request)


@pytest.fixture
def new_lab(serve: Serve, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic) -> Iterator[Desk]:
    """Return JupyterLab, in a browser context of the test's own."""
    yield from sit_down(serve("lab"), request, context, traffic)


@pytest.fixture(params=["lab", "notebook"])
def desk(request: pytest.FixtureRequest, browser_name: BrowserName) -> Desk:
    """Return JupyterLab, then Notebook 7."""
    desk: Desk = request.getfixturevalue(request.param)
    return desk


@pytest.fixture
def notebook(serve: Serve, request: pytest.FixtureRequest, context: BrowserContext, traffic: Traffic) -> Iterator[Desk]:
    """Return Notebook 7, which shows one notebook a tab."""
    yield from sit_down(serve("notebook"), request, context, traffic)


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
