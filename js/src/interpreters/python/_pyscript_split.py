"""Finds a cell's trailing expression where there is no `ast`, as in MicroPython.

One scan finds where logical lines begin that are not indented: outside strings and brackets, and not after a backslash.
The last statement begins at the last of them, and the compiler is the judge: what stands before has to compile, and the
rest as an expression. So a scan that erred would cost a cell its value, and never change what it does.

The scan goes over bytes: MicroPython finds the n-th character of a text by counting from its beginning.
"""

_TRIES = 8
"""How many places are tried at most. The first is nearly always right; each costs up to three compilations."""

_GOES_ON = ("else", "elif", "except", "finally")
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
    source = code.encode()
    starts, semicolon = _scan(source)
    for start in reversed(starts[-_TRIES:]):
        body = source[: start - 1].decode() if start else ""
        tail = source[start:].decode()
        first = source[:start].count(b"\n")
        if not is_body(body):
            continue
        if is_value(tail):
            return body, "\n" * first + tail
        if is_body(tail):
            return _parts_of_line(source, start, semicolon, is_body, is_value)
    return None


def _parts_of_line(source, start, semicolon, is_body, is_value):
    """The last statement may be one of several on its line, as in ``a = 1; a``."""
    if semicolon < start or source[start] == _AT or _word(source, start) in _COMPOUND:
        return None
    left = source[:semicolon].decode()
    right = source[semicolon + 1 :].decode().lstrip(" \t")
    if not right or not is_body(left) or not is_value(right):
        return None
    return left, "\n" * left.count("\n") + right


_AT, _BACKSLASH, _HASH, _NEWLINE, _RETURN, _SEMICOLON = b"@\\#\n\r;"
_OPENING = set(b"([{")
_CLOSING = set(b")]}")
_QUOTES = set(b"\"'")
_MARKS = set(b"\\#\n;([{)]}\"'")
_BLANK = set(b" \t\r\n#")


def _scan(source):
    """Return where statements may begin, and where the last semicolon is (-1 for none), in one pass."""
    starts = []
    semicolon = -1
    depth = 0
    begins = True
    decorated = False
    end = len(source)
    at = 0
    while at < end:
        byte = source[at]
        if begins:
            begins = False
            if byte not in _BLANK:
                # A decorator and the line after it are one statement, and so is an `else` with what it belongs to.
                if not decorated and _word(source, at) not in _GOES_ON:
                    starts.append(at)
                decorated = byte == _AT
        if byte not in _MARKS:
            at += 1
            continue
        if byte in _QUOTES:
            at = _after_string(source, at)
            continue
        if byte in _OPENING:
            depth += 1
        elif byte in _CLOSING:
            depth -= 1
        elif byte == _SEMICOLON:
            semicolon = at
        elif byte == _NEWLINE:
            begins = depth <= 0
        elif byte == _HASH:
            at = source.find(b"\n", at)
            if at < 0:
                break
            continue
        elif byte == _BACKSLASH:
            at += 1
            if source[at : at + 2] == b"\r\n":
                at += 1
        at += 1
    return starts, semicolon


def _word(source, at):
    end = at
    while end < len(source) and (source[end : end + 1].isalpha() or source[end] == 95):
        end += 1
    return source[at:end].decode()


def _after_string(source, at):
    """Return where the string that begins with the quote at `at` is over."""
    formatted = _is_formatted(source, at)
    quote = source[at : at + 1]
    triple = source[at : at + 3] == quote * 3
    if triple:
        quote = quote * 3
    first = quote[0]
    at += len(quote)
    end = len(source)
    while at < end:
        byte = source[at]
        if byte == first:
            if not triple or source[at : at + 3] == quote:
                return at + len(quote)
        elif byte == _BACKSLASH:
            # In a raw string, too, a quote after a backslash does not end it.
            at += 1
        elif byte == _NEWLINE and not triple:
            return at
        elif byte == _BRACE and formatted:
            at = at + 1 if source[at + 1 : at + 2] == b"{" else _after_field(source, at + 1) - 1
        at += 1
    return end


_BRACE, _CLOSING_BRACE, _COLON = b"{}:"


def indented(code, by):
    """Return code whose lines but the first stand further to the right; those of a string stay where they are."""
    source = code.encode()
    parts = []
    start = at = 0
    while at < len(source):
        if source[at] in _QUOTES:
            at = _after_string(source, at)
        elif source[at] == _HASH:
            at = source.find(b"\n", at)
            if at < 0:
                break
        else:
            at += 1
            if source[at - 1] == _NEWLINE:
                parts.append(source[start:at].decode())
                start = at
    return by.join(parts + [source[start:].decode()])


def _is_formatted(source, at):
    """Say whether the quote at `at` begins an f-string: ``f`` alone, or with ``r``, and not the end of a word."""
    start = at
    while start and at - start < 3 and (source[start - 1 : start].isalpha() or source[start - 1] == 95):
        start -= 1
    return source[start:at].lower() in (b"f", b"fr", b"rf")


def _after_field(source, at):
    """Return where a field of an f-string ends, as MicroPython sees it: quotes mean nothing, brackets nest."""
    depth = 0
    end = len(source)
    while at < end:
        byte = source[at]
        if depth == 0 and (byte == _COLON or byte == _CLOSING_BRACE):
            return at
        if byte in _OPENING:
            depth += 1
        elif byte in _CLOSING:
            depth -= 1
        at += 1
    return end


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
