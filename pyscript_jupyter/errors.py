"""The exceptions of this package.

::

    PyScriptError                 any trouble of this package
    ├── UsageError                what was asked for is not a thing that can be asked for
    ├── ProtocolError             a message could not be read or has no business here
    ├── VersionError              two ends run versions that cannot talk to each other
    ├── NotInstalledError         a built file is missing, so the package was not built or not installed whole
    ├── NoServerError             there is no server extension to talk to
    ├── NoPageError               no browser page attached in time
    ├── NoBrowserError            no browser could be started for a kernel that has no page
    ├── LostError                 a page, a frame or the relay went away while it was needed
    ├── LoadError                 an interpreter could not be loaded or started
    ├── ExportError               a notebook cannot be made a page
    ├── RunTimeoutError           a cell ran longer than it was given time for; also a TimeoutError
    └── BrowserError              the code that ran in the browser raised; subclassed by the exception's own name
    KeyboardInterrupt
    └── BrowserInterrupt          the user interrupted a cell that ran in the browser
"""

from __future__ import annotations


class PyScriptError(Exception):
    """Any trouble of this package. Its text says what was got, what was wanted and what to do next."""

    def _render_traceback_(self) -> list[str]:
        """Show the sentence alone: the lines of this package that raised it help nobody. IPython's own hook."""
        return [f"\x1b[31m{type(self).__name__}\x1b[39m: {self}"]


class UsageError(PyScriptError):
    """Raised when an interpreter, an environment or an option is named that does not exist or does not fit."""


class ProtocolError(PyScriptError):
    """Raised when a message cannot be read, or comes from an end that may not send it."""


class VersionError(PyScriptError):
    """Raised when kernel, server and page run versions that cannot talk to each other."""


class NotInstalledError(PyScriptError):
    """Raised when a file is missing that the build puts into the package."""


class NoServerError(PyScriptError):
    """Raised when the kernel knows of no server extension, or cannot reach it."""


class NoPageError(PyScriptError):
    """Raised when no browser page has attached to the kernel in time."""


class NoBrowserError(PyScriptError):
    """Raised when a kernel to which no page is attached cannot start a browser of its own."""


class LostError(PyScriptError):
    """Raised when the page, the frame or the relay goes away while a run needs it."""


class LoadError(PyScriptError):
    """Raised when an interpreter cannot be loaded or started in the browser."""


class ExportError(PyScriptError):
    """Raised when a notebook cannot be read, or the page that was made of it cannot be written."""


class RunTimeoutError(PyScriptError, TimeoutError):
    """Raised when a cell was stopped because it ran for longer than its ``timeout``."""


class BrowserError(PyScriptError):
    """Raised in the cell when the code that ran in the browser raised.

    Each exception of the browser's Python gets a subclass named after it, so that the notebook shows, and ``except``
    clauses can tell, a ``ZeroDivisionError`` of the browser: see `browser_error`.

    Attributes
    ----------
    traceback_lines
        The rendered traceback, one string a line, with ANSI colours.
    """

    traceback_lines: list[str]

    def __init__(self, message: str, traceback_lines: list[str]) -> None:
        super().__init__(message)
        self.traceback_lines = traceback_lines

    def _render_traceback_(self) -> list[str]:
        return self.traceback_lines


def browser_error(name: str, message: str, traceback_lines: list[str]) -> BrowserError:
    """Return a `BrowserError` whose class is named after the browser's exception."""
    if not name.isidentifier():
        name = "BrowserError"
    kind = type(name, (BrowserError,), {"__module__": __name__, "__doc__": "An exception raised in the browser."})
    error = kind(message, traceback_lines)
    assert isinstance(error, BrowserError)
    return error


class BrowserInterrupt(KeyboardInterrupt):
    """Raised in the cell when the user interrupted it; shown as ``KeyboardInterrupt`` with what became of the state."""

    def _render_traceback_(self) -> list[str]:
        return [f"\x1b[31mKeyboardInterrupt\x1b[39m: {self}"]


BrowserInterrupt.__name__ = "KeyboardInterrupt"
