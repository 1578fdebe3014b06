"""What all tests share: where the checkout is, and the order of the run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes.server import FakeServer

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the root of the checkout that the tests lie in."""
    return HERE.parent


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """Return a relay that runs, and that a kernel would find by its environment."""
    server = FakeServer()
    for name, value in server.listener.environment.items():
        monkeypatch.setenv(name, value)
    yield server
    server.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what is quick first: the tests in the browser come last, those of the repository before them.

    Playwright's event loop, once started, would also be in the way of tests that start one of their own.
    """
    slow = {HERE / "repo": 1, HERE / "e2e": 2}
    for item in items:
        if HERE / "e2e" in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: max((slow.get(folder, 0) for folder in item.path.parents), default=0))
