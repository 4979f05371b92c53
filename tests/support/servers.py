"""The two servers that the client is tested against: the embedded one, and OpenSSH's sshd on a high port."""

from __future__ import annotations

import socket
import subprocess
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pipeline.demo.sftp_server import EmbeddedSftpServer
from pipeline.sftp.connect import SftpServer
from pipeline.sftp.deadlines import Deadlines
from tests.support.programs import SSHD

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

QUICK = Deadlines(connect=2.0, stall=1.0, total=20.0)

IMPATIENT = Deadlines(
    connect=1.5, handshake=0.5, login=0.5, channel=0.5, listing=1.0, stall=0.5, file=1.0, total=5.0, rate_over=0.8
)
"""Each stage has its own bound, so that a test can tell which of them held."""


@dataclass(frozen=True)
class Drop:
    """A drop folder: how to reach it, its path there, and the same folder on our disk."""

    server: SftpServer
    path: str
    folder: Path

    def changed(self, **fields: object) -> SftpServer:
        return replace(self.server, **fields)


@pytest.fixture
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a failure be the last one at once."""
    monkeypatch.setattr("pipeline.sources.collect.TRIES", 1)


@pytest.fixture
def embedded_server(tmp_path: Path) -> Iterator[EmbeddedSftpServer]:
    with EmbeddedSftpServer(tmp_path / "server") as server:
        yield server


@pytest.fixture
def embedded(embedded_server: EmbeddedSftpServer) -> Drop:
    folder = embedded_server.add_account("lakeside", "lakeside", password="right-password")
    server = SftpServer(
        host="127.0.0.1",
        port=embedded_server.port,
        user="lakeside",
        password="right-password",
        private_key=None,
        passphrase=None,
        host_keys=(embedded_server.fingerprint,),
    )
    return Drop(server, ".", folder)


@dataclass(frozen=True)
class OpenSsh:
    """A running sshd: its port, its host keys' fingerprints by type, a login key, its log."""

    port: int
    fingerprints: dict[str, str]
    private_key: str
    log: Path
    pid: int
    program: str

    def another(self, home: Path, more: str) -> AbstractContextManager[OpenSsh]:
        """Run one more, with `more` in its configuration."""
        return running(self.program, home, more)

    @contextmanager
    def stopped_sessions(self) -> Iterator[None]:
        """Let what serves the connections stand still within the block, as on a machine out of memory."""
        sessions = psutil.Process(self.pid).children(recursive=True)
        for session in sessions:
            session.suspend()
        try:
            yield
        finally:
            for session in sessions:
                with suppress(psutil.NoSuchProcess):
                    session.resume()

    def kill_sessions(self) -> None:
        """Kill what serves the connections, as an administrator or a lack of memory does; the server goes on."""
        for session in psutil.Process(self.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                session.kill()


@pytest.fixture(scope="session")
def sshd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSsh]:
    assert SSHD is not None
    Path("/run/sshd").mkdir(parents=True, exist_ok=True)
    home = tmp_path_factory.mktemp("sshd")
    with running(SSHD, home) as server:
        yield server


@contextmanager
def running(program: str, home: Path, more: str = "") -> Iterator[OpenSsh]:
    """Run an sshd with keys of its own and `more` in its configuration."""
    home.mkdir(exist_ok=True)
    fingerprints = {}
    for kind in ("ed25519", "rsa"):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", home / kind], check=True)
        shown = subprocess.run(
            ["ssh-keygen", "-l", "-f", home / f"{kind}.pub"], check=True, capture_output=True, text=True
        )
        fingerprints[kind] = shown.stdout.split()[1]
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", home / "login"], check=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = home / "log"
    config = home / "sshd_config"
    config.write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {home}/ed25519\nHostKey {home}/rsa\nPidFile none\n"
        f"AuthorizedKeysFile {home}/login.pub\nUsePAM no\nStrictModes no\nPasswordAuthentication yes\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin yes\nLogLevel VERBOSE\nSubsystem sftp "
        f"internal-sftp\n{more}\n"
    )
    process = subprocess.Popen([program, "-D", "-f", config, "-E", log])
    try:
        _wait_for(port)
        yield OpenSsh(port, fingerprints, (home / "login").read_text(), log, process.pid, program)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def openssh(sshd: OpenSsh, tmp_path: Path) -> Drop:
    folder = tmp_path / "drop"
    folder.mkdir()
    server = SftpServer(
        host="127.0.0.1",
        port=sshd.port,
        user="root",
        password=None,
        private_key=sshd.private_key,
        passphrase=None,
        host_keys=(sshd.fingerprints["ed25519"],),
    )
    return Drop(server, str(folder), folder)


@pytest.fixture(params=["embedded", pytest.param("openssh", marks=pytest.mark.openssh)])
def drop(request: pytest.FixtureRequest) -> Drop:
    """Give a drop folder on each of the two servers."""
    return request.getfixturevalue(request.param)


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("sshd does not listen")


@pytest.fixture(scope="session")
def key_pair() -> tuple[str, str]:
    """Give the texts of a private key and of its public key."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return private.decode(), public.decode()
