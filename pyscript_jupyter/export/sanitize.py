"""HTML of a notebook, made harmless: nothing in it runs, asks, sends, or covers the page.

The work is that of `nh3 <https://nh3.readthedocs.io>`_, an allow-list on a browser's own way of parsing; what is in it
stands in ``allowed.json``. Elements whose content is no markup (script, style, title, textarea and the like) are never
allowed, which is what keeps a second parse from seeing more than the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import nh3
from markupsafe import Markup

from pyscript_jupyter.export import css
from pyscript_jupyter.export.images import Images
from pyscript_jupyter.export.text import readable

_ALLOWED = json.loads(Path(__file__).with_name("allowed.json").read_text("utf-8"))


def allowed(name: str) -> frozenset[str]:
    """Return a list of ``allowed.json``."""
    return frozenset(" ".join(_ALLOWED[name]).split())


MATHML = allowed("mathml")
MATHML_ATTRIBUTES = allowed("mathml attributes")
TAGS = allowed("elements") | allowed("svg") | MATHML
_WITH_CONTENT = allowed("elements that go with their content")
"""Of other elements that are not allowed the content stays."""

_ATTRIBUTES: dict[str, set[str]] = {
    **{tag: set(names.split()) for tag, names in _ALLOWED["attributes"].items()},
    **{tag: set(allowed("svg attributes")) for tag in allowed("svg")},
    **{tag: set(MATHML_ATTRIBUTES) for tag in MATHML},
}
_ATTRIBUTES["use"].add("href")
_OUR_CLASSES = frozenset({"cell", "input", "source", "outputs", "output", "bar", "place"})
_OUR_PREFIXES = ("cell-", "output-", "pyscript", "hidden-")
_BLANKS = re.compile("[\x00-\x20\x7f]+")
_SAFE_LINK = re.compile(r"(?:https?:|mailto:|#|[^:]*$|[^:]*[/?#])", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^<>]*>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)


def clean(html: str, images: Images | None = None, styles: bool = False) -> Markup:
    """Return HTML with nothing in it that is not allowed.

    Parameters
    ----------
    html
        Whatever a notebook holds.
    images
        What finds the images that it names; by default only those are shown that need no finding.
    styles
        Whether ``<style>`` elements may stay, with the rules that are safe.
    """
    finder = Images() if images is None else images
    html = readable(html)
    sheet = "\n".join(filter(None, (css.rules(found) for found in _sheets(html)))) if styles else ""
    cleaned = nh3.clean(
        html,
        tags=set(TAGS),
        clean_content_tags=set(_WITH_CONTENT),
        attributes=_ATTRIBUTES,
        attribute_filter=lambda tag, name, value: _attribute(tag, name, value, finder),
        link_rel="noopener noreferrer",
        url_schemes={"http", "https", "mailto", "data", "attachment"},
    )
    # Both come from parsers that escape what they write; a carriage return is lost to whoever reads the page.
    style = f"<style>{sheet}</style>" if sheet else ""
    return Markup(style + cleaned.replace("\r", "&#13;"))


def _sheets(html: str) -> Iterator[str]:
    """Yield what stands in ``<style>`` elements."""
    start = _STYLE.search(html)
    while start is not None:
        end = _STYLE_END.search(html, start.end())
        if end is None:
            return
        yield html[start.end() : end.start()]
        start = _STYLE.search(html, end.end())


def _attribute(tag: str, name: str, value: str, images: Images) -> str | None:
    """Return what an allowed attribute may say; None to leave it out."""
    if name == "style":
        return css.declarations(value) or None
    if name == "class":
        return " ".join(each for each in value.split() if not _is_our_class(each)) or None
    if name in ("id", "name"):
        return None if css.is_ours(value) else value
    if name == "src":
        return images.find(value)
    if name == "href":
        link = _BLANKS.sub("", value)
        return value if link.startswith("#") or (tag != "use" and _SAFE_LINK.match(link)) else None
    if name in ("fill", "stroke", "color", "bgcolor") and "(" in value and not value.lower().startswith(("rgb", "hsl")):
        return value if re.fullmatch(r"url\(#[\w.-]+\)", value) else None
    return value


def _is_our_class(name: str) -> bool:
    return name.lower() in _OUR_CLASSES or name.lower().startswith(_OUR_PREFIXES)


def attributes(values: Mapping[str, object]) -> Markup:
    """Return attributes as they stand in a tag, each with a space before it; those that are None are left out."""
    return Markup().join(Markup(' {}="{}"').format(name, value) for name, value in values.items() if value is not None)
