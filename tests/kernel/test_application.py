"""A kernel's process ends in an order in which no thread waits for one that has ended."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from ipykernel.kernelapp import IPKernelApp

from pyscript_jupyter.kernel.application import KernelApp


def test_the_thread_that_answers_ends_before_the_process_begins_to(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []

    def happens(what: str) -> None:
        happened.append(what)

    monkeypatch.setattr(IPKernelApp, "start", lambda app: happens("the loop was stopped"))
    app = KernelApp()
    app.control_thread = SimpleNamespace(stop=lambda: happens("told"), join=lambda: happens("ended"))
    app.start()
    assert happened == ["the loop was stopped", "told", "ended"]
