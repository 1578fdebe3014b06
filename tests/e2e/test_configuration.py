"""An environment with a configuration, in the browser."""

from __future__ import annotations

import pytest
from fakes.wheel import make_wheel

from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk

_CONFIG = """
packages = ["./wheels/direct-1.0-py3-none-any.whl", "named"]
plugins = ["./plugin.js"]

[files]
"./data.csv" = "there/"

[js_modules.worker]
"./greet.js" = "greet"

[hooks.worker]
codeBeforeRun = "before = 1"

[custom]
colour = "blue"
"""

_PLUGIN = """
export const hooks = {
  main: {onReady({run}) { run("from_plugin = 4"); }},
  worker: {onReady({run}, xworker) { if (xworker.sync) run("from_plugin = 4"); }},
};
"""

_CELL = """
import direct, named
from polyscript import config
from polyscript.js_modules import greet
text = open("there/data.csv").read()
direct.answer, named.answer, text, greet.hello("you"), config.custom.colour, from_plugin + before
"""

_PIP = """
import os
os.environ |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": os.path.abspath("wheels"), "PIP_CONFIG_FILE": os.devnull}
"""


def _lay_out(lab: Desk) -> None:
    """Put beside the notebooks what the configuration names."""
    root = lab.jupyter.root
    (root / "wheels").mkdir(exist_ok=True)
    for name, requires in [("direct", ()), ("named", ("needed",)), ("needed", ())]:
        (root / "wheels" / f"{name}-1.0-py3-none-any.whl").write_bytes(make_wheel(name, requires=requires))
    (root / "pyscript.toml").write_text(_CONFIG, "utf-8")
    (root / "data.csv").write_text("a,b", "utf-8")
    (root / "greet.js").write_text("export const hello = (name) => `hello ${name}`;", "utf-8")
    (root / "plugin.js").write_text(_PLUGIN, "utf-8")


@pytest.mark.parametrize("alias", NAMES)
def test_files_packages_modules_and_hooks_are_there_before_the_first_cell(lab: Desk, alias: str) -> None:
    _lay_out(lab)
    page = lab.open([LOAD, _PIP, browser_cell(_CELL, f"{alias} --config pyscript.toml")])
    page.run_all()
    assert page.text(2) == "(42, 42, 'a,b', 'hello you', 'blue', 5)"
    # The configuration holds for the environment's life: another one is refused, none or the same one is not.
    assert page.run_new(browser_cell("before", alias)) == "1"
    assert page.run_new(browser_cell("before + 1", f"{alias} --config pyscript.toml")) == "2"
    refused = page.run_new(browser_cell("1", f"{alias} --packages attrs"))
    assert f"UsageError: Environment '{alias}' was made with another configuration" in refused
    if alias == "py":
        pip = "%pip install later\nimport later\nlater.answer"
        (lab.jupyter.root / "wheels" / "later-1.0-py3-none-any.whl").write_bytes(make_wheel("later"))
        assert page.run_new(browser_cell(pip, alias)) == "Installed later 1.0.\n42"
        (lab.jupyter.root / "wheels" / "later-1.0-py3-none-any.whl").unlink()
    # A restart reads the files anew.
    (lab.jupyter.root / "data.csv").write_text("c,d", "utf-8")
    page.run_new(f"%pyscript restart {alias}")
    assert page.run_new(browser_cell("open('there/data.csv').read()", alias)) == "'c,d'"


@pytest.mark.parametrize("alias", NAMES)
def test_a_configuration_reaches_the_main_thread_and_the_sandbox_too(lab: Desk, alias: str) -> None:
    _lay_out(lab)
    (lab.jupyter.root / "main.toml").write_text(_CONFIG.replace(".worker]", ".main]"), "utf-8")
    page = lab.open([LOAD, _PIP, browser_cell(_CELL.replace(" + before", ""), f"{alias} --main --config main.toml")])
    page.run_all()
    assert page.text(2) == "(42, 42, 'a,b', 'hello you', 'blue', 4)"
    sandboxed = browser_cell(_CELL, f"{alias} --env locked --sandbox --config pyscript.toml")
    assert page.run_new(sandboxed) == "(42, 42, 'a,b', 'hello you', 'blue', 5)"


def test_a_configuration_that_fails_says_what_of_it_and_can_be_mended(lab: Desk) -> None:
    _lay_out(lab)
    page = lab.open([LOAD, _PIP, browser_cell("1", """mpy --config '{"file": {}}'""")])
    page.run_all()
    assert "UsageError: The configuration: there is no key 'file'. Did you mean 'files'?" in page.text(2)
    cell = page.add(browser_cell("import later\nlater.answer", "mpy --packages later"))
    text = page.run(cell)
    assert "LoadError: `packages`: pip could not get later for MicroPython. " in text
    assert "No matching distribution found for later." in text
    (lab.jupyter.root / "wheels" / "later-1.0-py3-none-any.whl").write_bytes(make_wheel("later"))
    assert page.run(cell) == "42"
    absent = 'from pyscript_jupyter import PyScript\nPyScript("py", config={"files": {"./absent.csv": ""}}).run("1")'
    assert "LoadError: `files`: " in (text := page.run_new(absent))
    assert "absent.csv cannot be read: No such file or directory." in text
    broken = """py --env other --config '{"files": {"http://127.0.0.1:9/x.csv": ""}}'"""
    assert "LoadError: `files`: http://127.0.0.1:9/x.csv did not load" in page.run_new(browser_cell("1", broken))
    assert page.run_new(browser_cell("1 + 1", """py --env other --config '{"debug": false}'""")) == "2"
