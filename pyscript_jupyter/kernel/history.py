"""What PyScript kernels have run, in this session and earlier ones, as ``history_request`` asks for it.

IPython's own history keeps it, in the file of its profile: where that is, and whether there is one at all, its
configuration says (``HistoryManager.hist_file``, ``HistoryManager.enabled``), as for every other kernel of the profile.
That history wants a shell, of which it needs two members.

What nbclient runs belongs into nobody's history: it has IPython's kernels keep none, by an argument that others do not
get. But it says with each cell that nobody can be asked, as consoles and notebooks never do. So the file is only read
until a cell comes from a client that can ask somebody.

See https://jupyter-client.readthedocs.io/en/stable/messaging.html#history.
"""

from __future__ import annotations

import io
import logging
import sqlite3
from collections.abc import Iterable
from contextlib import redirect_stdout, suppress
from typing import Any

from ipykernel.kernelbase import Kernel
from IPython.core.error import UsageError as IPythonUsageError
from IPython.core.history import HistoryManager, extract_hist_ranges
from IPython.core.interactiveshell import InteractiveShellABC
from IPython.core.magic_arguments import parse_argstring
from IPython.core.magics.history import HistoryMagics
from traitlets.config import Configurable

from pyscript_jupyter.errors import UsageError

Entry = tuple[int, int, Any]
"""A session, 0 for this one; the number of the cell; and its code, or a pair of that and of its result's text."""

_log = logging.getLogger(__name__)

_IN_MEMORY = ":memory:"
"""The file's name for IPython where nothing is to be kept."""

_PATIENCE = 1.0
"""Seconds that a kernel's start waits for a file that somebody else has locked."""


class History:
    """The cells of this session and of those before it.

    Parameters
    ----------
    kernel
        Whose profile and configuration hold; None for a history that is kept nowhere.
    """

    def __init__(self, kernel: Kernel | None = None) -> None:
        shell = _Shell(getattr(kernel, "profile_dir", None))
        where = {} if shell.profile_dir else {"hist_file": _IN_MEMORY}
        try:
            self._manager = shell.history_manager = _Manager(shell=shell, parent=kernel, **where)
        except (OSError, sqlite3.Error) as error:  # it moves away what it cannot read, if it may
            _log.warning("The history of earlier sessions is not there, and this one's will not be kept: %s", error)
            self._manager = shell.history_manager = _Manager(shell=shell, parent=kernel, hist_file=_IN_MEMORY)

    def keep(self) -> None:
        """Keep this session's cells, those before too: somebody sits at the client."""
        self._manager.keep()

    def add(self, number: int, code: str, source: str) -> None:
        """Take note of a cell, as it was typed and as it is run. Another thread writes it down."""
        # What is kept of this session is found by its place.
        self._pad(number)
        self._manager.store_inputs(number, source, code)
        self._pad(number + 1)

    def add_result(self, number: int, text: str) -> None:
        """Take note of the text of a cell's result."""
        self._manager.output_hist_reprs[number] = text
        self._manager.store_output(number)

    def find(
        self,
        hist_access_type: str,
        output: bool = False,
        raw: bool = True,
        session: int | None = None,
        start: int | None = None,
        stop: int | None = None,
        n: int | None = None,
        pattern: str | None = None,
        unique: bool = False,
    ) -> list[Entry]:
        """Return the cells that a request asks for, oldest first; the parameters are the request's."""
        manager = self._manager
        found: Iterable[Entry] = ()
        with suppress(sqlite3.Error, OSError):  # the log has it
            match hist_access_type:
                case "tail":
                    found = manager.get_tail(10 if n is None else n, raw=raw, output=output, include_latest=True)
                case "range":
                    found = manager.get_range(session or 0, start or 1, stop, raw=raw, output=output)
                    # Who asks for this session by its number is answered by it, as for any other.
                    found = [(each[0] or session or 0, *each[1:]) for each in found]
                case "search":
                    found = manager.search(pattern or "*", raw=raw, output=output, n=n, unique=unique)
            return list(found)
        return []

    def command(self, line: str) -> str:
        """Return what ``%history line`` prints: IPython's own magic, which writes no file here.

        Raises
        ------
        UsageError
            The line means nothing.
        """
        text = io.StringIO()
        try:
            arguments = parse_argstring(HistoryMagics.history, line)
            if arguments.filename is not None:
                raise UsageError(f"`%history {line}` would write a file where the kernel runs: leave -f out.")
            for word in arguments.range:
                if not [*extract_hist_ranges(word)]:
                    raise UsageError(
                        f"`%history {line}` cannot be done: {word} names no cells. `%history 2-4` shows three by their "
                        f"numbers, `%history ~1/2-4` those of the session before, and `%history -g {word}` all with "
                        "that text."
                    )
            with redirect_stdout(text):
                HistoryMagics(self._manager.shell).history(line)
        except (IPythonUsageError, ValueError, AssertionError, OverflowError) as error:  # of numbers, or their order
            raise UsageError(f"`%history {line}` cannot be done: {error}") from None
        return text.getvalue()

    def close(self) -> None:
        """Write down what is not yet, and when the session ended. Twice does nothing more."""
        manager = self._manager
        if manager.save_thread is not None:
            manager.save_thread.stop()
            manager.save_thread = None
        if manager.session_number:
            with suppress(sqlite3.Error):
                manager.end_session()
            manager.session_number = 0
            manager.db.close()
            manager.enabled = False

    def _pad(self, length: int) -> None:
        for kept in (self._manager.input_hist_parsed, self._manager.input_hist_raw):
            kept.extend([""] * (length - len(kept)))


class _Shell(InteractiveShellABC):
    """As much of a shell as a history needs."""

    history_manager: HistoryManager

    def __init__(self, profile_dir: Any) -> None:
        self.profile_dir = profile_dir

    def push(self, names: dict[str, Any], interactive: bool = True) -> None:
        """Take names such as ``_i1``: the browser has its own (`_pyscript_recent.py`)."""


_HOLD = """
CREATE TEMP TABLE sessions
    (session integer primary key, start timestamp, end timestamp, num_cmds integer, remark text);
INSERT INTO temp.sessions SELECT * FROM main.sessions;
CREATE TEMP TABLE held AS SELECT * FROM main.history LIMIT 0;
CREATE TEMP VIEW history AS SELECT * FROM main.history UNION ALL SELECT * FROM held;
CREATE TEMP TRIGGER hold INSTEAD OF INSERT ON history
    BEGIN INSERT INTO held VALUES (new.session, new.line, new.source, new.source_raw); END;
CREATE TEMP TABLE held_output AS SELECT * FROM main.output_history LIMIT 0;
CREATE TEMP VIEW output_history AS SELECT * FROM main.output_history UNION ALL SELECT * FROM held_output;
CREATE TEMP TRIGGER hold_output INSTEAD OF INSERT ON output_history
    BEGIN INSERT INTO held_output VALUES (new.session, new.line, new.output); END;
"""
"""Makes of IPython's tables ones that read as they do, and keep in memory what is written: such names come first."""


class _Manager(HistoryManager):
    """IPython's history, held in memory at first, and which a file that somebody else locks does no harm to.

    IPython takes it for a broken one, moves it away and begins anew.
    """

    def __init__(self, *, parent: Configurable | None, **traits: Any) -> None:
        self._hold = True
        super().__init__(parent=parent, **traits)

    @property
    def _held(self) -> bool:
        return self._hold and self.enabled and str(self.hist_file) != _IN_MEMORY

    def keep(self) -> None:
        """Write to the file from now on, and what was held as well."""
        if not self._held:
            self._hold = False
            return
        self.writeout_cache()
        self._hold = False
        cells = self.db.execute("SELECT line, source, source_raw FROM held").fetchall()
        results = self.db.execute("SELECT line, output FROM held_output").fetchall()
        self.db.close()
        self.init_db()
        try:
            self.new_session()
        except sqlite3.Error as error:
            _log.warning("%s cannot be written, this session's history is not kept: %s", self.hist_file, error)
            self.db.close()
            self.hist_file = _IN_MEMORY
            self.init_db()
            self.new_session()
        self.db_input_cache[:0] = cells
        self.db_output_cache[:0] = results

    def init_db(self) -> None:
        """Open the file, or nothing where it is locked."""
        if self.enabled and _is_locked(str(self.hist_file)):
            _log.warning("%s is locked: the history of this session will not be kept.", self.hist_file)
            self.hist_file = _IN_MEMORY
        super().init_db()
        if self._held:
            self.db.executescript(_HOLD)

    def _run_sql(self, *args: Any, **options: Any) -> Any:
        try:
            return super()._run_sql(*args, **options)
        except sqlite3.OperationalError as error:
            _log.warning("The history cannot be read now: %s", error)
            return iter(())

    def writeout_cache(self, conn: Any = None) -> None:
        """Write what has been added to the file, or to what holds it in memory, which this connection alone has."""
        if self._held and conn is not None:
            return
        try:
            super().writeout_cache(conn)
        except sqlite3.Error as error:
            _log.warning("The history cannot be written now, and lacks some cells: %s", error)


def _is_locked(file: str) -> bool:
    try:
        connection = sqlite3.connect(file, timeout=_PATIENCE)
    except sqlite3.Error:
        return False
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.Error as error:
        return error.sqlite_errorname in ("SQLITE_BUSY", "SQLITE_LOCKED")
    finally:
        connection.close()
    return False
