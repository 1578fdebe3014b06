"""Says what stands at the cursor, in Pyodide, in the words of IPython's inspector, and calling nothing but its repr."""

import inspect
import linecache
import tokenize

from _pyscript_find import Instance, UnknownError, ends_value, is_name, look_up_at, opened, read

_MAX_TEXT = 500
"""How much of an object's own text is shown, in characters."""

_SIZED = (str, bytes, bytearray, list, tuple, dict, set, frozenset, range)


def perform(task, buffers):
    """Inspect what stands at the cursor of a task's code: a MIME bundle, or None where nothing is known."""
    code = task["code"]
    tokens, _ = read(code)
    for last in _places(tokens, task["cursor"]):
        try:
            value = look_up_at(code, tokens, last)
        except UnknownError:
            continue
        if not isinstance(value, Instance):
            return {"text/plain": _describe(value, tokens[last].text, task["detail"])}
    return None


def _places(tokens, cursor):
    """Yield the index of the last token of each expression that may be meant, as IPython has them.

    That is the name that the cursor is in; the function whose call it is in; what stands before it.
    """
    for index, token in enumerate(tokens):
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if is_name(token) and token.start <= cursor < token.end and not (after == "=" and opened(tokens[:index])):
            yield index
    before = [token for token in tokens if token.end <= cursor]
    for bracket in reversed(opened(before)):
        called = before[bracket].text == "(" and bracket and ends_value(before[bracket - 1])
        if called and (bracket < 2 or before[bracket - 2].text not in ("def", "class")):
            yield bracket - 1
    depth = 0
    for index in range(len(before) - 1, -1, -1):
        token = before[index]
        if token.kind == tokenize.NEWLINE:
            return
        if token.kind == tokenize.OP and token.text in (")", "]", "}"):
            depth += 1
        elif token.kind == tokenize.OP and token.text in ("(", "[", "{"):
            depth -= 1
        elif depth <= 0 and is_name(token):
            yield index
            return


def _describe(value, name, detail):
    fields = []
    is_class = inspect.isclass(value)
    is_function = inspect.isroutine(value)
    signature = _signature(value, name)
    if is_class or is_function:
        if signature:
            fields.append(("Init signature" if is_class else "Signature", signature))
    else:
        if signature:
            fields.append(("Call signature", signature))
        fields.append(("Type", type(value).__name__))
        fields.append(("String form", _text(value)))
        if type(value) in _SIZED:
            fields.append(("Length", str(len(value))))
    source = _source(value) if detail else None
    if source:
        fields.append(("Source", source))
    else:
        fields.append(("Docstring", _doc(value) or "<no docstring>"))
        init = _doc(value.__init__) if is_class and value.__init__ is not object.__init__ else None
        if init and init != _doc(object.__init__):
            fields.append(("Init docstring", init))
    file = _file(value)
    if file:
        fields.append(("File", file))
    if is_class or is_function:
        fields.append(("Type", type(value).__name__))
    if is_class:
        # Of `type` it would be that of no class.
        below = [each.__name__ for each in type.__subclasses__(value)] if value is not type else []
        fields.append(("Subclasses", ", ".join(below[:10]) + ", ..." * (len(below) > 10)))
    return _format(fields)


def _format(fields):
    width = max(len(title) for title, _ in fields) + 2
    lines = []
    for title, text in fields:
        head = "\x1b[31m{}:\x1b[39m".format(title)
        if "\n" in text:
            lines.append("{}\n{}".format(head, text))
        else:
            lines.append("{}{}{}".format(head, " " * (width - len(title) - 1), text))
    return "\n".join(lines)


def _signature(value, name):
    if not callable(value):
        return ""
    try:
        return name + _folded(inspect.signature(value))
    except Exception:  # it may be anybody's, and many of C have none
        return ""


def _folded(signature):
    text = str(signature)
    return text if len(text) <= 75 else signature.format(max_width=75)


def _text(value):
    try:
        text = str(value)
    except Exception as error:  # it may be anybody's
        return "<its str() failed: {}>".format(type(error).__name__)
    return text if len(text) <= _MAX_TEXT else "{}<...>{}".format(text[: _MAX_TEXT // 2], text[-_MAX_TEXT // 2 :])


def _doc(value):
    try:
        return inspect.getdoc(value)
    except Exception:  # it may be anybody's
        return None


def _file(value):
    if not (inspect.ismodule(value) or inspect.isclass(value) or inspect.isroutine(value)):
        value = type(value)
    try:
        return inspect.getfile(inspect.unwrap(value))
    except Exception:  # it may be anybody's; what is written in C has none
        return _cell_of(value)


def _source(value):
    try:
        return inspect.getsource(inspect.unwrap(value)).rstrip("\n")
    except Exception:  # as above
        pass
    # `inspect` finds the source of a class by its module's file, which a cell has not.
    cell = _cell_of(value)
    if cell is None or not isinstance(value, type):
        return None
    lines = linecache.getlines(cell)[value.__firstlineno__ - 1 :]
    try:
        return "".join(inspect.getblock(lines)).rstrip("\n") or None
    except (tokenize.TokenError, SyntaxError):
        return None


def _cell_of(value):
    """Return the cell that a class was defined in, by one of its functions; None where it has none."""
    if not isinstance(value, type) or not hasattr(value, "__firstlineno__"):
        return None
    for member in vars(value).values():
        code = getattr(member, "__code__", None)
        if code is not None and code.co_qualname.startswith(value.__qualname__ + "."):
            return code.co_filename
    return None
