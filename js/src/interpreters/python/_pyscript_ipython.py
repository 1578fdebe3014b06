"""IPython's own display functions, where that package is installed: ipywidgets and others show things through them.

IPython has no shell here, and prints what it cannot show otherwise. Its module gets ours when it is imported.
"""

import sys

from _pyscript_formats import _add, bundle


def patch(module):
    """Put our functions into ``IPython.core.display_functions``; its other ones call these."""
    module.display = display
    module.publish_display_data = publish_display_data
    module.clear_output = sys.modules["pyscript.display"].clear_output


def display(
    *objs,
    include=None,
    exclude=None,
    metadata=None,
    transient=None,
    display_id=None,
    raw=False,
    clear=False,
    update=False,
    **kwargs,
):
    """Show objects under the cell, as IPython's function of this name does."""
    ours = sys.modules["pyscript.display"]
    if clear:
        ours.clear_output(wait=True)
    handle = None
    if display_id is not None:
        handle = ours.DisplayHandle(None if display_id is True else display_id)
    for value in objs:
        data, about = (value, {}) if raw else bundle(value)
        data = {mime: data[mime] for mime in data if (not include or mime in include) and mime not in (exclude or ())}
        about.update(metadata or {})
        shown = {"display_id": handle.display_id if handle else (transient or {}).get("display_id", "")}
        publish_display_data(data, about, transient=shown, update=update)
    return handle


def publish_display_data(data, metadata=None, source=None, *, transient=None, update=False, **kwargs):
    """Show a MIME bundle under the cell, as IPython's function of this name does."""
    plain = {}
    about = {}
    for mime, content in data.items():
        _add(plain, about, mime, content)
    about.update(metadata or {})
    sys.modules["pyscript.display"].publish(plain, about, (transient or {}).get("display_id", ""), update)
