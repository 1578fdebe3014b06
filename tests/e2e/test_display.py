"""`display` in the browser makes what Jupyter shows under the cell."""

from __future__ import annotations

import base64

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk, in_each_browser_once

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)

SHOW = f"""
from pyscript import HTML, JSON, SVG, Image, Latex, Markdown, display

class Own:
    def _repr_html_(self):
        return "<b>own</b>"
    def __repr__(self):
        return "plain own"

display(HTML("<i>html</i>"))
display(Markdown("**markdown**"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>"))
display(Image({PIXEL!r}))
display(JSON({{"a": [1, None]}}))
display(Latex("$x^2$"))
display(Own())
display(42)
Own()
"""


@in_each_browser_once
def test_each_kind_of_value_is_shown_as_itself(lab: Desk, alias: str) -> None:
    page = lab.open([LOAD, browser_cell(SHOW, alias)])
    page.run_all()
    *shown, result = page.save().cells[1].outputs
    html, markdown, svg, png, tree, latex, own, number = (each.data for each in shown)
    assert html["text/html"] == "<i>html</i>"
    assert markdown["text/markdown"] == "**markdown**"
    assert svg["image/svg+xml"].startswith("<svg")
    assert base64.b64decode(png["image/png"]) == PIXEL
    assert tree["application/json"] == {"a": [1, None]}
    assert latex["text/latex"] == "$x^2$"
    assert own == {"text/html": "<b>own</b>", "text/plain": "plain own"}
    assert number == {"text/plain": "42"}
    assert result.output_type == "execute_result"
    assert result.data == own
    outputs = page.outputs(1)
    assert outputs.locator("i", has_text="html").count() == 1
    assert outputs.locator("strong", has_text="markdown").count() == 1
    assert outputs.locator("img").count() == 2
    assert outputs.locator("b", has_text="own").count() == 2
