"""``jupyter pyscript export``, as one types it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import nbformat
import pytest
from export.conftest import SURROGATE, Page, markdown, notebook, text
from nbformat import v3

from pyscript_jupyter.app import main


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a notebook's file."""
    path = tmp_path / "my notebook.ipynb"
    nbformat.write(notebook(markdown("# Title"), "%%pyscript mpy\n1"), path)
    return path


def test_the_page_lies_beside_the_notebook(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(file)]) == 0
    page = file.with_suffix(".html")
    said = capsys.readouterr()
    assert said.out.startswith(f"{page}\t")
    assert len(said.out.splitlines()) == 1
    for part in ("text", "style", "notebook"):
        assert f"{part} " in said.out
    assert said.err == ""
    assert sorted(path.name for path in file.parent.iterdir()) == ["my notebook.html", "my notebook.ipynb"]
    assert page.stat().st_mode & 0o777 == 0o666 & ~_umask()
    assert text(Page(page.read_bytes().decode()).one("title")) == "Title"


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_the_page_goes_where_it_is_told(file: Path, tmp_path: Path) -> None:
    target = tmp_path / "there" / "page.html"
    target.parent.mkdir()
    target.write_text("old")
    target.chmod(0o600)
    assert main(["export", str(file), "-o", str(target)]) == 0
    assert target.read_text().startswith("<!DOCTYPE html>")
    assert target.stat().st_mode & 0o777 == 0o600
    assert main(["export", str(file), "-o", str(target.parent)]) == 0
    assert (target.parent / "my notebook.html").is_file()


V3 = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [], "metadata": {}}]}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file"),
        (b"\xff\xfe", "is no text in UTF-8"),
        (b"", "is no JSON, which a notebook is: Expecting value"),
        (b"print(1)", "is no JSON"),
        (b"[1]", "is JSON, but no notebook: it has no number `nbformat`, but list"),
        (b'{"a": 1}', "it has no number `nbformat`, but 'a'"),
        (b'{"nbformat": 99}', "has the format 99, and up to 4 can be read here"),
        (b'{"nbformat": 4}', "is no valid notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}', "is no valid notebook"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": 1, "cells": 2}', "is no valid notebook"),
        (b"[" * 100_000, "is nested too deeply to be read"),
    ],
)
def test_what_is_no_notebook_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, message: str
) -> None:
    path = tmp_path / "x.ipynb"
    if content is not None:
        path.write_bytes(content)
    assert main(["export", str(path)]) == 1
    said = capsys.readouterr().err
    assert message in said
    assert str(path) in said
    assert "Traceback" not in said
    assert not path.with_suffix(".html").exists()


def test_a_folder_and_the_notebook_itself_are_refused(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(file.parent)]) == 1
    assert "is a folder. A notebook was wanted" in capsys.readouterr().err
    assert main(["export", str(file), "-o", str(file)]) == 1
    assert "is the notebook itself" in capsys.readouterr().err
    assert json.loads(file.read_text())["nbformat"] == 4


def test_where_nothing_can_be_written_the_last_page_stays(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["export", str(file), "-o", str(file.parent / "no" / "x.html")]) == 1
    assert "x.html: No such file or directory. Name a file in a folder that is there" in capsys.readouterr().err
    page = file.with_suffix(".html")
    page.write_text("the last page")

    def full(self: Path, target: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert main(["export", str(file)]) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert page.read_text() == "the last page"
    assert len(list(file.parent.iterdir())) == 2


def test_an_old_notebook_is_read(tmp_path: Path) -> None:
    nb = v3.new_notebook(
        worksheets=[v3.new_worksheet(cells=[v3.new_code_cell("x = 1"), v3.new_heading_cell("Old", level=2)])]
    )
    path = tmp_path / "old.ipynb"
    path.write_text(v3.writes_json(nb))
    pages = []
    for _ in range(2):
        assert main(["export", str(path)]) == 0
        pages.append(path.with_suffix(".html").read_text())
    assert pages[0] == pages[1]
    assert text(Page(pages[0]).one("pre", "source")) == "x = 1"
    assert text(Page(pages[0]).one("h2")) == "Old"


def test_half_a_character_does_not_keep_a_page_from_being_written(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    path.write_text(json.dumps(notebook(f"'{SURROGATE}'")), "utf-8")
    assert main(["export", str(path)]) == 0
    page = Page(path.with_suffix(".html").read_text("utf-8"))
    assert page.notebook["cells"][0]["source"] == f"'{SURROGATE}'"


def test_what_will_not_work_is_told(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nbformat.write(notebook(markdown("![](no.png)"), "%%pyscript perl\n1"), file)
    assert main(["export", str(file)]) == 0
    assert capsys.readouterr().err.splitlines() == [
        (
            "Cell 2: `%%pyscript perl` cannot run in the page: There is no interpreter named 'perl'. Name one of: mpy "
            "or micropython (MicroPython); py or pyodide (Pyodide)."
        ),
        "Cell 1: the image 'no.png' is not in the page: no such image lies beside the notebook or in it.",
    ]


def test_the_notebooks_of_this_repository_are_exported(
    checkout: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    notebooks = sorted((checkout / "notebooks").glob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        assert main(["export", str(path), "-o", str(tmp_path)]) == 0
        page = Page((tmp_path / f"{path.stem}.html").read_text("utf-8"))
        told = capsys.readouterr().err.count("does not run in the page")
        code = [text(pre) for pre in page.all("pre", "source")]
        meant = sum(source.startswith("%%pyscript") for source in code)
        assert len(page.data("cells")) + told == (meant or len(code)), path.name
        assert len(page.all("h1")) == 1


def test_what_tools_leave_wrong_beside_the_contents_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    cells = [
        {
            "cell_type": "code",
            "metadata": {},
            "source": ["x = 1\n", "x"],
            "outputs": [{"output_type": "execute_result", "data": {"text/plain": "1"}}],
        },
        {"cell_type": "code", "source": "2", "metadata": {"tags": ["a", "a", 1]}},
        {"cell_type": "markdown", "metadata": {}, "source": "# Title", "outputs": [], "id": "not an id!"},
    ]
    metadata = {
        "kernelspec": {"language": "python"},
        "language_info": {"version": "3"},
        "authors": "Ann",
        "title": None,
    }
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 2, "metadata": metadata, "cells": cells}))
    assert main(["export", str(path)]) == 0
    page = Page(path.with_suffix(".html").read_text("utf-8"))
    assert [text(each) for each in page.all("pre", "source")] == ["x = 1\nx", "2"]
    assert page.notebook["cells"][1]["metadata"] == {"tags": ["a"]}
    assert page.notebook["metadata"] == {}
    nbformat.validate(page.notebook)
