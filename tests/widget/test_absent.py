"""What is said of a module that is not there."""

from __future__ import annotations

import pytest

from pyscript_jupyter.interpreters import catalogue
from pyscript_jupyter.protocol.messages import Failure, TraceFrame
from pyscript_jupyter.widget.absent import advised
from pyscript_jupyter.widget.traceback import render


def end(
    message: str, interpreter: str = "py", name: str = "ModuleNotFoundError", sandbox: bool = False, text: str = ""
) -> list[str]:
    """Return the last lines of a traceback, from that which names the exception."""
    frames = [TraceFrame(file="Cell In[1]", line=1, name="<module>")]
    failure = Failure(kind="code", name=name, message=message, frames=frames, text=text or f"{name}: {message}")
    lines = render(advised(failure, catalogue.find(interpreter), "mine", sandbox), {})
    return [line.replace("\x1b[31m", "").replace("\x1b[0m", "") for line in lines[4:]]


def test_a_module_that_is_missing_is_followed_by_how_to_get_it() -> None:
    said, hint = end("No module named 'ipywidgets'")
    assert said == "ModuleNotFoundError: No module named 'ipywidgets'"
    assert hint.startswith("`%pip install ipywidgets` at the head of a cell installs it")
    [_, hint] = end("No module named 'rich'", sandbox=True)
    assert hint.startswith("`%pyscript restart mine --packages rich` starts the interpreter anew with it")
    [_, hint] = end("no module named 'rich'", "mpy", "ImportError")
    assert hint.startswith("`%pyscript restart mine --packages rich`")
    assert hint.endswith("that MicroPython can run.")


def test_the_standard_library_is_nothing_to_install() -> None:
    [_, hint] = end("no module named 'pathlib'", "mpy", "ImportError")
    assert hint.startswith("MicroPython has a small part of Python's standard library.")
    gone = "No module named 'tkinter'\nThe module 'tkinter' is removed from the Python standard library"
    assert "\n".join(end(gone)) == f"ModuleNotFoundError: {gone}"
    assert end("No module named 'tkinter'") == ["ModuleNotFoundError: No module named 'tkinter'"]


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("No module named 'xml.foo'", "ModuleNotFoundError"),
        ("cannot import name 'x' from 'y'", "ImportError"),
        ("No module named 'rich'", "ValueError"),
    ],
)
def test_other_trouble_is_left_as_it_is(message: str, name: str) -> None:
    assert end(message, name=name) == [f"{name}: {message}"]


def test_a_cause_comes_before_what_is_to_be_done() -> None:
    message = "No module named 'rich'"
    text = f"KeyError: 1\n\nThe cause of another one:\n\nModuleNotFoundError: {message}"
    lines = end(message, text=text)
    assert lines[-2] == f"ModuleNotFoundError: {message}"
    assert lines[-1].startswith("`%pip install rich`")
