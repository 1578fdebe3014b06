"""Finds what code refers to at some place of it, and runs none of it: completion and inspection in Pyodide.

`read` gives the tokens of code that is still being written, `opened` the brackets that are open at their end, `primary`
where an expression begins, and `look_up` the live object that it stands for.
"""

import ast
import builtins
import inspect
import io
import keyword
import re
import sys
import tokenize
from collections import OrderedDict, defaultdict, deque
from typing import NamedTuple

import __main__


class Token(NamedTuple):
    """A token; ``start`` and ``end`` are places in the whole code, in code points."""

    kind: int
    text: str
    start: int
    end: int


class String(NamedTuple):
    """A string that is not closed; ``start`` is where its text begins."""

    prefix: str
    quote: str
    start: int


COMMENT = object()
"""What is not closed is a comment."""

_FORMATTED = (tokenize.FSTRING_START, tokenize.TSTRING_START)
_FORMATTED_END = (tokenize.FSTRING_END, tokenize.TSTRING_END)
_BLANK = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING, tokenize.ENDMARKER, tokenize.COMMENT)
_STRING = re.compile(r"(?:\s|\\\n)*([rbuft]{0,2})('''|\"\"\"|'|\")", re.IGNORECASE)
_SPACE = re.compile(r"\s*")
_CONSTANTS = ("None", "True", "False")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_MAX_TRIES = 20
"""How often reading begins anew behind what cannot be read."""

_CONTAINERS = (dict, OrderedDict, list, tuple, str, bytes, bytearray, range, deque)
_TABLES = ("numpy", "pandas", "polars")
"""Packages whose containers are looked into, too: no code of the user's runs by it."""


class UnknownError(Exception):
    """What an expression stands for cannot be told without running something."""


class Instance:
    """Some instance of a class, which is all that is known of what a call returns."""

    def __init__(self, of):
        self.of = of


def read(code):
    """Return the tokens of the code and what is open at its end: a `String`, `COMMENT` or None.

    What cannot be read is passed over, a line or less at a time.
    """
    tokens = []
    begin = 0
    for attempt in range(_MAX_TRIES + 1):
        more, end, problem = _tokens(code, begin)
        tokens += more
        if problem is None:
            return tokens, None
        if problem is COMMENT:
            return tokens, COMMENT
        string, begin = _after(code, tokens, end)
        if string or begin >= len(code):
            return tokens, string
        if attempt == _MAX_TRIES - 1:
            begin = max(begin, code.rfind("\n") + 1)
    return tokens, None


def _tokens(code, begin):
    """Return the tokens from a place on, where the last one ends, and what kept them from being all."""
    text = code[begin:]
    lines = [begin]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    tokens = []
    last = None
    end = begin
    try:
        for kind, word, start, stop, _ in tokenize.generate_tokens(io.StringIO(text).readline):
            token = Token(kind, word, lines[start[0] - 1] + start[1], lines[stop[0] - 1] + stop[1])
            if not word:
                # The end of the code is told as lines that it does not have.
                continue
            last, end = token, max(end, token.end)
            if kind not in _BLANK:
                tokens.append(token)
    except (tokenize.TokenError, SyntaxError) as error:
        if not str(error).startswith("('unexpected EOF"):
            return tokens, end, error
    return tokens, end, COMMENT if last and last.kind == tokenize.COMMENT and last.end == len(code) else None


def _after(code, tokens, end):
    """What stands at a place cannot be read: return the open string that it is, or where to go on."""
    brackets = opened(tokens)
    if brackets and tokens[brackets[-1]].kind in _FORMATTED:
        start = brackets[-1]
        string = String("f", tokens[start].text.lstrip("fFrRtT"), end)
        if len(string.quote) == 1 and "\n" in code[end:]:
            del tokens[start:]
            return None, code.find("\n", end) + 1
        return string, end
    found = _STRING.match(code, end)
    if found is None:
        blank = _SPACE.match(code, end).end()
        return None, blank if blank > end else end + 1
    string = String(found[1].lower(), found[2], found.end())
    newline = code.find("\n", found.end())
    if len(string.quote) == 3 or newline < 0:
        return string, len(code)
    return None, newline + 1


def opened(tokens):
    """Return the indices of the brackets that are open at the end, outermost first; f-strings are among them."""
    stack = []
    for index, token in enumerate(tokens):
        if token.kind in _FORMATTED:
            stack.append(index)
        elif token.kind in _FORMATTED_END:
            while stack and tokens[stack.pop()].kind not in _FORMATTED:
                pass
        elif _opens(token):
            stack.append(index)
        elif _closes(token) and stack and tokens[stack[-1]].text == _PAIRS[token.text]:
            stack.pop()
    return stack


def _opens(token):
    return token.kind == tokenize.OP and token.text in _PAIRS.values()


def _closes(token):
    return token.kind == tokenize.OP and token.text in _PAIRS


def is_name(token):
    """Say whether a token names something."""
    return token.kind == tokenize.NAME and (not keyword.iskeyword(token.text) or token.text in _CONSTANTS)


def ends_value(token):
    """Say whether a token may be the last one of an expression that is called or looked into."""
    return _closes(token) or is_name(token) or token.kind == tokenize.STRING or token.kind in _FORMATTED_END


def primary(tokens, last):
    """Return the index of the token at which the expression begins that ends with the one at `last`, or None.

    That is a name or a literal with its attributes, subscripts and calls.
    """
    at = last
    while at >= 0:
        token = tokens[at]
        if _closes(token):
            at = _opening(tokens, at)
            if at > 0 and tokens[at].text in "([" and ends_value(tokens[at - 1]):
                at -= 1
                continue
            return at if at >= 0 else None
        if token.kind in _FORMATTED_END:
            at = _opening(tokens, at)
            return at if at >= 0 else None
        if token.kind == tokenize.STRING:
            while at > 0 and tokens[at - 1].kind == tokenize.STRING:
                at -= 1
            return at
        if token.kind == tokenize.NAME and at > 0 and tokens[at - 1].text == ".":
            at -= 2
            continue
        return at if is_name(token) else None
    return None


def _opening(tokens, at):
    """Return the index of the bracket or f-string start that the token at `at` closes, or -1."""
    depth = 0
    for index in range(at, -1, -1):
        token = tokens[index]
        if token.kind in _FORMATTED_END or _closes(token):
            depth += 1
        elif token.kind in _FORMATTED or _opens(token):
            depth -= 1
            if depth == 0:
                return index
    return -1


def look_up_at(code, tokens, last):
    """Return what the expression stands for that ends with the token at `last`; raises UnknownError."""
    first = primary(tokens, last)
    if first is None:
        raise UnknownError
    return look_up(code[tokens[first].start : tokens[last].end])


def look_up(source):
    """Return the live object that an expression stands for, or an `Instance`; raises UnknownError.

    Attributes are asked for. Nothing is called.
    """
    try:
        return _value(ast.parse("({}\n)".format(source), mode="eval").body)
    except UnknownError:
        raise
    except Exception as error:
        # Attributes may be anybody's code.
        raise UnknownError from error


def _value(node):
    match node:
        case ast.Constant():
            return node.value
        case ast.Name():
            if node.id in __main__.__dict__:
                return __main__.__dict__[node.id]
            return getattr(builtins, node.id)
        case ast.Attribute():
            return _attribute(_value(node.value), node.attr)
        case ast.Subscript():
            return _item(_value(node.value), node.slice)
        case ast.Call():
            return _returned(_value(node.func))
        case ast.List() | ast.ListComp():
            return _literal(node, list)
        case ast.Dict() | ast.DictComp():
            return _literal(node, dict)
        case ast.Set() | ast.SetComp():
            return _literal(node, set)
        case ast.Tuple():
            return _literal(node, tuple)
        case ast.JoinedStr():
            return Instance(str)
    raise UnknownError


def _literal(node, of):
    try:
        return ast.literal_eval(node)
    except ValueError:
        return Instance(of)


def _attribute(value, name):
    if not isinstance(value, Instance):
        return getattr(value, name)
    found = getattr(value.of, name)
    if not inspect.isroutine(found):
        raise UnknownError
    return found


def _item(value, place):
    key = _key(place)
    if type(value) is defaultdict and key not in value:
        raise UnknownError
    known = type(value) in (*_CONTAINERS, defaultdict)
    if known or is_table(value):
        return value[key]
    raise UnknownError


def _key(node):
    try:
        return ast.literal_eval(node)
    except ValueError:
        key = _value(node)
    if type(key) in (str, bytes, int, float, bool, tuple):
        return key
    raise UnknownError


def is_table(value):
    """Say whether a value is one of the well known packages' tables or arrays."""
    package = type(value).__module__.partition(".")[0]
    return package in _TABLES and package in sys.modules


def _returned(function):
    if isinstance(function, type):
        return Instance(function)
    if not inspect.isroutine(function):
        raise UnknownError
    of = getattr(function, "__annotations__", {}).get("return")
    if not isinstance(of, type):
        raise UnknownError
    return Instance(of)
