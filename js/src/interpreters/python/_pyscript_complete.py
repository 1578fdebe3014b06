"""Says how code may go on at the cursor, in Pyodide: from the live interpreter, and calling nothing of the user's."""

import ast
import builtins
import importlib
import inspect
import keyword
import os
import sys
import tokenize
from importlib.machinery import FrozenImporter, PathFinder

import __main__
from _pyscript_find import COMMENT, Instance, UnknownError, ends_value, is_table, look_up_at, opened, read

_MAX_MATCHES = 2000


def perform(task, buffers):
    """Complete the code of a task: a dict with ``matches``, ``start``, ``end`` and ``types``."""
    code, cursor = task["code"], task["cursor"]
    start, found = _complete(code[:cursor], code[cursor:])
    found = found[:_MAX_MATCHES]
    return {
        "matches": [text for text, _ in found],
        "start": start,
        "end": min(cursor, len(code)),
        "types": [kind for _, kind in found],
    }


def _complete(code, rest):
    """Return where the completions begin, and pairs of text and type: the best first, each text once."""
    tokens, inside = read(code)
    if inside is COMMENT:
        return len(code), []
    if inside is not None:
        return _in_string(code, tokens, inside, rest)
    partial = ""
    if tokens and tokens[-1].end == len(code):
        if tokens[-1].kind == tokenize.NUMBER:
            return len(code), []
        if tokens[-1].kind == tokenize.NAME:
            partial = tokens.pop().text
    start = len(code) - len(partial)
    found = {}
    for text, kind in _continue(code, tokens, partial):
        if text.startswith(partial) and (partial or not text.startswith("_")):
            found.setdefault(text, kind)
    return start, list(found.items())


def _continue(code, tokens, partial):
    """Yield what may stand where a name begins, the best first."""
    statement = _statement(tokens)
    before = tokens[-1] if tokens else None
    if statement and statement[0].text in ("import", "from"):
        yield from _sorted(_imported([token.text for token in statement]))
    elif before and before.text == ".":
        try:
            yield from _sorted(_attributes(look_up_at(code, tokens, len(tokens) - 2)))
        except UnknownError:
            return
    elif before and before.text in ("def", "class", "as"):
        # A new name.
        return
    else:
        yield from _parameters(code, tokens)
        yield from _subscripts(code, tokens)
        yield from _sorted(_names(tokens))


def _sorted(pairs):
    return sorted(pairs, key=lambda pair: (pair[0].startswith("_"), pair[0].lower(), pair[0]))


def _statement(tokens):
    """Return the tokens of the statement that is not yet over."""
    depth = 0
    for index in range(len(tokens) - 1, -1, -1):
        text = tokens[index].text
        if tokens[index].kind == tokenize.NEWLINE or (depth <= 0 and text in (";", ":")):
            return tokens[index + 1 :]
        if tokens[index].kind == tokenize.OP:
            depth += (text in (")", "]", "}")) - (text in ("(", "[", "{"))
    return tokens


# Names


def _names(tokens):
    """Return keywords, builtins, what this code defines above, and what is defined, each with its type."""
    found = dict.fromkeys((*keyword.kwlist, *keyword.softkwlist), "keyword")
    found.update((name, _kind(value)) for name, value in vars(builtins).items())
    found.update(dict.fromkeys(_defined(tokens), "statement"))
    found.update((name, _kind(value)) for name, value in __main__.__dict__.items() if isinstance(name, str))
    return found.items()


def _defined(tokens):
    """Yield the names that the code gives to something."""
    depth = 0
    for index, (kind, text, *_) in enumerate(tokens):
        if kind == tokenize.OP:
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        if kind != tokenize.NAME or keyword.iskeyword(text):
            continue
        before = tokens[index - 1].text if index else ""
        after = tokens[index + 1].text if index + 1 < len(tokens) else ""
        names = before in ("def", "class", "import", "as", "for")
        if names or after == ":=" or (depth == 0 and after in ("=", ":") and before != "."):
            yield text
        elif before in ("(", ",", "*", "**") and _is_parameter(tokens[:index]):
            yield text


def _is_parameter(tokens):
    brackets = opened(tokens)
    return bool(brackets) and brackets[-1] > 1 and tokens[brackets[-1] - 2].text == "def"


def _kind(value):
    if isinstance(value, type):
        return "class"
    if inspect.ismodule(value):
        return "module"
    if inspect.isroutine(value):
        return "function"
    return "instance"


# Attributes


def _attributes(value):
    """Yield the attributes of a live object, or of what is known of one."""
    owner = value.of if isinstance(value, Instance) else value
    try:
        names = [name for name in dir(owner) if isinstance(name, str)]
    except Exception:  # it may be anybody's
        return
    if inspect.ismodule(owner):
        names += [name for name in vars(owner).get("__all__", ()) if isinstance(name, str)]
    if type(owner).__name__ == "JsProxy":
        # Each would be asked of JavaScript, which may be in another thread.
        yield from ((name, "") for name in names)
        return
    for name in names:
        found = inspect.getattr_static(owner, name, None)
        if isinstance(found, property):
            yield name, "property"
        elif isinstance(found, (classmethod, staticmethod)):
            yield name, "function"
        else:
            yield name, _kind(found)


# Calls


def _parameters(code, tokens):
    """Yield the names of parameters that the call takes in which the code ends, as in ``alpha=``."""
    brackets = opened(tokens)
    if not brackets or tokens[-1].text not in ("(", ","):
        return
    at = brackets[-1]
    if tokens[at].text != "(" or not at or not ends_value(tokens[at - 1]):
        return
    if at > 1 and tokens[at - 2].text in ("def", "class"):
        return
    try:
        function = look_up_at(code, tokens, at - 1)
        parameters = inspect.signature(function).parameters.values() if callable(function) else ()
    except Exception:  # a signature may be anybody's
        return
    given = {token.text for token, after in zip(tokens[at:], tokens[at + 1 :], strict=False) if after.text == "="}
    for parameter in parameters:
        named = parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
        if named and parameter.name not in given:
            yield parameter.name + "=", "param"


# Subscripts


def _subscripts(code, tokens):
    """Yield the keys of the dict that the code begins to look into, quoted."""
    if len(tokens) > 1 and tokens[-1].text == "[" and ends_value(tokens[-2]):
        for key in _keys(code, tokens):
            yield repr(key), "dict key"


def _keys(code, tokens):
    """Return the keys that are texts, of what stands before the last bracket."""
    try:
        value = look_up_at(code, tokens, len(tokens) - 2)
        if isinstance(value, dict):
            keys = dict.keys(value)
        elif type(value) is type(os.environ):
            keys = list(value)
        elif is_table(value):
            keys = getattr(value, "columns", None)
            if keys is None:
                keys = getattr(getattr(value, "dtype", None), "names", None) or getattr(value, "index", ())
        else:
            return []
        return [key for key in keys if isinstance(key, str)][:_MAX_MATCHES]
    except Exception:  # attributes may be anybody's
        return []


# Strings


def _in_string(code, tokens, string, rest):
    text = code[string.start :]
    if len(tokens) > 1 and tokens[-1].text == "[" and ends_value(tokens[-2]):
        keys = _keys(code, tokens) if string.prefix in ("", "r", "u") else []
        return string.start, _quoted(keys, text, string, rest)
    if "f" in string.prefix or "t" in string.prefix or "\n" in text or "\\" in text:
        return len(code), []
    folder, slash, name = text.rpartition("/")
    return len(code) - len(name), sorted(_paths(folder + slash, name))


def _quoted(keys, text, string, rest):
    """Return the keys that begin with a text as they stand in a string, and the end of that where it is missing."""
    end = "" if rest.startswith(string.quote) else string.quote if rest.startswith("]") else string.quote + "]"
    found = []
    for key in keys:
        quoted = key
        if "r" not in string.prefix:
            quoted = key.replace("\\", "\\\\").replace(string.quote, "\\" + string.quote).replace("\n", "\\n")
        elif string.quote in key or "\n" in key:
            continue
        if quoted.startswith(text):
            found.append((quoted + end, "dict key"))
    return found


def _paths(folder, name):
    try:
        with os.scandir(os.path.expanduser(folder) or ".") as entries:
            for entry in entries:
                if entry.name.startswith(name) and (name or not entry.name.startswith(".")):
                    yield entry.name + "/" * entry.is_dir(), "path"
    except (OSError, ValueError):
        return


# Modules


def _imported(words):
    """Yield what may come next in an import, whose words these are."""
    if words[0] == "import":
        words = words[len(words) - words[::-1].index(",") :] if "," in words else words[1:]
        if not words or words[-1] == ".":
            yield from _modules("".join(words[:-1]))
    elif "import" in words:
        if words[-1] in ("import", ",", "("):
            yield from _members("".join(words[1 : words.index("import")]))
    elif len(words) == 1 or (words[-1] == "." and words[1] != "."):
        yield from _modules("".join(words[1:-1]))
    elif words[1] != ".":
        yield "import", "keyword"


def _modules(package):
    """Yield the modules of a package, or all where it is ""."""
    import pkgutil

    if package:
        path = _path(package)
    else:
        path = None
        yield from ((name, "module") for name in sys.builtin_module_names)
    if path is not None or not package:
        yield from ((module.name, "module") for module in pkgutil.iter_modules(path))
    above = package + "." if package else ""
    for name in list(sys.modules):
        if name.startswith(above) and "." not in name[len(above) :]:
            yield name[len(above) :], "module"


def _path(name):
    """Return where a package's modules are, None where it has none. Nothing is imported."""
    module = sys.modules.get(name)
    if module is not None:
        return getattr(module, "__path__", None)
    spec = _spec(name)
    return spec and spec.submodule_search_locations


def _spec(name):
    """Return the spec of a module that is not imported, or None."""
    package = name.rpartition(".")[0]
    path = _path(package) if package else None
    if package and path is None:
        return None
    for finder in (FrozenImporter, PathFinder):
        spec = finder.find_spec(name, path)
        if spec is not None:
            return spec
    return None


def _members(name):
    """Yield what can be imported from a module. One that is not imported yet is only read."""
    if name in sys.builtin_module_names:
        importlib.import_module(name)
    if name in sys.modules:
        yield from _attributes(sys.modules[name])
    else:
        spec = _spec(name)
        source = getattr(spec.loader, "get_source", lambda _: None)(name) if spec else None
        if source:
            yield from _written(ast.parse(source).body)
    yield from _modules(name)


def _written(body):
    """Yield the names that statements define."""
    for node in body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield node.name, "function"
            case ast.ClassDef():
                yield node.name, "class"
            case ast.Assign() | ast.AnnAssign():
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                yield from ((each.id, "instance") for each in targets if isinstance(each, ast.Name))
            case ast.Import() | ast.ImportFrom():
                names = (alias.asname or alias.name.partition(".")[0] for alias in node.names)
                yield from ((name, "") for name in names if name != "*")
            case ast.If() | ast.Try():
                yield from _written(node.body + node.orelse)
