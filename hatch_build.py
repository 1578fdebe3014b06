"""Build the front end when the package is built from a checkout.

Hatchling runs `BuildHook` for a wheel, an sdist and an editable install. Parts, in order: what can go wrong, the hook,
the steps (Node, npm's packages, the schema of the messages, the build).

An sdist holds the built files already, so nothing is done there and no Node is needed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = 20
"""The oldest major version of Node that the build runs on."""

SCHEMA = "PYSCRIPT_JUPYTER_SCHEMA"
"""The variable that tells ``npm run build`` where the messages' JSON Schema is. The build fails where the generated
TypeScript differs from it."""

_INSTEAD = (
    "install Node from your system's packages or from nodejs.org, "
    "or install the released package with `pip install pyscript-jupyter`, which needs no Node."
)


class BuildError(Exception):
    """Raised when the front end cannot be built. Its text is all that the user is shown."""


class BuildHook(BuildHookInterface):  # type: ignore[type-arg]  # hatchling types the configuration of builders as Any
    """Hatchling's way in."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the front end before hatchling collects the files."""
        root = Path(self.root)
        if is_built_sdist(root):
            return
        try:
            seconds = build(root)
        except BuildError as error:
            self.app.abort(str(error))
        self.app.display_info(f"The front end was built in {seconds:.0f} s.")


def is_built_sdist(root: Path) -> bool:
    """Return whether a folder is an unpacked sdist that holds the front end of its own version."""
    manifest = root / "pyscript_jupyter" / "static" / "manifest.json"
    if not (root / "PKG-INFO").is_file() or not manifest.is_file():
        return False
    built: str = json.loads(manifest.read_text("utf-8"))["package"]
    ours: str = json.loads((root / "package.json").read_text("utf-8"))["version"]
    return built == ours


def build(root: Path) -> float:
    """Build ``pyscript_jupyter/static/`` in a checkout and return the seconds it took; raises `BuildError`."""
    started = time.monotonic()
    npm = find_npm()
    if is_stale(root):
        run([npm, "ci"], root, {})
    with tempfile.TemporaryDirectory() as folder:
        schema = Path(folder) / "schema.json"
        schema.write_text(messages_schema(root), "utf-8")
        run([npm, "run", "build"], root, {SCHEMA: str(schema)})
    return time.monotonic() - started


def find_npm() -> str:
    """Return the path of npm, having made sure that it and Node are there and new enough; raises `BuildError`."""
    wanted = f"Building pyscript-jupyter from its source needs Node {NODE} or newer with npm"
    node = shutil.which("node")
    if node is None:
        raise BuildError(f"{wanted}, and there is no `node` on PATH: {_INSTEAD}")
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    version = re.fullmatch(r"v(\d+)\.\d+\.\d+.*", answer)
    if version is None or int(version[1]) < NODE:
        raise BuildError(f"{wanted}, and {node} says it is {answer or 'nothing at all'}: {_INSTEAD}")
    npm = shutil.which("npm")
    if npm is None:
        raise BuildError(f"{wanted}, and there is Node {answer} but no `npm` on PATH: {_INSTEAD}")
    return npm


def is_stale(root: Path) -> bool:
    """Return whether npm's packages are missing or older than the lock file."""
    installed = root / "node_modules" / ".package-lock.json"
    lock = root / "package-lock.json"
    return not installed.is_file() or installed.stat().st_mtime < lock.stat().st_mtime


def messages_schema(root: Path) -> str:
    """Return the JSON Schema of the messages, as the checkout's own Python defines them.

    The package is not installed yet, and its ``__init__`` wants to know the installed version: a bare package of the
    same name stands in for it.
    """
    package = types.ModuleType("pyscript_jupyter")
    package.__path__ = [str(root / "pyscript_jupyter")]
    sys.modules["pyscript_jupyter"] = package
    from pyscript_jupyter.protocol.schema import schema

    return json.dumps(schema(), indent=2, sort_keys=True) + "\n"


def run(command: list[str], root: Path, environment: dict[str, str]) -> None:
    """Run a command of npm in silence; what it says is part of the `BuildError` when it fails."""
    result = subprocess.run(
        command,
        cwd=root,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        shown = " ".join(["npm", *command[1:]])
        raise BuildError(f"{result.stdout.rstrip()}\n\n`{shown}` failed with status {result.returncode}; see above.")
