"""`jupyter console` with a PyScript kernel, as somebody at a terminal uses it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pexpect  # type: ignore[import-untyped]  # it has no types
import pytest

from e2e.kernels import folder_for_temporary_files, wait_until_nothing_is_left
from e2e.waiting import SLOW, wait_until

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pexpect wants a pseudo-terminal")

_COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
"""What moves the cursor and sets colours."""


class Console:
    """A console at a terminal of its own."""

    def __init__(self, process: pexpect.spawn) -> None:
        self._process = process
        self._shown = ""

    def see(self, pattern: str) -> None:
        """Wait until something is shown since the last time."""

        def shown() -> bool:
            with suppress(pexpect.TIMEOUT, pexpect.EOF):
                self._shown += self._process.read_nonblocking(65536, 0.1)
            return re.search(pattern, _COLOURS.sub("", self._shown)) is not None

        wait_until(shown, f"{pattern!r} in the console", SLOW)
        self._shown = ""

    def type(self, keys: str, pattern: str) -> None:
        """Type, and wait until that is shown."""
        self._process.send(keys)
        self.see(pattern)


@contextmanager
def console(kernel: str) -> Iterator[Console]:
    """Start one, and leave it by Ctrl-D."""
    arguments = ["-m", "jupyter", "console", "--kernel", kernel]
    environment = {**os.environ, "TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1"}
    process = pexpect.spawn(sys.executable, arguments, env=environment, encoding="utf-8", dimensions=(40, 120))
    try:
        opened = Console(process)
        opened.see(r"In \[1\]: ")
        yield opened
        opened.type("\x04", "Do you really want to exit")
        process.send("y\r")
        process.expect(pexpect.EOF, timeout=SLOW)
    finally:
        process.close(force=True)
    assert process.exitstatus == 0


def test_a_console_runs_completes_asks_stops_and_remembers() -> None:
    with folder_for_temporary_files():
        with console("pyscript-mpy") as opened:
            opened.type("import sys\r", r"In \[2\]: ")
            opened.type("sys.impl\t", r"sys\.implementation")
            opened.type(".name\r", r"Out\[2\]: 'micropython'[\s\S]*In \[3\]: ")
            opened.type("x = input('name: ')\r", r"\nname: ")
            opened.type("Ann\r", r"In \[4\]: ")
            opened.type("print('hello', x); n = 0\r", r"hello Ann[\s\S]*In \[5\]: ")
            opened.type("print('began'); exec('while True: n += 1')\r", r"\nbegan")
            opened.type("\x03", r"KeyboardInterrupt[\s\S]*In \[6\]: ")
            opened.type("n > 0\r", r"Out\[6\]: True[\s\S]*In \[7\]: ")
        with console("pyscript-mpy") as opened:
            opened.type("\x1b[A", "n > 0")
            opened.type("\x15", "")
        wait_until_nothing_is_left()
