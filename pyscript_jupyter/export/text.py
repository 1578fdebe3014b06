"""Any string as HTML text, as an attribute, and inside a script element that holds JSON.

What a page's text cannot carry is replaced: NUL, and surrogates without their other half, which UTF-8 has no bytes for.
JSON carries both, escaped. See https://html.spec.whatwg.org/multipage/parsing.html#preprocessing-the-input-stream for
line endings: a reader of HTML takes a raw carriage return for a line feed, and only a reference stands for one.
"""

from __future__ import annotations

import html
import json
import re
from typing import Any

from markupsafe import Markup

_NOT_IN_HTML = re.compile("[\x00\ud800-\udfff]")
_NOT_IN_SCRIPT = re.compile("[<\u2028\u2029\ud800-\udfff]")


def readable(text: str) -> str:
    """Return a string with a replacement character for whatever a page cannot carry."""
    return _NOT_IN_HTML.sub("\ufffd", text)


def escape(text: object) -> Markup:
    """Return a string as HTML for text and for quoted attributes: a page's reader gets it back as it was."""
    return Markup(html.escape(readable(str(text))).replace("\r", "&#13;"))  # it is escaped


def preformatted(text: Markup) -> Markup:
    """Return what stands inside a ``<pre>``: its first line feed would be lost if there was none before it."""
    return Markup("\n") + text


def script_json(value: Any) -> Markup:
    """Return a value as JSON for a script element: any string in it survives, and none can end the element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_NOT_IN_SCRIPT.sub(lambda found: f"\\u{ord(found[0]):04x}", text))  # no "<" is left
