"""Who imports whom."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = (
    "anywidget",
    "ipykernel",
    "IPython",
    "ipywidgets",
    "jupyter_server",
    "msgspec",
    "nbconvert",
    "nbformat",
    "tornado",
)


def test_imports_keep_to_the_layers_of_the_architecture(checkout: Path) -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    result = subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_importing_the_package_loads_nothing_of_jupyter() -> None:
    code = f"import sys, pyscript_jupyter; print([name for name in {HEAVY!r} if name in sys.modules])"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"
