"""What a user can set, and what each setting means."""

from __future__ import annotations

from traitlets import Dict, Enum, Float, Int, List, Unicode, Union
from traitlets.config import Configurable


class Settings(Configurable):
    """The settings of the kernel side; the magics carry them: ``%config PyScriptMagics.page_timeout = 60``."""

    page_timeout = Float(
        20.0,
        min=0.0,
        help="Seconds to wait for a browser page to attach to the kernel before a cell fails.",
    ).tag(config=True)

    headless = Enum(
        ["auto", "never", "always"],
        "auto",
        help="Whether cells run in a browser of the kernel's own, without a screen. auto: where no page can attach to "
        "the kernel, as under nbclient, papermill or `jupyter execute`, and where none has within headless_after.",
    ).tag(config=True)

    headless_after = Float(
        10.0,
        min=0.0,
        help="Seconds that a kernel of a Jupyter server waits for a page before it starts a browser of its own.",
    ).tag(config=True)

    browser = Unicode(
        "",
        help="The kernel's own browser: the path of a Chromium, Chrome or Edge, or a command. Empty: the one that the "
        "environment variable PYSCRIPT_JUPYTER_BROWSER names, or the first that is found.",
    ).tag(config=True)

    browser_args = List(
        Unicode(),
        help="More arguments for the kernel's own browser, such as --no-sandbox in a container that has no sandbox.",
    ).tag(config=True)

    load_timeout = Float(
        60.0,
        min=1.0,
        help="Seconds that a loading interpreter may be silent, with no progress, before a cell fails.",
    ).tag(config=True)

    grace = Float(
        3.0,
        min=0.0,
        help="Seconds that an interrupted cell has to stop by itself. After them the interpreter is started anew, "
        "and its state is lost.",
    ).tag(config=True)

    max_environments = Int(
        4,
        min=0,
        help="How many environments a kernel may have at a time; one more is refused, with a list of those that are "
        "there. Those that have failed do not count. 0: no limit.",
    ).tag(config=True)

    default_config = Union(
        [Unicode(), Dict()],
        default_value={},
        help="The configuration of an environment that is made without one: the path of a .toml or .json file, TOML or "
        "JSON as text, or a dict.",
    ).tag(config=True)

    max_bytes = Int(
        1_000_000,
        min=0,
        help="How many bytes one cell may print and display; the rest is cut, and that is said. 0: no limit.",
    ).tag(config=True)

    max_lines = Int(
        10_000,
        min=0,
        help="How many lines one cell may print, where a display counts as one; the rest is cut, and that is said. "
        "0: no limit.",
    ).tag(config=True)
