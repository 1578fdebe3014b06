"""Values as IPython writes them: long containers over several lines. For Pyodide.

See IPython.lib.pretty, whose lines these are. What a container looks like whose class has a repr of its own is its own
matter.
"""

import collections
import contextlib
import inspect
import os
import re
import types

WIDTH = 79
MOST = 1000
"""Members of a container that are written; for more there is ``...``."""

_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)
_FLAGS = ("IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG")


def pretty(value):
    """Return a value as text."""
    return _Writer().write(value, 0, 0, 0)


class _Text(str):
    """Is written as it is."""

    __slots__ = ()


class _Shape:
    """What is written of a container: its members, each with the key that stands before it, in brackets.

    A key is a value of its own where they are a dictionary's, or else the text that stands there.
    """

    def __init__(self, start, members, end, *, keyed=False, more=False):
        self.start = start
        self.members = members
        self.end = end
        self.keyed = keyed
        self.more = more


class _Writer:
    """Writes one value. The members of a container that has no room stand each on a line of its own."""

    def __init__(self):
        self._open = set()
        self._texts = {}
        self._shapes = {}
        """They hold what was made for them, so that no two values have one id."""

    def write(self, value, indent, column, tail):
        """Return a value that begins in a column, in a container of this indent, with room for ``tail`` characters."""
        flat = self._flat(value, WIDTH - column - tail)
        if flat is not None:
            return flat
        shape = self._shape(value)
        if shape is None or id(value) in self._open:
            return ("\n" + " " * indent).join(self._alone(value).splitlines())
        step = indent + len(shape.start)
        self._open.add(id(value))
        lines = []
        column += len(shape.start)
        for number, (key, item) in enumerate(shape.members, 1):
            after = 1 if shape.more or number < len(shape.members) else len(shape.end) + tail
            line = self._entry(shape, key, item, step, column, 2, after)
            head, rest, _ = line.partition("\n")
            if shape.keyed and self._shape(key) and column + len(head) + (0 if rest else after) > WIDTH:
                # What cannot be broken has no room behind the key, which is broken then.
                line = self._entry(shape, key, item, step, column, WIDTH, after)
            lines.append(line)
            column = step
        self._open.discard(id(value))
        if shape.more:
            lines.append("...")
        return shape.start + (",\n" + " " * step).join(lines) + shape.end

    def _entry(self, shape, key, item, step, column, room, after):
        """Return a member of a container that begins in a column; its key has ``room`` characters after it."""
        text = self.write(key, step, column, room) + ": " if shape.keyed else key
        inner = step if shape.keyed else step + len(key)
        last = text.rpartition("\n")[2]
        return text + self.write(item, inner, len(last) + (0 if "\n" in text else column), after)

    def _flat(self, value, room):
        """Return a value on one line; None where there is no room for it."""
        shape = self._shape(value)
        if shape is None or id(value) in self._open:
            text = self._alone(value)
            return text if len(text) <= room and "\n" not in text else None
        room -= len(shape.start) + len(shape.end)
        if 3 * len(shape.members) - 2 > room:
            return None
        self._open.add(id(value))
        try:
            parts = []
            for key, item in shape.members:
                before = self._flat(key, room) if shape.keyed else key
                after = self._flat(item, room)
                if before is None or after is None:
                    return None
                parts.append(before + ": " + after if shape.keyed else before + after)
                room -= len(parts[-1]) + 2
            return shape.start + ", ".join(parts) + shape.end if room + 2 >= 0 or not parts else None
        finally:
            self._open.discard(id(value))

    def _shape(self, value):
        """Return the shape of a container, None for what is none; asked once."""
        if id(value) not in self._shapes:
            self._shapes[id(value)] = _shape(value)
        return self._shapes[id(value)]

    def _alone(self, value):
        """Return what is no container, or is one in itself; a repr that takes long, or has effects, is asked once."""
        if id(value) in self._open:
            shape = self._shapes[id(value)]
            if shape is None:
                return self._own(value, cycle=True)
            start, end = "{}" if shape.keyed else (shape.start, shape.end.lstrip(","))
            return start + "..." + end
        if id(value) not in self._texts:
            # IPython puts no end of a line after the last one.
            self._texts[id(value)] = "\n".join(self._own(value).splitlines())
        return self._texts[id(value)]

    def _own(self, value, *, cycle=False):
        method = _method(value)
        if method is None:
            return _alone(value)
        printer = _Printer(self)
        self._open.add(id(value))
        method(value, printer, cycle)
        if not cycle:
            self._open.discard(id(value))
        return printer.written()


class _Printer:
    """What a ``_repr_pretty_`` writes to. A line ends only where that says so."""

    def __init__(self, writer):
        self._writer = writer
        self._parts = []
        self.indentation = 0

    def written(self):
        """Return all that has been written."""
        return "".join(self._parts)

    def text(self, text):
        """Write text."""
        self._parts.append(text)

    def pretty(self, value):
        """Write a value."""
        column = len(self.written().rpartition("\n")[2])
        self.text(self._writer.write(value, self.indentation, column, 0))

    def breakable(self, sep=" "):
        """Write what may be the end of a line."""
        self.text(sep)

    def break_(self):
        """End a line."""
        self.text("\n" + " " * self.indentation)

    def begin_group(self, indent=0, open=""):
        """Begin what belongs together."""
        self.text(open)
        self.indentation += indent

    def end_group(self, dedent=0, close=""):
        """End it."""
        self.indentation -= dedent
        self.text(close)

    @contextlib.contextmanager
    def group(self, indent=0, open="", close=""):
        """Write what belongs together."""
        self.begin_group(indent, open)
        try:
            yield
        finally:
            self.end_group(indent, close)

    @contextlib.contextmanager
    def indent(self, indent):
        """Write further to the right."""
        with self.group(indent):
            yield


def _shape(value):
    for each in type(value).__mro__:
        if each in _SHAPES:
            return _SHAPES[each](value)
        if "__repr__" in each.__dict__ or "_repr_pretty_" in each.__dict__:
            return None
    return None


def _method(value):
    """Return the ``_repr_pretty_`` of a value's class, unless a class that is nearer says how it is written."""
    for each in type(value).__mro__:
        if callable(each.__dict__.get("_repr_pretty_")):
            return each._repr_pretty_
        if each in _SHAPES or "__repr__" in each.__dict__:
            return None
    return None


def _row(start, end):
    def shape(value):
        comma = "," if isinstance(value, tuple) and len(value) == 1 else ""
        return _Shape(start, _first(value), comma + end, more=len(value) > MOST)

    return shape


def _bag(start, end):
    def shape(value):
        if not value:
            return _call(type(value).__name__)
        members = value
        if len(value) < MOST:
            try:
                members = sorted(value)
            except Exception:  # of values that cannot be compared, each in its own way
                members = _sorted_as_text(value)
        return _Shape(start, _first(members), end, more=len(value) > MOST)

    return shape


def _sorted_as_text(values):
    try:
        return sorted(values, key=str)
    except Exception:  # of their own
        return values


def _table(start, end):
    def shape(value):
        keys = [key for _, key in _first(value.keys())]
        return _Shape(start, [(key, value[key]) for key in keys], end, keyed=True, more=len(value) > MOST)

    return shape


def _first(values):
    return [("", each) for _, each in zip(range(MOST), values, strict=False)]


def _call(name, *values, **named):
    return _Shape(name + "(", [("", each) for each in values] + [(key + "=", each) for key, each in named.items()], ")")


def _own(arguments):
    """Return what writes a call of the value's class."""
    return lambda value: _call(type(value).__name__, *arguments(value))


def _deque(value):
    limit = {} if value.maxlen is None else {"maxlen": value.maxlen}
    return _call(type(value).__name__, list(value), **limit)


def _exception(value):
    return _call(_name(type(value)), *value.args)


def _pattern(value):
    flags = "|".join("re." + each for each in _FLAGS if value.flags & getattr(re, each))
    pattern = _Text("r" + repr(value.pattern).replace("\\\\", "\\"))
    return _call("re.compile", pattern, *([_Text(flags)] if value.flags else []))


_SHAPES = {
    list: _row("[", "]"),
    tuple: _row("(", ")"),
    dict: _table("{", "}"),
    set: _bag("{", "}"),
    frozenset: _bag("frozenset({", "})"),
    type(os.environ): _table("environ{", "}"),
    types.MappingProxyType: _table("mappingproxy({", "})"),
    types.SimpleNamespace: lambda value: _call("namespace", **value.__dict__),
    collections.deque: _deque,
    collections.defaultdict: _own(lambda value: (value.default_factory, dict(value))),
    collections.OrderedDict: _own(lambda value: (list(value.items()),) if value else ()),
    collections.Counter: _own(lambda value: (dict(value.most_common()),) if value else ()),
    collections.UserList: _own(lambda value: (value.data,)),
    re.Pattern: _pattern,
    super: lambda value: _Shape("<super: ", [("", value.__thisclass__), ("", value.__self__)], ">"),
    BaseException: _exception,
}


def _alone(value):
    if isinstance(value, _Text):
        return str(value)
    if issubclass(type(value), type) and type(value).__repr__ is type.__repr__:
        return _name(value)
    if type(value) in _FUNCTIONS:
        try:
            return "<function {}{}>".format(_name(value), inspect.signature(value))
        except (ValueError, TypeError):
            return "<function {}>".format(_name(value))
    if type(value).__repr__ is object.__repr__:
        return "<{} at {:#x}>".format(_alone(type(value)), id(value))
    return repr(value)


def _name(value):
    module = value.__module__
    return value.__qualname__ if module in (None, "builtins") else "{}.{}".format(module, value.__qualname__)
