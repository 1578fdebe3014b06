"""The files of the repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

LIMIT = 500
"""Lines. A file that is longer has more than one reason to change."""


@pytest.fixture(scope="module")
def tracked(checkout: Path) -> list[Path]:
    """Return every file of the repository."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, capture_output=True, text=True, check=True).stdout
    paths = [checkout / name for name in listing.split("\0") if name]
    return [path for path in paths if path.is_file()]


def test_no_source_file_is_long(tracked: list[Path], checkout: Path) -> None:
    sources = [path for path in tracked if path.suffix in {".css", ".js", ".mjs", ".py", ".ts"}]
    assert sources
    lengths = {str(path.relative_to(checkout)): len(path.read_text("utf-8").splitlines()) for path in sources}
    assert {name: length for name, length in lengths.items() if length > LIMIT} == {}


def test_notebooks_are_kept_without_outputs(tracked: list[Path]) -> None:
    notebooks = [path for path in tracked if path.suffix == ".ipynb"]
    assert notebooks
    for path in notebooks:
        cells = [cell for cell in json.loads(path.read_text("utf-8"))["cells"] if cell["cell_type"] == "code"]
        assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells), path.name


def test_nothing_built_is_in_the_repository(tracked: list[Path], checkout: Path) -> None:
    built = [checkout / "pyscript_jupyter" / "static", checkout / "node_modules", checkout / "dist"]
    assert [path for path in tracked if set(path.parents) & set(built)] == []
