"""Every route of ours refuses whoever is not the server's user, the immutable public assets excepted."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

from e2e.cells import LOAD, browser_cell
from e2e.conftest import Desk, Serve
from e2e.jupyter import Jupyter, http_request

REFUSED = {302, 401, 403}

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": base64.b64encode(bytes(16)).decode(),
}


@dataclass
class Routes:
    """What an attacker may know of a running server: every URL of ours, and the room's name."""

    jupyter: Jupyter
    digest: str
    room: str
    listener: str

    def url(self, path: str) -> str:
        return f"{self.jupyter.url}pyscript/{path}"

    def ticket(self, role: str = "page") -> str:
        """Return a good ticket, as the server's user gets it."""
        status, _, body = http_request(
            "POST",
            self.url(f"api/rooms/{self.room}/tickets"),
            body=json.dumps({"role": role, "environment": "mpy", "page": ""}).encode(),
            headers={"Authorization": f"token {self.jupyter.token}"},
        )
        assert status == 201
        ticket: str = json.loads(body)["ticket"]
        return ticket

    def upgrade(self, *protocols: str, headers: dict[str, str] | None = None) -> int:
        """Return the status of an attempt to open the relay's socket."""
        offered = {"Sec-WebSocket-Protocol": ", ".join(("pyscript-jupyter", *protocols))}
        return http_request("GET", self.url("relay"), headers={**UPGRADE, **offered, **(headers or {})})[0]


@pytest.fixture(scope="module")
def routes(serve: Serve, browser: Browser) -> Iterator[Routes]:
    """Return the routes of a server on which a cell has run."""
    jupyter = serve("lab")
    context = browser.new_context()
    page = Desk(jupyter, context).open(
        [LOAD, browser_cell("1"), "import os; print(os.environ['PYSCRIPT_JUPYTER_RELAY_URL'])"]
    )
    with page.page.expect_request("**/api/rooms/*/tickets") as asked:
        page.run_all()
    (frame,) = [frame for frame in page.page.frames if "/pyscript/frame/" in frame.url]
    yield Routes(
        jupyter=jupyter,
        digest=frame.url.split("/pyscript/frame/")[1].strip("/"),
        room=asked.value.url.split("/rooms/")[1].split("/")[0],
        listener=page.text(2),
    )
    context.close()
    jupyter.end_kernels()


def test_every_route_says_whom_it_lets_in(routes: Routes) -> None:
    # jupyter_server warns of each handler whose methods say nothing, as "GET of SomeHandler registered for …".
    said = routes.jupyter.log.read_text("utf-8")
    assert "pyscript_jupyter | extension was successfully loaded" in said
    assert not [line for line in said.splitlines() if "registered for" in line and "/pyscript/" in line]


def test_the_frame_page_is_for_the_user_alone(routes: Routes) -> None:
    address = routes.url(f"frame/{routes.digest}/")
    token = {"Authorization": f"token {routes.jupyter.token}"}
    assert http_request("GET", address)[0] in REFUSED
    status, headers, _ = http_request("GET", address, headers=token)
    assert status == 200
    assert headers["document-isolation-policy"] == "isolate-and-require-corp"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]


def test_tickets_are_for_the_user_alone(routes: Routes) -> None:
    address = routes.url(f"api/rooms/{routes.room}/tickets")
    body = json.dumps({"role": "page"}).encode()
    assert http_request("POST", address, body=body)[0] in REFUSED
    assert http_request("POST", address, body=body, headers={"Authorization": "token wrong"})[0] in REFUSED


def test_tickets_are_not_given_to_another_sites_form(routes: Routes) -> None:
    status, headers, _ = http_request("GET", f"{routes.jupyter.url}lab?token={routes.jupyter.token}")
    assert status in {200, 302}
    cookie = {"Cookie": headers["set-cookie"].split(";")[0], "Origin": "https://elsewhere.invalid"}
    address = routes.url(f"api/rooms/{routes.room}/tickets")
    assert http_request("POST", address, body=b'{"role": "page"}', headers=cookie)[0] in {403, 404}


def test_the_relay_wants_a_ticket(routes: Routes) -> None:
    assert routes.upgrade() == 403
    assert routes.upgrade("ticket.wrong") == 403
    assert routes.upgrade("ticket.wrong", headers={"Authorization": f"token {routes.jupyter.token}"}) == 403


def test_a_ticket_is_good_for_one_use(routes: Routes) -> None:
    ticket = f"ticket.{routes.ticket()}"
    assert routes.upgrade(ticket) == 101
    assert routes.upgrade(ticket) == 403


def test_a_frame_of_an_opaque_origin_needs_a_ticket_and_another_site_is_refused_with_one(routes: Routes) -> None:
    assert routes.upgrade("ticket.wrong", headers={"Origin": "null"}) == 403
    assert routes.upgrade(f"ticket.{routes.ticket()}", headers={"Origin": "https://elsewhere.invalid"}) == 403
    assert routes.upgrade(f"ticket.{routes.ticket()}", headers={"Origin": "null"}) == 101


def test_a_mailbox_opens_for_its_key_alone_and_no_log_has_it(routes: Routes) -> None:
    address, body = routes.url("mailbox"), json.dumps({"mailbox": "a-key", "run": 1}).encode()
    token = {"Authorization": f"token {routes.jupyter.token}"}
    for headers in ({}, token, {"Origin": "null"}, {"Origin": "https://elsewhere.invalid"}):
        assert http_request("POST", address, body=body, headers=headers)[0] == 404
    assert http_request("POST", address, body=bytes(2000))[0] == 400
    assert http_request("GET", address)[0] == 405
    said = routes.jupyter.log.read_text("utf-8")
    assert "/pyscript/mailbox" in said
    assert "a-key" not in said


def test_the_port_for_kernels_wants_the_secret_and_no_browser(routes: Routes) -> None:
    for path in ("relay", "status"):
        address = f"{routes.listener}/{path}"
        assert http_request("GET", address, headers=UPGRADE)[0] == 403
        assert http_request("GET", address, headers={**UPGRADE, "Authorization": "Bearer wrong"})[0] == 403
        assert http_request("GET", address, headers={"Authorization": f"token {routes.jupyter.token}"})[0] == 403


def test_nothing_but_what_the_manifest_names_is_served_as_an_asset(routes: Routes) -> None:
    assert http_request("GET", routes.url(f"assets/{routes.digest}/frame.js"))[0] == 200
    for name in ("manifest.json", "../__init__.py", "%2e%2e/__init__.py", "nothing.js"):
        assert http_request("GET", routes.url(f"assets/{routes.digest}/{name}"))[0] == 404
    assert http_request("GET", routes.url("assets/0000000000000000/frame.js"))[0] == 404


def test_assets_come_compressed_with_their_own_type_and_for_ever(routes: Routes) -> None:
    manifest = json.loads(_manifest(routes))
    entry = manifest["interpreters"]["micropython"]["entry"]
    address = routes.url(f"assets/{routes.digest}/{entry.removesuffix('.mjs')}.wasm")
    for encoding in ("br", "gzip"):
        _, headers, _ = http_request("GET", address, headers={"Accept-Encoding": encoding})
        assert headers["content-encoding"] == encoding
        assert headers["content-type"] == "application/wasm"
        assert "immutable" in headers["cache-control"]
        assert headers["vary"] == "Accept-Encoding"


def _manifest(routes: Routes) -> bytes:
    token = {"Authorization": f"token {routes.jupyter.token}"}
    page = http_request("GET", routes.url(f"frame/{routes.digest}/"), headers=token)[2]
    return page.split(b'id="manifest">')[1].split(b"</script>")[0]
