"""Packages by name: found and downloaded by the kernel's own pip, from whatever index the user has set for it.

Only because a configuration names them, and only wheels that run in the browser. What was found is kept for the life of
the kernel, so that an environment is started anew without asking again; what pip itself keeps is its own affair.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyscript_jupyter.errors import LoadError
from pyscript_jupyter.packages.present import Present, lay_out, parts
from pyscript_jupyter.protocol import messages as m

POLL = 0.1
"""Seconds between two looks at whether the download is still wanted."""


_COLOUR = re.compile(r"\x1b\[[\d;]*m")

_MANY = re.compile(r"(?<=Cannot install )(\S+), .* and (\S+)(?= because)")
"""The versions that pip has tried, which may be fifty."""


@dataclass(frozen=True)
class Target:
    """The Python that packages are for.

    Attributes
    ----------
    label
        What messages call it.
    python
        Its version, such as ``3.14.2``.
    tags
        pip's options that name the wheels which run in it.
    markers
        Its environment markers, as in `PEP 508 <https://peps.python.org/pep-0508/#environment-markers>`_.
    """

    label: str
    python: str
    tags: tuple[str, ...]
    markers: Mapping[str, str]


@dataclass(frozen=True)
class Live:
    """An interpreter that runs already.

    Attributes
    ----------
    present
        What is installed in it. It stays, in its version.
    options
        More of pip's options.
    """

    present: tuple[Present, ...]
    options: tuple[str, ...] = ()


class Pip:
    """Downloads what configurations name, once a kernel."""

    def __init__(self) -> None:
        self._found: dict[tuple[object, ...], list[m.ConfigPackage]] = {}

    def download(
        self,
        requirements: Sequence[str],
        target: Target,
        indexes: Sequence[str] = (),
        cache: bool = True,
        wanted: threading.Event | None = None,
        live: Live | None = None,
    ) -> list[m.ConfigPackage]:
        """Return the wheels of some packages and of all that they need; blocks until they are there.

        Parameters
        ----------
        requirements
            As pip has them: ``attrs``, ``rich>=13``.
        target
            What they are for.
        indexes
            URLs of package indexes, instead of those that pip is set to.
        cache
            Whether what was found before will do.
        wanted
            Cleared by another thread when the download is no longer wanted; it ends then.
        live
            What is known of the interpreter where it runs already; None where it is yet to be started.

        Raises
        ------
        LoadError
            There is no pip, it failed, or it was no longer wanted; pip's own words are in the message.
        """
        key = (tuple(requirements), target.label, tuple(indexes), live)
        if cache and key in self._found:
            return self._found[key]
        with tempfile.TemporaryDirectory(prefix="pyscript-jupyter-") as folder:
            told: list[str] = []
            if live is not None:
                (beside := Path(folder, "present")).mkdir()
                told = [*lay_out(live.present, beside), *live.options]
            command = _command(requirements, target, indexes, cache, folder, told)
            status, said = _run(command, wanted)
            if status != 0:
                raise LoadError(_failure(requirements, target, said, live))
            there = {each.key for each in live.present} if live else set()
            wheels = [
                m.ConfigPackage(source=path.name, filename=path.name, data=path.read_bytes())
                for path in sorted(Path(folder).glob("*.whl"))
                if parts(path.name) not in there
            ]
        self._found[key] = wheels
        return wheels


def _command(
    requirements: Sequence[str],
    target: Target,
    indexes: Sequence[str],
    cache: bool,
    folder: str,
    told: Sequence[str],
) -> list[str]:
    options = ["--dest", folder, "--only-binary=:all:", "--python-version", target.python, *target.tags]
    options += ["--quiet", "--no-input", "--disable-pip-version-check", "--progress-bar=off"]
    options += [] if cache else ["--no-cache-dir"]
    for option, url in zip(["--index-url", *["--extra-index-url"] * len(indexes)], indexes, strict=False):
        options += [option, url]
    options += told
    # -P: a file of the notebook's folder, such as json.py, is no part of pip.
    runner = [sys.executable, "-P", "-m", "pyscript_jupyter.packages.browser_pip", json.dumps(dict(target.markers))]
    return [*runner, "download", *options, "--", *requirements]


def _run(command: Sequence[str], wanted: threading.Event | None) -> tuple[int, str]:
    """Run a command to its end, or until it is no longer wanted; return its status and what it said."""
    # A session of its own: an interrupt of the kernel, which goes to its whole process group, is handled by us.
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    )
    with process:
        try:
            while True:
                try:
                    said, _ = process.communicate(timeout=POLL)
                except subprocess.TimeoutExpired:
                    if wanted is not None and not wanted.is_set():
                        raise LoadError("pip was stopped: the packages were no longer wanted.") from None
                else:
                    return process.returncode, said
        finally:
            process.kill()


def _failure(requirements: Sequence[str], target: Target, said: str, live: Live | None = None) -> str:
    said = _COLOUR.sub("", said)  # a kernel's environment asks for them
    errors = [text for line in said.splitlines() if line.startswith("ERROR:") and (text := line[6:].strip())]
    lines = errors or said.strip().splitlines()[-3:] or ["it said nothing"]
    text = " ".join(_MANY.sub(r"\1 … \2", line).strip().rstrip(".") + "." for line in lines)
    given = "line" if live else "configuration"
    cure = f"Mend the {given} or pip's own settings, and run the cell again."
    if "ResolutionImpossible" in said:
        cure = _conflict(target, live)
    elif "no pip in this" in text:
        cure = "Install pip there (python -m ensurepip), or name wheels by path or URL, and run the cell again."
    elif "No matching distribution" in text or "Could not find a version" in text:
        cure = (
            f"Either there is no package of that name and version, or it has no wheel that runs in {target.label}: "
            f"wanted was one for any platform, or for {_platform(target)}. Mend the {given} and run the cell "
            "again."
        )
    if live:
        named = ", ".join(requirements) or "what the file names"
        return f"`%pip install`: pip could not get {named} for {target.label}, and nothing was installed. {text} {cure}"
    return f"`packages`: pip could not get {', '.join(requirements)} for {target.label}. {text} {cure}"


def _conflict(target: Target, live: Live | None) -> str:
    reasons = [f"something that it needs has no wheel that runs in {target.label} ({_platform(target)})"]
    if live and live.present:
        reasons.append(
            "it needs another version of what the interpreter has (`%pip list`), which that keeps while it runs: "
            "restart it (`%pyscript restart`), and install the other version first"
        )
    return f"Either its needs contradict one another, or {', or '.join(reasons)}."


def _platform(target: Target) -> str:
    tags = dict(zip(target.tags[::2], target.tags[1::2], strict=True))
    return f"{tags['--abi']}-{tags['--platform']}" if "--platform" in tags else "any"
