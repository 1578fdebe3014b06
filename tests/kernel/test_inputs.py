"""What a kernel makes of the questions of its cells that nobody has to answer."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from pyscript_jupyter.kernel.inputs import KernelInputs, NotebookInputs
from pyscript_jupyter.widget.inputs import PlainInputs


@pytest.mark.parametrize("inputs", [PlainInputs(), NotebookInputs(None), NotebookInputs(Mock())])
def test_an_environment_that_has_no_kernel_of_its_own_says_what_there_is_instead_of_exit(
    inputs: PlainInputs | NotebookInputs,
) -> None:
    with pytest.raises(NotImplementedError, match=r"`%pyscript restart NAME` .*`%pyscript close NAME` .*sys\.exit"):
        inputs.ask("exit", "")


def test_a_kernel_that_is_asked_to_end_hears_of_it_once() -> None:
    inputs = KernelInputs(Mock())
    assert inputs.take_leave() is None
    for prompt, stays in (("", False), ("stay", True)):
        inputs.ask("exit", prompt)
        assert inputs.take_leave() is stays
        assert inputs.take_leave() is None
