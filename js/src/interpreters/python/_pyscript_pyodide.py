"""Runs a cell in Pyodide and says how it ended, as JSON.

``start`` returns the outcome, or a future of it where the cell awaits something outside a function.
"""

import ast
import asyncio
import builtins
import contextvars
import functools
import getpass
import importlib
import inspect
import json
import linecache
import signal
import sys
import traceback
from importlib.machinery import ModuleSpec, PathFinder

import __main__
import _pyscript_blocking
import _pyscript_tasks
import pyscript
from _pyscript_formats import bundle
from _pyscript_recent import Recent
from pyodide.code import CodeRunner

_MAX_FRAMES = 60
"""How many frames a failure has at most: a runaway recursion has a thousand, all alike."""

_OURS = ("_pyscript_", "/_pyodide/", "/pyodide/")

_PARTS = {
    "complete": "_pyscript_complete",
    "inspect": "_pyscript_inspect",
    "comm": "_pyscript_comm",
    "install": "_pyscript_packages",
}
"""Which module does which task."""

_PATCHED = ("IPython.core.display_functions", "IPython.core.getipython")
"""The modules of IPython that get functions of ours."""

_running = None
"""The task of the cell that awaits, or None."""

_begun = _stopped_early = False
"""Whether that task has taken its first step, and whether it is to stop at it."""

_computing = False
"""A cell runs that does not await."""

_cell = contextvars.ContextVar("_cell", default=None)
"""The task of the cell that awaits, in it and in every task that it has started."""

_recent = Recent(__main__.__dict__)

_clocks = []
"""What is called at the end of the cell: measurements that go on until then."""

_hidden = set()
"""Names that were there before the user's."""


def setup(host):
    """Put what cells have without an import in its place, and take interrupts. ``host`` is `_pyscript_host`."""
    builtins.display = pyscript.display
    builtins.get_ipython = _get_ipython
    _hidden.update(__main__.__dict__)
    _pyscript_blocking.setup(host, _stop_waiting)
    _pyscript_tasks.setup(host, _flush)
    sys.meta_path.insert(0, _Finder)
    getpass.getpass = _pyscript_blocking.getpass
    signal.signal(signal.SIGINT, _interrupt)
    # A task that ends with KeyboardInterrupt has told whoever awaits it: the event loop goes on.
    asyncio.get_event_loop()._keyboard_interrupt_handler = lambda: None  # noqa: SLF001  # Pyodide has no public way


class _Finder:
    """Finds what packages show things by that know Jupyter, such as ipywidgets, also where that is installed itself.

    That is our own comms by the name `comm`; and IPython's display functions, in which ours take the place of its own.
    """

    @classmethod
    def find_spec(cls, name, path=None, target=None):
        if name in _PATCHED:
            spec = PathFinder.find_spec(name, path, target)
            if spec is not None:
                spec.loader.exec_module = functools.partial(_execute_patched, spec.loader.exec_module)
            return spec
        if name not in ("comm", "comm.base_comm"):
            return None
        return ModuleSpec(name, cls, origin=__file__, is_package=name == "comm")

    @staticmethod
    def create_module(spec):
        return importlib.import_module("_pyscript_comm")

    @staticmethod
    def exec_module(module):
        pass


def _get_ipython():
    """Return what a kernel has ``%`` lines call."""
    import _pyscript_magics  # few need it

    return _pyscript_magics.shell(_hidden, _recent, _clocks)


def _execute_patched(execute, module):
    import _pyscript_ipython

    execute(module)
    _pyscript_ipython.patch(module)


def start(code, filename):
    """Run a cell: JSON of ``{"result", "failure"}``, or a future of it."""
    global _computing
    try:
        _computing = True
        _pyscript_tasks.begin()
        _recent.begin(code, filename)
        # As IPython does it: inspect.getsource and tracebacks find the lines of a cell that is no file.
        linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
        runner = CodeRunner(code, filename=filename, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dedent=False)
        runner.compile()
        if runner.code.co_flags & inspect.CO_COROUTINE:
            return _follow(lambda: _keep_later(runner.run_async(__main__.__dict__)))
        return _outcome(_keep(runner.run(__main__.__dict__)))
    except BaseException as error:
        return _failure(error)
    finally:
        _computing = False
        _flush()


async def _keep_later(value):
    return _keep(await value)


def _keep(value):
    return _recent.keep(_pyscript_blocking.called(value))


def perform(task, buffers):
    """Do what is no cell (see `Task` in js/src/interpreters/adapter.ts), given as JSON: as `start` does.

    Each part is loaded when it is first asked for.
    """
    global _computing
    try:
        _computing = True
        task = json.loads(task)
        part = importlib.import_module(_PARTS[task["task"]])
        data = part.perform(task, buffers)
        if inspect.isawaitable(data):
            return _follow(lambda: data)
        return json.dumps({"result": data and {"data": data, "metadata": {}}, "failure": None})
    except BaseException as error:
        return _failure(error)
    finally:
        _computing = False
        _flush()


def _follow(begin):
    global _running, _begun, _stopped_early
    _begun = _stopped_early = False
    _running = asyncio.ensure_future(_finish(begin))
    return _running


def _interrupt(signum, frame):
    """Take the interrupt of a cell that computes.

    Between two steps of the event loop it would break the loop, and not the cell, whose future then never settles:
    there the cell is cancelled instead. In another task of the cell's it does both.
    """
    if _computing or _enters(frame):
        raise KeyboardInterrupt
    _stop_waiting()
    if _running is not None and _cell.get() is _running:
        raise KeyboardInterrupt


def _enters(frame):
    """Return whether a cell begins, and has only not said so yet: nothing else would stop it."""
    code = frame.f_code
    return code in (start.__code__, perform.__code__) and frame.f_lineno == code.co_firstlineno


def _stop_waiting():
    """Stop the cell where this is not its own code, but that of another task or a callback."""
    if not _computing and asyncio.current_task() is not _running:
        cancel()


def cancel():
    """Stop the cell that awaits something. Nothing happens where none does."""
    global _stopped_early
    if _running is not None and _begun:
        _running.cancel()
    elif _running is not None:
        # A task that is cancelled before its first step fails outside its `try`.
        _stopped_early = True


async def _finish(begin):
    # Everything is caught here: what leaves a task as KeyboardInterrupt or SystemExit may never settle its future.
    global _running, _begun
    _begun = True
    _cell.set(asyncio.current_task())
    try:
        if _stopped_early:
            raise KeyboardInterrupt
        return _outcome(await begin())
    except asyncio.CancelledError:
        return _failure(KeyboardInterrupt())
    except BaseException as error:
        return _failure(error)
    finally:
        _running = None
        _flush()


def _flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # The user may have put anything there.
            pass


def _stop_clocks():
    while _clocks:
        try:
            _clocks.pop()()
        except Exception:  # The user may have put anything in the place of sys.stdout.
            pass


def _outcome(value):
    _stop_clocks()
    if value is None:
        return '{"result": null, "failure": null}'
    data, metadata = bundle(value)
    return json.dumps({"result": {"data": data, "metadata": metadata}, "failure": None})


def _failure(error):
    _stop_clocks()
    error.__traceback__ = _skip_ours(error.__traceback__)
    frames = [
        {"file": frame.filename, "line": frame.lineno or 0, "name": frame.name}
        for frame in traceback.extract_tb(error.__traceback__)
        if not _is_ours(frame.filename)
    ]
    if len(frames) > _MAX_FRAMES:
        frames = frames[: _MAX_FRAMES // 2] + frames[-_MAX_FRAMES // 2 :]
    message, offset = str(error), 0
    if isinstance(error, SyntaxError):
        message, offset = error.msg or message, error.offset or 0
        frames.append({"file": error.filename or "<unknown>", "line": error.lineno or 0, "name": ""})
    failure = {
        "kind": "code",
        "name": type(error).__name__,
        "message": message,
        "frames": frames,
        "text": "".join(traceback.format_exception(error)).rstrip("\n"),
        "offset": max(offset, 0),
    }
    return json.dumps({"result": None, "failure": failure})


def _skip_ours(trace):
    """Drop the frames of this file and of Pyodide that lead to the user's code."""
    while trace is not None and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_ours(file):
    return any(part in file for part in _OURS)
