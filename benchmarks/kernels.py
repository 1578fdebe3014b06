"""Whole kernels, beside the ordinary Python kernel in the same client: in JupyterLab, and in a client with no page."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import psutil
from e2e.jupyter import Jupyter
from e2e.kernels import Client, kernel
from playwright.sync_api import BrowserContext

from benchmarks.floor import Floor
from benchmarks.notebook import TimedNotebook
from benchmarks.result import Measurement

PYTHON = "python3"
KERNELS = ("pyscript-mpy", "pyscript-py")
FURTHER = 20
"""How many further cells are timed in each kernel; their median is one sample."""


def kernels(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure the restart of a kernel to its first result, and a further cell, in JupyterLab."""
    notebooks = {name: TimedNotebook(jupyter, context, ["print(1)"], name) for name in (PYTHON, *KERNELS)}
    starts = {name: Measurement("kernels", f"{name}: start to first result", PYTHON, 1.3) for name in KERNELS}
    starts["pyscript-py"].target = None
    bare = Measurement("kernels", "pyscript-py: start to first result", "a bare page that prints", 1.15)
    further = {name: Measurement("kernels", f"{name}: a further cell", PYTHON, 1.3) for name in KERNELS}
    with Floor(context) as floor:
        for number in range(repetitions + 1):
            page = floor.time("pyodide")
            start, cell = {}, {}
            for name, notebook in notebooks.items():
                notebook.notebook.page.bring_to_front()
                start[name] = notebook.time_start(0, "1")
                cell[name] = median(notebook.time(0, "line", "1") for _ in range(FURTHER))
            if not number:  # the first time is for the HTTP cache
                continue
            for name in KERNELS:
                starts[name].add(start[name], start[PYTHON])
                further[name].add(cell[name], cell[PYTHON])
            bare.add(start["pyscript-py"], page)
    for notebook in notebooks.values():
        notebook.notebook.page.close()
    jupyter.end_kernels()
    yield from (*starts.values(), bare, *further.values())


def headless(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure the same with no page, from the start of the process; and what kernel and browser hold then."""
    starts = {name: Measurement("headless", f"{name}: start to first result", PYTHON, None) for name in KERNELS}
    further = {name: Measurement("headless", f"{name}: a further cell", PYTHON, 1.3) for name in KERNELS}
    held = {name: Measurement("headless", f"{name}: kernel and browser", PYTHON, None, "MB") for name in KERNELS}
    for number in range(repetitions + 1):
        theirs = _time(PYTHON)
        for name in KERNELS:
            ours = _time(name)
            if number:  # the first time is for the disk's cache
                for result, mine, other in zip((starts[name], further[name], held[name]), ours, theirs, strict=True):
                    result.add(mine, other)
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
    return float(sum(each.memory_full_info().uss for each in (root, *root.children(recursive=True)))) / 1e6
