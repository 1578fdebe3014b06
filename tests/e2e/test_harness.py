"""The harness itself, with ordinary cells: when these fail, the other tests say nothing about pyscript_jupyter."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from e2e.conftest import Desk, at_every_desk, in_every_browser
from e2e.traffic import Traffic


@at_every_desk
def test_run_all_of_ordinary_cells_is_shown_and_saved(desk: Desk) -> None:
    traffic = Traffic()
    traffic.watch(desk.context)
    page = desk.open(["print('one')", "1 + 1", "1 / 0", "print('never')"])
    page.run_all()
    assert page.execution_counts() == [1, 2, 3, None]
    assert page.text(0) == "one"
    assert page.text(1) == "2"
    assert "ZeroDivisionError" in page.text(2)
    cells = page.save().cells
    assert [cell.execution_count for cell in cells] == [1, 2, 3, None]
    assert cells[0].outputs[0].text == "one\n"
    assert cells[3].outputs == []
    assert traffic.origins() == {f"127.0.0.1:{desk.jupyter.port}"}


@at_every_desk
def test_a_cell_is_run_with_the_keyboard(desk: Desk) -> None:
    page = desk.open(["import os; print(os.environ['HOME'])"])
    assert page.run(0).endswith(desk.jupyter.root.parent.name)
    assert page.run_new("6 * 7") == "42"


class Greeting(BaseHTTPRequestHandler):
    """Answers every page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *arguments: object) -> None:
        """Be silent."""


@pytest.fixture
def stranger() -> Iterator[int]:
    """Return the port of a server on every address of this machine."""
    with ThreadingHTTPServer(("0.0.0.0", 0), Greeting) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@in_every_browser
def test_no_browser_reaches_anything_but_the_servers_address(lab: Desk, stranger: int) -> None:
    page = lab.open(["1"])
    for host, answer in {"127.0.0.1": "hello", "127.0.0.2": "TypeError", "stranger.invalid": "TypeError"}.items():
        asked = "(url) => fetch(url).then((response) => response.text(), (error) => error.name)"
        assert page.page.evaluate(asked, f"http://{host}:{stranger}/") == answer
