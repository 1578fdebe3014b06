"""IPython's own display functions, where that package is installed: ipywidgets and others show things through them.

IPython has no shell here, and prints what it cannot show otherwise. Its modules get ours when they are imported; and
packages that ask IPython for its shell get ours too, so that they know where they run.
"""

import builtins
import sys

from _pyscript_formats import select

_OPTIONS = ("raw", "include", "exclude", "metadata", "clear", "update")


def patch(module):
    """Put our functions into IPython's module of display functions, whose other ones call these; or our shell."""
    if module.__name__ == "IPython.core.getipython":
        module.get_ipython = builtins.get_ipython
        return
    module.display = display
    module.publish_display_data = publish_display_data
    module.clear_output = sys.modules["pyscript.display"].clear_output


def display(*objs, display_id=None, transient=None, **kwargs):
    """Show objects under the cell, as IPython's function of this name does; what it does not know is passed over."""
    options = {name: kwargs[name] for name in _OPTIONS if name in kwargs}
    display_id = (transient or {}).get("display_id") if display_id is None else display_id
    return sys.modules["pyscript.display"].display(*objs, display_id=display_id, **options)


def publish_display_data(data, metadata=None, source=None, *, transient=None, update=False, **kwargs):
    """Show a MIME bundle under the cell, as IPython's function of this name does."""
    shown = select(data, raw=True, metadata=metadata)
    sys.modules["pyscript.display"].publish(*shown, (transient or {}).get("display_id", ""), update)
