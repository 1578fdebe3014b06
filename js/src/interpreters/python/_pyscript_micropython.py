"""Runs a cell in MicroPython and says how it ended, as JSON.

``start`` runs the cell; where it awaits something outside a function, which MicroPython's ``compile`` does not know, it
returns instead the source, which the adapter makes a coroutine of that ``drive`` runs.

An interrupt comes as KeyboardInterrupt while the cell's own code runs, which is between `_host.enter` and `_leave`, and
through ``cancel`` while it awaits.
"""

import builtins
import io
import json
import sys
import time

import __main__
import _pyscript_blocking
import _pyscript_host as _host
import js
import pyscript
from _pyscript_formats import bundle, dumps
from _pyscript_recent import Recent
from _pyscript_split import split, split_async

_names = __main__.__dict__
_RESULT = "__pyscript_result__"

_recent = Recent(_names)

_clocks = []
"""What is called at the end of the cell: measurements that go on until then."""

_cancelled = False
"""The cell that awaits is to stop."""

_waits_for_task = False
"""The cell awaits something of asyncio's, and not a promise."""

_hidden = set()
"""Names that were there before the user's."""


def setup():
    """Put what cells have without an import in its place."""
    builtins.display = pyscript.display
    builtins.get_ipython = _get_ipython
    _hidden.update(__main__.__dict__)
    _pyscript_blocking.setup(_host, _host.stop)
    time.sleep_ms = _pyscript_blocking.wait
    # Found before any package of that name.
    sys.modules["comm"] = sys.modules["comm.base_comm"] = _Comm()


class _Comm:
    """Our own comms, by the name `comm`. They are loaded when something is asked of them."""

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        import _pyscript_comm

        return self if name == "base_comm" else getattr(_pyscript_comm, name)


def _get_ipython():
    """Return what a kernel has ``%`` lines call."""
    import _pyscript_magics  # few need it

    return _pyscript_magics.shell(_hidden, _recent, _clocks)


def start(code, filename):
    """Run a cell: ``{"result", "failure"}``, or ``{"await": source}``."""
    try:
        _recent.begin(code, filename)
        try:
            source = split(code, _RESULT, filename)
        except SyntaxError as error:
            if "'await' outside function" not in str(error):
                raise
            import _pyscript_callbacks  # noqa: F401  # only now: it loads asyncio

            return json.dumps({"await": split_async(code, _RESULT)})
        compiled = compile(source, filename, "exec")
        try:
            _host.enter()
            exec(compiled, _names)
        finally:
            _leave()
        return _succeed()
    except BaseException as error:
        return _fail(error, filename)


def perform(task, buffers):
    """Do what is no cell (see `Task` in js/src/interpreters/adapter.ts), given as JSON: the outcome.

    Each part is loaded when it is first asked for: it must not cost the first cell its time.
    """
    try:
        task = json.loads(task)
        if task["task"] == "comm":
            import _pyscript_comm as part
        else:
            import _pyscript_look as part
        try:
            _host.enter()
            data = part.perform(task, buffers)
        finally:
            _leave()
        return dumps({"result": data and {"data": data, "metadata": {}}, "failure": None})
    except BaseException as error:
        return _fail(error, "")


def drive(coroutine, filename):
    """Run the coroutine of a cell that awaits, as a coroutine itself that returns the cell's outcome."""
    global _cancelled, _waits_for_task
    _cancelled = False
    value = error = None
    try:
        while True:
            try:
                _host.enter()
                awaited = coroutine.send(value) if error is None else coroutine.throw(error)
            except StopIteration:
                return _succeed()
            finally:
                _leave()
            _waits_for_task = awaited is None
            value = error = None
            try:
                value = yield None if _waits_for_task else _host.until(awaited)
            except BaseException as raised:
                error = raised
            if _cancelled:
                _cancelled = False
                error = KeyboardInterrupt()
    except BaseException as error:
        return _fail(error, filename)


def cancel():
    """Stop the cell that awaits. The adapter wakes one that waits for a promise."""
    global _cancelled
    _cancelled = True
    if _waits_for_task:
        from asyncio import core

        # asyncio has a stand-in for what awaits outside its tasks. It can be woken but not cancelled, which is all that
        # is needed here; and a task does not cancel itself, which it would seem to do.
        core.TopLevelCoro.throw = _wake_top_level
        current, core.cur_task = core.cur_task, None
        core._top_level_task.cancel()  # noqa: SLF001  # there is no public way
        core.cur_task = current


def _wake_top_level(error):
    from asyncio import core

    core.TopLevelCoro.resolve()


def _leave():
    """The cell's code is over, and so is a KeyboardInterrupt that is still on its way to it: it is raised here."""
    if _host.leave():
        for _ in range(100):
            pass


def _stop_clocks():
    while _clocks:
        _clocks.pop()()


def _succeed():
    """The source has run to its end: the outcome has the value that it assigned."""
    _stop_clocks()
    value = _pyscript_blocking.called(_names.pop(_RESULT, None))
    if value is None or value is js.undefined:  # what a JavaScript function returns that returns nothing
        return '{"result": null, "failure": null}'
    data, metadata = bundle(_recent.keep(value))
    return dumps({"result": {"data": data, "metadata": metadata}, "failure": None})


def _fail(error, filename):
    _stop_clocks()
    _names.pop(_RESULT, None)
    text = io.StringIO()
    sys.print_exception(error, text)
    # A cell that awaits knows no file name.
    text = text.getvalue().replace('File "<stdin>"', 'File "{}"'.format(filename))
    return _failure(type(error).__name__, str(error), text)


def fail(name, text, filename):
    """The source of a cell that awaits does not compile: ``text`` is the traceback, which knows no file name."""
    text = text.replace('File "<stdin>"', 'File "{}"'.format(filename))
    lines = text.rstrip("\n").split("\n")
    first = 0
    for index, line in enumerate(lines):
        if _place(line):
            first = index + 1
    message = "\n".join(lines[first:])
    if message.startswith(name):
        message = message[len(name) :].lstrip(":").strip()
    return _failure(name, message, text)


def _failure(name, message, text):
    frames = []
    kept = []
    for line in text.rstrip("\n").split("\n"):
        place = _place(line)
        # Our own helpers are no part of the user's story.
        if place and place["file"].startswith("/lib/_pyscript_"):
            continue
        if place:
            frames.append(place)
        kept.append(line)
    failure = {
        "kind": "code",
        "name": name,
        "message": message,
        "frames": frames,
        "text": "\n".join(kept),
        "offset": 0,
    }
    return json.dumps({"result": None, "failure": failure})


def _place(line):
    """Return a traceback's line such as ``File "x.py", line 3, in f`` as a frame, or None."""
    if not line.startswith('  File "'):
        return None
    file, found, rest = line[8:].partition('", line ')
    if not found:
        return None
    number, _, name = rest.partition(", in ")
    return {"file": file, "line": int(number), "name": name}
