"""Cells that several tests run."""

from __future__ import annotations

LOAD = "%load_ext pyscript_jupyter"

NAMES = {"mpy": "micropython", "py": "cpython"}
"""What each interpreter calls itself."""

WORKERS = {"mpy": 2, "py": 1}
"""How many workers an environment has that has been left alone for a moment: MicroPython has the next one ready."""

ENDLESS = """
import time
print("started")
while True:
    time.sleep(0.05)
"""

LAST_ERROR = "import sys; print(type(sys.last_value).__name__, sys.last_value, sep=': ')"
"""Says in a cell of the server what the one before it failed with."""


def browser_cell(code: str, options: str = "mpy") -> str:
    """Return a cell that runs in the browser."""
    return f"%%pyscript {options}\n{code.strip()}"


def hello(alias: str) -> str:
    """Return the first cell of everybody."""
    return browser_cell('import sys\nprint("hello from", sys.implementation.name)\n1 + 1', alias)
