"""Runs a cell in MicroPython and says how it ended, as JSON.

``start`` runs the cell; where it awaits something outside a function, which MicroPython's ``compile`` does not know, it
returns instead the source that the adapter runs with ``runPythonAsync``, and ``succeed`` or ``fail`` says how it ended.
"""

import builtins
import io
import json
import sys

import __main__
import js
import pyscript
from _pyscript_formats import bundle
from _pyscript_split import split, split_async

builtins.display = pyscript.display
builtins.input = pyscript.refuse_input

_names = __main__.__dict__
_RESULT = "__pyscript_result__"


def start(code, filename):
    """Run a cell: ``{"result", "failure"}``, or ``{"await": source}``."""
    try:
        try:
            source = split(code, _RESULT, filename)
        except SyntaxError as error:
            if "'await' outside function" not in str(error):
                raise
            return json.dumps({"await": split_async(code, _RESULT)})
        exec(compile(source, filename, "exec"), _names)
        return succeed()
    except BaseException as error:
        _names.pop(_RESULT, None)
        text = io.StringIO()
        sys.print_exception(error, text)
        return _failure(type(error).__name__, str(error), text.getvalue())


def succeed():
    """The source has run to its end: the outcome has the value that it assigned."""
    return _outcome(_names.pop(_RESULT, None))


def fail(name, text, filename):
    """The awaiting source has raised: ``text`` is its traceback, which knows no file name."""
    _names.pop(_RESULT, None)
    text = text.replace('File "<stdin>"', 'File "{}"'.format(filename))
    lines = text.rstrip("\n").split("\n")
    first = 0
    for index, line in enumerate(lines):
        if _place(line):
            first = index + 1
    message = "\n".join(lines[first:])
    if message.startswith(name):
        message = message[len(name) :].lstrip(":").strip()
    return _failure(name, message, text)


def _outcome(value):
    if value is None or value is js.undefined:  # what a JavaScript function returns that returns nothing
        return '{"result": null, "failure": null}'
    data, metadata = bundle(value)
    return json.dumps({"result": {"data": data, "metadata": metadata}, "failure": None})


def _failure(name, message, text):
    frames = []
    kept = []
    for line in text.rstrip("\n").split("\n"):
        place = _place(line)
        # Our own helpers are no part of the user's story.
        if place and place["file"].startswith("/lib/_pyscript_"):
            continue
        if place:
            frames.append(place)
        kept.append(line)
    failure = {
        "kind": "code",
        "name": name,
        "message": message,
        "frames": frames,
        "text": "\n".join(kept),
        "offset": 0,
    }
    return json.dumps({"result": None, "failure": failure})


def _place(line):
    """Return a traceback's line such as ``File "x.py", line 3, in f`` as a frame, or None."""
    if not line.startswith('  File "'):
        return None
    file, found, rest = line[8:].partition('", line ')
    if not found:
        return None
    number, _, name = rest.partition(", in ")
    return {"file": file, "line": int(number), "name": name}
