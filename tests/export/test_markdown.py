# ruff: noqa: E501  # a notebook is one line
"""Markdown and mathematics, as a reader sees them."""

from __future__ import annotations

import pytest
from export.conftest import code, export, markdown, notebook, shows, text

from pyscript_jupyter.export.images import Images
from pyscript_jupyter.export.markdown import markdown as markdown_html
from pyscript_jupyter.export.maths import formula, mixed


def test_headings_have_ids_that_links_find_and_no_pilcrow() -> None:
    page = export(notebook(markdown("# A *first* one\n[to it](#A-first-one)")))
    heading = page.one("h1")
    assert (heading.get("id"), text(heading)) == ("A-first-one", "A first one")
    assert page.one("a").get("href") == "#A-first-one"


def test_what_markdown_has_is_there() -> None:
    page = export(
        notebook(
            markdown(
                "- [x] done\n- [ ] open\n\n|a|b|\n|-|-:|\n|1|2|\n\n~~x~~\n\n```python\ndef f(): pass\n```\n\n```odd\n<x>\n```"
            )
        )
    )
    assert [text(each) for each in page.all("li")] == ["☑ done", "☐ open"]
    assert text(page.one("del")) == "x"
    assert [each.get("style") for each in page.all("th")] == [None, "text-align: right"]
    assert text(page.all("pre")[0]) == "def f(): pass\n"
    assert page.all("pre")[0].findall("span")
    assert text(page.all("pre")[1]) == "<x>\n"


FORMULAS = [
    r"x^2", r"\frac{a}{b} < c", r"\text{a < b & c}", r"\mathbb{R}", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", r"\alpha'",
    r"\begin{cases}1 & x>0\\0\end{cases}", r"\begin{aligned}a&=b\\c&=d\end{aligned}", r"\label{eq} x \nonumber", r"\sqrt[3]{x}",
    r"\begin{equation}\label{eq:1}x\end{equation}", r"\begin{eqnarray}a&=&b\end{eqnarray}", r"\operatorname{rank}A", "é",
]  # fmt: skip


@pytest.mark.parametrize("latex", FORMULAS)
def test_formulas_become_mathml(latex: str) -> None:
    page = export(notebook(markdown(f"a ${latex}$ b\n\n$${latex}$$")))
    inline, block = page.all("math")
    assert (inline.get("display"), block.get("display")) == ("inline", "block")
    assert inline.get("alttext") == latex.strip()
    assert "\\" not in text(inline)
    assert page.all("code") == []


def test_text_in_a_formula_stays_text() -> None:
    page = export(notebook(markdown(r"$\text{a<b>c</b> & d}$")))
    assert text(page.one("mtext")).replace("\xa0", " ") == "a<b>c</b> & d"


@pytest.mark.parametrize(
    "latex",
    [r"\foo x", r"\frac", "{", "}{", r"\left( x", r"\newcommand{\x}{\x\x}\x", r"\def\x{1}", "x" * 20_000, r"a & b"],
)
def test_what_cannot_be_converted_is_shown_as_its_source(latex: str) -> None:
    page = export(notebook(markdown(f"a ${latex}$ b")))
    assert page.all("math") == []
    assert text(page.one("code", "math")) == f"${latex}$"


def test_latex_of_an_output_is_text_with_formulas() -> None:
    latex = "$\\displaystyle \\frac{1}{2}$"
    page = export(notebook(code("1", shows(text__latex=latex, text__plain="1/2"))))
    assert page.one("math").get("display") == "inline"
    html = mixed(r"a < b: $x$, \(y\), \[z\], $$w$$ and \begin{align}u&=v\end{align} cost \$5 and 6$")
    assert html.count("<math") == 5
    assert html.startswith("a &lt; b: <math")
    assert html.endswith(r"cost \$5 and 6$")
    assert "<code" in mixed(r"\begin{tabular}{l}x\end{tabular}")


def test_columns_are_aligned_by_styles() -> None:
    assert 'style="text-align: right' in formula(r"\begin{align}a&=b\end{align}", display=True)


def test_markdown_that_cannot_be_read_is_shown_as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: object, source: str) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr("nbconvert.filters.markdown_mistune.MarkdownWithMath.render", fail)
    images = Images()
    assert markdown_html("# <x>", images) == "<pre>\n# &lt;x&gt;</pre>"
    assert images.problems == ["Markdown is shown as it is written, as it could not be read: RecursionError: too deep."]
