"""Text as a terminal would show it, and what takes long when it is not written with care."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import pytest
from export.conftest import Page, text
from hypothesis import given
from hypothesis import strategies as st
from nbconvert.filters.ansi import ansi2html

from pyscript_jupyter.export.cells import browser_cells
from pyscript_jupyter.export.css import declarations, rules
from pyscript_jupyter.export.highlight import highlight
from pyscript_jupyter.export.maths import formula, mixed
from pyscript_jupyter.export.sanitize import clean
from pyscript_jupyter.export.terminal import terminal

CODES = st.one_of(
    st.sampled_from(
        ["0", "", "1", "22", "4", "24", "7", "27", "31", "39", "95", "42", "49", "105", "x", "999", "1;31;44"]
    ),
    st.sampled_from(["38;5;9", "38;5;200", "48;2;1;2;3", "38;5", "38;9;1", "38;5;300", "0;32", "1;38;5;2;4"]),
)
PIECES = st.lists(
    st.one_of(CODES.map(lambda code: f"\x1b[{code}m"), st.sampled_from(["a", "<", "&", "b c"])), max_size=12
)


def stretches(html: str) -> list[tuple[str, str, str]]:
    """Return the pieces of text with how each looks, joined where they look alike."""
    found: list[tuple[str, str, str]] = []
    for element in Page(f"<div>{html}</div>").one("div").iter():
        looks = (element.get("class") or "", element.get("style") or "")
        pieces = [(*looks, element.text or "")] if element.tag == "span" else [("", "", element.text or "")]
        if element.tag == "span":
            pieces.append(("", "", element.tail or ""))
        for kind, style, content in pieces:
            if content and found and found[-1][:2] == (kind, style):
                found[-1] = (kind, style, found[-1][2] + content)
            elif content:
                found.append((kind, style, content))
    return found


@given(PIECES)
def test_colours_are_those_of_nbconvert(pieces: list[str]) -> None:
    source = "".join(pieces)
    ours = re.sub(r"^<pre[^>]*>\n|</pre>$", "", terminal(source))
    assert stretches(ours) == stretches(ansi2html(source))


def test_colours_go_on_in_the_next_line() -> None:
    page = Page(terminal("\x1b[31ma\nb\x1b[0m\nc"))
    assert [text(each) for each in page.all("span", "ansi-red-fg")] == ["a", "b"]
    assert text(page.one("pre")) == "a\nb\nc"


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("1%\r2%\r3%\n", "3%\n"),
        ("a\r\nb\r\n", "a\r\nb\r\n"),
        ("a\r", "a\r"),
        ("a\rb\r\r\n", "b\r\r\n"),
        ("\x1b[31ma\rb", "b"),
    ],
)
def test_what_was_written_over_is_not_seen(source: str, seen: str) -> None:
    pre = Page(terminal(source)).one("pre")
    assert text(pre) == source.replace("\x1b[31m", "")
    for hidden in pre.findall(".//span[@hidden]"):
        for each in hidden.iter():
            each.text, each.tail = "", each.tail if each is hidden else ""
    assert text(pre) == seen


SLOW: dict[str, Callable[[], object]] = {
    "colours": lambda: terminal("\x1b[31mx\x1b[39m" * 20_000),
    "one line": lambda: terminal("x" * 200_000 + "\n" + "\r" * 100_000),
    "dollars": lambda: mixed("$" * 100_000),
    "brackets": lambda: mixed("\\[" * 50_000),
    "environments": lambda: mixed("\\begin{a}" * 20_000),
    "fractions": lambda: formula("\\frac{" * 1000 + "x" + "}{y}" * 1000, True),
    "styles": lambda: clean("<style>" * 20_000, styles=True),
    "functions": lambda: declarations("color:" + "rgb(" * 3000),
    "blocks": lambda: rules("{" * 3000),
    "code": lambda: highlight("\\'" * 50_000, "ipython3"),
    "empty lines": lambda: browser_cells([{"cell_type": "code", "id": "a", "source": " \n" * 50_000 + "x"}], ""),
}


@pytest.mark.parametrize("name", SLOW)
def test_nothing_takes_long(name: str) -> None:
    start = time.process_time()
    SLOW[name]()
    assert time.process_time() - start < 5
