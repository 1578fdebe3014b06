"""Every example in the documents runs, in the order in which a reader would run it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from e2e.conftest import Desk

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^```python(?: raises=(?P<raises>\w+))?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A cell; ``raises`` names the exception that it is to show."""

DOCUMENTS = [path for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))) if path.is_file()]


@pytest.mark.parametrize("document", [path.name for path in DOCUMENTS if EXAMPLE.search(path.read_text("utf-8"))])
def test_every_example_of_a_document_does_what_it_says(lab: Desk, document: str) -> None:
    path = next(path for path in DOCUMENTS if path.name == document)
    examples = list(EXAMPLE.finditer(path.read_text("utf-8")))
    page = lab.open([example["code"].rstrip("\n") for example in examples])
    for index in range(len(examples)):
        page.run(index)
    cells = page.save().cells[: len(examples)]  # Shift+Enter on the last cell has added an empty one
    errors = [[each.ename for each in cell.outputs if each.output_type == "error"] for cell in cells]
    assert errors == [[example["raises"]] if example["raises"] else [] for example in examples]
