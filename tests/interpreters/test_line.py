"""What stands in the first line of a ``%%pyscript`` cell, read with no IPython."""

from __future__ import annotations

import pytest

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.line import Line, read


def test_a_line_says_how_its_cell_is_to_run() -> None:
    assert read("mpy") == Line("mpy", None, None, False, False, None, ())
    text = """py --env 'my own' --timeout 2.5 --main --sandbox -c '{"debug": true}' -p attrs,"""
    assert read(text) == Line("py", "my own", 2.5, True, True, '{"debug": true}', ("attrs",))


def test_an_environment_without_a_name_is_refused() -> None:
    with pytest.raises(UsageError, match="names no environment"):
        read("py --env ''")
