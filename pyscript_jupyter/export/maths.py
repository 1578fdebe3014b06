"""Mathematics in LaTeX as MathML, which browsers draw with no script.

`latex2mathml <https://github.com/roniemartinez/latex2mathml>`_ reads it. What it writes is not escaped, and may carry
what LaTeX says of links and styles; so its tree is taken, and written here, with the elements and attributes that are
known. What it does not know is shown as its source.
"""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element

from latex2mathml.converter import convert_to_element
from markupsafe import Markup

from pyscript_jupyter.export.sanitize import MATHML, MATHML_ATTRIBUTES
from pyscript_jupyter.export.text import escape

LIMIT = 10_000
"""Characters. A longer formula is shown as its source."""

_ELEMENTS = 20_000
_LEFT_OUT = re.compile(r"\\(?:label|require)\s*\{[^{}]*\}|\\(?:nonumber|notag)(?![a-zA-Z])")
_DEFINES = re.compile(r"\\(?:re)?newcommand|\\def(?![a-zA-Z])|\\let(?![a-zA-Z])|\\newenvironment")
_MATRICES = {f"{kind}matrix{star}" for kind in ("", "p", "b", "B", "v", "V") for star in ("", "*")}
_ENVIRONMENTS = {
    **{
        name: name for name in (*_MATRICES, "smallmatrix", "array", "cases", "split", "align*", "equation", "equation*")
    },
    **dict.fromkeys(("align", "alignat", "alignat*", "eqnarray", "eqnarray*"), "align*"),
    **dict.fromkeys(("aligned", "alignedat"), "split"),
    **dict.fromkeys(("gather", "gather*", "gathered", "multline", "multline*"), "matrix"),
    "dcases": "cases",
    "displaymath": "equation",
}
"""What each is read as: without numbers, which would begin anew in each formula. Of others it reads nonsense."""

_ENVIRONMENT = re.compile(r"\\(begin|end)\s*\{([^{}]*)\}")
_COLUMNS = re.compile(r"(\\begin\{align(?:ed)?at\*?\})\s*\{\d+\}")
_MATH = re.compile(
    r"(?<!\\)\$\$(?P<display>.+?)(?<!\\)\$\$"
    r"|\\\[(?P<bracket>.+?)\\\]"
    r"|(?<![\\$])\$(?!\$)(?P<inline>.+?)(?<![\\$])\$"
    r"|\\\((?P<paren>.+?)\\\)"
    r"|(?P<environment>\\begin\{(?P<name>[a-zA-Z]+\*?)\}.*?\\end\{(?P=name)\})",
    re.DOTALL,
)


def formula(latex: str, display: bool, source: str | None = None) -> Markup:
    """Return one formula as HTML.

    Parameters
    ----------
    latex
        What stands between the delimiters.
    display
        Whether it stands in a line of its own.
    source
        What is shown where it cannot be converted; by default `latex`.
    """
    html = _mathml(latex, display)
    if html is not None:
        return html
    code = Markup('<code class="math">{}</code>').format(escape(latex if source is None else source))
    return Markup('<span class="math-display">{}</span>').format(code) if display else code


def mixed(text: str) -> Markup:
    """Return text with formulas in it, as ``text/latex`` may be: the formulas converted, and the rest as text."""
    if len(text) > 2 * LIMIT:
        return escape(text)
    parts, end = [], 0
    for found in _MATH.finditer(text):
        parts.append(escape(text[end : found.start()]))
        inline = found["inline"] or found["paren"]
        body = inline or found["display"] or found["bracket"] or found["environment"]
        parts.append(
            formula(body, display=inline is None and not body.lstrip().startswith(r"\displaystyle $"), source=found[0])
        )
        end = found.end()
    parts.append(escape(text[end:]))
    return Markup().join(parts)


def _mathml(latex: str, display: bool) -> Markup | None:
    """Return MathML, or None where it was not understood."""
    if len(latex) > LIMIT or _DEFINES.search(latex):
        return None
    try:
        plain = _ENVIRONMENT.sub(
            lambda found: f"\\{found[1]}{{{_ENVIRONMENTS[found[2]]}}}", _COLUMNS.sub(r"\1", _LEFT_OUT.sub("", latex))
        )
        root = convert_to_element(plain.strip(), display="block" if display else "inline")
        elements = list(root.iter())
        if len(elements) > _ELEMENTS or not all(map(_is_known, elements)):
            return None
        root.set("alttext", latex.strip())
        return _write(root)
    except Exception:  # noqa: BLE001  # its own exceptions have no base of their own, and odd input raises others
        return None


def _is_known(element: Element) -> bool:
    """Return whether an element is one of MathML's, and holds no command that was left as it is."""
    text = html.unescape(element.text or "")
    unread = element.tag in ("mi", "mo", "mn") and (text == "&" or (text.startswith("\\") and len(text) > 1))
    return element.tag in MATHML and not unread


_ALIGNED_CELL = {"left": "text-align: left; padding-left: 0", "right": "text-align: right; padding-right: 0"}
"""MathML Core, which is what browsers have, leaves this to styles."""


def _write(element: Element) -> Markup:
    named = Markup()
    if element.tag == "mtd" and (style := _ALIGNED_CELL.get(element.get("columnalign", ""))):
        named += Markup(' style="{}"').format(style)
    for name, value in element.attrib.items():
        if name in MATHML_ATTRIBUTES or name == "alttext":
            named += Markup(' {}="{}"').format(Markup(name), escape(value))
    inner = escape(html.unescape(element.text or "")) + Markup().join(
        _write(child) + escape(html.unescape(child.tail or "")) for child in element
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(element.tag), named, inner)
