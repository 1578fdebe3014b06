"""What tasks raise that nobody awaits is told to the notebook. Imported once; runs in Pyodide and in MicroPython alike.

Callbacks that JavaScript calls are heard on that side: see js/src/interpreters/callbacks.ts.
"""

import asyncio
import io
import sys


def _tell(loop, context):
    import _pyscript_host

    error = context.get("exception")
    if error is None:
        loop.default_exception_handler(context)
        return
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "flush"):
            stream.flush()
    _pyscript_host.raised(_trace(error))


def _trace(error):
    if hasattr(sys, "print_exception"):
        text = io.StringIO()
        sys.print_exception(error, text)
        return text.getvalue()
    import traceback

    return "".join(traceback.format_exception(error))


def handler(function):
    """Return a function as what JavaScript calls at an event. An asynchronous one becomes a task of its own.

    Nobody waits for what a handler returns. MicroPython has one coroutine at a time that JavaScript drives: a second
    one would take the place of the cell that awaits, for ever.
    """
    from pyscript.ffi import create_proxy
    from pyscript.util import is_awaitable

    if not is_awaitable(function):
        return create_proxy(function)

    def begin(*values):
        asyncio.create_task(function(*values))  # noqa: RUF006  # the loop holds it

    return create_proxy(begin)


asyncio.get_event_loop().set_exception_handler(_tell)
