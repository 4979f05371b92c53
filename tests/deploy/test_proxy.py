"""The two doors to Dagster's pages, by a real nginx from deploy/proxy: who gets in, and what a foreign page can send.

Behind them is a small server that says what reached it. That Dagster itself takes what nginx lets through is
tests/test_webserver.py's.
"""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.certificates import certificate
from tests.support.services import DEPLOY, free_port, nginx_program

PAGES, OPERATE = "pages.example.org", "operate.example.org"
JSON = {"Content-Type": "application/json"}
SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade"}

Ask = Callable[..., int]


class Behind(BaseHTTPRequestHandler):
    """Answers everything, and keeps what came."""

    reached: list[tuple[str, str, str | None]]

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.reached.append((self.command, self.path, self.headers.get("Authorization")))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_POST = do_GET  # noqa: N815 - http.server asks for it by this name

    def log_message(self, *_: object) -> None:
        pass


def hashed(password: str) -> str:
    return "{SHA}" + base64.b64encode(hashlib.sha1(password.encode(), usedforsecurity=False).digest()).decode()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, type[Behind]]]:
    """Run nginx with the example, on a free port, in front of a server of the test's."""
    nginx = nginx_program()
    assert nginx is not None
    folder = tmp_path_factory.mktemp("nginx")
    behind = type("Reached", (Behind,), {"reached": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), behind)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    port = free_port()
    text = (DEPLOY / "proxy" / "nginx.conf").read_text(encoding="utf-8")
    for name in (PAGES, OPERATE):
        made = str(certificate(folder / f"{name}.pem", name).path)
        text = text.replace(f"/etc/rollcall/{name}.crt", made).replace(f"/etc/rollcall/{name}.key", made)
    for name, person in (("pages", "data"), ("operators", "operator")):
        (folder / name).write_text(f"{person}:{hashed('right')}\n", encoding="utf-8")
        text = text.replace(f"/etc/rollcall/{name}.passwords", str(folder / name))
    text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
    for dagster in (3000, 3001):
        text = text.replace(f"127.0.0.1:{dagster}", f"127.0.0.1:{server.server_port}")
    assert "/etc/rollcall" not in text
    (folder / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;\n"
        f"events {{}}\nhttp {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;\n"
        f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{text}\n}}\n",
        encoding="utf-8",
    )
    program = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"], stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 30
        while True:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
                break
            assert program.poll() is None, (folder / "error.log").read_text(encoding="utf-8")
            assert time.monotonic() < until, "nginx does not answer"
            time.sleep(0.05)
        yield port, behind
    finally:
        program.terminate()
        program.wait(timeout=30)
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def ask(proxy: tuple[int, type[Behind]]) -> Ask:
    """Send a request, as somebody who is known at that door, and return the status."""
    port, behind = proxy
    behind.reached.clear()

    def send(
        host: str, path: str, method: str = "GET", *, headers: dict[str, str] | None = None, known: bool = True
    ) -> int:
        person = {PAGES: "data", OPERATE: "operator"}[host]
        login = base64.b64encode(f"{person}:{'right' if known else 'wrong'}".encode()).decode()
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        raw = socket.create_connection(("127.0.0.1", port), timeout=30)
        connection = HTTPSConnection(host, timeout=30)
        connection.sock = context.wrap_socket(raw, server_hostname=host)
        body = json.dumps({"query": "{ version }"}) if method == "POST" else None
        connection.request(method, path, body, {"Authorization": f"Basic {login}", **(headers or {})})
        status = connection.getresponse().status
        connection.close()
        return status

    return send


@pytest.mark.services
@pytest.mark.parametrize("host", [PAGES, OPERATE])
def test_each_door_asks_who_is_there_and_hands_no_password_on(
    ask: Ask, proxy: tuple[int, type[Behind]], host: str
) -> None:
    assert ask(host, "/runs", known=False) == 401
    assert proxy[1].reached == []
    assert ask(host, "/runs") == 200
    assert proxy[1].reached == [("GET", "/runs", None)]


@pytest.mark.services
@pytest.mark.parametrize(
    ("path", "method", "headers", "status"),
    [
        ("/graphql", "POST", JSON, 200),
        ("/graphql", "POST", JSON | {"Origin": f"https://{OPERATE}"}, 200),
        ("/graphql", "POST", {"Content-Type": "application/json; charset=utf-8"}, 200),
        ("/graphql", "GET", SOCKET | {"Origin": f"https://{OPERATE}"}, 200),
        ("/graphql", "POST", JSON | {"Origin": "https://elsewhere.example"}, 403),
        ("/graphql", "POST", JSON | {"Origin": "null"}, 403),
        ("/graphql", "GET", SOCKET | {"Origin": "https://elsewhere.example"}, 403),
        ("/graphql", "GET", SOCKET, 403),
        ("/graphql", "POST", {"Content-Type": "text/plain"}, 403),
        ("/graphql", "POST", {"Content-Type": "application/x-www-form-urlencoded"}, 403),
        ("/graphql", "POST", {"Content-Type": "multipart/form-data; boundary=application/json"}, 403),
        ("/graphql?query=mutation%7Bx%7D", "GET", {}, 403),
        ("/graphql?query=mutation%7Bx%7D", "POST", JSON, 403),
        ("/graphql?query=mutation%7Bx%7D", "GET", SOCKET | {"Origin": f"https://{OPERATE}"}, 403),
        ("/graphql/?query=mutation%7Bx%7D", "GET", {}, 403),
        ("//graphql?query=mutation%7Bx%7D", "GET", {}, 403),
        ("/%67raphql?query=mutation%7Bx%7D", "GET", {}, 403),
        ("/runs", "GET", {"Origin": "https://elsewhere.example"}, 403),
        ("/report_asset_materialization/roster", "POST", {"Content-Type": "text/plain"}, 403),
    ],
)
def test_a_page_of_another_site_gets_nothing_through_the_door_of_the_operators(
    ask: Ask, proxy: tuple[int, type[Behind]], path: str, method: str, headers: dict[str, str], status: int
) -> None:
    assert ask(OPERATE, path, method, headers=headers) == status
    assert len(proxy[1].reached) == (status == 200)


@pytest.mark.services
def test_another_name_gets_no_answer(proxy: tuple[int, type[Behind]]) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with socket.create_connection(("127.0.0.1", proxy[0]), timeout=30) as raw, pytest.raises(ssl.SSLError):
        context.wrap_socket(raw, server_hostname="attacker.example")


def test_the_two_proxies_have_the_same_doors() -> None:
    nginx, caddy = ((DEPLOY / "proxy" / name).read_text(encoding="utf-8") for name in ("nginx.conf", "Caddyfile"))
    for text in (nginx, caddy):
        assert all(one in text for one in (PAGES, OPERATE, "127.0.0.1:3000", "127.0.0.1:3001", "application/json"))
