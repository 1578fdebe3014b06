"""Says how code may go on at the cursor, and what stands there, in MicroPython: from `dir`, and calling nothing.

MicroPython keeps no docstrings and no signatures, and has no list of its modules: those it is built with stand here.
"""

import builtins
import os
import sys

import __main__
from _pyscript_formats import written
from _pyscript_split import _after_string

_KEYWORDS = (
    "False None True and as assert async await break class continue def del elif else except finally for from global "
    "if import in is lambda nonlocal not or pass raise return try while with yield"
).split()

MODULES = (
    "abc array asyncio base64 binascii builtins cmath collections copy datetime deflate errno fnmatch framebuf "
    "functools gc gzip hashlib heapq hmac html inspect io itertools js jsffi json locale logging math micropython "
    "operator os pathlib platform random re select stat string struct sys tarfile time types uctypes unittest uu vfs "
    "zlib"
).split()

_MAX_TEXT = 500
_MAX_ATTRIBUTES = 200


def perform(task, buffers):
    """Do a task: see `Result` in pyscript_jupyter/protocol/messages.py for what comes back."""
    code, cursor = task["code"], task["cursor"]
    if task["task"] == "complete":
        return _complete(code[:cursor])
    return _inspect(code, cursor, task["detail"])


def _complete(code):
    partial, chain = _chain(code)
    found = {}
    if chain is not None:
        before = code[: len(code) - len(".".join(chain + [partial]))]
        found.update(pair for pair in _continue(before, chain) if _fits(pair[0], partial))
    names = sorted(found, key=lambda name: (name.startswith("_"), name.lower()))
    end = len(code)
    types = [found[name] for name in names]
    return {"matches": names, "start": end - len(partial), "end": end, "types": types}


def _fits(name, partial):
    return name.startswith(partial) and bool(partial or not name.startswith("_"))


def _continue(before, chain):
    words = before[before.rfind("\n") + 1 :].replace(",", " ").replace("(", " ").split()
    if words and words[0] == "from" and "import" in words:
        # Only what is loaded is looked into.
        module = sys.modules.get(words[1])
        if module is None and words[1] in MODULES:
            module = __import__(words[1], None, None, ("__name__",))
        return [] if module is None or chain else _attributes(module)
    if words and words[-1] == "as":
        return []
    if words and (words[0] == "import" or words == ["from"]):
        return _modules(".".join(chain))
    if words and words[0] == "from" and len(words) == 2:
        return [("import", "keyword")]
    if chain:
        try:
            return _attributes(_look_up(chain))
        except Exception:
            return []
    found = [(name, "keyword") for name in _KEYWORDS]
    found += [(name, "function") for name in ("display", "exit", "quit")]
    for names in (builtins.__dict__, __main__.__dict__):
        found += [(name, _kind(value)) for name, value in names.items()]
    return found


def _chain(code):
    """Return the name that the code ends in, and those before it, as in ``a.b.c``; None where there can be none."""
    source = code.encode()
    at = 0
    while at < len(source):
        byte = source[at]
        if byte in b"\"'":
            # One that is closed ends before the blank that is added.
            at = _after_string(source + b" ", at)
            if at > len(source):
                return "", None
        elif byte == 35:
            at = source.find(b"\n", at)
            if at < 0:
                return "", None
        else:
            at += 1
    end = len(code)
    names = []
    while True:
        start = end
        while start and _is_word(code[start - 1]):
            start -= 1
        names.insert(0, code[start:end])
        if not start or code[start - 1] != ".":
            break
        end = start - 1
    # Not a name: a number, or an attribute of what is no name.
    if names[0][:1].isdigit() or (len(names) > 1 and not names[0]):
        return names[-1], None
    return names[-1], names[:-1]


def _is_word(character):
    return character.isalpha() or character.isdigit() or character == "_" or character > "\x7f"


def _look_up(chain):
    # One name alone. What was put into `builtins` is no attribute of that module, and found in this way only.
    value = eval(chain[0], __main__.__dict__)
    for name in chain[1:]:
        value = getattr(value, name)
    return value


def _attributes(value):
    """Return the attributes of a live object with their types, "" where that is not known.

    `dir` tries each name that there is on the object. That runs the properties of a class of the user's, and what a
    module loads when it is asked.
    """
    kind = type(value).__name__
    if kind == "JsProxy":
        return [(name, "") for name in _javascript(value)]
    if kind == "module" and value.__name__ == "js":
        return [(name, "") for name in _javascript(value.globalThis)]
    if kind == "module":
        found = [(name, "") for name in value.__dict__.get("__all__", ())]
        return found + _kinds(value.__dict__)
    if isinstance(value, type):
        return _inherited(value)
    if "__qualname__" in type(value).__dict__:
        return _kinds(value.__dict__) + _inherited(type(value))
    return [(name, "") for name in dir(value)]


def _inherited(of):
    found = _kinds(of.__dict__)
    for base in of.__bases__:
        found += _inherited(base)
    return found


def _kinds(names):
    return [(name, _kind(value)) for name, value in names.items()]


def _javascript(value):
    """Return the names of an object of JavaScript's and of what it inherits: `dir` knows those it has met only."""
    import js

    names = []
    while value is not None and value is not js.undefined:
        names += [str(name) for name in js.Object.getOwnPropertyNames(value)]
        value = js.Object.getPrototypeOf(value)
    return names


def _modules(package):
    above = package + "." if package else ""
    names = [name[len(above) :] for name in sys.modules if name.startswith(above)]
    if not package:
        names += MODULES
    for folder in sys.path:
        if folder == ".frozen":
            continue
        try:
            entries = os.listdir((folder or ".") + "/" + package.replace(".", "/"))
        except OSError:
            continue
        names += [name[:-3] if name.endswith(".py") else name for name in entries]
    return [(name, "module") for name in names if "." not in name and name != "__init__"]


def _kind(value):
    if isinstance(value, type):
        return "class"
    kind = type(value).__name__
    if kind in ("module", "property"):
        return kind
    functions = ("function", "closure", "generator", "bound_method", "classmethod", "staticmethod")
    return "function" if kind in functions else "instance"


def _inspect(code, cursor, detail):
    end = cursor
    while end < len(code) and _is_word(code[end]):
        end += 1
    inside = end > cursor
    candidates = [code[:end]] if inside else []
    called = _called(code[:cursor])
    if called:
        candidates.append(called)
    if not inside:
        candidates.append(code[:cursor].rstrip())
    for candidate in candidates:
        name, chain = _chain(candidate)
        if not name or chain is None:
            continue
        try:
            value = _look_up(chain + [name])
        except Exception:
            continue
        return {"text/plain": _describe(value)}
    return None


def _called(code):
    """Return the code up to the function whose call it ends in, or None."""
    depth = 0
    for at in range(len(code) - 1, -1, -1):
        if code[at] in ")]}":
            depth += 1
        elif code[at] in "([{":
            depth -= 1
            if depth < 0 and code[at] == "(" and at and _is_word(code[at - 1]):
                return code[:at]
    return None


def _describe(value):
    fields = [("Type", type(value).__name__), ("String form", _text(value))]
    if isinstance(value, (str, bytes, bytearray, list, tuple, dict, set)):
        fields.append(("Length", str(len(value))))
    names = sorted({name for name, _ in _attributes(value) if not name.startswith("_")})
    if names:
        fields.append(("Attributes", ", ".join(names[:_MAX_ATTRIBUTES]) + ", ..." * (len(names) > _MAX_ATTRIBUTES)))
    return "\n".join("\x1b[31m{}:\x1b[39m{}{}".format(name, " " * (12 - len(name)), text) for name, text in fields)


def _text(value):
    try:
        text = written(value)
    except Exception as error:
        return "<its repr() failed: {}>".format(type(error).__name__)
    return text if len(text) <= _MAX_TEXT else text[:_MAX_TEXT] + "..."
