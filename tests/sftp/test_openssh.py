"""What only the real server can show: OpenSSH's own log, its sessions killed, files changed under its hands."""

from __future__ import annotations

import hashlib
import os
import subprocess
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat

from pipeline.sftp.connect import connect
from pipeline.sftp.errors import (
    ConnectionLostError,
    HostKeyMismatchError,
    LoginRefusedError,
    NoAnswerError,
    PrivateKeyError,
    TooManyEntriesError,
)
from pipeline.sftp.fetch import fetch
from pipeline.sftp.listing import list_folder
from pipeline.sources.choice import named_files
from pipeline.sources.sftp import fetch_files
from tests.sftp.test_fetch import put
from tests.support.servers import IMPATIENT, QUICK

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.servers import Drop, OpenSsh

pytestmark = pytest.mark.openssh

USERS = named_files({"users.csv": "users.csv"})


def logged(sshd: OpenSsh) -> str:
    return sshd.log.read_text(encoding="utf-8", errors="replace")


def test_a_session_that_is_killed_in_the_middle_leaves_nothing(openssh: Drop, sshd: OpenSsh, tmp_path: Path) -> None:
    put(openssh.folder, 20_000_000)
    into = tmp_path / "into"
    into.mkdir()
    killed: list[int] = []

    def progress(done: int) -> None:
        if not killed:
            killed.append(done)
            sshd.kill_sessions()

    with pytest.raises(ConnectionLostError), connect(openssh.server, deadlines=QUICK) as session:  # noqa: PT012
        (file,) = list_folder(session, openssh.path)
        fetch(session, openssh.path, file, into / "users.csv", progress=progress)
    assert killed
    assert list(into.iterdir()) == []


def test_a_session_that_stands_still_is_given_up_in_time(openssh: Drop, sshd: OpenSsh, tmp_path: Path) -> None:
    put(openssh.folder, 20_000_000)
    started: list[float] = []

    with (  # noqa: PT012
        ExitStack() as until_the_end,
        pytest.raises(NoAnswerError) as told,
        connect(openssh.server, deadlines=IMPATIENT) as session,
    ):
        (file,) = list_folder(session, openssh.path)

        def progress(_: int) -> None:
            if not started:
                until_the_end.enter_context(sshd.stopped_sessions())
                started.append(time.monotonic())

        fetch(session, openssh.path, file, tmp_path / "users.csv", progress=progress)
    assert "did not answer within 0.5 seconds" in str(told.value)
    assert time.monotonic() - started[0] < IMPATIENT.stall + 1
    assert not list(tmp_path.glob("*users.csv*"))


def test_a_session_that_is_killed_once_is_begun_again(
    openssh: Drop, sshd: OpenSsh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.FIRST_WAIT", 0.01)
    monkeypatch.setattr("pipeline.sources.collect.JITTER", 0.01)
    data = put(openssh.folder, 20_000_000)
    killed: list[str] = []

    def progress(local: str, _: int) -> None:
        if not killed:
            killed.append(local)
            sshd.kill_sessions()

    found = fetch_files(openssh.server, openssh.path, USERS, tmp_path, deadlines=QUICK, quiet=0, progress=progress)
    assert killed
    assert found["users.csv"].sha256 == hashlib.sha256(data).hexdigest()


def test_a_wrong_password_is_one_attempt_in_the_server_s_log(openssh: Drop, sshd: OpenSsh, tmp_path: Path) -> None:
    before = logged(sshd)
    with pytest.raises(LoginRefusedError):
        fetch_files(openssh.changed(private_key=None, password="wrong"), openssh.path, USERS, tmp_path)
    new = logged(sshd)[len(before) :]
    assert new.count("Failed password for") == 1
    assert new.count("Connection from") == 1


def test_a_wrong_key_is_one_attempt_in_the_server_s_log(
    openssh: Drop, sshd: OpenSsh, tmp_path: Path, key_pair: tuple[str, str]
) -> None:
    before = logged(sshd)
    with pytest.raises(LoginRefusedError, match=r"refused the login|does not offer"):
        fetch_files(openssh.changed(private_key=key_pair[0]), openssh.path, USERS, tmp_path)
    new = logged(sshd)[len(before) :]
    assert new.count("Failed publickey for") == 1
    assert new.count("Connection from") == 1


def test_a_changed_host_key_shows_both_fingerprints_and_no_login_in_the_log(
    openssh: Drop, sshd: OpenSsh, tmp_path: Path
) -> None:
    before = logged(sshd)
    pinned = "SHA256:" + "A" * 43
    with pytest.raises(HostKeyMismatchError) as told:
        fetch_files(openssh.changed(host_keys=(pinned,)), openssh.path, USERS, tmp_path)
    assert pinned in str(told.value)
    for fingerprint in sshd.fingerprints.values():
        assert fingerprint in str(told.value)
    new = logged(sshd)[len(before) :]
    for attempt in ("Failed", "Accepted", "Invalid user", "for root"):
        assert attempt not in new


def test_either_of_two_pinned_keys_will_do(openssh: Drop, sshd: OpenSsh) -> None:
    """A server changes its key between two nights, and none is lost."""
    old, new = "SHA256:" + "A" * 43, sshd.fingerprints["ed25519"]
    for pinned in ((old, new), (new, old)):
        with connect(openssh.changed(host_keys=pinned), deadlines=QUICK) as session:
            assert list_folder(session, openssh.path) == []


def test_a_key_with_a_passphrase_logs_in(openssh: Drop, sshd: OpenSsh, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.write_text(sshd.private_key)
    locked.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", "correct horse", "-f", locked], check=True)
    key = locked.read_text()
    with connect(openssh.changed(private_key=key, passphrase="correct horse"), deadlines=QUICK) as session:
        assert list_folder(session, openssh.path) == []
    for passphrase, words in ((None, "is protected by a passphrase"), ("wrong", "the passphrase is wrong")):
        with (
            pytest.raises(PrivateKeyError, match=words),
            connect(openssh.changed(private_key=key, passphrase=passphrase), deadlines=QUICK),
        ):
            pass


def test_a_key_in_pem_that_needs_a_passphrase_is_told_in_words(openssh: Drop) -> None:
    encrypted = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x")
    )
    with (
        pytest.raises(PrivateKeyError, match="is protected by a passphrase"),
        connect(openssh.changed(private_key=encrypted.decode()), deadlines=QUICK),
    ):
        pass


def test_a_terabyte_of_holes_is_refused_and_a_full_folder_too(openssh: Drop, tmp_path: Path) -> None:
    with (openssh.folder / "users.csv").open("wb") as file:
        file.truncate(2**40)
    with pytest.raises(Exception, match="Rollcall reads up to"):
        fetch_files(openssh.server, openssh.path, USERS, tmp_path, deadlines=QUICK)
    full = openssh.folder / "full"
    full.mkdir()
    for number in range(5_001):
        os.close(os.open(full / f"{number}.csv", os.O_CREAT))
    with pytest.raises(TooManyEntriesError):
        fetch_files(openssh.server, str(full), USERS, tmp_path, deadlines=QUICK)


WEAK = {
    "ciphers": "Ciphers aes256-cbc,aes128-cbc,3des-cbc",
    "MACs": "Ciphers aes128-ctr\nMACs hmac-sha1,hmac-md5,hmac-md5-96",
}


@pytest.mark.parametrize("weak", WEAK.values(), ids=WEAK)
def test_a_server_with_nothing_but_weak_algorithms_gets_no_password(
    openssh: Drop, sshd: OpenSsh, tmp_path: Path, weak: str
) -> None:
    with (
        sshd.another(tmp_path / "weak", weak) as other,
        pytest.raises(Exception, match="have no secure algorithm in common"),
        connect(openssh.changed(port=other.port), deadlines=QUICK),
    ):
        pass
