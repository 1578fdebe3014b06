"""Every example in the documents and every notebook runs, in the order in which a reader would run it."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

from e2e.conftest import Desk
from e2e.page import code_notebook

CHECKOUT = Path(__file__).parents[2]
EXAMPLE = re.compile(r"^```python(?: raises=(?P<raises>\w+))?\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)
"""A cell; ``raises`` names the exception that it is to show."""

KERNELS = {"kernels.md": "pyscript-py"}
"""The kernel of a document's examples, where that is not the ordinary one."""

DOCUMENTS = [path for path in (CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))) if path.is_file()]

NOTEBOOKS = sorted((CHECKOUT / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("document", [path.name for path in DOCUMENTS if EXAMPLE.search(path.read_text("utf-8"))])
def test_every_example_of_a_document_does_what_it_says(lab: Desk, document: str) -> None:
    path = next(path for path in DOCUMENTS if path.name == document)
    examples = list(EXAMPLE.finditer(path.read_text("utf-8")))
    codes = [example["code"].rstrip("\n") for example in examples]
    page = lab.open(code_notebook(codes, KERNELS.get(document, "python3")))
    for index in range(len(examples)):
        page.run(index)
    cells = page.save().cells[: len(examples)]  # Shift+Enter on the last cell has added an empty one
    errors = [[each.ename for each in cell.outputs if each.output_type == "error"] for cell in cells]
    assert errors == [[example["raises"]] if example["raises"] else [] for example in examples]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_every_cell_of_a_notebook_that_we_ship_succeeds(lab: Desk, path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    page = lab.open(notebook)
    page.run_all()
    codes = [cell for cell in page.save().cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == list(range(1, len(codes) + 1))
    outputs = [output for cell in codes for output in cell.outputs]
    troubles = [each for each in outputs if each.output_type == "error" or each.get("name") == "stderr"]
    assert troubles == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_a_notebook_that_we_ship_has_no_outputs_that_could_be_out_of_date(path: Path) -> None:
    codes = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    assert [cell.outputs for cell in codes] == [[]] * len(codes)
    assert {cell.execution_count for cell in codes} == {None}
