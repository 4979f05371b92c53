"""Mail over TLS, with a real server on loopback: certificates, logins, a server that is down. Nothing is lost."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from pipeline.mail.night import Outcome, send_due
from pipeline.mail.sent import read_sent
from pipeline.mail.server import MailServer, server_from
from pipeline.resources import Districts
from tests.mail.test_mail import Received, after, enabled, rejected
from tests.support.certificates import Certificate, certificate
from tests.support.nights import Nights

__all__ = ["enabled"]

SECRET = "right-password"


def login(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"rollcall", SECRET.encode())
    return AuthResult(success=is_right, handled=False)


@contextmanager
def running(port: int, received: Received, context: ssl.SSLContext, *, implicit: bool = False) -> Iterator[None]:
    """Run a server that takes mail only over TLS and after a login."""
    tls: dict[str, Any] = {"ssl_context": context} if implicit else {"tls_context": context, "require_starttls": True}
    controller = Controller(
        received, hostname="127.0.0.1", port=port, authenticator=login, auth_required=True,
        auth_require_tls=not implicit, **tls,
    )  # fmt: skip
    controller.start()
    try:
        yield
    finally:
        controller.stop()


@pytest.fixture
def port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """Give a certificate that this machine trusts."""
    made = certificate(tmp_path / "mail.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(made.path))
    return made


@pytest.fixture(autouse=True)
def environment(port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name the server, and the file that holds the password."""
    password = tmp_path / "mail-password"
    password.write_text(f"{SECRET}\n", encoding="utf-8")
    monkeypatch.setenv("ROLLCALL_MAIL_SERVER", f"smtp://127.0.0.1:{port}")
    monkeypatch.setenv("ROLLCALL_MAIL_FROM", "rollcall@example.org")
    monkeypatch.delenv("ROLLCALL_MAIL_OPERATOR", raising=False)
    monkeypatch.setenv("ROLLCALL_MAIL_USER", "rollcall")
    monkeypatch.setenv("ROLLCALL_MAIL_PASSWORD", f"file:{password}")
    return password


def send(nights: Nights) -> list[Outcome]:
    districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))
    server = server_from()
    assert isinstance(server, MailServer)
    return send_due(districts.readable(), server, nights.home, after(nights, 1))


def comes_the_next_time(nights: Nights, received: Received) -> None:
    """What could not be sent is sent as soon as the server takes it, once, and no failure is told any more."""
    assert [outcome.failed for outcome in send(nights)] == [""]
    assert received.subjects == [f"Roster of Cedar Valley, {nights.night(1)}: rejected"]
    assert send(nights) == []
    assert read_sent(nights.folder.mail).failed == ""


# aiosmtpd takes TLS from the beginning for none, and warns of the login.
@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize("implicit", [False, True])
def test_a_mail_goes_over_tls_after_a_login(
    enabled: Nights, port: int, trusted: Certificate, implicit: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(enabled, 1)
    received = Received()
    if implicit:
        monkeypatch.setenv("ROLLCALL_MAIL_SERVER", f"smtps://127.0.0.1:{port}")
    with running(port, received, trusted.context, implicit=implicit):
        comes_the_next_time(enabled, received)


Wrong = Callable[[Path], Certificate]


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(certificate, id="of an authority that nobody trusts"),
        pytest.param(lambda path: certificate(path, "other.example.org"), id="of another host"),
        pytest.param(lambda path: certificate(path, days=-2), id="expired"),
    ],
)
def test_to_a_server_with_a_wrong_certificate_nothing_is_said(
    enabled: Nights, port: int, trusted: Certificate, wrong: Wrong, tmp_path: Path, request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    rejected(enabled, 1)
    received = Received()
    bad = wrong(tmp_path / "wrong.pem")
    if "nobody trusts" not in request.node.name:
        # Vouched for, and wrong all the same.
        monkeypatch.setenv("SSL_CERT_FILE", str(bad.path))
    with running(port, received, bad.context):
        for _ in range(3):
            (outcome,) = send(enabled)
            assert "cannot be trusted. It must name this host" in outcome.failed
    assert received.messages == []
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted.path))
    with running(port, received, trusted.context):
        comes_the_next_time(enabled, received)


def test_a_refused_login_names_the_settings_and_not_the_secret(
    enabled: Nights, port: int, trusted: Certificate, environment: Path
) -> None:
    rejected(enabled, 1)
    received = Received()
    environment.write_text("wrong-password\n", encoding="utf-8")
    with running(port, received, trusted.context):
        for _ in range(3):
            (outcome,) = send(enabled)
            assert "refused the login. Correct ROLLCALL_MAIL_USER or ROLLCALL_MAIL_PASSWORD." in outcome.failed
            assert "wrong-password" not in outcome.failed
        assert "wrong-password" not in enabled.folder.mail.read_text(encoding="utf-8")
        environment.write_text(f"{SECRET}\n", encoding="utf-8")
        comes_the_next_time(enabled, received)


def test_a_server_that_is_down_gets_the_mail_when_it_is_back(enabled: Nights, port: int, trusted: Certificate) -> None:
    rejected(enabled, 1)
    received = Received()
    for _ in range(3):
        (outcome,) = send(enabled)
        assert outcome.failed == f"The mail server 127.0.0.1:{port} cannot be reached: Connection refused."
    with running(port, received, trusted.context):
        comes_the_next_time(enabled, received)


def test_a_server_without_tls_from_the_beginning_is_named_as_such(
    enabled: Nights, port: int, trusted: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    rejected(enabled, 1)
    received = Received()
    monkeypatch.setenv("ROLLCALL_MAIL_SERVER", f"smtps://127.0.0.1:{port}")
    with running(port, received, trusted.context):
        (outcome,) = send(enabled)
    assert "does not use a supported version of TLS. In ROLLCALL_MAIL_SERVER, write smtp://" in outcome.failed
    assert received.messages == []
