"""``get_ipython().display_formatter``: what an object looks like by its type, where that has no method to say so.

Packages such as sympy register functions there. Those of our displays are kept in `_pyscript_formats.printers`, which
every display looks into. Loaded when it is first asked for.
"""

from _pyscript_formats import printers, select

_MIMES = (
    "text/plain",
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "application/pdf",
    "image/jpeg",
    "text/latex",
    "application/json",
    "application/javascript",
)


class DisplayFormatter:
    """As much of IPython's `DisplayFormatter` as packages use."""

    def __init__(self):
        self.formatters = {mime: Formatter(mime) for mime in _MIMES}

    def format(self, obj, include=None, exclude=None):
        """Return data and metadata of what an object looks like."""
        return select(obj, include=include, exclude=exclude)


class Formatter:
    """The functions of one MIME type, as IPython's formatters have them."""

    def __init__(self, mime):
        self.format_type = mime
        self.type_printers = printers.setdefault(mime, {})
        self.enabled = True

    def for_type(self, typ, func=None):
        """Register a function for a type, or for ``"module.name"``; return the one that was there."""
        before = self.type_printers.get(typ)
        if func is not None:
            self.type_printers[typ] = func if self.format_type != "text/plain" else _Pretty(func)
        return before.function if isinstance(before, _Pretty) else before

    def for_type_by_name(self, type_module, type_name, func=None):
        """Register a function for a type that need not be imported yet."""
        return self.for_type("{}.{}".format(type_module, type_name), func)

    def pop(self, typ, default=None):
        """Forget the function of a type, and return it."""
        before = self.for_type(typ)
        self.type_printers.pop(typ, None)
        return default if before is None else before


class _Pretty:
    """A function that writes to one of IPython's pretty-printers, as one that returns text."""

    def __init__(self, function):
        self.function = function
        self.written = []

    def __call__(self, value):
        self.written = []
        self.function(value, self, False)
        return "".join(self.written)

    def text(self, text):
        """Write text."""
        self.written.append(text)

    def pretty(self, value):
        """Write what an object looks like."""
        self.text(select(value, include=["text/plain"])[0]["text/plain"])

    def breakable(self, sep=" "):
        """Write what may be the end of a line."""
        self.text(sep)

    def begin_group(self, indent=0, open=""):
        """Begin what belongs together."""
        self.text(open)

    def end_group(self, dedent=0, close=""):
        """End it."""
        self.text(close)
