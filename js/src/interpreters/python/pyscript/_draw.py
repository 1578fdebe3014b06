"""Draws into the environment's own document, as PyScript's `display` does it, and takes elements too."""

import sys

from pyscript._display import _write_to_dom
from pyscript.content import _Content
from pyscript.context import current_target, document
from pyscript.ffi import is_none


def draw(values, target, append):
    """Write values into the element with the id ``target``, or where drawing goes by itself."""
    element = _find(current_target() if is_none(target) else target)
    if not append:
        element.replaceChildren()
    for value in values:
        nodes = _nodes(value)
        if nodes is None:
            _write_to_dom(element, _plain(value), append)
        else:
            for node in nodes:
                element.append(node)


def _find(target):
    # As PyScript has it, with and without the hash of a selector.
    name = target[1:] if target.startswith("#") else target
    element = document.getElementById(name)
    if is_none(element):
        raise ValueError("Cannot find element with id='{}' in the page.".format(name))
    return element


def _nodes(value):
    web = sys.modules.get("pyscript.web")
    if web and isinstance(value, web.Element):
        return [value._dom_element]
    if web and isinstance(value, web.ElementCollection):
        return [element._dom_element for element in value]
    return [value] if type(value).__name__ == "JsProxy" and hasattr(value, "nodeType") else None


def _plain(value):
    """Return text for what only a notebook renders: Markdown and LaTeX."""
    if isinstance(value, _Content) and not (hasattr(value, "_repr_html_") or hasattr(value, "_repr_svg_")):
        return value.data if isinstance(value.data, str) else value
    return value
