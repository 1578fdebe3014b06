"""Cells as a PyScript kernel reads them."""

from __future__ import annotations

import pytest

from pyscript_jupyter.kernel.source import Magic, completeness, leaves, lone_magic, transform


@pytest.mark.parametrize(
    ("cell", "magic"),
    [
        ("%pyscript restart py", Magic("pyscript", "restart py")),
        ("print?", Magic("pinfo", "print")),
        ("print??", Magic("pinfo2", "print")),
        ("x = %time 1", None),
        ("%who\n%who", None),
        ("%%time\n1", None),
        ("1 + 1", None),
    ],
)
def test_a_cell_that_is_one_magic_is_told_from_others(cell: str, magic: Magic | None) -> None:
    assert lone_magic(transform(cell)) == magic


@pytest.mark.parametrize(
    ("cell", "stays"),
    [
        ("exit", False),
        ("\nquit()", False),
        ("exit(True)", True),
        ("exit(keep_kernel=True)", True),
        ("exit(0)", False),
        ("exit = 1", None),
        ("exits", None),
        ("if x:\n    exit()", None),
        ("def f(:", None),
    ],
)
def test_a_cell_that_leaves_is_told_from_others(cell: str, stays: bool | None) -> None:
    assert leaves(transform(cell)) is stays


@pytest.mark.parametrize("cell", ["await f()\nx", "def f(:", "import = 7", "\n\nx"])
def test_python_stays_as_it_is(cell: str) -> None:
    assert transform(cell).rstrip("\n") == cell


def test_a_console_is_told_what_is_to_come() -> None:
    assert completeness("for i in x:") == {"status": "incomplete", "indent": "    "}
    assert completeness("1") == {"status": "complete"}
    assert completeness("1 +* 2") == {"status": "invalid"}


TIMED = "get_ipython().timed(get_ipython().clock(), ({}))"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("%time f()", TIMED.format("f()")),
        ("%time f();", TIMED.format("f()") + ";"),
        ("x = %time await f('é')", "x = " + TIMED.format("await f('é')")),
        ("%time x = await f()", "x = " + TIMED.format("await f()")),
        ("é = 1; y = 2\n%time x: int = 3", "é = 1; y = 2\nx: int = " + TIMED.format("3")),
        ("for i in y:\n    %time x, y = 1, 2 # both", "for i in y:\n    x, y = " + TIMED.format("1, 2") + " # both"),
        ("%time %who", TIMED.format("get_ipython().run_line_magic('who', '')")),
        ("%time import os", "get_ipython().run_line_magic('time', 'import os')"),
        ("%time", "get_ipython().run_line_magic('time', '')"),
        ("x = %timeit -n 2 await f('é')", "x = await get_ipython().timeit(\"-n 2 await f('é')\")"),
        ("def f():\n  %timeit await g()", "def f():\n  get_ipython().run_line_magic('timeit', 'await g()')"),
        (
            "def f():\n async def g():\n  %timeit await h()",
            "def f():\n async def g():\n  await get_ipython().timeit('await h()')",
        ),
        ("%timeit print('await')", "get_ipython().run_line_magic('timeit', \"print('await')\")"),
        ("%timeit f(", "get_ipython().run_line_magic('timeit', 'f(')"),
        ("%%timeit x = 1\nawait f(x)", "await get_ipython().timeit('x = 1', 'await f(x)\\n')"),
        ("%time %timeit await f()", TIMED.format("await get_ipython().timeit('await f()')")),
        ("%time f()\nx = = 1", "get_ipython().run_line_magic('time', 'f()')\nx = = 1"),
        (
            "%%time\n\nx = await f()\n%who",
            "get_ipython().clock()\n\nx = await f()\nget_ipython().run_line_magic('who', '')",
        ),
        (
            "%%time\n'doc'\nfrom __future__ import annotations; é = 1 # now\nx",
            "\n'doc'\nfrom __future__ import annotations; get_ipython().clock(); é = 1 # now\nx",
        ),
        ("%%time x\n1", "get_ipython().run_cell_magic('time', 'x', '1\\n')"),
        ("%%time\n", "get_ipython().run_cell_magic('time', '', '')"),
    ],
)
def test_what_is_timed_stays_where_it_is(cell: str, code: str) -> None:
    assert transform(cell).rstrip("\n") == code
