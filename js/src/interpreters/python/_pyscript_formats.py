"""A value as a MIME bundle, as IPython's display formatters make one.

Runs in Pyodide and in MicroPython alike, so it uses only what both have.
"""

import binascii
import io
import json
import sys

try:
    import micropython  # noqa: F401  # says which of the two this is
    import js
except ImportError:
    from _pyscript_pretty import pretty

    js = None

_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
)

printers = {}
"""By MIME type, and by type: functions that say what an instance looks like (see `_pyscript_formatters`)."""

_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset)
_LARGE = 1000
"""From how many members on a value is written in another way than by `repr`, in MicroPython."""


def bundle(value):
    """Return ``(data, metadata)``, both ready for JSON.

    ``text/plain`` is always there. A ``_repr_*_`` method that raises is told on stderr and does not lose the others;
    one that returns None has nothing to say.
    """
    data = {}
    metadata = {}
    # A class has its instances' methods, but no instance to call them on.
    if not isinstance(value, type):
        _add_mimebundle(value, data, metadata)
        for mime, table in printers.items():
            if mime not in data:
                _add(data, metadata, mime, _print(value, table))
        for name, mime in _METHODS:
            if mime not in data:
                _add(data, metadata, mime, _call(value, name))
        if not data:
            _add(data, metadata, "image/png", _call(value, "savefig", _picture))
    if "text/plain" not in data:
        data["text/plain"] = _text(value)
    return data, metadata


def _add_mimebundle(value, data, metadata):
    answer = _call(value, "_repr_mimebundle_", _with_filters)
    if isinstance(answer, tuple):
        answer, extra = answer
        metadata.update(_plain(extra))
    if isinstance(answer, dict):
        for mime, content in answer.items():
            _add(data, metadata, mime, content)


def _add(data, metadata, mime, content):
    if content is None:
        return
    if isinstance(content, tuple) and len(content) == 2 and isinstance(content[1], dict):
        content, extra = content
        metadata[mime] = _plain(extra)
    if isinstance(content, (bytes, bytearray, memoryview)):
        content = binascii.b2a_base64(bytes(content)).decode().strip()
    is_json = mime == "application/json" or mime.endswith("+json")
    data[mime] = _plain(content) if is_json else str(content)


def _print(value, table):
    """Return what the function says that is registered for the value's type, or for the nearest one above it."""
    for kind in getattr(type(value), "__mro__", (type(value),)):
        key = kind if kind in table else "{}.{}".format(getattr(kind, "__module__", ""), kind.__name__)
        if key in table:
            try:
                return table[key](value)
            except Exception as error:
                print("The formatter of {} failed: {}".format(kind.__name__, describe(error)), file=sys.stderr)
    return None


def select(value, raw=False, include=None, exclude=None, metadata=None):
    """Return `bundle` of a value, or of one that is a MIME bundle itself, as IPython's options have it."""
    if raw:
        data, about = {}, {}
        for mime, content in value.items():
            _add(data, about, mime, content)
    else:
        data, about = bundle(value)
    if include or exclude:
        data = {mime: data[mime] for mime in data if (not include or mime in include) and mime not in (exclude or ())}
    about.update(_plain(metadata or {}))
    return data, about


def _with_filters(method):
    try:
        return method(include=None, exclude=None)
    except TypeError:
        # In PyScript it takes nothing.
        return method()


def _picture(savefig):
    """Return what a figure of matplotlib, or `pyplot` itself, looks like: it has no other way to say so."""
    file = io.BytesIO()
    savefig(file, format="png")
    return file.getvalue()


def _call(value, name, call=lambda method: method()):
    try:
        method = getattr(value, name, None)
        return call(method) if callable(method) else None
    except NotImplementedError:
        return None
    except Exception as error:
        problem = "{} of {} failed: {}".format(name, type(value).__name__, describe(error))
        print(problem, file=sys.stderr)
        return None


def _text(value):
    try:
        return pretty(value) if js is None else written(value)
    except Exception as error:
        return "<{}: its repr() failed: {}>".format(type(value).__name__, describe(error))


def written(value):
    """Return a value's repr. MicroPython's own lets the text grow by a few bytes, and copies it each time."""
    if js is None or not isinstance(value, _SIZED) or len(value) < _LARGE:
        return repr(value)
    text = _Text()
    # In a list, as `print` writes a string itself without its quotes.
    print([value], file=text, end="")
    return str(memoryview(text.buffer)[1 : text.size - 1], "utf-8")


class _Text(io.IOBase):
    """Text that is written bit by bit: its memory doubles when it is full."""

    def __init__(self):
        self.buffer = bytearray(4096)
        self.size = 0

    def write(self, data):
        """Take a bit."""
        size = self.size
        end = self.size = size + len(data)
        if end > len(self.buffer):
            buffer = bytearray(2 * end)
            buffer[:size] = memoryview(self.buffer)[:size]
            self.buffer = buffer
        self.buffer[size:end] = data
        return len(data)


def dumps(value):
    """Return JSON of what `bundle` returns, and the like; MicroPython's own is slow for long texts, as is its repr."""
    if js is None:
        return json.dumps(value)
    if isinstance(value, str):
        return js.JSON.stringify(value) if len(value) >= _LARGE else json.dumps(value)
    if isinstance(value, dict):
        return "{" + ",".join([dumps(key) + ":" + dumps(value[key]) for key in value]) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join([dumps(each) for each in value]) + "]"
    return json.dumps(value)


def describe(error):
    """Return an exception as the last line of a traceback has it."""
    text = str(error)
    return "{}: {}".format(type(error).__name__, text) if text else type(error).__name__


def _plain(value):
    """Return a copy that JSON can hold: NaN and infinities become None, unknown objects their text."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_plain(item) for item in value]
    return str(value)
