"""Code in colours: the text of what comes out is exactly the code that went in.

Pygments is asked for the tokens as its lexers find them, because what it usually does first (line endings, tabs, blank
lines at either end) would change the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from typing import Any

from markupsafe import Markup
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Keyword, Operator, Text
from pygments.util import ClassNotFound

from pyscript_jupyter.export.text import escape

LIMIT = 200_000
"""Characters. Longer code stays black."""

AS_TEXT = frozenset({"n", "p", "w"})
"""Names, punctuation and blanks have the colour of text."""

_MAGIC = re.compile(r"(?P<space>\s*)(?P<percent>%%)(?P<name>\w+)(?P<line>[^\n]*\n)", re.ASCII)
_LANGUAGES = {
    "bash": "bash",
    "html": "html",
    "javascript": "javascript",
    "js": "javascript",
    "latex": "latex",
    "markdown": "markdown",
    "perl": "perl",
    "pyscript": "ipython3",
    "ruby": "ruby",
    "script": "bash",
    "sh": "bash",
    "svg": "xml",
    "time": "ipython3",
    "timeit": "ipython3",
    "capture": "ipython3",
}
"""What stands below a cell magic."""


def highlight(code: str, language: str) -> Markup:
    """Return code as HTML.

    Parameters
    ----------
    code
        Any string.
    language
        A name that Pygments knows; of others nothing is coloured.
    """
    if len(code) > LIMIT:
        return escape(code)
    try:
        tokens = list(_tokens(code, language))
    except Exception:  # noqa: BLE001  # a lexer's own trouble with odd code, which is to be shown all the same
        return escape(code)
    if "".join(value for _, value in tokens) != code:
        return escape(code)
    runs = groupby(tokens, lambda token: _class(*token))
    return Markup().join(_span(name, "".join(value for _, value in run)) for name, run in runs)


def _tokens(code: str, language: str) -> Iterator[tuple[Any, str]]:
    if language in ("ipython3", "ipython", "python", "python3") and (magic := _MAGIC.match(code)):
        yield Text, magic["space"]
        yield Operator, magic["percent"]
        yield Keyword, magic["name"]
        yield Text, magic["line"]
        code, language = code[magic.end() :], _LANGUAGES.get(magic["name"], "text")
    lexer = _lexer(language)
    if lexer is None:
        yield Text, code
        return
    for _, kind, value in lexer.get_tokens_unprocessed(code):
        yield kind, value


@cache
def _lexer(language: str) -> Any:
    for name in (language, {"ipython3": "python", "ipython": "python"}.get(language, "")):
        try:
            lexer: Lexer = get_lexer_by_name(name)
        except ClassNotFound:
            continue
        return lexer
    return None


def _class(kind: Any, value: str) -> str:
    while kind not in STANDARD_TYPES:
        kind = kind.parent
    name = STANDARD_TYPES[kind] if value.strip() else ""
    return "" if name in AS_TEXT else name


def _span(name: str, value: str) -> Markup:
    return Markup('<span class="{}">{}</span>').format(name, escape(value)) if name else escape(value)


def markdown_code(code: str, language: str) -> Markup | None:
    """Return a fenced block of Markdown in the language that it names; None where nobody knows that language."""
    if _lexer(language) is None:
        return None
    return Markup('<div class="highlight"><pre>\n{}</pre></div>').format(highlight(code, language))
