"""The magic's line, read by IPython and without it."""

from __future__ import annotations

import re

import pytest
from IPython.core.error import UsageError as IPythonUsageError
from IPython.core.magic_arguments import parse_argstring

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.interpreters.line import names_of, read, unquoted
from pyscript_jupyter.kernel.magics import PyScriptMagics

LINES = [
    "",
    "mpy",
    " py  --main ",
    "--env x py",
    "py --env",
    "py --en x",
    "py -e 'a b' -p 'a, b' -c \"x = '#1'\"",
    "py # comment",
    "py --timeout soon",
    "py --timeout=3",
    "py mpy",
    "'py'",
    "py --env 'open",
    r"py -c C:\x.toml",
    "py --unknown",
    "py -e=x",
]


@pytest.mark.parametrize("text", LINES)
def test_it_is_read_as_the_magic_reads_it(text: str) -> None:
    try:
        given = parse_argstring(PyScriptMagics.pyscript, text)
    except (IPythonUsageError, ValueError) as error:
        sentence = str(error).strip().splitlines()[0].rstrip(".")
        with pytest.raises(UsageError, match=rf"^{re.escape(sentence)}\.$"):
            read(text)
        return
    line = read(text)
    assert line.interpreter == unquoted(given.interpreter)
    assert line.environment == (None if given.env is None else unquoted(given.env))
    assert (line.timeout, line.main, line.sandbox) == (given.timeout, given.main, given.sandbox)
    assert line.config == (None if given.config is None else unquoted(given.config))
    assert list(line.packages) == names_of(given.packages)
