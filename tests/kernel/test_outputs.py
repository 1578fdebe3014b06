"""Output is held back before the server would drop it."""

from __future__ import annotations

import pytest

from pyscript_jupyter.kernel.outputs import IPythonPublisher, KernelOutputs
from pyscript_jupyter.kernel.pace import BUDGET, MESSAGE, WINDOW, Pace, size_of


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_a_display_with_an_id_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    published: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "pyscript_jupyter.kernel.outputs.publish_display_data",
        lambda data, metadata, transient, update: published.append((data, transient, update)),
    )
    outputs = KernelOutputs(IPythonPublisher())
    outputs.display({"text/plain": "a"}, {})
    outputs.display({"text/plain": "b"}, {}, display_id="x")
    outputs.display({"text/plain": "c"}, {}, display_id="x", update=True)
    assert published == [
        ({"text/plain": "a"}, {}, False),
        ({"text/plain": "b"}, {"display_id": "x"}, False),
        ({"text/plain": "c"}, {"display_id": "x"}, True),
    ]


def test_what_fits_goes_at_once() -> None:
    clock = Clock()
    pace = Pace(clock.time, clock.sleep)
    for _ in range(10):
        pace.spend(BUDGET // 10)
    assert clock.now == 0


def test_what_does_not_fit_waits_until_the_window_has_moved_on() -> None:
    clock = Clock()
    pace = Pace(clock.time, clock.sleep)
    pace.spend(BUDGET)
    pace.spend(1)
    assert clock.now == WINDOW


def test_a_piece_larger_than_the_window_goes_alone() -> None:
    clock = Clock()
    pace = Pace(clock.time, clock.sleep)
    pace.spend(3 * BUDGET)
    assert clock.now == 0
    pace.spend(1)
    assert clock.now == WINDOW


def test_a_message_costs_its_bytes_and_never_nothing() -> None:
    assert size_of("x") == MESSAGE
    assert size_of("字" * MESSAGE) == 3 * MESSAGE + 2
    assert size_of({"text/plain": "x" * MESSAGE}) > MESSAGE


def test_stdout_and_stderr_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    log: list[str] = []

    class Gathering:
        """Writes when it is flushed, as ipykernel's streams do."""

        def __init__(self) -> None:
            self.text = ""

        def write(self, text: str) -> None:
            self.text += text

        def flush(self) -> None:
            if self.text:
                log.append(self.text)
            self.text = ""

    out, err = Gathering(), Gathering()
    monkeypatch.setattr("sys.stdout", out)
    monkeypatch.setattr("sys.stderr", err)
    outputs = KernelOutputs(IPythonPublisher())
    outputs.stream("stdout", "one")
    outputs.stream("stderr", "two")
    outputs.stream("stdout", "three")
    out.flush()
    assert log == ["one", "two", "three"]
