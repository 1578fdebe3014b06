"""The files that a configuration names by path."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyscript_jupyter.errors import LoadError
from pyscript_jupyter.packages import read as module
from pyscript_jupyter.packages.read import read
from pyscript_jupyter.protocol import messages as m


def test_what_is_named_by_path_is_read_and_what_is_named_by_url_is_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00a")
    here = str(tmp_path / "a.txt")
    config = m.Config(
        files=[m.ConfigFile(source=here, path="a.txt"), m.ConfigFile(source="https://e.org/b", path="b")],
        packages=[
            m.ConfigPackage(source="emfs:/x.whl", filename="x.whl"),
            m.ConfigPackage(source=here, filename="y.whl"),
        ],
        modules=[m.ConfigModule(source=here, name="a", main=True)],
        plugins=[m.Supply(source=here)],
    )
    filled = read(config)
    assert [each.data for each in filled.files] == [b"\x00a", None]
    assert [each.data for each in filled.packages] == [None, b"\x00a"]
    assert filled.modules[0].data == filled.plugins[0].data == b"\x00a"


def test_a_folder_is_all_that_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "a.txt").write_text("a")
    (tmp_path / "data" / "b.txt").write_text("b")
    for path, expected in [("./", ["b.txt", "deep/a.txt"]), ("x/", ["x/b.txt", "x/deep/a.txt"])]:
        filled = read(m.Config(files=[m.ConfigFile(source=f"{tmp_path}/data/", path=path)]))
        assert [each.path for each in filled.files] == expected
    with pytest.raises(LoadError, match="is a folder, and 'x' is where a file would go"):
        read(m.Config(files=[m.ConfigFile(source=f"{tmp_path}/data", path="x")]))


def test_what_is_not_there_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=rf"`plugins`: {tmp_path}/p\.js cannot be read: No such file.*mend the path"):
        read(m.Config(plugins=[m.Supply(source=f"{tmp_path}/p.js")]))


def test_what_is_too_large_for_one_message_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 1000)
    (tmp_path / "small").write_bytes(b"s" * 400)
    (tmp_path / "half").write_bytes(b"h" * 700)
    (tmp_path / "large").write_bytes(b"l" * 1001)
    files = {name: m.ConfigFile(source=f"{tmp_path}/{name}", path=name) for name in ("small", "half", "large")}
    with pytest.raises(LoadError, match=r"`files`: .*/large has 0\.0 MB.*Name a URL"):
        read(m.Config(files=[files["large"]]))
    with pytest.raises(LoadError, match=r"brings 0\.0 MB .*the largest is .*/half.*name a URL"):
        read(m.Config(files=[files["small"], files["half"]]))
    assert read(m.Config(files=[files["half"]])).files[0].data == b"h" * 700
