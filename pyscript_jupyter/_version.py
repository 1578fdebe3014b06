"""The version of the installed package. Its one source is ``package.json``."""

from __future__ import annotations

from importlib.metadata import version

__version__ = version("pyscript-jupyter")
