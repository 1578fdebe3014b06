"""What ``%pyscript`` and ``%pyscript doctor`` print."""

from __future__ import annotations

import platform
import time
from dataclasses import dataclass
from datetime import datetime
from html import escape
from textwrap import shorten

from pyscript_jupyter._version import __version__
from pyscript_jupyter.errors import NoPageError, PyScriptError
from pyscript_jupyter.interpreters import assets
from pyscript_jupyter.protocol import messages as m
from pyscript_jupyter.relay.client import server_status
from pyscript_jupyter.widget.bridge import Bridge
from pyscript_jupyter.widget.ladder import missing

_HEAD = ("environment", "interpreter", "where", "state", "since", "stopping a cell")
_STOPPING = {"buffer": "keeps the names", "poll": "keeps the names", "terminate": "loses the names"}
_STYLE = "text-align: left"
"""Of every cell: JupyterLab sets them to the right, as it suits numbers."""


def where(options: m.Options) -> str:
    """Return where an environment's interpreter runs, in a few words."""
    thread = "main thread" if options.main else "worker"
    return f"{thread}, sandbox" if options.sandbox else thread


class Table:
    """What runs, as text and as HTML.

    Parameters
    ----------
    bridge
        The kernel's link to the browser.
    """

    def __init__(self, bridge: Bridge) -> None:
        self._rows = [
            (
                environment.name,
                f"{environment.interpreter.label} {environment.session.version}".rstrip(),
                where(environment.options),
                environment.session.status,
                f"{datetime.fromtimestamp(environment.since):%H:%M:%S}",
                _STOPPING[environment.session.capabilities.interrupt] if environment.session.capabilities else "-",
            )
            for environment in bridge.environments.values()
        ]
        sessions = {name: each.session for name, each in bridge.environments.items()}
        self._notes = [
            f"The last failure in {name!r}: {shorten(each.error, 100, placeholder=' …')}"
            for name, each in sessions.items()
            if each.error
        ]
        self._notes += [
            note for name, each in sessions.items() if each.capabilities and (note := missing(name, each.capabilities))
        ]

    def __repr__(self) -> str:
        if not self._rows:
            return "Nothing runs in the browser yet: start a cell with %%pyscript mpy or %%pyscript py."
        rows = [_HEAD, *self._rows]
        widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join([*lines, *self._notes])

    def _repr_html_(self) -> str | None:
        if not self._rows:
            return None
        head = "".join(f'<th scope="col" style="{_STYLE}">{escape(name)}</th>' for name in _HEAD)
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in self._rows)
        notes = "".join(f"<p>{escape(note)}</p>" for note in self._notes)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"


def _cell(text: str) -> str:
    return f'<td style="{_STYLE}">{escape(text)}</td>'


@dataclass(frozen=True)
class Finding:
    """One check of the doctor: whether it went well, what was found, and the cure if it did not."""

    well: bool
    text: str
    cure: str = ""

    def __str__(self) -> str:
        mark = "ok     " if self.well else "trouble"
        return f"{mark}  {self.text}" + (f"\n         → {self.cure}" if self.cure and not self.well else "")


class Diagnosis:
    """The findings of ``%pyscript doctor``.

    Attributes
    ----------
    findings
        In the order in which a cell depends on them.
    """

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings

    def __repr__(self) -> str:
        count = sum(not finding.well for finding in self.findings)
        verdict = "All is well." if not count else f"{count} trouble{'s' if count > 1 else ''} found."
        return "\n".join([*map(str, self.findings), verdict])


def diagnose(bridge: Bridge) -> Diagnosis:
    """Check extension, assets, relay, page and environments, in the order in which a cell depends on them."""
    findings = [Finding(True, f"kernel: pyscript_jupyter {__version__}, Python {platform.python_version()}")]
    try:
        bridge.connect()
        findings += _check_relay(bridge)
        findings += _check_page(bridge)
    except PyScriptError as error:
        findings.append(Finding(False, str(error)))
        return Diagnosis(findings)
    for environment in bridge.environments.values():
        session = environment.session
        text = f"environment {environment.name}: {environment.interpreter.label} {session.version}, {session.status}"
        if session.capabilities and (sentence := missing(environment.name, session.capabilities)):
            text += f". {sentence}"
        findings.append(Finding(session.status != "failed", text, session.error))
    return Diagnosis(findings)


def _check_relay(bridge: Bridge) -> list[Finding]:
    started = time.perf_counter()
    status = server_status(bridge.arrival.address)
    seconds = time.perf_counter() - started
    same = status["package"] == __version__
    what = "the kernel's own relay, as no page can come" if bridge.arrival.alone else "server extension"
    findings = [
        Finding(
            same,
            f"{what}: pyscript_jupyter {status['package']}, answered in {seconds * 1000:.0f} ms",
            ""
            if same
            else f"the kernel has {__version__}: install the same version in both environments, and restart both",
        )
    ]
    troubles = status["troubles"]
    names = ", ".join(f"{name} {built.version}" for name, built in assets.manifest().interpreters.items())
    findings.append(Finding(not troubles, f"assets: {names}", "\n           ".join(troubles)))
    return findings


def _check_page(bridge: Bridge) -> list[Finding]:
    findings = [Finding(True, "relay: connected")]
    with bridge.interrupts.noted():
        try:
            bridge.await_page()
        except NoPageError as error:
            return [*findings, Finding(False, "browser: no page is attached", str(error))]
    assert bridge.owner is not None
    others = f", and {len(bridge.pages) - 1} more that wait" if len(bridge.pages) > 1 else ""
    own = "the kernel's own browser" if bridge.owner.headless else "browser"
    return [*findings, Finding(True, f"{own}: {bridge.owner.agent}{others}")]
