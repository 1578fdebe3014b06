"""Whole kernels in a plain client, with no page: from the start to the first result, a further cell, and memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import psutil
from e2e.jupyter import Jupyter
from e2e.kernels import Client, kernel
from playwright.sync_api import BrowserContext

from benchmarks.result import Measurement

KERNELS = ("pyscript-mpy", "pyscript-py")
FURTHER = 20
"""How many further cells are timed in each kernel; their median is one sample."""


def kernels(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure PyScript kernels beside the ordinary Python kernel, each with a client of the same kind."""
    floor = "the Python kernel"
    starts = {name: Measurement("kernels", f"{name}: start to first result", floor, None) for name in KERNELS}
    further = {name: Measurement("kernels", f"{name}: a further cell", floor, 1.3) for name in KERNELS}
    held = {name: Measurement("kernels", f"{name}: kernel and browser", floor, None, "MB") for name in KERNELS}
    for number in range(repetitions + 1):
        theirs = _time("python3")
        for name in KERNELS:
            ours = _time(name)
            if number:  # the first time is for the disk's cache
                for result, mine, other in zip((starts[name], further[name], held[name]), ours, theirs, strict=True):
                    result.ours.append(mine)
                    result.theirs.append(other)
    for results in (starts, further, held):
        yield from results.values()


def _time(name: str) -> tuple[float, float, float]:
    """Return the milliseconds to the first result and of a further cell, and the megabytes that are held then."""
    began = time.perf_counter()
    with kernel(name) as client:
        client.run("print(1)")
        first = (time.perf_counter() - began) * 1000
        return first, median(_further(client) for _ in range(FURTHER)), _held(client)


def _further(client: Client) -> float:
    began = time.perf_counter()
    client.run("print(1)")
    return (time.perf_counter() - began) * 1000


def _held(client: Client) -> float:
    """Return what the kernel holds, and its own browser with all of its processes, without what they share."""
    assert client.manager.provisioner is not None
    root = psutil.Process(client.manager.provisioner.pid)  # type: ignore[attr-defined]  # of a local one
    return sum(each.memory_full_info().uss for each in (root, *root.children(recursive=True))) / 1e6
