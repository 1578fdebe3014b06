"""A saved output as HTML: the richest of its types that a page can show with no script.

Parts, in order: which type, each output, what stands in words for something else.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from pyscript_jupyter.export.clean import text
from pyscript_jupyter.export.images import Images, data_url
from pyscript_jupyter.export.markdown import markdown
from pyscript_jupyter.export.maths import mixed
from pyscript_jupyter.export.sanitize import attributes, clean
from pyscript_jupyter.export.terminal import terminal
from pyscript_jupyter.export.text import escape, preformatted

_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif")
_ORDER = ("text/html", "text/markdown", "image/svg+xml", "text/latex", *_IMAGES, "application/json", "text/plain")
"""As JupyterLab and nbconvert rank them, but for what needs a script."""

_SCRIPTS = ("application/javascript", "text/javascript")
_FOREIGN = re.compile(r"<(?:script|object|embed|iframe)\b", re.IGNORECASE)
_SHOWS = re.compile(r"<(?:img|svg|table|math|hr|video|audio|figure)\b", re.IGNORECASE)


def output(given: Mapping[str, Any], images: Images) -> Markup:
    """Return one output, in an element of its own.

    Parameters
    ----------
    given
        An output as `clean.cleaned` returns it.
    images
        What finds the images that it names.
    """
    kind = given["output_type"]
    if kind == "stream":
        name = "stderr" if given["name"] == "stderr" else "stdout"
        label = Markup('<span class="visually-hidden">Standard error: </span>') if name == "stderr" else Markup()
        return _box(f"output-stream output-{name}", label + terminal(given["text"]))
    if kind == "error":
        lines = "\n".join(map(str, given["traceback"])) or f"{given['ename']}: {given['evalue']}"
        return _box("output-error", terminal(lines))
    return _display(given, images)


def _display(given: Mapping[str, Any], images: Images) -> Markup:
    data = given["data"]
    scripted = [mime for mime in data if mime in _SCRIPTS]
    for mime in _ORDER:
        if mime not in data or (mime == "text/plain" and scripted):
            continue
        html = _BY_TYPE[mime](data, mime, given["metadata"], images)
        if html is not None:
            result = " output-result" if given["output_type"] == "execute_result" else ""
            return _box(f"output-{_class(mime)}{result}", html)
    other = [mime for mime in data if mime.startswith("text/") and mime not in _ORDER]
    if other and not scripted:
        return _box("output-text", terminal(text(data[other[0]])))
    return _box("output-absent", _absent(list(data)))


def _box(kind: str, html: Markup) -> Markup:
    return Markup('<div class="output {}">{}</div>').format(kind, html)


def _class(mime: str) -> str:
    if mime in (*_IMAGES, "image/svg+xml"):
        return "image"
    return {"text/plain": "text", "application/json": "json"}.get(mime, mime.partition("/")[2])


# Each takes the bundle, the type, the output's metadata, and what finds images; None lets the next type have its turn.


def _html(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup | None:
    given = text(data[mime])
    html = clean(given, images, styles=True)
    if not _says_something(html) and (_FOREIGN.search(given) or len(data) > 1):
        if len(data) > 1:
            return None
        return _absent([mime])
    return Markup('<div class="scroll" tabindex="0">{}</div>').format(html) if "<table" in html else html


def _says_something(html: Markup) -> bool:
    return bool(html.striptags().strip()) or _SHOWS.search(html) is not None


def _markdown(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    return markdown(text(data[mime]), images)


def _latex(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    return Markup('<div class="scroll">{}</div>').format(mixed(text(data[mime])))


def _image(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    return _img(data_url(mime, text(data[mime])), metadata, mime, data)


def _svg(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    """As an image no script of it runs, nothing of it is fetched, and its ids and styles are its own."""
    source = text(data[mime])
    head = re.search(r"<svg\b[^>]*>", source)
    if head and "http://www.w3.org/2000/svg" not in head[0]:
        source = source[: head.start()] + '<svg xmlns="http://www.w3.org/2000/svg"' + source[head.start() + 4 :]
    encoded = base64.b64encode(source.encode("utf-8", "replace")).decode("ascii")
    return _img(data_url(mime, encoded), metadata, mime, data)


def _img(address: str, metadata: Mapping[str, Any], mime: str, data: Mapping[str, Any]) -> Markup:
    own = metadata.get(mime)
    said = {**metadata, **own} if isinstance(own, Mapping) else metadata
    sizes = {name: said[name] for name in ("width", "height") if _is_length(said.get(name))}
    alt = said.get("alt") or _words(data.get("text/plain")) or "An image that the cell has drawn"
    back = "on-white" if said.get("needs_background") == "light" or mime == "image/svg+xml" else None
    return Markup("<img{}>").format(attributes({"class": back, "src": address, "alt": alt, **sizes}))


def _is_length(value: Any) -> bool:
    return re.fullmatch(r"\d{1,5}(?:\.\d+)?", str(value)) is not None


def _words(plain: Any) -> str | None:
    """Return what stands for an image in text, unless it is only what an object is called inside."""
    words = text(plain).strip() if plain is not None else ""
    return words if 0 < len(words) <= 200 and not words.startswith("<") else None


def _json(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    shown = json.dumps(data[mime], indent=2, ensure_ascii=False)
    return Markup('<pre tabindex="0">{}</pre>').format(preformatted(escape(shown)))


def _plain(data: Mapping[str, Any], mime: str, metadata: Mapping[str, Any], images: Images) -> Markup:
    return terminal(text(data[mime]))


_BY_TYPE: dict[str, Callable[[Mapping[str, Any], str, Mapping[str, Any], Images], Markup | None]] = {
    "text/html": _html,
    "text/markdown": _markdown,
    "text/latex": _latex,
    "text/plain": _plain,
    "image/svg+xml": _svg,
    "application/json": _json,
    **dict.fromkeys(_IMAGES, _image),
}


def _absent(mimes: list[str]) -> Markup:
    """Say in words what is not shown."""
    if any(mime in _SCRIPTS for mime in mimes):
        words = "A JavaScript output, which is not run in this page."
    elif not mimes:
        words = "A widget, which needs its kernel and is not shown in this page."
    elif mimes == ["text/html"]:
        words = "An output that needs a script or another page, which are not loaded in this page."
    else:
        words = f"An output of the type {', '.join(mimes)}, which is not shown in this page."
    return Markup('<p class="absent">{}</p>').format(words)
