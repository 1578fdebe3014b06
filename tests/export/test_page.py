"""The page: its structure, and that what went in comes back as it was."""

from __future__ import annotations

from typing import Any

import nbformat
import pytest
from export.conftest import SURROGATE, Page, classes, code, export, markdown, notebook, shows, text, visible
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat import v4

from pyscript_jupyter.export.exporter import PyScriptExporter
from pyscript_jupyter.export.highlight import highlight

ANY = st.text(st.one_of(st.characters(), st.sampled_from("\0\r\n<>&\"'\\`$#-!\u2028\x0c\ufeff" + SURROGATE)))
"""Any string at all: by default hypothesis draws surrogates too."""

NASTY = [
    "\n\nfirst lines are empty\n\n",
    "a\rb\r\nc",
    "\0\x01\x0b\x0c\x1b\x7f\x80\x9f\ufeff\ufffe\uffff",
    SURROGATE + "x" + SURROGATE,
    "a\u2028b\u2029c",
    "</script><script>alert(1)</script><!-- <script>",
    "</pre></code></section>&lt;&amp;&#13;&#0;",
    "<![CDATA[ ]]> --> <?x?>",
    "\ttab\n \t ",
    "%%pyscript mpy\nprint('x')\r\n",
    "%%html\n<b>&nbsp;",
    "%%timeit\n1\n%%x",
    "'''",
    "x?",
    "!ls",
]


def through(page: Page, source: str) -> None:
    assert text(page.one("pre", "source")) == visible(source)
    assert page.notebook["cells"][0]["source"] == source


def nasty(test: Any) -> Any:
    for source in NASTY:
        test = example(source)(test)
    return test


@nasty
@given(ANY)
def test_any_code_comes_back_as_it_was(source: str) -> None:
    through(export(notebook(source)), source)


@nasty
@given(ANY)
def test_any_code_that_runs_comes_back_as_it_was(source: str) -> None:
    page = export(notebook(f"%%pyscript mpy\n{source}"))
    assert page.data("cells")[0]["code"] == f"\n{source}"
    page = export(notebook(source + "#", kernelspec={"name": "pyscript-py", "display_name": "x"}))
    assert page.data("cells")[0]["code"] == source + "#"


@nasty
@given(ANY)
def test_any_text_of_an_output_comes_back_as_it_was(source: str) -> None:
    plain = source.replace("\x1b", "")  # what it does to text is a test of its own
    outputs = [v4.new_output("stream", text=plain), shows(text__plain=plain), shows(application__json=[source])]
    page = export(notebook(code("1", *outputs)))
    first, second, third = [each.find("pre") for each in page.all("div", "output")]
    assert first is not None
    assert second is not None
    assert third is not None
    assert text(first) == text(second) == visible(plain)
    kept = page.notebook["cells"][0]["outputs"]
    assert (kept[0]["text"], kept[1]["data"]["text/plain"]) == (plain, plain)
    assert kept[2]["data"]["application/json"] == [source]


@nasty
@given(ANY)
def test_any_markdown_and_any_raw_text_come_back_as_they_were(source: str) -> None:
    page = export(notebook(markdown(source), v4.new_raw_cell(source)))
    assert [cell["source"] for cell in page.notebook["cells"]] == [source, source]
    assert text(page.sections[1].find(".//pre")) == visible(source)  # type: ignore[arg-type]
    assert len(page.all("script")) == 2


@nasty
@given(ANY)
def test_any_title_comes_back_as_it_was(source: str) -> None:
    nb = notebook("1", title=source)
    page = export(nb)
    expected = source if page.notebook["metadata"].get("title") else "file"
    assert text(page.one("title")) == visible(expected)


@given(st.dictionaries(ANY, ANY), st.lists(ANY))
def test_any_metadata_leaves_a_page_that_is_whole(given: dict[str, str], tags: list[str]) -> None:
    nb = notebook(code("1"), authors=[given, *tags])
    nb.cells[0].metadata.update(given)
    nb.metadata.kernelspec = nbformat.from_dict(given)
    nb.cells[0].metadata["tags"] = list(dict.fromkeys(f"x{tag}".replace(",", "") for tag in tags if "\n" not in tag))
    nb.metadata.kernelspec.update({"name": "x", "display_name": "y"})
    nb.cells[0].metadata.pop("format", None)
    page = export(nb)
    assert len(page.sections) == 1
    nbformat.validate(page.notebook)


@pytest.mark.parametrize("language", ["ipython3", "python", "julia", "R", "html", "bash", "no such language", ""])
@pytest.mark.parametrize("source", NASTY)
def test_highlighting_changes_no_character(language: str, source: str) -> None:
    page = Page(f"<pre>\n{highlight(source, language)}</pre>")
    assert text(page.one("pre")) == visible(source)


def test_cells_stand_in_sections_with_their_id_and_index() -> None:
    nb = notebook(markdown("# A title"), "x = 1", v4.new_raw_cell("raw"), "%%pyscript mpy\n1")
    nb.cells[1].execution_count = 7
    page = export(nb)
    assert [(each.get("id"), each.get("data-index")) for each in page.sections] == [
        ("cell-c0", "0"), ("cell-c1", "1"), ("cell-c2", "2"), ("cell-c3", "3"),
    ]  # fmt: skip
    assert [classes(each) for each in page.sections] == [
        ["cell", "cell-markdown"], ["cell", "cell-code", "cell-server"], ["cell", "cell-raw"], ["cell", "cell-code"],
    ]  # fmt: skip
    for section in page.all("section", "cell-code"):
        assert section.find("div[@class='input']/pre[@class='source']/code") is not None
        assert section.find("div[@class='outputs']") is not None
    assert "server cell, not run here" in text(page.sections[1])
    assert "[7]" in text(page.sections[1])
    assert "MicroPython" in text(page.sections[3])
    assert text(page.one("title")) == "A title"
    assert text(page.one("h1")) == "A title"
    assert page.data("cells") == [
        {"index": 3, "id": "c3", "environment": "mpy", "interpreter": "micropython", "options": {}, "code": "\n1"}
    ]


def test_without_cells_of_the_browser_none_is_marked() -> None:
    assert "not run here" not in export(notebook("1", "2")).html


def test_a_page_needs_no_script_and_no_network() -> None:
    page = export(notebook(markdown("# x\n$a$\n```mermaid\ngraph\n```"), code("1", shows(text__html="<b>x</b>"))))
    assert [each.get("id") for each in page.all("script")] == ["pyscript-notebook", "pyscript-cells"]
    assert page.all("link") == []
    head = page.one("head")
    assert head[0].get("http-equiv") == "Content-Security-Policy"
    assert str(head[0].get("content")).startswith("default-src 'none'; img-src data: https:;")
    assert "http" not in "".join(text(each) for each in page.all("style"))


def test_the_title_is_the_first_heading_or_the_name_of_the_file() -> None:
    assert text(export(notebook(markdown("text\n\n## `a` & **b**"))).one("title")) == "a & b"
    page = export(notebook(markdown("## Part")), name="my notebook")
    assert (text(page.one("title")), text(page.one("h1"))) == ("Part", "Part")
    assert text(export(notebook("1"), name="my notebook").one("h1")) == "my notebook"


def test_the_same_notebook_gives_the_same_page() -> None:
    nb = notebook(markdown("# x"), "1", "%%pyscript mpy\n1")
    assert export(nb).html == export(nb).html
    old = nbformat.from_dict({**nb, "nbformat_minor": 4})
    for cell in old.cells:
        del cell["id"]
    before = nbformat.from_dict(old)
    page = export(old)
    assert page.html == export(old).html
    assert old == before
    assert len({each.get("id") for each in page.sections}) == 3
    assert page.notebook["nbformat_minor"] == 5
    nb.cells[1]["id"] = nb.cells[0]["id"]
    assert export(nb).html == export(nb).html


def test_nbconvert_finds_the_exporter_by_its_name() -> None:
    from nbconvert.exporters import get_exporter

    assert get_exporter("pyscript") is PyScriptExporter
    assert PyScriptExporter().file_extension == ".html"
    assert PyScriptExporter.export_from_notebook == "PyScript page (.html)"


def test_settings_of_nbconvert_hold() -> None:
    from traitlets.config import Config

    config = Config(
        TemplateExporter={"exclude_input": True, "extra_template_basedirs": ["/nowhere"]},
        PyScriptExporter={"language_code": "de"},
    )
    html, _ = PyScriptExporter(config=config).from_notebook_node(notebook("1"))
    page = Page(html)
    assert page.all("pre", "source") == []
    assert page.one("html").get("lang") == "de"
