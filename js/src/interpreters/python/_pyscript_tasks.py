"""Under which cell the output of a task belongs that goes on when its cell is over: that cell. For Pyodide.

A task has the context that it was made in, and so have the callbacks of the event loop. Steps of the loop that belong
to an earlier cell than the one that runs, or ran last, tell the host so; a cell's own output costs nothing more.
"""

import asyncio
import contextvars

_cell = contextvars.ContextVar("_pyscript_cell", default=0)
"""The number of the cell, in it and in all that it has started."""

_last = 0
"""That of the cell that runs, or ran last."""

_told = 0
"""Whose output the host takes it for, 0 for the last cell's."""

_host = _flush = _run = None


def setup(host, flush):
    """Have the event loop say for whom it works. ``flush`` passes on what stdout and stderr hold."""
    global _host, _flush, _run
    _host, _flush = host, flush
    # Around the context, and not in it: an interrupt that comes meanwhile must not take the place of a cell's step.
    _run, asyncio.Handle._run = asyncio.Handle._run, _run_handle  # noqa: SLF001  # the loop has no public way


def begin():
    """Take note that a cell begins, in this context."""
    global _last
    _last = _host.cell()
    _cell.set(_last)
    _tell(0)


def _run_handle(handle):
    # What JavaScript has called has no cell, and belongs to the last one.
    cell = handle._context.get(_cell, 0)  # noqa: SLF001
    if cell == _last:
        cell = 0
    if cell == _told:
        return _run(handle)
    _tell(cell)
    try:
        return _run(handle)
    finally:
        _tell(0)


def _tell(cell):
    global _told
    if cell != _told:
        _flush()
        _told = cell
        _host.belongs(cell)
