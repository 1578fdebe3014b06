# ruff: noqa: E501  # metadata is one line
"""What does not leave with a notebook, and what tags do."""

from __future__ import annotations

import json
from typing import Any

import pytest
from export.conftest import code, export, markdown, notebook, text
from nbformat import v4

from pyscript_jupyter.export.clean import is_private

SECRET = "s3cret"


def test_nothing_private_leaves() -> None:
    nb = notebook(
        code("%%pyscript mpy\n1", v4.new_output("display_data", {"text/plain": "x"}, metadata={"isolated": True, "path": SECRET})),
        markdown("# x", editable=False, vscode={"languageId": SECRET}, user=SECRET),
        kernelspec={"name": "mine", "display_name": "Mine", "language": "python", "argv": [SECRET], "env": {"A": SECRET}, "path": SECRET},
        language_info={"name": "python", "version": "3.11", "nbconvert_exporter": SECRET, "codemirror_mode": {"name": "ipython", "x": SECRET}},
        widgets={"application/vnd.jupyter.widget-state+json": {"state": {"a": {"state": {"value": SECRET}}}}},
        papermill={"input_path": f"/home/{SECRET}", "environment_variables": {"A": SECRET}},
        colab={"name": SECRET}, vscode={"interpreter": {"hash": SECRET}}, signature=SECRET, toc={"x": SECRET},
        authors=[{"name": "Ann", "email": SECRET}, "Bob"], title="A title",
    )  # fmt: skip
    nb.cells[0].metadata.update(
        execution={"iopub.execute_input": SECRET}, ExecuteTime={"end_time": SECRET}, papermill={"duration": SECRET},
        tags=["setup", "/home/s3cret/tag"], name="first", slideshow={"slide_type": "slide", "x": SECRET}, colab={"id": SECRET},
        jupyter={"source_hidden": False, "x": SECRET}, collapsed=False, scrolled=True, trusted=True,
    )  # fmt: skip
    page = export(nb)
    assert SECRET not in page.html
    assert page.notebook["metadata"] == {
        "kernelspec": {"name": "mine", "display_name": "Mine", "language": "python"},
        "language_info": {"name": "python", "version": "3.11", "codemirror_mode": {"name": "ipython"}},
        "title": "A title",
        "authors": [{"name": "Ann"}, {"name": "Bob"}],
    }
    assert page.notebook["cells"][0]["metadata"] == {
        "tags": ["setup"],
        "name": "first",
        "slideshow": {"slide_type": "slide"},
        "jupyter": {"source_hidden": False},
        "collapsed": False,
    }
    assert page.notebook["cells"][0]["outputs"][0]["metadata"] == {"isolated": True}
    assert "Ann, Bob" in text(page.one("p", "pyscript-authors"))


@pytest.mark.parametrize(
    "value", ["/home/ann/x", "C:\\Users\\ann", "file:///x", "~/x", "see /Users/ann", "\\\\host\\share"]
)
def test_paths_are_told(value: str) -> None:
    assert is_private(value)
    assert "title" not in export(notebook("1", title=value)).notebook["metadata"]


@pytest.mark.parametrize("value", ["and/or", "a / b", "https://example.org/home/x", "12:30", "Part 1: ~ /"])
def test_what_is_no_path_is_not_taken_for_one(value: str) -> None:
    assert not is_private(value)


@pytest.mark.parametrize("tag", ["remove-cell", "remove_cell"])
def test_a_removed_cell_is_nowhere_in_the_page(tag: str) -> None:
    nb = notebook(code(f"{SECRET} = 1", tags=[tag]), markdown(SECRET, tags=[tag]), "%%pyscript mpy\n1")
    page = export(nb)
    assert SECRET not in page.html
    assert [cell["index"] for cell in page.data("cells")] == [0]
    assert page.sections[0].get("data-index") == "0"


def test_removed_code_is_nowhere_and_does_not_run_and_its_output_stays() -> None:
    output = v4.new_output("stream", text="shown\n")
    page = export(
        notebook(code(f"%%pyscript mpy\n{SECRET}", output, tags=["remove-input"]), code(SECRET, tags=["remove-input"]))
    )
    assert SECRET not in page.html
    assert page.data("cells") == []
    assert len(page.sections) == len(page.notebook["cells"]) == 1
    assert page.all("pre", "source") == []
    assert text(page.one("div", "output")).strip() == "shown"


def test_a_removed_output_is_nowhere() -> None:
    page = export(notebook(code("1", v4.new_output("stream", text=SECRET), tags=["remove-output"])))
    assert SECRET not in page.html
    assert text(page.one("pre", "source")) == "1"


@pytest.mark.parametrize(
    ("metadata", "kind", "holds"),
    [
        ({"tags": ["hide-input"]}, "hidden-input", ["code"]),
        ({"jupyter": {"source_hidden": True}}, "hidden-input", ["code"]),
        ({"tags": ["hide-output"]}, "hidden-output", ["said"]),
        ({"collapsed": True}, "hidden-output", ["said"]),
        ({"tags": ["hide-cell"]}, "hidden-cell", ["code", "said"]),
    ],
)
def test_what_is_hidden_is_folded_away(metadata: Any, kind: str, holds: list[str]) -> None:
    page = export(notebook(code("code", v4.new_output("stream", text="said"), **metadata)))
    details = page.one("details", kind)
    assert [word for word in ("code", "said") if word in text(details)] == holds
    assert details[0].tag == "summary"
    assert details.get("open") is None


def test_tags_for_scripts_stand_on_the_section() -> None:
    page = export(notebook(code("1", tags=["x", "read-only", "solution", "setup"]), code("2", tags=["other"])))
    assert [each.get("data-tags") for each in page.sections] == ["solution setup read-only", None]
    assert page.notebook["cells"][1]["metadata"]["tags"] == ["other"]


def test_the_notebook_in_the_page_is_one() -> None:
    nb = notebook(
        markdown("# x", {"a.png": {"image/png": "aGk="}}),
        code("1", v4.new_output("error", ename="E", evalue="x", traceback=["t"])),
    )
    page = export(nb)
    kept = v4.reads(json.dumps(page.notebook))
    assert kept.cells[0].attachments == {"a.png": {"image/png": "aGk="}}
    assert kept.cells[1].outputs == nb.cells[1].outputs
