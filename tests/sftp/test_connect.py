from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from pipeline.demo.sftp_server import Login, ServedFolder
from pipeline.errors import PermanentError, TransientError
from pipeline.sftp.connect import _private_key, connect
from pipeline.sftp.deadlines import Deadlines
from pipeline.sftp.errors import (
    ConnectionLostError,
    HostDownError,
    HostKeyMismatchError,
    HostKeyNotPinnedError,
    LoginRefusedError,
    NoAnswerError,
    PrivateKeyError,
)
from pipeline.sftp.host_keys import presented_host_key
from pipeline.sftp.listing import list_folder
from pipeline.sources.choice import named_files
from pipeline.sources.sftp import fetch_files
from tests.support.servers import QUICK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from tests.support.servers import Drop, OpenSsh

IMPATIENT = Deadlines(connect=1.0, stall=1.0, total=5.0)
WRONG_PIN = "SHA256:" + "A" * 43


def test_login_gives_a_session(drop: Drop) -> None:
    with connect(drop.server, deadlines=QUICK) as session:
        assert list_folder(session, drop.path) == []


def test_no_thread_outlives_the_session(drop: Drop) -> None:
    before = {thread.name for thread in threading.enumerate()}
    with connect(drop.server, deadlines=QUICK):
        assert "sftp-watchdog" in {thread.name for thread in threading.enumerate()}
    assert "sftp-watchdog" not in before | {thread.name for thread in threading.enumerate()}


def test_repr_shows_no_secret(drop: Drop) -> None:
    shown = repr(drop.changed(password="canary-1", private_key="canary-2", passphrase="canary-3"))
    assert "canary" not in shown


def test_wrong_password_is_tried_exactly_once(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    with pytest.raises(LoginRefusedError, match="refused the login") as caught:
        fetch_files(embedded.changed(password="wrong-canary"), ".", named_files({"users.csv": "users.csv"}), tmp_path)
    assert embedded_server.login_attempts == {"lakeside": 1}
    assert f"127.0.0.1, port {embedded.server.port}" in str(caught.value)
    assert "wrong-canary" not in str(caught.value)
    assert isinstance(caught.value, PermanentError)


@pytest.mark.openssh
def test_wrong_password_at_openssh_is_refused(openssh: Drop, sshd: OpenSsh) -> None:
    before = sshd.log.read_text().count("Failed password")
    with (
        pytest.raises(LoginRefusedError),
        connect(openssh.changed(private_key=None, password="wrong"), deadlines=QUICK),
    ):
        pass
    assert sshd.log.read_text().count("Failed password") == before + 1


def test_key_for_an_account_with_password_is_refused_in_words(embedded: Drop, key_pair: tuple[str, str]) -> None:
    with (
        pytest.raises(LoginRefusedError, match="it offers: password"),
        connect(embedded.changed(password=None, private_key=key_pair[0]), deadlines=QUICK),
    ):
        pass


def test_login_by_key_at_the_embedded_server(
    embedded_server: EmbeddedSftpServer, embedded: Drop, key_pair: tuple[str, str]
) -> None:
    private, public = key_pair
    embedded_server.add_account("hillcrest", "hillcrest", public_key=public)
    server = embedded.changed(user="hillcrest", password=None, private_key=private)
    with connect(server, deadlines=QUICK) as session:
        assert list_folder(session, ".") == []
    assert embedded_server.login_attempts["hillcrest"] == 1


@pytest.mark.parametrize("text", ["", "no key", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_unusable_private_key_is_told_before_connecting(
    embedded: Drop, embedded_server: EmbeddedSftpServer, text: str
) -> None:
    with (
        pytest.raises(PrivateKeyError, match="cannot be read"),
        connect(embedded.changed(password=None, private_key=text), deadlines=QUICK),
    ):
        pass
    assert embedded_server.connections == 0


def test_private_key_that_was_damaged_is_told_in_words_wherever_it_was(
    embedded: Drop, key_pair: tuple[str, str]
) -> None:
    private, refused = key_pair[0], 0
    for cut in range(len(private)):
        damaged = private[:cut] + private[cut + 9 :]
        try:
            _private_key(embedded.changed(password=None, private_key=damaged))
        except PrivateKeyError:
            refused += 1
    assert refused > len(private) * 0.9


def test_unknown_host_key_is_shown_and_nobody_logs_in(embedded: Drop, embedded_server: EmbeddedSftpServer) -> None:
    with (
        pytest.raises(HostKeyNotPinnedError, match="Ask the district") as caught,
        connect(embedded.changed(host_keys=()), deadlines=QUICK),
    ):
        pass
    assert embedded_server.fingerprint in str(caught.value)
    assert not embedded_server.login_attempts


def test_changed_host_key_stops_before_the_login(drop: Drop) -> None:
    presented = presented_host_key(drop.server.host, drop.server.port, deadlines=QUICK)
    with (
        pytest.raises(HostKeyMismatchError, match="has changed") as caught,
        connect(drop.changed(host_keys=(WRONG_PIN,)), deadlines=QUICK),
    ):
        pass
    assert presented.fingerprint in str(caught.value)
    assert WRONG_PIN in str(caught.value)
    assert isinstance(caught.value, PermanentError)


def test_changed_host_key_sends_no_credential(embedded: Drop, embedded_server: EmbeddedSftpServer) -> None:
    with (
        pytest.raises(HostKeyMismatchError),
        connect(embedded.changed(host_keys=(WRONG_PIN,)), deadlines=QUICK),
    ):
        pass
    assert not embedded_server.login_attempts


@pytest.mark.openssh
def test_pin_of_another_key_of_the_same_server_is_accepted(openssh: Drop, sshd: OpenSsh) -> None:
    assert presented_host_key("127.0.0.1", sshd.port).fingerprint == sshd.fingerprints["ed25519"]
    server = openssh.changed(host_keys=(sshd.fingerprints["rsa"],))
    with connect(server, deadlines=QUICK) as session:
        assert list_folder(session, openssh.path) == []


def test_host_down(embedded: Drop) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with (
        pytest.raises(HostDownError, match=f"127.0.0.1, port {port} cannot be reached") as caught,
        connect(embedded.changed(port=port), deadlines=QUICK),
    ):
        pass
    assert isinstance(caught.value, TransientError)


def test_host_name_unknown(embedded: Drop) -> None:
    # Permanent where the name service answers, transient where there is none.
    with (
        pytest.raises((PermanentError, TransientError), match=r"host name sftp\.district\.invalid"),
        connect(embedded.changed(host="sftp.district.invalid"), deadlines=QUICK),
    ):
        pass


@contextmanager
def _listening(first: bytes, *, drip: bool = False, hang_up: bool = False) -> Iterator[int]:
    """Give the port of a server that says `first` and nothing that makes sense after it."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        sock, _ = listener.accept()
        with sock:
            sock.sendall(first)
            while not hang_up and not over.wait(0.1):
                if drip:
                    try:
                        sock.sendall(b"x")
                    except OSError:
                        return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join(5)


@pytest.mark.parametrize(
    ("first", "drip"),
    [(b"", False), (b"", True), (b"SSH-2.0-Silent\r\n", False), (b"SSH-2.0-Drip\r\n", True)],
)
def test_server_that_never_answers_is_given_up_in_time(embedded: Drop, first: bytes, *, drip: bool) -> None:
    with _listening(first, drip=drip) as port:
        started = time.monotonic()
        with (
            pytest.raises((NoAnswerError, ConnectionLostError)) as caught,
            connect(embedded.changed(port=port), deadlines=IMPATIENT),
        ):
            pass
        assert time.monotonic() - started < IMPATIENT.connect + 1
    assert f"port {port}" in str(caught.value)


def test_server_that_is_no_ssh_server(embedded: Drop) -> None:
    with (
        _listening(b"HTTP/1.1 400 Bad Request\r\n\r\n", hang_up=True) as port,
        pytest.raises(ConnectionLostError, match=r"an SFTP server \(not FTP or a web server\) runs"),
        connect(embedded.changed(port=port), deadlines=QUICK),
    ):
        pass


class _SlowLogin(Login):
    def check_auth_password(self, username: str, password: str) -> int:
        self.server.stopping.wait(5)
        return super().check_auth_password(username, password)


class _SilentSftp(ServedFolder):
    def list_folder(self, path: str) -> list[object] | int:
        self.server.stopping.wait(5)
        return super().list_folder(path)


def test_login_that_is_never_answered_is_given_up_in_time(embedded: Drop, embedded_server: EmbeddedSftpServer) -> None:
    embedded_server.login_class = _SlowLogin
    started = time.monotonic()
    with (
        pytest.raises(NoAnswerError, match=r"did not answer within .* seconds while logging in"),
        connect(embedded.server, deadlines=QUICK),
    ):
        pass
    assert time.monotonic() - started < QUICK.connect + 1


class _NoSubsystem(Login):
    def check_channel_subsystem_request(self, channel: object, name: str) -> bool:  # noqa: ARG002
        self.server.stopping.wait(5)
        return False


def test_sftp_that_never_opens_is_given_up_in_time(embedded: Drop, embedded_server: EmbeddedSftpServer) -> None:
    embedded_server.login_class = _NoSubsystem
    started = time.monotonic()
    with (
        pytest.raises(NoAnswerError, match="while opening the SFTP session"),
        connect(embedded.server, deadlines=QUICK),
    ):
        pass
    assert time.monotonic() - started < QUICK.connect + 1


def test_listing_that_is_never_answered_is_given_up_in_time(
    embedded: Drop, embedded_server: EmbeddedSftpServer
) -> None:
    embedded_server.folder_class = _SilentSftp
    with connect(embedded.server, deadlines=QUICK) as session:
        started = time.monotonic()
        with pytest.raises(NoAnswerError, match="did not answer within 1 seconds while listing the folder"):
            list_folder(session, ".")
        assert time.monotonic() - started < QUICK.stall + 0.5
