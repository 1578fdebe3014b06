"""What PyScript kernels have run, in this session and in earlier ones."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ipykernel.kernelbase import Kernel
from traitlets.config import Config

from pyscript_jupyter.errors import UsageError
from pyscript_jupyter.kernel import history as history_module
from pyscript_jupyter.kernel.history import History

Begin = Callable[..., History]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return where the profile keeps its history."""
    return tmp_path / "history.sqlite"


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Return what begins a session: with the settings of `HistoryManager` and the cells that it is given.

    Of a client that can ask somebody, but for ``asked=False``.
    """
    begun: list[History] = []

    def begin(*cells: str, asked: bool = True, **settings: Any) -> History:
        kernel = _Kernel(config=Config(HistoryManager=settings))
        kernel.profile_dir = SimpleNamespace(location=str(tmp_path))
        history = History(kernel)
        begun.append(history)
        if asked:
            history.keep()
        for number, code in enumerate(cells, 1):
            history.add(number, code, f"{code}\n")
        return history

    yield begin
    for each in begun:
        each.close()


class _Kernel(Kernel):
    """A kernel that was never started."""

    profile_dir: Any = None

    def __init__(self, config: Config) -> None:
        super(Kernel, self).__init__(config=config, log=logging.getLogger())


def codes(history: History, kind: str, **request: Any) -> list[tuple[int, Any]]:
    return [(number, code) for _, number, code in history.find(kind, **request)]


def test_cells_of_earlier_sessions_are_found(begin: Begin) -> None:
    begin("a = 1", "b = 2").close()
    history = begin("c = 3")
    assert codes(history, "tail", n=2) == [(2, "b = 2"), (1, "c = 3")]
    assert codes(history, "tail", n=0) == []
    assert [code for _, code in codes(history, "tail")] == ["a = 1", "b = 2", "c = 3"]
    assert codes(history, "range", session=-1, start=2) == [(2, "b = 2")]
    assert codes(history, "range", session=0) == [(1, "c = 3")]
    assert codes(history, "search", pattern="b*") == [(2, "b = 2")]
    assert history.find("range", session=2) == [(2, 1, "c = 3")]
    assert history.find("range", session=0) == [(0, 1, "c = 3")]


def test_cells_are_found_by_their_number_their_text_and_from_the_end(begin: Begin) -> None:
    history = begin("a = 1", "exit", "a = 1", "%time a", "a = 3")
    history.add_result(3, "17")
    assert codes(history, "range", start=2, stop=4) == [(2, ""), (3, "a = 1")]
    assert codes(history, "range", start=3, stop=4, output=True) == [(3, ("a = 1", "17"))]
    assert codes(history, "search", pattern="a*", unique=True) == [(3, "a = 1"), (5, "a = 3")]
    assert codes(history, "search", pattern="a*", n=1) == [(5, "a = 3")]
    assert codes(history, "unheard of") == []


def test_the_code_that_ran_is_kept_beside_what_was_typed(begin: Begin) -> None:
    history = begin()
    history.add(1, "%who", "get_ipython().run_line_magic('who', '')\n")
    assert codes(history, "range") == [(1, "%who")]
    assert codes(history, "tail", raw=False) == [(1, "get_ipython().run_line_magic('who', '')")]


def test_what_runs_where_nobody_can_be_asked_is_found_in_its_session_and_not_kept(begin: Begin) -> None:
    begin("a = 1").close()
    history = begin("b = 2", "b = 2", asked=False, db_log_output=True)
    history.add_result(2, "17")
    assert codes(history, "tail", n=2) == [(1, "b = 2"), (2, "b = 2")]
    assert codes(history, "tail") == [(1, "a = 1"), (1, "b = 2"), (2, "b = 2")]
    assert codes(history, "search", pattern="b*", unique=True, output=True) == [(2, ("b = 2", "17"))]
    assert codes(history, "range", session=-1) == [(1, "a = 1")]
    assert "2: b = 2" in history.command("-g b")
    history.close()
    later = begin("c = 3")
    assert later.find("tail") == [(1, 1, "a = 1"), (2, 1, "c = 3")]


def test_what_ran_before_somebody_could_be_asked_is_kept_with_the_rest(begin: Begin) -> None:
    history = begin("a = 1", asked=False, db_log_output=True)
    history.add_result(1, "1")
    begin("of another kernel").close()
    history.keep()
    history.keep()
    history.add(2, "b = 2", "b = 2")
    assert codes(history, "tail") == [(1, "of another kernel"), (1, "a = 1"), (2, "b = 2")]
    history.close()
    assert begin().find("tail", output=True) == [
        (1, 1, ("of another kernel", None)),
        (2, 1, ("a = 1", "1")),
        (2, 2, ("b = 2", None)),
    ]


@pytest.mark.parametrize("settings", [{"enabled": False}, {"hist_file": ":memory:"}])
def test_nothing_is_kept_where_ipythons_configuration_says_so(
    begin: Begin, file: Path, settings: dict[str, Any]
) -> None:
    history = begin("a = 1", **settings)
    assert codes(history, "range") == [(1, "a = 1")]
    history.close()
    assert not file.exists()
    assert codes(begin(**settings), "tail") == []


def test_a_file_that_is_locked_stays_and_fails_no_cell(
    begin: Begin, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "_PATIENCE", 0.1)
    begin("a = 1").close()
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    history = begin("b = 2")
    assert codes(history, "tail") == [(1, "b = 2")]
    other.rollback()
    other.close()
    assert codes(begin(), "tail") == [(1, "a = 1")]


def test_a_file_that_is_locked_later_stays_and_fails_no_cell(begin: Begin, file: Path) -> None:
    begin("a = 1").close()
    history = begin(connection_options={"timeout": 0.1, "check_same_thread": False})
    other = sqlite3.connect(file)
    other.execute("BEGIN EXCLUSIVE")
    history.add(1, "b = 2", "b = 2")
    assert codes(history, "tail") == []
    history.close()
    other.rollback()
    other.close()
    assert codes(begin(), "search", pattern="a*") == [(1, "a = 1")]


def test_a_file_that_is_no_history_is_moved_away(begin: Begin, file: Path) -> None:
    file.write_bytes(b"no database" * 1000)
    assert codes(begin("a = 1"), "tail") == [(1, "a = 1")]
    assert [each.name for each in file.parent.glob("*corrupt*")] != []


def test_a_profile_that_nobody_may_write_to_fails_no_cell(begin: Begin, file: Path) -> None:
    file.mkdir()
    history = begin("a = 1")
    assert codes(history, "tail") == [(1, "a = 1")]


def test_history_is_printed_as_ipython_prints_it(begin: Begin) -> None:
    begin("a = 1", "b = 2").close()
    history = begin("c = 3", "%history")
    assert history.command("-n 1-2") == "   1: c = 3\n   2: %history\n"
    assert history.command("~1/2") == "b = 2\n"
    assert "a = 1" in history.command("-g a")


@pytest.mark.parametrize(
    "line", ["-f file.txt", "-nf file.txt", "~99999999999999999999/1", "--wrong", "-l x", "~1/2-~3/4"]
)
def test_what_history_cannot_do_is_refused(begin: Begin, line: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=f"`%history {line[:2]}"):
        begin("a = 1").command(line)


@pytest.mark.parametrize("line", ["zzz", "1 zzz", "-n zzz"])
def test_what_names_no_cells_is_told_how_they_are_named(begin: Begin, line: str) -> None:
    with pytest.raises(UsageError, match=rf"`%history {line}` cannot be done: zzz names no cells\. `%history 2-4`"):
        begin("a = 1").command(line)


def test_without_a_profile_nothing_is_kept() -> None:
    history = History()
    history.add(1, "a = 1", "a = 1")
    assert codes(history, "search", pattern="a*") == [(1, "a = 1")]
    history.close()
    history.close()
