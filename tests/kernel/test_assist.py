"""Tab and Shift-Tab inside ``%%pyscript`` cells, with a fake browser at the other end."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from fakes.browser import FakeBrowser
from fakes.server import FakeServer
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from pyscript_jupyter.errors import BrowserError
from pyscript_jupyter.kernel.magics import PyScriptMagics
from pyscript_jupyter.widget import bootstrap
from pyscript_jupyter.widget.bridge import Bridge


@pytest.fixture
def bridge(server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    """Return a bridge whose environment mpy is there."""
    monkeypatch.setattr(bootstrap, "front_end", lambda: "export default {}")
    bridge = Bridge()
    bridge.connect()
    browser = FakeBrowser(server, server.call(lambda: next(iter(server.relay.rooms._rooms))))
    bridge.environment("mpy").run("print here", "Cell In[1]")
    yield bridge
    browser.close()
    bridge.close()


@pytest.fixture
def kernel(shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a kernel for the shell, which inspects nothing by itself."""

    class Kernel:
        async def do_inspect(self, code: str, cursor_pos: int, detail_level: int = 0, **more: Any) -> Any:
            return "the kernel's own"

    kernel = Kernel()
    monkeypatch.setattr(shell, "kernel", kernel, raising=False)
    return kernel


@pytest.fixture
def magics(shell: InteractiveShell, bridge: Bridge, kernel: Any) -> Iterator[PyScriptMagics]:
    """Return magics that assist."""
    magics = PyScriptMagics(shell, bridge)
    magics.assist()
    yield magics
    magics.remove()
    magics.remove()


def complete(shell: InteractiveShell, cell: str) -> list[tuple[str, int, int, str]]:
    """Press Tab at the end of a cell."""
    with provisionalcompleter():
        found = list(shell.Completer.completions(cell, len(cell)))
    return [(each.text, each.start, each.end, each.type or "") for each in found]


def inspect(kernel: Any, cell: str, detail: int = 0) -> Any:
    return asyncio.run(kernel.do_inspect(cell, len(cell), detail))


def test_a_pyscript_cell_completes_from_its_environment_alone(shell: InteractiveShell, magics: PyScriptMagics) -> None:
    cell = "%%pyscript mpy\nx = 1\nprin"
    assert complete(shell, cell) == [("prin_more", len(cell) - 4, len(cell), "function")]
    assert complete(shell, "%%pyscript mpy --env mpy\nprin")[0][0] == "prin_more"


def test_a_pyscript_cell_completes_and_inspects_its_magics(
    shell: InteractiveShell, kernel: Any, magics: PyScriptMagics
) -> None:
    found = {each[0] for each in complete(shell, "%%pyscript mpy\n%tim")}
    assert found == {"%time", "%timeit", "%%time", "%%timeit"}
    assert inspect(kernel, "%%pyscript mpy\n%time")["data"]["text/plain"].startswith("%time STATEMENT")


def test_a_cell_that_has_failed_is_in_nobodys_way(
    shell: InteractiveShell, kernel: Any, magics: PyScriptMagics, bridge: Bridge
) -> None:
    with pytest.raises(BrowserError):
        bridge.environment("mpy").run("raise ValueError no", "Cell In[2]")
    assert complete(shell, "%%pyscript mpy\nprin")[0][0] == "prin_more"
    assert inspect(kernel, "%%pyscript mpy\nsin")["found"]
    assert bridge.environment("mpy").session.error == "ValueError: no"


@pytest.mark.parametrize("cell", ["prin", "%%pyscript py\nprin", "%%pyscript mpy --wrong\nprin", "%%time\nprin"])
def test_other_cells_complete_as_ever(shell: InteractiveShell, magics: PyScriptMagics, cell: str) -> None:
    assert "prin_more" not in [each[0] for each in complete(shell, cell)]


def test_ordinary_names_are_still_completed(shell: InteractiveShell, magics: PyScriptMagics) -> None:
    assert "print" in [each[0] for each in complete(shell, "prin")]


def test_a_pyscript_cell_is_inspected_by_its_environment(kernel: Any, magics: PyScriptMagics) -> None:
    found = {"status": "ok", "found": True, "data": {"text/plain": "sin, 1"}, "metadata": {}}
    assert inspect(kernel, "%%pyscript mpy\nsin", 1) == found
    assert inspect(kernel, "%%pyscript mpy\nnothing") == {"status": "ok", "found": False, "data": {}, "metadata": {}}


@pytest.mark.parametrize("cell", ["sin", "%%pyscript mpy", "%%pyscript py\nsin"])
def test_other_cells_are_inspected_as_ever(kernel: Any, magics: PyScriptMagics, cell: str) -> None:
    assert inspect(kernel, cell) == "the kernel's own"


def test_a_key_tells_nobody_of_a_run(bridge: Bridge, shell: InteractiveShell, magics: PyScriptMagics) -> None:
    heard: list[object] = []
    bridge.environments["mpy"].watch(heard.append)
    complete(shell, "%%pyscript mpy\nprin")
    assert [each for each in heard if each is not None] == []


def test_what_was_removed_is_gone(shell: InteractiveShell, kernel: Any, magics: PyScriptMagics) -> None:
    magics.remove()
    assert "prin_more" not in [each[0] for each in complete(shell, "%%pyscript mpy\nprin")]
    assert inspect(kernel, "%%pyscript mpy\nsin") == "the kernel's own"
