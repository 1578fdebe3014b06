"""Names of interpreters."""

from __future__ import annotations

import pytest

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.catalogue import catalogue, find


def test_every_alias_finds_its_interpreter() -> None:
    for interpreter in catalogue():
        assert {find(alias).name for alias in interpreter.aliases} == {interpreter.name}


def test_no_two_interpreters_share_a_name() -> None:
    aliases = [alias for interpreter in catalogue() for alias in interpreter.aliases]
    assert len(set(aliases)) == len(aliases)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(UsageError, match=r"'perl'.*mpy or micropython \(MicroPython\); py or pyodide \(Pyodide\)"):
        find("perl")
