"""``%config`` in a PyScript kernel."""

from __future__ import annotations

import pytest

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.kernel.config import configure
from pyscript_jupyter.widget.settings import Settings


@pytest.mark.parametrize("owner", ["PyScriptKernel", "PyScriptMagics"])
def test_a_setting_is_changed_by_the_name_that_messages_give_it(owner: str) -> None:
    settings = Settings()
    assert configure(settings, f"{owner}.max_bytes = 0") is None
    assert settings.max_bytes == 0
    assert repr(configure(settings, f"{owner}.max_bytes")) == "max_bytes = 0"


def test_without_a_name_all_are_shown() -> None:
    shown = repr(configure(Settings(), "")).splitlines()
    assert "headless = 'auto'" in shown
    assert len(shown) == len(Settings.class_own_traits(config=True))


@pytest.mark.parametrize("line", ["InlineBackend.rc = {}", "PyScriptKernel.speed = 1", "PyScriptKernel = 1", "= 1"])
def test_what_is_no_setting_is_refused_with_those_that_there_are(line: str) -> None:
    with pytest.raises(UsageError, match=r"names no setting of this kernel. There are: .*PyScriptKernel.max_bytes"):
        configure(Settings(), line)


@pytest.mark.parametrize("value", ["'many'", "-1", "open('x')", "("])
def test_what_a_setting_does_not_take_is_refused_and_changes_nothing(value: str) -> None:
    settings = Settings()
    with pytest.raises(UsageError, match="cannot be done"):
        configure(settings, f"PyScriptKernel.max_lines = {value}")
    assert settings.max_lines == Settings().max_lines
