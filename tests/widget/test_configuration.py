"""A configuration on its way from the user to the page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes.browser import FakeBrowser

from pyscript_jupyter.errors import LoadError, LostError, UsageError
from pyscript_jupyter.interpreters import catalogue
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget import supplies
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.configuration import configure


class FakePip:
    """Finds one wheel for each name, when it may; fails for the name ``absent``."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[str], list[str], bool]] = []
        self.may = threading.Event()
        self.may.set()
        self.stopped = threading.Event()

    def download(
        self, requirements: list[str], target: Any, indexes: list[str], cache: bool, wanted: threading.Event
    ) -> list[m.ConfigPackage]:
        self.asked.append((requirements, indexes, cache))
        while not self.may.wait(0.02):
            if not wanted.is_set():
                self.stopped.set()
                raise LoadError("no longer wanted")
        if "absent" in requirements:
            raise LoadError("`packages`: pip could not get absent")
        names = [f"{each}-1.0-py3-none-any.whl" for each in requirements]
        return [m.ConfigPackage(source=name, filename=name, data=b"wheel") for name in names]


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePip]:
    pip = FakePip()
    monkeypatch.setattr(supplies, "_pip", pip)
    yield pip
    pip.may.set()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data.csv").write_text("a,b")
    return tmp_path


def opened(browser: FakeBrowser) -> list[m.Config]:
    return [message.options.config for message in browser.heard if isinstance(message, m.Open)]


@pytest.mark.parametrize(
    "given",
    [
        {"files": {"data.csv": ""}},
        '{"files": {"data.csv": ""}}',
        '[files]\n"data.csv" = ""',
        "sub/pyscript.toml",
        "sub/pyscript.JSON",
        Path("sub/pyscript.toml"),
    ],
)
def test_a_configuration_is_a_table_text_or_a_file_whose_paths_begin_where_it_is(folder: Path, given: Any) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "pyscript.toml").write_text('[files]\n"../data.csv" = ""')
    (folder / "sub" / "pyscript.JSON").write_text('{"files": {"../data.csv": ""}}')
    config = configure(given, [], catalogue.find("py"))
    assert [each.source for each in config.files] == [str(folder / "data.csv")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("absent.toml", r"The configuration absent\.toml cannot be read: No such file.*A file was wanted"),
        ("https://e.org/pyscript.toml", "is a URL, which the kernel does not fetch: save it"),
        ("pyscript", r"The configuration is 'pyscript', which is neither TOML nor JSON"),
        ("broken.toml", r"broken\.toml is no TOML"),
        ("bytes.toml", r"bytes\.toml cannot be read: 'utf-8' codec"),
        (3, "a dict, and not int: 3"),
    ],
)
def test_what_is_no_configuration_says_what_one_is(folder: Path, given: Any, message: str) -> None:
    (folder / "broken.toml").write_text("x =")
    (folder / "bytes.toml").write_bytes(b"\xff")
    with pytest.raises(UsageError, match=message):
        configure(given, [], catalogue.find("py"))


def test_packages_of_the_cell_are_added_to_those_of_the_configuration() -> None:
    assert configure({"packages": ["a"]}, ["b"], catalogue.find("py")).requirements == ["a", "b"]
    assert configure(None, ["b"], catalogue.find("py")).user == {"packages": ["b"]}
    assert configure(None, [], catalogue.find("py")) == m.Config()


def test_the_page_gets_the_contents_with_the_configuration(
    bridge: Bridge, browser: FakeBrowser, pip: FakePip, folder: Path
) -> None:
    config = {
        "packages": ["b"],
        "files": {"data.csv": ""},
        "index_urls": "https://e.org/simple",
        "packages_cache": "never",
    }
    bridge.environment("mpy", config=config, packages=["c"]).run("= 1", "Cell In[1]")
    (sent,) = opened(browser)
    assert sent.user == {**config, "packages": ["b", "c"]}
    assert [each.data for each in sent.files] == [b"a,b"]
    assert [each.filename for each in sent.packages] == ["b-1.0-py3-none-any.whl", "c-1.0-py3-none-any.whl"]
    assert pip.asked == [(["b", "c"], ["https://e.org/simple"], False)]


def test_a_restart_reads_the_files_anew(bridge: Bridge, browser: FakeBrowser, folder: Path) -> None:
    mpy = bridge.environment("mpy", config={"files": {"data.csv": ""}})
    mpy.run("= 1", "Cell In[1]")
    (folder / "data.csv").write_text("c,d")
    mpy.restart()
    mpy.run("= 2", "Cell In[2]")
    assert [each.files[0].data for each in opened(browser)] == [b"a,b", b"c,d"]


def test_a_restart_with_a_configuration_fails_the_run_that_goes_on(bridge: Bridge, browser: FakeBrowser) -> None:
    mpy = bridge.environment("mpy", config={"custom": {}})
    mpy.run("print a", "Cell In[1]")
    threading.Timer(0.2, lambda: bridge.soon(mpy.restart)).start()
    with pytest.raises(LostError, match="was restarted while the cell ran"):
        mpy.run("forever", "Cell In[2]")
    assert repr(mpy.run("= 1", "Cell In[3]")) == "1"


def test_another_configuration_for_what_runs_is_refused_with_the_cure(bridge: Bridge, browser: FakeBrowser) -> None:
    given = {"custom": {"a": 1}}
    mpy = bridge.environment("mpy", config=given)
    mpy.run("= 1", "Cell In[1]")
    assert bridge.environment("mpy") is bridge.environment("mpy", config=dict(given)) is mpy
    with pytest.raises(UsageError, match=r"'mpy' was made with another configuration.*`%pyscript close mpy`"):
        bridge.environment("mpy", config={})


def test_what_could_not_be_read_fails_the_cell_and_is_read_again_by_the_next(
    bridge: Bridge, browser: FakeBrowser, folder: Path
) -> None:
    mpy = bridge.environment("mpy", config={"files": {"later.csv": ""}})
    with pytest.raises(LoadError, match=r"`files`: .*/later\.csv cannot be read: No such file"):
        mpy.run("= 1", "Cell In[1]")
    (folder / "later.csv").write_text("e")
    assert repr(mpy.run("= 1", "Cell In[1]")) == "1"


def test_a_configuration_that_failed_can_be_replaced(bridge: Bridge, browser: FakeBrowser, pip: FakePip) -> None:
    with pytest.raises(LoadError, match="could not get absent"):
        bridge.environment("mpy", packages=["absent"]).run("= 1", "Cell In[1]")
    asked = len(pip.asked)
    bridge.pump()
    assert len(pip.asked) == asked
    assert repr(bridge.environment("mpy", packages=["present"]).run("= 1", "Cell In[2]")) == "1"


def test_the_settings_have_one_for_what_is_made_without(bridge: Bridge, browser: FakeBrowser) -> None:
    bridge.settings.default_config = '{"custom": {"a": 1}}'
    bridge.environment("mpy").run("= 1", "Cell In[1]")
    bridge.environment("mpy", "own", config={"name": "own"}).run("= 1", "Cell In[2]")
    assert [each.user for each in opened(browser)] == [{"custom": {"a": 1}}, {"name": "own"}]


def test_while_pip_looks_the_line_says_so_and_an_interrupt_stops_it(
    bridge: Bridge, browser: FakeBrowser, pip: FakePip, monkeypatch: pytest.MonkeyPatch
) -> None:
    log: list[str] = []
    monkeypatch.setattr(bridge.outputs, "progress", lambda text, alone: log.append(text))
    pip.may.clear()
    mpy = bridge.environment("mpy", packages=["slow"])
    threading.Timer(1, bridge.interrupts.note).start()
    with pytest.raises(KeyboardInterrupt, match="stopped while MicroPython was loading"):
        mpy.run("= 1", "Cell In[1]")
    assert "MicroPython: looking for slow …" in log
    assert pip.stopped.wait(5)
    pip.may.set()
    assert repr(mpy.run("= 1", "Cell In[1]")) == "1"


def test_closing_an_environment_stops_pip(bridge: Bridge, browser: FakeBrowser, pip: FakePip) -> None:
    pip.may.clear()
    mpy = bridge.environment("mpy", packages=["slow"])
    bridge.connect()
    while bridge.owner is None:
        bridge.step()
    mpy.start()
    mpy.close()
    assert pip.stopped.wait(5)
    assert not opened(browser)


def test_an_environment_that_nobody_waits_for_opens_when_pip_is_done(
    bridge: Bridge, browser: FakeBrowser, pip: FakePip
) -> None:
    pip.may.clear()
    mpy = bridge.environment("mpy", packages=["slow"])
    bridge.connect()
    while bridge.owner is None:
        bridge.step()
    mpy.start()
    pip.may.set()
    while mpy.session.status != "ready":
        bridge.step()
    assert opened(browser)[0].packages[0].filename == "slow-1.0-py3-none-any.whl"
