"""What there is at a time: to be counted before a fault and after it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Error, Frame, Page

from e2e.page import NotebookPage

COUNT_BLOBS = """() => {
    const blobs = (globalThis.testBlobs = new Set());
    const { createObjectURL, revokeObjectURL } = URL;
    URL.createObjectURL = (blob) => {
        const url = createObjectURL.call(URL, blob);
        blobs.add(url);
        return url;
    };
    URL.revokeObjectURL = (url) => {
        blobs.delete(url);
        revokeObjectURL.call(URL, url);
    };
}"""

# Each page that JupyterLab loads begins a subshell of the kernel, with a thread.
_THREADS = """
import threading
names = sorted(thread.name for thread in threading.enumerate())
print("threads:", *[name for name in names if not name.startswith("subshell")], sep="\\n")
"""


@dataclass(frozen=True)
class Tally:
    """One count.

    Attributes
    ----------
    frames, workers
        In all tabs, beside the tabs themselves.
    blobs
        Blob URLs that JupyterLab's pages and their frames have not revoked.
    rooms, pages, sockets
        Of the relay: its rooms, the pages in them, and the sockets of their frames.
    threads
        The names of the kernel's.
    """

    frames: int
    workers: int
    blobs: int
    rooms: int
    pages: int
    sockets: int
    threads: str = ""


def watch(context: BrowserContext) -> None:
    """Have blob URLs counted in every page that the context opens from now on."""
    context.add_init_script(f"({COUNT_BLOBS})()")


def glance(page: NotebookPage) -> Tally:
    """Count everything but the kernel's threads."""
    tabs = page.page.context.pages
    frames = [frame for tab in tabs for frame in _frames(tab)]
    relay = page.jupyter.relay()
    return Tally(
        frames=len(frames),
        workers=sum(len(tab.workers) for tab in tabs),
        blobs=sum(map(_blobs, [*(tab.main_frame for tab in tabs), *frames])),
        rooms=relay["rooms"],
        pages=relay["pages"],
        sockets=relay["frames"],
    )


def _frames(tab: Page) -> list[Frame]:
    """Return the frames that a tab's document has.

    Playwright's own list may keep one that went to another process just before it was removed, and that never answers.
    """
    return [frame for each in tab.query_selector_all("iframe") if (frame := each.content_frame())]


def _blobs(frame: Frame) -> int:
    try:
        count: int = frame.evaluate("globalThis.testBlobs?.size ?? 0")
    except Error:  # it went away meanwhile, with its blobs
        return 0
    return count


def threads(page: NotebookPage) -> str:
    """Return the names of the kernel's threads; numbers differ between two that are the same."""
    return re.sub(r"\d+", "", page.run_new(_THREADS))
