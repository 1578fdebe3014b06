"""``%pip``: packages for an interpreter that runs.

The interpreter says what it has, the kernel's own pip finds what is missing while the main thread stays free to be
interrupted, and one message brings it: all of it is installed, or nothing.
"""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING, Any

from pyscript_jupyter.errors import BrowserError, BrowserInterrupt, LoadError, LostError, PyScriptError, UsageError
from pyscript_jupyter.packages.line import PipLine, parse, split
from pyscript_jupyter.packages.pip import Live
from pyscript_jupyter.packages.present import Present, canonical, parts
from pyscript_jupyter.packages.read import check_size
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.widget.loading import PATIENCE
from pyscript_jupyter.widget.supplies import find

if TYPE_CHECKING:
    from pyscript_jupyter.widget.bridge import Bridge
    from pyscript_jupyter.widget.environment import Environment

_BARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+!-]*")
"""What names and versions are made of. They become names of files, and code in the browser has told them."""


def take_pip_lines(bridge: Bridge, environment: Environment, cell: str) -> str:
    """Do what ``%pip`` lines at the head of a cell say, and return the cell with empty lines in their place.

    Raises
    ------
    UsageError
        A line says nothing that can be done in this environment.
    LoadError
        pip could not find what is wanted, or the interpreter could not install it; nothing is installed.
    KeyboardInterrupt
        The user interrupted; nothing is installed.
    NoServerError, NoPageError, LostError
        See `Environment.run`.
    """
    found, rest = split(cell)
    alone = True
    for line in [parse(each) for each in found]:
        _refuse(environment)
        environment.await_ready(alone)
        if said := _Errand(bridge, environment, alone).run(line):
            bridge.outputs.stream("stdout", said)
            alone = False
    return rest


def _refuse(environment: Environment) -> None:
    name = environment.name
    if environment.interpreter.name != "pyodide":
        raise UsageError(
            f"`%pip` is for Pyodide, and {environment.interpreter.label} installs nothing while it runs. Name packages "
            f"of Python alone when it starts, by `%pyscript restart {name} --packages NAMES`; whether one that was "
            "made for CPython runs in it, only a try tells."
        )
    if environment.options.sandbox:
        raise UsageError(
            f"Environment {name!r} is a sandbox, whose code is not trusted to say what the kernel installs: name "
            f"packages when it starts, by `%pyscript restart {name} --packages NAMES`."
        )


class _Errand:
    """Does one line. ``alone`` says that nothing has been written into the cell's output yet."""

    def __init__(self, bridge: Bridge, environment: Environment, alone: bool) -> None:
        self._bridge = bridge
        self._environment = environment
        self._alone = alone

    def run(self, line: PipLine) -> str:
        """Do it, and return what is to be said."""
        present = self._tell([])
        if line.verb == "list":
            return _table(present)
        if line.verb == "freeze":
            return "".join(f"{each.name}=={each.version}\n" for each in present)
        versions = {canonical(each.name): each for each in present}
        named = {canonical(match[0]) for each in line.wanted if (match := _BARE.match(each))}
        # One that is named without a version, and is there, needs no pip: a notebook that is run again needs no index.
        left = [each for each in line.wanted if not (_BARE.fullmatch(each) and canonical(each) in versions)]
        wheels = self._find(left, Live(tuple(present), line.options)) if left or line.options else []
        if wheels:
            check_size(m.Config(packages=wheels))
            self._tell(wheels)
        if line.quiet:
            return ""
        new = sorted(" ".join(parts(each.filename)) for each in wheels)
        there = [f"{each.name} {each.version}" for name, each in versions.items() if name in named]
        said = f"Already there: {', '.join(there)}.\n" if there else ""
        return said + (f"Installed {', '.join(new)}.\n" if new else "")

    def _tell(self, wheels: list[m.ConfigPackage]) -> list[Present]:
        """Have wheels installed, and return what is there then."""
        try:
            answer = self._environment.perform("install", packages=wheels)
        except KeyboardInterrupt:
            raise BrowserInterrupt("`%pip` was stopped before anything was installed.") from None
        except BrowserError as error:
            raise LoadError(f"`%pip install`: nothing was installed. {error}") from None
        if answer is None:
            raise LostError(
                f"Environment {self._environment.name!r} went away while `%pip` worked for it: run the cell again."
            )
        return _read(answer.data)

    def _find(self, wanted: list[str], live: Live) -> list[m.ConfigPackage]:
        result: list[list[m.ConfigPackage] | PyScriptError] = []
        going = threading.Event()
        going.set()

        def look() -> None:
            try:
                result.append(find(self._environment.interpreter, wanted, going, live))
            except PyScriptError as error:
                result.append(error)
            except Exception as error:  # noqa: BLE001  # whoever waits must hear of it
                result.append(LoadError(f"`%pip install`: {type(error).__name__}: {error}. Nothing was installed."))
            self._bridge.soon(lambda: None)

        label = f"{self._environment.interpreter.label}: looking for {', '.join(wanted)} …"
        thread = threading.Thread(target=look, name="pyscript-pip", daemon=True)
        with self._bridge.interrupts.noted():
            thread.start()
            try:
                thread.join(PATIENCE)
                if thread.is_alive():
                    self._bridge.outputs.progress(label, self._alone)
                while not result:
                    self._bridge.step()
            except KeyboardInterrupt:
                raise BrowserInterrupt("`%pip` was stopped while pip was looking: nothing was installed.") from None
            finally:
                going.clear()
                self._bridge.outputs.progress("", self._alone)
        [found] = result
        if isinstance(found, PyScriptError):
            raise found
        return found


def _read(data: dict[str, Any]) -> list[Present]:
    """Return what an interpreter has answered; what is no package's name is passed over."""
    found = [
        Present(
            str(each["name"]),
            str(each["version"]),
            tuple(" ".join(str(text).split()) for text in each.get("requires", [])),
            tuple(str(text) for text in each.get("extras", []) if _PLAIN.fullmatch(str(text))),
        )
        for each in data.get("installed", [])
    ]
    there = [each for each in found if _PLAIN.fullmatch(each.name) and _PLAIN.fullmatch(each.version)]
    return sorted(there, key=lambda each: each.key)


def _table(present: list[Present]) -> str:
    if not present:
        return "Nothing is installed but the standard library: `%pip install NAME` does.\n"
    width = max(len("Package"), *(len(each.name) for each in present))
    rows = [("Package", "Version"), ("-" * width, "-" * len("Version"))]
    rows += [(each.name, each.version) for each in present]
    return "".join(f"{name.ljust(width)}  {version}\n" for name, version in rows)
