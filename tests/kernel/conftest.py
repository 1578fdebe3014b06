"""A real IPython, for the magics."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.testing.globalipapp import start_ipython


@pytest.fixture(scope="session")
def shell() -> InteractiveShell:
    """Return the one shell of this process."""
    return start_ipython() or InteractiveShell.instance()
