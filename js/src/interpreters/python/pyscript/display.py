"""``display``, ``update_display`` and ``clear_output``: under the cell, or into the environment's own document."""

import sys

from _pyscript_formats import bundle, dumps, select


def display(
    *values,
    target=None,
    append=True,
    display_id=None,
    raw=False,
    include=None,
    exclude=None,
    metadata=None,
    clear=False,
    update=False,
):
    """Show each value, as rich as it can be.

    Under the cell, by its ``_repr_*_`` methods and its repr. With a ``target``, the id of an element, or with
    ``append=False``, which replaces what was drawn before, and for elements of the document: in the environment's own
    document, as PyScript does it.

    ``display_id`` is a name by which `update_display` finds it again, or True for a new one. Then what comes back is a
    handle, whose ``update`` does that; otherwise it is None.

    The other options are IPython's, for what is shown under the cell: with ``raw`` a value is a MIME bundle itself,
    ``include`` and ``exclude`` name MIME types, ``metadata`` goes with each value, and ``clear`` takes away first what
    the cell has shown. ``update`` with a ``display_id`` is `update_display`.
    """
    if clear:
        clear_output(wait=True)
    options = (raw, include, exclude, metadata)
    plain = options == (False, None, None, None)
    drawn = target is not None or not append
    if display_id is not None:
        if drawn or any(_is_element(value) for value in values):
            raise ValueError(
                "display() takes a display_id for what is shown under the cell only, and this is drawn into the "
                "environment's own document: change it there."
            )
        handle = DisplayHandle(None if display_id is True else display_id)
        for value in values:
            publish(*select(value, *options), handle.display_id, update)
        return handle
    if drawn and not append:
        _draw(values, target, append)
        return None
    for value in values:
        if drawn or (plain and _is_element(value)):
            _draw((value,), target, append)
        else:
            publish(*select(value, *options), "", False)
    return None


def update_display(value, *, display_id):
    """Show a value in the place of what was displayed with this ``display_id``, in whatever cell that was."""
    _show(value, _checked(display_id), True)


def clear_output(wait=False):
    """Take away what the cell has shown so far; with ``wait`` only when it shows the next thing."""
    import _pyscript_host

    _flush()
    _pyscript_host.clear(bool(wait))


class DisplayHandle:
    """What was displayed with a ``display_id``."""

    def __init__(self, display_id=None):
        self.display_id = _new_id() if display_id is None else _checked(display_id)

    def display(self, value):
        """Show a value under the cell, to be found by this handle too."""
        _show(value, self.display_id, False)

    def update(self, value):
        """Show a value in the place of the one before."""
        _show(value, self.display_id, True)

    def __repr__(self):
        return "<DisplayHandle display_id={}>".format(self.display_id)


def _new_id():
    import _pyscript_host

    return _pyscript_host.id()


def _checked(display_id):
    if not isinstance(display_id, str) or not display_id:
        raise TypeError("A display_id is a text that is not empty, and not {!r}.".format(display_id))
    return display_id


def _show(value, display_id, update):
    publish(*bundle(value), display_id, update)


def publish(data, metadata, display_id, update):
    """Show a MIME bundle, which JSON can hold; ``display_id`` is "" where it has none."""
    import _pyscript_host

    _flush()
    _pyscript_host.display(dumps([data, metadata, display_id, update]))


def _flush():
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "flush"):
            stream.flush()


def _is_element(value):
    web = sys.modules.get("pyscript.web")
    if web and isinstance(value, (web.Element, web.ElementCollection)):
        return True
    return type(value).__name__ == "JsProxy" and hasattr(value, "nodeType")


def _draw(values, target, append):
    from pyscript._draw import draw

    draw(values, target, append)
