"""Values as IPython writes them: long containers over several lines. For Pyodide.

What a container of another class looks like is its own matter. See IPython.lib.pretty, whose lines these are.
"""

import inspect
import types

WIDTH = 79
MOST = 1000
"""Members of a container that are written; for more there is ``...``."""

_BRACKETS = {list: ("[", "]"), tuple: ("(", ")"), dict: ("{", "}"), set: ("{", "}"), frozenset: ("frozenset({", "})")}
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType)


def pretty(value):
    """Return a value as text."""
    return _Writer().write(value, 0, 0, 0)


class _Writer:
    """Writes one value. The members of a container that has no room stand each on a line of its own."""

    def __init__(self):
        self._open = set()
        self._texts = {}

    def write(self, value, indent, column, tail):
        """Return a value that begins in a column, in a container of this indent, with room for ``tail`` characters."""
        flat = self._flat(value, WIDTH - column - tail)
        if flat is not None:
            return flat
        if type(value) not in _BRACKETS or id(value) in self._open:
            return ("\n" + " " * indent).join(self._alone(value).splitlines())
        start = _BRACKETS[type(value)][0]
        step = indent + len(start)
        self._open.add(id(value))
        lines = []
        column += len(start)
        members, more = _members(value)
        for number, member in enumerate(members, 1):
            after = 1 if more or number < len(members) else len(_closing(value)) + tail
            key, item = member if type(value) is dict else (None, member)
            text = ""
            if type(value) is dict:
                text = self.write(key, step, column, 2) + ": "
            last = text.rpartition("\n")[2]
            lines.append(text + self.write(item, step, len(last) + (0 if "\n" in text else column), after))
            column = step
        self._open.discard(id(value))
        if more:
            lines.append("...")
        return start + (",\n" + " " * step).join(lines) + _closing(value)

    def _flat(self, value, room):
        """Return a value on one line; None where there is no room for it."""
        if type(value) not in _BRACKETS or id(value) in self._open:
            text = self._alone(value)
            return text if len(text) <= room and "\n" not in text else None
        if not value:
            return repr(value)
        start = _BRACKETS[type(value)][0]
        room -= len(start) + len(_closing(value))
        if 3 * len(value) - 2 > room:
            return None
        self._open.add(id(value))
        try:
            parts = []
            for member in _members(value)[0]:
                pieces = []
                for piece in member if type(value) is dict else (member,):
                    text = self._flat(piece, room)
                    if text is None:
                        return None
                    pieces.append(text)
                    room -= len(text) + 2
                parts.append(": ".join(pieces))
            return start + ", ".join(parts) + _closing(value) if room + 2 >= 0 else None
        finally:
            self._open.discard(id(value))

    def _alone(self, value):
        """Return what is no container, or is one in itself; a repr that takes long, or has effects, is asked once."""
        if id(value) in self._open:
            start, end = _BRACKETS[type(value)]
            return start + "..." + end
        if id(value) not in self._texts:
            self._texts[id(value)] = _alone(value)
        return self._texts[id(value)]


def _members(value):
    """Return what is written of a container, and whether there is more of it."""
    members = value.items() if type(value) is dict else value
    more = len(value) > MOST
    if type(value) in (set, frozenset) and len(value) < MOST:
        try:
            members = sorted(value)
        except Exception:  # of values that cannot be compared, each in its own way
            members = sorted(value, key=lambda each: (str(type(each)), id(each)))
    taken = []
    for member in members:
        if len(taken) == MOST:
            break
        taken.append(member)
    return taken, more


def _closing(value):
    end = _BRACKETS[type(value)][1]
    return "," + end if type(value) is tuple and len(value) == 1 else end


def _alone(value):
    if type(value) is type and type(value).__repr__ is type.__repr__:
        return _name(value)
    if isinstance(value, _FUNCTIONS):
        try:
            return "<function {}{}>".format(_name(value), inspect.signature(value))
        except (ValueError, TypeError):
            return "<function {}>".format(_name(value))
    return repr(value)


def _name(value):
    module = value.__module__
    return value.__qualname__ if module in (None, "builtins") else "{}.{}".format(module, value.__qualname__)
