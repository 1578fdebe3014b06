"""`%pip` in an interpreter that runs, a fake one."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from fakes.browser import FakeBrowser
from fakes.wheel import make_wheel

from pyscript_jupyter.errors import LoadError, UsageError
from pyscript_jupyter.packages.pip import Pip
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget import supplies
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.installing import take_pip_lines
from pyscript_jupyter.widget.options import made_with


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setattr(supplies, "_pip", Pip())
    for name, requires in [("needy", ("plain",)), ("plain", ()), ("broken", ())]:
        (tmp_path / f"{name}-1.0-py3-none-any.whl").write_bytes(make_wheel(name, requires=requires))
    return tmp_path


def test_what_is_missing_is_installed_and_what_is_there_is_said(
    bridge: Bridge, browser: FakeBrowser, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    environment = bridge.environment("py")
    browser.installed = [{"name": "plain", "version": "0.5"}]
    assert take_pip_lines(bridge, environment, "%pip install plain needy\nprint on") == "\nprint on"
    assert capsys.readouterr().out == "Already there: plain 0.5.\nInstalled needy 1.0.\n"
    [told] = [each for each in browser.heard if isinstance(each, m.Run) and each.packages]
    assert [each.data for each in told.packages] == [(index / "needy-1.0-py3-none-any.whl").read_bytes()]
    # A notebook that is run again needs no index.
    (index / "needy-1.0-py3-none-any.whl").unlink()
    take_pip_lines(bridge, environment, "%pip install needy\n%pip install -q plain\n%pip freeze")
    assert capsys.readouterr().out == "Already there: needy 1.0.\nneedy==1.0\nplain==0.5\n"
    take_pip_lines(bridge, environment, "%pip list")
    assert capsys.readouterr().out == "Package  Version\n-------  -------\nneedy    1.0\nplain    0.5\n"


def test_a_failure_changes_nothing_and_says_why(bridge: Bridge, browser: FakeBrowser, index: Path) -> None:
    environment = bridge.environment("py")
    with pytest.raises(LoadError, match=r"could not get plain, absent .*nothing was installed.*Mend the line"):
        take_pip_lines(bridge, environment, "%pip install plain absent")
    with pytest.raises(LoadError, match=r"`%pip install`: nothing was installed\. broken is broken\."):
        take_pip_lines(bridge, environment, "%pip install plain broken")
    assert browser.installed == []
    # A line that cannot be read is refused before the one above it is done.
    with pytest.raises(UsageError, match="show"):
        take_pip_lines(bridge, environment, "%pip install plain\n%pip show plain")
    assert browser.installed == []


def test_an_interrupt_ends_the_search(
    bridge: Bridge, browser: FakeBrowser, index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = bridge.environment("py")
    seen: list[threading.Event] = []

    def search(interpreter: object, wanted: object, going: threading.Event, live: object) -> list[m.ConfigPackage]:
        seen.append(going)
        bridge.interrupts.note()
        while going.is_set():
            going.wait(0)
        return []

    monkeypatch.setattr("pyscript_jupyter.widget.installing.find", search)
    with pytest.raises(KeyboardInterrupt, match="stopped while pip was looking: nothing was installed"):
        take_pip_lines(bridge, environment, "%pip install plain")
    assert not seen[0].is_set()


def test_names_that_are_none_go_no_further(
    bridge: Bridge, browser: FakeBrowser, index: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    browser.installed = [{"name": "../../up", "version": "1.0"}, {"name": "plain", "version": "1/../0"}]
    take_pip_lines(bridge, bridge.environment("py"), "%pip freeze\n%pip install plain")
    assert capsys.readouterr().out == "Installed plain 1.0.\n"


def test_micropython_and_a_sandbox_refuse(bridge: Bridge, browser: FakeBrowser) -> None:
    with pytest.raises(UsageError, match=r"`%pip` is for Pyodide, and MicroPython.*`%pyscript restart mpy --packages"):
        take_pip_lines(bridge, bridge.environment("mpy"), "%pip install attrs")
    locked = bridge.environment("py", "locked", made_with(sandbox=True))
    with pytest.raises(UsageError, match=r"'locked' is a sandbox.*`%pyscript restart locked --packages"):
        take_pip_lines(bridge, locked, "%pip list")
