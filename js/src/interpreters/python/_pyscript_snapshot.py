"""What Pyodide's memory snapshot holds, and what of it is made new at each start.

The build calls ``prepare`` in a Pyodide of its own and then takes the snapshot, which has this module in it. Whoever
starts from the snapshot calls ``resume`` before anything else runs. What is not named in ``resume`` is at every start
what it was at the build: the seed of ``hash()``, above all, which decides the order of a set of strings.
"""

import ast
import gc
import importlib
import logging
import os
import random
import sys
import tempfile
import time
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)

MODULES = (
    "asyncio",
    "base64",
    "collections",
    "contextlib",
    "csv",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "hashlib",
    "html",
    "io",
    "itertools",
    "json",
    "math",
    "pathlib",
    "pprint",
    "pyodide.code",
    "pyodide.ffi",
    "pyodide.http",
    "random",
    "re",
    "secrets",
    "statistics",
    "string",
    "textwrap",
    "time",
    "typing",
    "urllib.parse",
    "uuid",
)
"""What is imported beside that which our own files import: what cells begin with. Each costs some of the download."""

_codes = {}
"""By path: the source of one of our own files, and its code."""

_generators = []
"""Every generator of random numbers that there was when the snapshot was taken."""


def prepare(sources):
    """Import and compile what an interpreter that starts needs.

    Parameters
    ----------
    sources : dict of str
        Our own files by the path at which they will be written. They are compiled and not imported: what they do when
        they are imported, they do at each start.
    """
    for name in (*MODULES, *sorted({name for source in sources.values() for name in _imports(source)})):
        importlib.import_module(name)
    for path, source in sources.items():
        _codes[path] = (source.encode(), compile(source, path, "exec", dont_inherit=True))
    loaders = (
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_Loader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    sys.path_hooks.insert(0, FileFinder.path_hook(*loaders))
    sys.path_importer_cache.clear()
    os.environ.pop("PYTHONHASHSEED", None)
    gc.collect()
    _generators.extend(each for each in gc.get_objects() if isinstance(each, random.Random))
    for generator in _generators:
        generator.seed(0)
    _clear_free_memory()


def resume(language, user_agent):
    """Make new what must not be as it was at the build.

    Parameters
    ----------
    language : str
        The browser's language, as in ``en-US``.
    user_agent : str
        The browser.
    """
    for generator in _generators:
        generator.seed()
    # Of its own generator, and drawn at the first name.
    tempfile._name_sequence = None
    logging._startTime = time.time_ns()
    _read_timezone()
    os.environ["LANG"] = language.replace("-", "_") + ".UTF-8"
    info = sys._emscripten_info
    sys._emscripten_info = type(info)((info.emscripten_version, user_agent, info.pthreads, info.shared_memory))
    # Pyodide puts the current folder there at every start, and did so at the build.
    while sys.path[:2] == ["", ""]:
        del sys.path[0]


def _read_timezone():
    """Do what CPython's `time` does when it is imported: look at the first of a January and half a year later."""
    year = (365 * 24 + 6) * 3600
    winter = int(time.time()) // year * year
    first, second = time.localtime(winter), time.localtime(winter + year // 2)
    if first.tm_gmtoff > second.tm_gmtoff:
        # In the south.
        first, second = second, first
    time.timezone, time.altzone = -first.tm_gmtoff, -second.tm_gmtoff
    time.daylight = int(first.tm_gmtoff != second.tm_gmtoff)
    time.tzname = (first.tm_zone, second.tm_zone)


class _Loader(SourceFileLoader):
    """Imports a file of ours without compiling it again, if it is still the file that was compiled."""

    def get_code(self, fullname):
        source, code = _codes.get(self.path, (None, None))
        if source is not None and source == self.get_data(self.path):
            return code
        return super().get_code(fullname)


def _imports(source):
    """Return the modules of the standard library that a source imports."""
    for node in ast.walk(ast.parse(source)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module]
        yield from (name for name in names if name.partition(".")[0] in sys.stdlib_module_names)


def _clear_free_memory():
    """Fill what is free with zeros, which compress well, and hold nothing of the machine that built this."""
    for size in (1 << 20, 1 << 18, 1 << 16, 1 << 14, 1 << 12, 1 << 10):
        pile = [bytes(size) for _ in range((2 << 20) // size)]
        del pile
    for size in range(16, 513, 16):
        pile = [bytes(max(size - 34, 0)) for _ in range(200_000 // size)]
        del pile
