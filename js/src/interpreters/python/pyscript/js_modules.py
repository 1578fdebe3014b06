"""The JavaScript modules of the configuration, as attributes and as ``from pyscript.js_modules.NAME import …``."""

import sys

import js
import polyscript

__path__ = []

# `from … import` makes an ImportError of the first; MicroPython lets it through.
_Missing = ImportError if sys.implementation.name == "micropython" else AttributeError


def __getattr__(name):
    if name.startswith("_"):
        raise AttributeError(name)
    if not js.Reflect.has(polyscript.js_modules, name):
        raise _Missing("the configuration's `js_modules` has no {} for this thread".format(name))
    return getattr(polyscript.js_modules, name)


class _Module:
    """One of them, which is loaded when something is first asked of it."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(getattr(polyscript.js_modules, self._name), name)


for _name in js.Reflect.ownKeys(polyscript.js_modules):
    sys.modules["pyscript.js_modules." + _name] = _Module(_name)
