"""Markdown as HTML: nbconvert's own, with formulas as MathML, and made harmless."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from pyscript_jupyter.export.highlight import markdown_code
from pyscript_jupyter.export.images import Images
from pyscript_jupyter.export.maths import formula
from pyscript_jupyter.export.read import first_line
from pyscript_jupyter.export.sanitize import clean
from pyscript_jupyter.export.text import escape, preformatted, readable


def markdown(source: str, images: Images) -> Markup:
    """Return Markdown as harmless HTML; what cannot be read as Markdown is shown as it is.

    Parameters
    ----------
    source
        The text.
    images
        What finds its images, and is told of what the author should know.
    """
    try:
        html = MarkdownWithMath(renderer=_Renderer()).render(readable(source))
    except Exception as error:  # noqa: BLE001  # a parser's own trouble: the text can still be read
        images.problems.append(f"Markdown is shown as it is written, as it could not be read: {first_line(error)}.")
        return Markup("<pre>{}</pre>").format(preformatted(escape(source)))
    return clean(html, images)


def headings(source: str) -> list[tuple[int, str]]:
    """Return the headings of Markdown, each with its level and its plain text."""
    renderer = _Renderer()
    try:
        MarkdownWithMath(renderer=renderer).render(readable(source))
    except Exception:  # noqa: BLE001  # as above: then it has none
        return []
    return renderer.headings


class _Renderer(IPythonRenderer):
    """Writes what nbconvert's leaves to scripts, and leaves images to the sanitizer, which sees all of them."""

    def __init__(self) -> None:
        super().__init__(escape=False)
        self.headings: list[tuple[int, str]] = []

    def block_math(self, body: str) -> str:
        return formula(body, display=True, source=f"$${body}$$")

    def inline_math(self, body: str) -> str:
        return formula(body, display=False, source=f"${body}$")

    def latex_environment(self, name: str, body: str) -> str:
        source = f"\\begin{{{name}}}{body}\\end{{{name}}}"
        return formula(source, display=True)

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        plain = Markup(text).striptags()
        self.headings.append((level, plain))
        name = escape(re.sub(r"\s", "-", plain))
        return f'<h{level} id="{name}">{text}</h{level}>\n'

    def block_code(self, code: str, info: str | None = None) -> str:
        words = (info or "").split()
        html = markdown_code(code, words[0]) if words else None
        return html or Markup("<pre>{}</pre>").format(preformatted(Markup("<code>{}</code>").format(escape(code))))

    def task_list_item(self, text: str, checked: bool = False) -> str:
        return f'<li class="task">{"☑" if checked else "☐"} {text}</li>\n'

    def _embed_image_or_attachment(self, src: str) -> str:
        return src
