"""``input``, ``getpass``, ``exit`` and ``time.sleep``, which wait outside Python, where an interrupt reaches them.

Runs in Pyodide and in MicroPython alike.
"""

import builtins
import json
import sys
import time

_host = None
_stop = None


def setup(host, stop):
    """Put them in the place of Python's own.

    ``host`` is the module `_pyscript_host`. ``stop`` is called when an interrupt has ended a wait: it stops the cell
    that awaits meanwhile, where the wait is that of a callback.
    """
    global _host, _stop
    _host, _stop = host, stop
    builtins.input = ask
    builtins.exit = builtins.quit = leave
    time.sleep = sleep


def ask(prompt=""):
    """Read a line from the person at the notebook. The prompt, if given, is shown beside the box."""
    return _ask("input", prompt)


def getpass(prompt="Password: ", stream=None, *, echo_char=None):
    """Read a password from the person at the notebook, who sees dots instead of it."""
    return _ask("getpass", prompt)


class Leave:
    """End the kernel when the cell is done, or only the console where the kernel is to be kept."""

    def __call__(self, keep_kernel=False):
        _ask("exit", "stay" if keep_kernel else "")


leave = Leave()


def called(value):
    """Return the value of a cell. It is called where it is ``exit`` without brackets, as by IPython."""
    return value() if value is leave else value


def sleep(seconds):
    """Wait for a number of seconds, which may be a fraction."""
    wait(seconds * 1000.0)


def wait(milliseconds):
    """Wait for a number of milliseconds."""
    if not milliseconds >= 0:
        raise ValueError("sleep length must be non-negative")
    if _host.sleep(milliseconds):
        _stop()
        raise KeyboardInterrupt


def _ask(kind, prompt):
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "flush"):
            stream.flush()
    reply = json.loads(_host.ask(kind, str(prompt)))
    failure = reply["failure"]
    if failure is None:
        return reply["value"]
    if failure["name"] == "KeyboardInterrupt":
        _stop()
    # The kernel names one of Python's own.
    raise getattr(builtins, failure["name"], RuntimeError)(failure["message"])
