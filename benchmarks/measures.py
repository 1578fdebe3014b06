"""What is measured. Each function alternates ours and the floor, and yields one sample of either at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from e2e.jupyter import Jupyter
from playwright.sync_api import BrowserContext

from benchmarks.floor import SETTLE, Floor
from benchmarks.kernels import headless, kernels
from benchmarks.notebook import TimedNotebook
from benchmarks.result import Measurement
from benchmarks.unwatched import UnwatchedNotebook

INTERPRETERS = {"mpy": "micropython", "py": "pyodide"}
"""What is measured, by the name that a cell gives it."""

LOAD = "%load_ext pyscript_jupyter"
NO_LIMITS = "%config PyScriptMagics.max_lines = 0\n%config PyScriptMagics.max_bytes = 0"
RESTART = """shell = get_ipython()
shell.run_line_magic("pyscript", "restart {0}")
shell.run_cell_magic("pyscript", "{0}", 'print("hello")')"""
SHORT = "%%pyscript {}\nx = {{}}\nprint(x)\nx"
CELLS = (1000, 10_000)
"""After how many cells memory is taken, beside the first: the one tells how much of the other is warming up."""
LINES = 100_000
QUICK = 3
"""How many times as often a cell is timed that takes no time: it feels more of what else the machine does."""


def first(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure Shift+Enter to the first output of an environment's first cell, against a bare page.

    The notebook is open, the extension loaded, the page attached and the HTTP cache warm. Each time the kernel is new,
    so that nothing is left of the environment before.
    """
    targets = {"mpy": 1.5, "py": 0.4}
    with Floor(context) as floor:
        for alias, interpreter in INTERPRETERS.items():
            result = Measurement("first", f"first {alias} cell", "a bare page that prints", targets[alias])
            notebook = TimedNotebook(
                jupyter, context, [LOAD, "%pyscript doctor", f'%%pyscript {alias}\nprint("hello")']
            )
            for number in range(repetitions + 1):
                theirs = floor.time(interpreter)
                notebook.notebook.page.bring_to_front()
                notebook.restart()
                notebook.run(0)
                # The doctor waits for the page.
                notebook.run(1)
                notebook.notebook.page.wait_for_timeout(SETTLE)
                ours = notebook.time(2, "line", "hello")
                # The first time is for the HTTP cache.
                if number:
                    result.theirs.append(theirs)
                    result.ours.append(ours)
            notebook.close()
            yield result


def restart(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure Shift+Enter in a cell that restarts an environment and prints, to its output, against a bare page."""
    targets = {"mpy": 1.5, "py": 0.3}
    with Floor(context) as floor:
        for alias, interpreter in INTERPRETERS.items():
            result = Measurement("restart", f"restart {alias}, and print", "a bare page that prints", targets[alias])
            notebook = TimedNotebook(
                jupyter, context, [LOAD, f'%%pyscript {alias}\nprint("hello")', RESTART.format(alias)]
            )
            notebook.run(0)
            notebook.run(1)
            for number in range(repetitions + 1):
                theirs = floor.time(interpreter)
                notebook.notebook.page.bring_to_front()
                notebook.notebook.page.wait_for_timeout(SETTLE)
                ours = notebook.time(2, "line", "hello")
                if number:
                    result.theirs.append(theirs)
                    result.ours.append(ours)
            notebook.close()
            yield result


def memory(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure what page and kernel hold after many short cells, against what they held after the first one.

    Taken once, however many repetitions are asked for: it takes minutes, and one in ten thousand cells is a repetition.
    """
    assert context.browser is not None
    for alias in INTERPRETERS:
        with UnwatchedNotebook(jupyter, context.browser.browser_type) as notebook:
            code = SHORT.format(alias)
            done = 1
            notebook.execute(code, 0, done)
            before = notebook.held()
            for cells in CELLS:
                notebook.execute(code, done, cells)
                done = cells
                for which, held in notebook.held().items():
                    what = f"{which} after {cells} {alias} cells"
                    yield Measurement("memory", what, "after the first", None, "MB", [held], [before[which]])


def further(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure Shift+Enter to the output of a further ``print(1)``, against one in the kernel."""
    yield from _beside_kernel(
        jupyter, context, "further", "print(1)", ("line", "1"), {"mpy": 1.3, "py": 1.3}, QUICK * repetitions
    )


def lines(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure Shift+Enter to a cell that is done and shows its 100,000 lines, against one in the kernel."""
    code = f"for i in range({LINES}): print(i)"
    text = "".join(f"{i}\n" for i in range(LINES))
    yield from _beside_kernel(jupyter, context, "lines", code, ("all", text), {"mpy": 1.0, "py": 1.0}, repetitions)


def _beside_kernel(
    jupyter: Jupyter,
    context: BrowserContext,
    measure: str,
    code: str,
    until: tuple[Any, str],
    targets: dict[str, float],
    repetitions: int,
) -> Iterator[Measurement]:
    cells = [LOAD, NO_LIMITS, code, *(f"%%pyscript {alias}\n{code}" for alias in INTERPRETERS)]
    notebook = TimedNotebook(jupyter, context, cells)
    notebook.run(0)
    notebook.run(1)
    results = [
        Measurement(measure, f"{alias}: {code}", "the same in the kernel", targets[alias]) for alias in INTERPRETERS
    ]
    for number in range(repetitions + 1):
        for cell, result in enumerate(results, 3):
            theirs = notebook.time(2, *until)
            ours = notebook.time(cell, *until)
            # The first time loads the interpreter.
            if number:
                result.theirs.append(theirs)
                result.ours.append(ours)
    notebook.close()
    yield from results


def held(jupyter: Jupyter, context: BrowserContext, repetitions: int) -> Iterator[Measurement]:
    """Measure for how long JupyterLab's thread is held while an endless cell runs on an environment's main thread.

    That is the longest time between two turns of a timer, against the longest while no cell runs.
    """
    for alias in INTERPRETERS:
        what = f"{alias}: longest gap beside an endless --main cell"
        result = Measurement("held", what, "no cell", None)
        endless = f"%%pyscript {alias}\nprint('on')\nwhile True: pass"
        notebook = TimedNotebook(jupyter, context, [LOAD, f"%%pyscript {alias} --main\n1", endless])
        notebook.run(0)
        notebook.run(1)
        for _ in range(repetitions):
            theirs = notebook.gap()
            notebook.notebook.start(2)
            notebook.notebook.wait_for_text(2, "on")
            ours = notebook.gap()
            notebook.notebook.command("kernelmenu:interrupt")
            notebook.notebook.wait_until_idle()
            notebook.notebook.command("notebook:clear-all-cell-outputs")
            result.add(ours, theirs)
        notebook.close()
        yield result


MEASURES = {
    "first": first,
    "restart": restart,
    "further": further,
    "lines": lines,
    "held": held,
    "kernels": kernels,
    "headless": headless,
    "memory": memory,
}
