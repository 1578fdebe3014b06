"""A real Jupyter server, started from the environment under test.

It lives under a base URL with an escaped space in it, wants its token for everything, and shares no configuration, no
kernels and no files with the machine it runs on.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import urlsplit

import nbformat

from e2e.waiting import SLOW, wait_until

App = Literal["lab", "notebook"]

BASE_URL = "/user/jo%20e/"
"""As JupyterHub gives it to the server of somebody whose name has a space: escaped."""

_MODULES = {"lab": "jupyterlab", "notebook": "notebook"}
_OPTIONS = ("--no-browser", "--allow-root", "--expose-app-in-browser")
_PATHS = {"lab": "lab/tree/", "notebook": "notebooks/"}

# A server that has never run would ask PyPI for a newer JupyterLab, and its reader about news.
_CONFIG = {
    "LabApp": {
        "news_url": None,
        "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    },
    "ServerApp": {"allow_unauthenticated_access": False, "base_url": BASE_URL, "port_retries": 0},
}


_SETTINGS = {"@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False}}


class Jupyter:
    """One server, for the time of a ``with`` block.

    Parameters
    ----------
    app
        Which front end it serves: JupyterLab or Notebook 7.
    folder
        An empty folder for everything that the server writes.
    environment
        Variables for the server and its kernels, beside those that keep it to its folder.
    """

    def __init__(self, app: App, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.app = app
        self.root = folder / "root"
        self.log = folder / "server.log"
        self.token = secrets.token_hex(16)
        self.port = free_port()
        self._relay: tuple[str, str] | None = None
        self._environment = {
            **os.environ,
            "HOME": str(folder),
            "IPYTHONDIR": str(folder / "ipython"),
            "JUPYTER_CONFIG_DIR": str(folder / "config"),
            "JUPYTER_DATA_DIR": str(folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
            "JUPYTER_TOKEN": self.token,
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            **(environment or {}),
        }
        self.root.mkdir(parents=True)
        (folder / "config").mkdir()
        (folder / "config" / "jupyter_server_config.json").write_text(json.dumps(_CONFIG), "utf-8")
        for name, values in _SETTINGS.items():
            file = folder / "settings" / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True)
            file.write_text(json.dumps(values), "utf-8")

    def __enter__(self) -> Self:
        self._relay = None
        where = [f"--ServerApp.root_dir={self.root}", f"--ServerApp.port={self.port}"]
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", _MODULES[self.app], *_OPTIONS, *where],
                # `-m` looks into the working folder first, and the checkout is not what is under test.
                cwd=self.root,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until(self._listens, "the Jupyter server to listen", SLOW)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def origin(self) -> str:
        """The server's origin, as a page of it names it."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        """The server's base URL."""
        return self.origin + BASE_URL

    def page_url(self, name: str) -> str:
        """Return the address of a notebook in this front end, with the token that logs a new browser in.

        JupyterLab would also open what was open before: ``reset`` says not to.
        """
        return f"{self.url}{_PATHS[self.app]}{name}?token={self.token}&reset"

    def lab_url(self) -> str:
        """Return the address of an empty JupyterLab, with the token that logs a new browser in."""
        return f"{self.url}lab?token={self.token}&reset"

    def write(self, name: str, notebook: nbformat.NotebookNode) -> None:
        """Put a notebook into the server's folder."""
        nbformat.write(notebook, self.root / name)

    def read(self, name: str) -> nbformat.NotebookNode:
        """Return a notebook as it lies in the server's folder."""
        notebook: nbformat.NotebookNode = nbformat.read(self.root / name, as_version=4)
        return notebook

    def request(self, method: str, path: str) -> Any:
        """Return the answer to a request below the base URL, as the owner of the server.

        JSON is read; an answer with no body is None.
        """
        status, _, content = http_request(method, self.url + path, headers={"Authorization": f"token {self.token}"})
        if status >= 400:
            raise AssertionError(f"{method} {path} was answered with {status}: {content[:500]!r}")
        return json.loads(content) if content else None

    def kernels(self) -> list[dict[str, Any]]:
        """Return the server's view of its kernels."""
        kernels: list[dict[str, Any]] = self.request("GET", "api/kernels")
        return kernels

    def connection_file(self, kernel: str) -> Path:
        """Return the file that says where a kernel listens."""
        return Path(self._environment["JUPYTER_RUNTIME_DIR"]) / f"kernel-{kernel}.json"

    def end_kernels(self) -> None:
        """End every session and every kernel, so that the next test starts alone."""
        for session in self.request("GET", "api/sessions"):
            self.request("DELETE", f"api/sessions/{session['id']}")
        for kernel in self.kernels():
            self.request("DELETE", f"api/kernels/{kernel['id']}")

    def relay(self) -> dict[str, Any]:
        """Return what the relay's own port tells: how many rooms, pages and frames there are.

        Its address and secret are in the environment of every kernel, so one is started to look there.
        """
        if not self._relay:
            kernel = self.request("POST", "api/kernels")
            children = f"/proc/{self._process.pid}/task/{self._process.pid}/children"
            pids = Path(children).read_text("utf-8").split()
            environments = [Path(f"/proc/{pid}/environ").read_text("utf-8").split("\0") for pid in pids]
            variables = dict(line.split("=", 1) for environment in environments for line in environment if "=" in line)
            self._relay = (variables["PYSCRIPT_JUPYTER_RELAY_URL"], variables["PYSCRIPT_JUPYTER_RELAY_SECRET"])
            self.request("DELETE", f"api/kernels/{kernel['id']}")
        url, secret = self._relay
        status, _, content = http_request("GET", f"{url}/status", headers={"Authorization": f"Bearer {secret}"})
        assert status == http.HTTPStatus.OK
        counts: dict[str, Any] = json.loads(content)
        return counts

    def _listens(self) -> bool:
        if self._process.poll() is not None:
            raise AssertionError(f"The Jupyter server ended while it started:\n{self.log.read_text('utf-8')}")
        try:
            return http_request("GET", f"{self.url}api")[0] == http.HTTPStatus.OK
        except ConnectionError:
            return False


def free_port() -> int:
    """Return a port of loopback that nobody listens on now; jupyter_server 2.14 cannot choose one itself.

    It is none that the system gives to who asks for any, as kernels do: one of them could have it before the server.
    """
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def http_request(
    method: str, url: str, *, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Send one request, follow nothing, and return status, headers (names in lower case) and body.

    An answer that switches protocols has no body; the connection is closed.
    """
    parts = urlsplit(url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
    try:
        connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body, headers or {})
        response = connection.getresponse()
        content = b"" if response.status == http.HTTPStatus.SWITCHING_PROTOCOLS else response.read()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, content
    finally:
        connection.close()
