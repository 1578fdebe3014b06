"""What a page carries to run its cells with no server: the scripts and the interpreters, as blocks of text.

A block is gzip in base64: every browser of ours undoes both by itself. Nothing runs from a block but by way of the one
script in the page, whose hash its policy names.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from pyscript_jupyter.export.cells import BrowserCell
from pyscript_jupyter.export.text import script_json
from pyscript_jupyter.interpreters import assets

PAGE, FRAME, WORKER = "page.js", "carried.js", "worker.js"
"""The built scripts of the page, of its frames and of their workers."""

LOADER = f"""
const text = document.querySelector('script[data-part="{PAGE}"]').textContent.trim();
const packed = await fetch("data:application/octet-stream;base64," + text);
const script = await new Response(packed.body.pipeThrough(new DecompressionStream("gzip"))).blob();
await import(URL.createObjectURL(new Blob([script], {{ type: "text/javascript" }})));
"""
"""The page's one script: it unpacks the other, and starts it."""


@dataclass(frozen=True)
class Part:
    """One block.

    Attributes
    ----------
    name
        Of the built file, as the page's scripts ask for it.
    text
        What stands in the page.
    """

    name: str
    text: Markup


@dataclass(frozen=True)
class Runtime:
    """What is put into one page.

    Attributes
    ----------
    parts
        The blocks.
    carried
        What the scripts know of them, as JSON.
    loader
        The text of the page's one script.
    policy
        The page's Content-Security-Policy.
    """

    parts: list[Part]
    carried: Markup
    loader: Markup
    policy: str


def make_runtime(interpreters: Iterable[str], name: str) -> Runtime:
    """Return what a page needs.

    Parameters
    ----------
    interpreters
        The canonical names of those that its cells run in.
    name
        What the notebook is called.

    Raises
    ------
    NotInstalledError
        The front end is not built.
    """
    manifest = assets.read()
    wanted = {each: manifest.interpreters[each] for each in sorted(set(interpreters))}
    files = [PAGE, FRAME, WORKER, *(file for built in wanted.values() for file in built.files)]
    described = {
        each: {"version": built.version, "entry": built.entry, "files": built.files} for each, built in wanted.items()
    }
    return Runtime(
        parts=[Part(file, _pack(file)) for file in files],
        carried=script_json({"name": name, "interpreters": described}),
        loader=Markup(LOADER),
        policy=_policy(LOADER, assets.text(FRAME)),
    )


def unsupported(cells: Sequence[BrowserCell]) -> dict[int, str]:
    """Return, by its index, why a cell cannot run in a page: an environment there has none of these options."""
    wanted: dict[str, set[str]] = {}
    for cell in cells:
        wanted.setdefault(cell.environment, set()).update({"main", "config", "packages"} & cell.options.keys())
    return {
        cell.index: "it shows what was saved and does not run in the page, where its environment "
        f"{cell.environment!r} would have no {' and no '.join(f'--{option}' for option in sorted(options))} yet."
        for cell in cells
        if (options := wanted[cell.environment])
    }


def _policy(*scripts: str) -> str:
    """Allow these scripts, by their hashes, and what they make.

    The frames, whose policy is the page's, run what the reader wants: it may fetch data from wherever it likes, and
    evaluate what it likes.
    """
    hashes = " ".join(f"'sha256-{_hash(script)}'" for script in scripts)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {hashes} 'unsafe-eval' 'wasm-unsafe-eval' blob:",
            "worker-src blob:",
            "connect-src https: http: wss: ws: data: blob:",
            "img-src https: data: blob:",
            "media-src https: data: blob:",
            "font-src https: data:",
            "style-src 'unsafe-inline'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _pack(name: str) -> Markup:
    return Markup(base64.b64encode(gzip.compress((assets.STATIC / name).read_bytes(), 9, mtime=0)).decode())
