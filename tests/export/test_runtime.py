"""What a page carries to run its cells."""

from __future__ import annotations

import base64
import gzip
import hashlib

import pytest
from export.conftest import PACK, export, notebook, text

from pyscript_jupyter.export import runtime
from pyscript_jupyter.export.page import make_page
from pyscript_jupyter.interpreters import assets


@pytest.fixture(autouse=True)
def _whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runtime, "_pack", PACK)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def test_a_page_carries_the_interpreters_of_its_cells_and_no_other() -> None:
    page = export(notebook("%%pyscript mpy\n1", "2"), name="lesson")
    parts = {part.get("data-part"): text(part) for part in page.all("script") if part.get("type") == "text/plain"}
    built = assets.read()
    files = built.interpreters["micropython"].files
    assert set(parts) == {"page.js", "carried.js", "worker.js", *files}
    for name, packed in parts.items():
        assert name is not None
        assert gzip.decompress(base64.b64decode(packed)) == (assets.STATIC / name).read_bytes()
    assert page.data("carried") == {
        "name": "lesson",
        "interpreters": {
            "micropython": {
                "version": built.interpreters["micropython"].version,
                "entry": built.interpreters["micropython"].entry,
                "files": files,
            }
        },
    }
    both = export(notebook("%%pyscript mpy\n1", "%%pyscript py\n1"))
    assert sorted(both.data("carried")["interpreters"]) == ["micropython", "pyodide"]


def test_only_the_page_s_own_scripts_may_run() -> None:
    page = export(notebook("%%pyscript mpy\n1"))
    (loader,) = (each for each in page.all("script") if each.get("type") == "module")
    (policy,) = (each.get("content") for each in page.all("meta") if each.get("http-equiv"))
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    own = [_hash(text(loader)), _hash(assets.text("carried.js"))]
    assert rules["script-src"].split() == [*own, "'unsafe-eval'", "'wasm-unsafe-eval'", "blob:"]
    assert rules["default-src"] == "'none'"
    assert "</script" not in assets.text("carried.js")


def test_a_notebook_with_nothing_for_the_browser_carries_nothing() -> None:
    page = export(notebook("1", kernelspec={"name": "python3", "display_name": "Python 3"}))
    assert [each.get("id") for each in page.all("script")] == ["pyscript-notebook", "pyscript-cells"]


@pytest.mark.parametrize(
    ("line", "said"),
    [("--main", "--main"), ("--packages sympy", "--packages"), ("--main -c x.toml", "--config and no --main")],
)
def test_an_environment_that_a_page_cannot_make_is_told_and_shown_as_it_was_saved(line: str, said: str) -> None:
    nb = notebook(f"%%pyscript mpy {line} --env e\n1", "%%pyscript mpy --timeout 3\n2", "%%pyscript mpy --env e\n3")
    page = export(nb)
    assert [cell["index"] for cell in page.data("cells")] == [1]
    assert page.data("cells")[0]["options"] == {"timeout": 3.0}
    assert ["not run here" in text(section) for section in page.sections] == [True, False, True]
    problems = make_page(nb, "file", None).problems
    assert [problem[:7] for problem in problems] == ["Cell 1:", "Cell 3:"]
    assert f"no {said} yet" in problems[0]
