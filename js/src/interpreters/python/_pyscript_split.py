"""Finds a cell's trailing expression where there is no `ast`, as in MicroPython.

The compiler itself is asked: from the last line upward, each line that is not indented may begin the last statement. It
does where what stands before it compiles and it compiles too. That is sound, because a line inside a string or a
bracket leaves something unfinished before it, which does not compile.
"""

_COMPOUND = ("if", "for", "while", "with", "try", "def", "class", "async", "else", "elif", "except", "finally")


def split(code, name, filename):
    """Return the cell's source with its trailing expression, if any, assigned to a name.

    Raises SyntaxError as the compiler gives it. Line numbers stay those of the cell. A cell that ends in a semicolon
    has no value. (An assignment and not ``eval``: code that was compiled for ``eval`` has no line numbers.)
    """
    compile(code, filename, "exec")
    return _assign(code, _parts(code, _is_body, _is_value), name)


def split_async(code, name):
    """Do the same for a cell that awaits outside a function, which the compiler does not know."""
    return _assign(code, _parts(code, _is_async_body, _is_async_value), name)


def _assign(code, parts, name):
    if parts is None:
        return code
    body, value = parts
    start = len(value) - len(value.lstrip("\n"))
    if start > body.count("\n"):
        before = body + "\n" * (start - body.count("\n"))
    else:
        # The body's last statement is on the expression's line.
        before = body + ";" if body else ""
    return "{}{} = ({}\n)".format(before, name, value[start:])


def _parts(code, is_body, is_value):
    lines = code.split("\n")
    for first in range(len(lines) - 1, -1, -1):
        line = lines[first]
        if not line or line[0] in " \t#\r":
            continue
        if first and _goes_on(lines[first - 1]):
            continue
        body = "\n".join(lines[:first])
        tail = "\n".join(lines[first:])
        if not is_body(body):
            continue
        if is_value(tail):
            return body, "\n" * first + tail
        if is_body(tail):
            return _parts_of_line(body, tail, first, is_body, is_value)
    return None


def _parts_of_line(body, tail, first, is_body, is_value):
    """The last statement may be one of several on its line, as in ``a = 1; a``."""
    word = ""
    for character in tail:
        if not (character.isalpha() or character == "_"):
            break
        word += character
    if tail[0] == "@" or word in _COMPOUND:
        return None
    at = _last_semicolon(tail)
    if at < 0:
        return None
    left = tail[:at]
    right = tail[at + 1 :].lstrip(" \t")
    if not right or not is_body(left) or not is_value(right):
        return None
    return (body + "\n" if first else "") + left, "\n" * (first + left.count("\n")) + right


def _last_semicolon(source):
    """Return where the last semicolon outside strings and comments is, or -1."""
    found = -1
    quote = ""
    at = 0
    while at < len(source):
        character = source[at]
        if quote:
            if character == "\\":
                at += 1
            elif source.startswith(quote, at):
                at += len(quote) - 1
                quote = ""
        elif character in "\"'":
            quote = character * 3 if source.startswith(character * 3, at) else character
            at += len(quote) - 1
        elif character == "#":
            end = source.find("\n", at)
            if end < 0:
                break
            at = end
        elif character == ";":
            found = at
        at += 1
    return found


def _goes_on(line):
    return line.endswith("\\") and not line.lstrip().startswith("#")


def _compiles(source, mode):
    try:
        compile(source, "<cell>", mode)
    except SyntaxError:
        return False
    return True


def _is_body(source):
    return _compiles(source, "exec")


def _is_value(source):
    return _compiles(source, "eval")


def _is_async_body(source):
    return _compiles("async def _():\n pass\n " + source.replace("\n", "\n "), "exec")


def _is_async_value(source):
    return _compiles("async def _():\n return (\n " + source.replace("\n", "\n ") + "\n )", "exec")
