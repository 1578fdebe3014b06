"""A browser is told what to open over its pipe, and nothing of it is left. A script stands in for the browser."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pyscript_jupyter.errors import NoBrowserError
from pyscript_jupyter.headless.pipe import HeadlessBrowser

FAKE = """#!{python}
import json, os, sys
log = open({log!r}, "a", buffering=1)
profile = next(each.partition("=")[2] for each in sys.argv if each.startswith("--user-data-dir="))
open(os.path.join(profile, "Lock"), "w").close()
print(json.dumps({{"pid": os.getpid(), "profile": profile, "argv": sys.argv[1:]}}), file=log)
{before}
rest = b""
while data := os.read(3, 65536):
    *requests, rest = (rest + data).split(b"\\0")
    for request in map(json.loads, requests):
        print(json.dumps(request), file=log)
        os.write(4, json.dumps({{"id": request["id"], {answer}}}).encode() + b"\\0")
        if request["method"] == "Browser.close":
            sys.exit()
"""

Make = Callable[..., str]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Return where the browser tells what it was told."""
    return tmp_path / "log"


@pytest.fixture
def make(tmp_path: Path, log: Path) -> Make:
    """Return what makes a browser, which does something ``before`` it listens, and gives each request an answer."""

    def write(before: str = "", answer: str = '"result": {}') -> str:
        path = tmp_path / "browser"
        path.write_text(FAKE.format(python=sys.executable, log=str(log), before=before, answer=answer))
        path.chmod(0o755)
        return str(path)

    return write


def entries(log: Path, count: int) -> list[dict[str, object]]:
    """Wait until that many lines are there, and return them."""
    wait_for(lambda: log.exists() and log.read_text().count("\n") >= count)
    return [json.loads(line) for line in log.read_text().splitlines()]


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def open_browser(path: str) -> HeadlessBrowser:
    return HeadlessBrowser(path, "http://127.0.0.1:1/page/", ("name", "value"), ("--more",))


def test_the_page_is_opened_when_its_cookie_is_there(make: Make, log: Path) -> None:
    browser = open_browser(make())
    start, cookies, page = entries(log, 3)
    assert cookies["method"] == "Storage.setCookies"
    assert cookies["params"] == {
        "cookies": [
            {
                "name": "name",
                "value": "value",
                "url": "http://127.0.0.1:1/page/",
                "httpOnly": True,
                "sameSite": "Strict",
                "path": "/",
            }
        ]
    }
    assert page["method"] == "Target.createTarget"
    assert page["params"] == {"url": "http://127.0.0.1:1/page/"}
    argv = start["argv"]
    assert isinstance(argv, list)
    assert {"--headless=new", "--remote-debugging-pipe", "--more"} < set(argv)
    assert "value" not in str(argv)
    assert not browser.trouble
    browser.close()
    browser.close()
    assert browser.ended
    assert not Path(str(start["profile"])).exists()


def test_one_that_ends_by_itself_is_told_with_what_it_said(make: Make) -> None:
    browser = open_browser(make(before='sys.exit("No usable sandbox!")'))
    wait_for(lambda: browser.ended and "No usable sandbox!" in browser.trouble)
    assert "ended by itself" in browser.trouble
    browser.close()


def test_one_that_refuses_the_page_is_told(make: Make, log: Path) -> None:
    browser = open_browser(make(answer='"error": {"message": "No."}'))
    wait_for(lambda: browser.trouble.endswith("refused to open a page: No.."))
    browser.close()


def test_one_that_cannot_be_run_is_told() -> None:
    browser = open_browser("/nowhere/browser")
    wait_for(lambda: "/nowhere/browser" in browser.trouble)
    browser.close()


def test_it_ends_with_a_process_that_is_killed_and_leaves_no_profile(make: Make, log: Path) -> None:
    path = make()
    code = (
        "import time\nfrom pyscript_jupyter.headless.pipe import HeadlessBrowser\n"
        f"browser = HeadlessBrowser({path!r}, 'http://127.0.0.1:1/', ('name', 'value'))\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        start = entries(log, 3)[0]
        process.send_signal(signal.SIGKILL)
    wait_for(lambda: not Path(str(start["profile"])).exists())
    pid = start["pid"]
    assert isinstance(pid, int)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_windows_is_told_that_there_is_none_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "win32")
    with pytest.raises(NoBrowserError, match="not supported on Windows yet"):
        open_browser("chrome")
