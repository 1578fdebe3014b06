"""Find a browser on this machine that can run without a screen: Chromium, Chrome or Edge."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from pyscript_jupyter.errors import NoBrowserError

VARIABLE = "PYSCRIPT_JUPYTER_BROWSER"
"""The environment variable that names the browser, for machines on which no setting is at hand."""

_NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)

_APPLICATIONS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)

_HOW = {
    "darwin": "install Google Chrome",
    "linux": "install one (Debian: `apt install chromium`)",
}


def find(given: str = "") -> str:
    """Return the path of a browser.

    Parameters
    ----------
    given
        A path, or a command on PATH; "" for the one that `VARIABLE` names or, without it, the first that is found.

    Raises
    ------
    NoBrowserError
        The one that is named does not exist, or there is none.
    """
    named = given or os.environ.get(VARIABLE, "")
    if named:
        found = shutil.which(str(Path(named).expanduser()))
        if found is None:
            source = "the setting `browser`" if given else VARIABLE
            raise NoBrowserError(f"There is no browser {named!r}, which {source} names: name another one, or none.")
        return found
    for candidate in [*_NAMES, *_applications()]:
        found = shutil.which(candidate)
        if found is not None:
            return found
    how = _HOW.get(sys.platform, "install Google Chrome")
    raise NoBrowserError(
        "No browser page is attached to this kernel, and no Chromium, Chrome or Edge was found to run its cells "
        f"without one: {how}, or name yours in the environment variable {VARIABLE}."
    )


def _applications() -> list[str]:
    if sys.platform != "darwin":
        return []
    folders = [Path("/Applications"), Path.home() / "Applications"]
    return [str(folder / each) for folder in folders for each in _APPLICATIONS]
