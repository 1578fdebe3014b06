"""A sandbox's code reaches neither the server, nor what the browser keeps for it, nor the notebook's page."""

from __future__ import annotations

import json

import pytest

from e2e.browsers import BrowserName
from e2e.cells import LOAD, NAMES, browser_cell
from e2e.conftest import Desk, in_every_browser
from e2e.page import NotebookPage

# What the user could do: each attempt gives a value, or says that the browser refused it.
PROBE = """async (api, channels) => {
    const found = {};
    const attempt = async (name, use) => {
        try { found[name] = String(await use()); } catch { found[name] = "refused"; }
    };
    await attempt("contents", async () => (await fetch(api, {credentials: "include"})).status);
    await attempt("kernel", () => new Promise((resolve, reject) => {
        const socket = new WebSocket(channels);
        socket.onopen = () => { socket.close(); resolve("open"); };
        socket.onerror = reject;
    }));
    await attempt("indexedDB", () => new Promise((resolve, reject) => {
        const request = indexedDB.open("probe");
        request.onsuccess = () => resolve("open");
        request.onerror = reject;
    }));
    await attempt("caches", async () => { await caches.keys(); return "open"; });
    if (typeof document !== "undefined") {
        await attempt("cookie", () => { document.cookie; return "open"; });
        await attempt("localStorage", () => { localStorage.length; return "open"; });
        await attempt("page", () => { parent.document.title; return "open"; });
        await attempt("referrer", () => document.referrer);
    }
    return JSON.stringify(found);
}"""

WORKER = ("contents", "kernel", "indexedDB", "caches")
DOCUMENT = ("cookie", "localStorage", "page")


def probe(page: NotebookPage, options: str, window: bool = False) -> dict[str, str]:
    """Return what code of an environment can reach, itself or through the window that its worker has."""
    kernel = page.jupyter.kernels()[0]["id"]
    contents = f"{page.jupyter.url}api/contents"
    channels = f"{page.jupyter.url}api/kernels/{kernel}/channels".replace("http", "ws", 1)
    code = f"""
{"from polyscript import xworker" if window else "import js"}
print(await {"xworker.window" if window else "js"}.eval({PROBE!r})({contents!r}, {channels!r}))
"""
    found: dict[str, str] = json.loads(page.run_new(browser_cell(code, options)).splitlines()[-1])
    return found


def test_without_a_sandbox_code_has_the_rights_of_its_user(lab: Desk) -> None:
    page = lab.open([LOAD])
    page.run(0)
    found = probe(page, "py")
    assert [found[name] for name in WORKER] == ["200", "open", "open", "open"]


@in_every_browser
@pytest.mark.parametrize("alias", NAMES)
def test_a_sandbox_reaches_neither_server_nor_storage_nor_page(
    lab: Desk, alias: str, browser_name: BrowserName
) -> None:
    page = lab.open([LOAD])
    page.run(0)
    found = probe(page, f"{alias} --sandbox")
    assert {name: found[name] for name in WORKER} == dict.fromkeys(WORKER, "refused")
    if browser_name == "chromium":
        # Its worker has the frame's window too, which is no better off.
        found = probe(page, f"{alias} --sandbox", window=True)
        assert {name: found[name] for name in (*WORKER, *DOCUMENT)} == dict.fromkeys((*WORKER, *DOCUMENT), "refused")
        assert found["referrer"] == ""
    found = probe(page, f"{alias} --sandbox --main --env both")
    assert {name: found[name] for name in (*WORKER, *DOCUMENT)} == dict.fromkeys((*WORKER, *DOCUMENT), "refused")
    assert found["referrer"] == ""


def test_what_a_sandbox_shows_cannot_run_in_the_page(lab: Desk) -> None:
    page = lab.open([LOAD])
    page.run(0)
    code = """
display(HTML("<img src=x onerror='window.reached = true'><b id=shown>bold</b>"))
display(HTML("<script>window.reached = true</script>"))
print("printed")
6 * 7
"""
    code = f"from pyscript import HTML, display\n{code.strip()}"
    text = page.run_new(browser_cell(code, "mpy --sandbox"))
    assert "printed" in text
    assert text.endswith("42")
    assert text.count("is a sandbox: of what its code shows") == 1
    assert page.page.locator("#shown").count() == 0
    # The same code, trusted, does run there: the test would see it.
    page.run_new(browser_cell(code, "mpy --env trusted"))
    page.page.wait_for_function("window.reached")
    assert "sandbox" in page.run_new("%pyscript")
