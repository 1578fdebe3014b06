"""What users may rely on is documented, and nothing else looks as if they could."""

from __future__ import annotations

import inspect

import pytest

import pyscript_jupyter
from pyscript_jupyter import errors

NAMES = [name for name in pyscript_jupyter.__all__ if name != "__version__"]


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_and_its_public_members_have_a_docstring(name: str) -> None:
    thing = getattr(pyscript_jupyter, name)
    assert inspect.getdoc(thing)
    for member, value in vars(thing).items():
        if not member.startswith("_") and inspect.isfunction(value):
            assert inspect.getdoc(value), f"{name}.{member}"


def test_every_exception_that_users_meet_is_public_and_drawn_in_the_tree() -> None:
    classes = {name for name, value in vars(errors).items() if inspect.isclass(value)}
    assert errors.__doc__ is not None
    for name in classes:
        assert name in errors.__doc__, f"{name} is missing from the tree at the head of errors.py"
    public = {name for name in classes if issubclass(getattr(errors, name), errors.PyScriptError)}
    assert public <= set(NAMES)


def test_an_exception_says_when_it_is_raised() -> None:
    for name in NAMES:
        thing = getattr(pyscript_jupyter, name)
        if inspect.isclass(thing) and issubclass(thing, errors.PyScriptError) and thing is not errors.PyScriptError:
            assert (thing.__doc__ or "").startswith("Raised "), name
