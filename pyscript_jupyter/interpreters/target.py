"""What wheels an interpreter takes, in the words of pip's options and of environment markers."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pyscript_jupyter.interpreters import assets

MICROPYTHON_PYTHON = "3.14"
"""The Python that packages are chosen for in MicroPython. It has no version of CPython's language as a whole; whether a
package runs in it, only a try tells."""


def wheel_tags(interpreter: str) -> tuple[str, ...]:
    """Return pip's options for the wheels that run in an interpreter; raises `NotInstalledError`."""
    if interpreter != "pyodide":
        return ("--implementation", "py", "--abi", "none", "--platform", "any")
    info = _lock_info()
    abi = f"cp{''.join(info['python'].split('.')[:2])}"
    # PEP 783
    platform = f"pyemscripten_{info['abi_version']}_{info['arch']}"
    return ("--implementation", "cp", "--abi", abi, "--platform", platform)


def python_version(interpreter: str) -> str:
    """Return the version of Python that packages are chosen for; raises `NotInstalledError`."""
    return _lock_info()["python"] if interpreter == "pyodide" else MICROPYTHON_PYTHON


def markers(interpreter: str) -> Mapping[str, str]:
    """Return the environment markers of an interpreter; raises `NotInstalledError`."""
    version = python_version(interpreter)
    short = ".".join(version.split(".")[:2])
    own = {"os_name": "posix", "platform_release": "", "platform_version": "", "platform_machine": "wasm32"}
    if interpreter == "pyodide":
        names = ("cpython", "CPython", "emscripten", "Emscripten")
    else:
        names = ("micropython", "MicroPython", "webassembly", "")
    implementation, platform_implementation, sys_platform, system = names
    return {
        **own,
        "implementation_name": implementation,
        "implementation_version": version,
        "platform_python_implementation": platform_implementation,
        "platform_system": system,
        "python_full_version": version,
        "python_version": short,
        "sys_platform": sys_platform,
    }


def _lock_info() -> dict[str, str]:
    """Return what Pyodide's own lock file says of its build."""
    entry = assets.manifest().interpreters["pyodide"].entry
    info = json.loads(assets.text(f"{entry.rpartition('/')[0]}/pyodide-lock.json"))["info"]
    return {name: str(value) for name, value in info.items()}
