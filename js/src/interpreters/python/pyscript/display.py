"""``display``: under the cell as a MIME bundle, or into the environment's own document."""

import json
import sys

from _pyscript_formats import bundle


def display(*values, target=None, append=True):
    """Show each value, as rich as it can be.

    Under the cell, by its ``_repr_*_`` methods and its repr. With a ``target``, the id of an element, or with
    ``append=False``, which replaces what was drawn before, and for elements of the document: in the environment's own
    document, as PyScript does it.
    """
    drawn = target is not None or not append
    if drawn and not append:
        _draw(values, target, append)
        return
    for value in values:
        if drawn or _is_element(value):
            _draw((value,), target, append)
        else:
            _show(value)


def _show(value):
    import _pyscript_host

    data, metadata = bundle(value)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "flush"):
            stream.flush()
    _pyscript_host.display(json.dumps([data, metadata]))


def _is_element(value):
    web = sys.modules.get("pyscript.web")
    if web and isinstance(value, (web.Element, web.ElementCollection)):
        return True
    return type(value).__name__ == "JsProxy" and hasattr(value, "nodeType")


def _draw(values, target, append):
    from pyscript._draw import draw

    draw(values, target, append)
