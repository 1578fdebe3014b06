"""The page's colours can be read."""

from __future__ import annotations

import re

import pytest
from pygments.token import STANDARD_TYPES

from pyscript_jupyter.export.exporter import TEMPLATES
from pyscript_jupyter.export.highlight import AS_TEXT

CSS = (TEMPLATES / "pyscript" / "page.css").read_text("utf-8")
GROUNDS = ("page", "field")


def palettes() -> dict[str, dict[str, str]]:
    """Return the colours by name, light and dark."""
    blocks = re.findall(r":root \{(.*?)\}", CSS, re.DOTALL)
    found = [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in blocks]
    return {"light": found[0], "dark": found[1]}


def luminance(colour: str) -> float:
    """Return the relative luminance: https://www.w3.org/TR/WCAG21/#dfn-relative-luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground_that_it_stands_on(scheme: str) -> None:
    colours = palettes()[scheme]
    texts = [
        name
        for name in colours
        if name not in {*GROUNDS, "line", "focus", "error", "error-line", "stderr", "stderr-line"}
    ]
    assert len(texts) > 15
    on = {(text, ground) for text in texts for ground in GROUNDS}
    on |= {
        (text, ground) for text in texts if text == "text" or text.startswith("ansi-") for ground in ("error", "stderr")
    }
    poor = {
        pair: round(contrast(colours[pair[0]], colours[pair[1]]), 2)
        for pair in on
        if contrast(colours[pair[0]], colours[pair[1]]) < 4.5
    }
    assert poor == {}
    # Of the page's own colour on a ground of ANSI's, too.
    assert min(contrast(colours["page"], colours[name]) for name in texts if name.startswith("ansi-")) >= 4.5
    edges = {
        name: round(contrast(colours[name], colours["page"]), 2) for name in ("focus", "error-line", "stderr-line")
    }
    assert min(edges.values()) >= 3, edges


def test_both_palettes_name_the_same_colours() -> None:
    light, dark = palettes().values()
    assert light.keys() == dark.keys()


def test_every_kind_of_token_has_a_colour_or_is_text() -> None:
    styled = set(re.findall(r"\.([a-z0-9]{1,3})(?=[,\s])", CSS))
    assert set(STANDARD_TYPES.values()) - styled <= AS_TEXT | {
        "",
        "x",
        "esc",
        "g",
        "l",
        "ld",
        "py",
        "pm",
        "gt",
        "gr",
        "nx",
        "ni",
        "nv",
    }


def test_the_style_sheet_is_small_and_fetches_nothing() -> None:
    assert len(CSS.encode()) < 15_000
    assert "url(" not in CSS
    assert "@import" not in CSS
