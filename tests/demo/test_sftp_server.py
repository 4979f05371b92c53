from __future__ import annotations

import os
import socket
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from paramiko import AuthenticationException, Transport

from pipeline.demo.sftp_server import EmbeddedSftpServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paramiko import SFTPClient


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedSftpServer]:
    with EmbeddedSftpServer(tmp_path / "server") as server:
        server.add_account("lakeside", "lakeside", password="lakeside-password")
        server.add_account("hillcrest", "hillcrest", password="hillcrest-password")
        yield server


@contextmanager
def client(server: EmbeddedSftpServer, user: str = "lakeside", password: str = "") -> Iterator[SFTPClient]:
    """Give paramiko's plain client: the server is for any client, not only for ours."""
    with socket.create_connection(("127.0.0.1", server.port)) as sock, Transport(sock) as transport:
        transport.connect(username=user, password=password or f"{user}-password")
        with transport.open_sftp_client() as sftp:
            yield sftp
        transport.close()
        transport.join(5)


def test_it_works_like_a_drop_folder(server: EmbeddedSftpServer, tmp_path: Path) -> None:
    local = tmp_path / "local.csv"
    local.write_bytes(os.urandom(300_000))
    with client(server) as sftp:
        sftp.put(str(local), "users.csv.part")
        sftp.posix_rename("users.csv.part", "users.csv")
        sftp.utime("users.csv", (1_700_000_000, 1_700_000_000))
        with sftp.open("users.csv", "a") as file:
            file.write(b"more")
        sftp.truncate("users.csv", 300_000)
        assert sftp.stat("users.csv").st_size == 300_000
        assert sftp.listdir() == ["users.csv"]
        sftp.get("users.csv", str(tmp_path / "back.csv"))
        sftp.mkdir("old")
        sftp.rename("users.csv", "old/users.csv")
        with pytest.raises(OSError, match="Failure"):
            sftp.rmdir("old")
        sftp.remove("/old/users.csv")
        sftp.rmdir("old")
        assert sftp.listdir("/") == []
    assert (tmp_path / "back.csv").read_bytes() == local.read_bytes()


def test_rename_does_not_destroy_what_is_there(server: EmbeddedSftpServer) -> None:
    with client(server) as sftp:
        for name in ("a", "b"):
            sftp.open(name, "w").close()
        with pytest.raises(OSError, match="Failure"):
            sftp.rename("a", "b")


@pytest.mark.parametrize("path", ["../hillcrest/users.csv", "/../hillcrest/users.csv", "out/users.csv", "link"])
def test_nobody_leaves_the_own_folder(server: EmbeddedSftpServer, path: str) -> None:
    other = server.root / "hillcrest"
    (other / "users.csv").write_text("not for lakeside")
    (server.root / "lakeside" / "out").symlink_to(other)
    (server.root / "lakeside" / "link").symlink_to(other / "users.csv")
    with client(server) as sftp:
        for attempt in (lambda: sftp.open(path), lambda: sftp.open(path, "w"), lambda: sftp.stat(path)):
            with pytest.raises((FileNotFoundError, PermissionError)) as caught:
                attempt().close()
            assert caught.value
        with pytest.raises((FileNotFoundError, PermissionError)):
            sftp.listdir("out")
    assert (other / "users.csv").read_text() == "not for lakeside"


def test_login_attempts_are_counted_by_account(server: EmbeddedSftpServer) -> None:
    for password in ("wrong", "hillcrest-password"):
        with pytest.raises(AuthenticationException), client(server, "lakeside", password):
            pass
    with client(server, "hillcrest"):
        pass
    assert server.login_attempts == {"lakeside": 2, "hillcrest": 1}


def test_concurrent_connections(server: EmbeddedSftpServer) -> None:
    names = [f"{number}.csv" for number in range(8)]
    all_in = threading.Barrier(len(names))

    def write(name: str) -> None:
        with client(server) as sftp:
            all_in.wait(20)
            with sftp.open(name, "w") as file:
                file.write(name.encode() * 1000)

    with ThreadPoolExecutor(len(names)) as pool:
        list(pool.map(write, names))
    with client(server) as sftp:
        assert sorted(sftp.listdir()) == names


def test_every_thread_ends_with_the_server(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with EmbeddedSftpServer(tmp_path) as server:
        server.add_account("lakeside", "lakeside", password="lakeside-password")
        idle = socket.create_connection(("127.0.0.1", server.port))
        sock = socket.create_connection(("127.0.0.1", server.port))
        transport = Transport(sock)
        transport.connect(username="lakeside", password="lakeside-password")
        sftp = transport.open_sftp_client()
        handle = sftp.open("users.csv", "w")
        started = set(threading.enumerate()) - before
        assert all(thread.daemon for thread in started)
    transport.join(5)
    assert set(threading.enumerate()) <= before
    for each in (handle, sftp, transport, sock, idle):
        each.close()


def test_host_key_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "host_key"
    first = EmbeddedSftpServer(tmp_path, host_key=path).fingerprint
    assert EmbeddedSftpServer(tmp_path, host_key=path).fingerprint == first
    assert EmbeddedSftpServer(tmp_path).fingerprint != first
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.openssh
def test_rsa_host_key_of_ssh_keygen_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "rsa"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", path], check=True)
    shown = subprocess.run(["ssh-keygen", "-l", "-f", path], check=True, capture_output=True, text=True)
    assert EmbeddedSftpServer(tmp_path, host_key=path).fingerprint == shown.stdout.split()[1]


def test_it_can_be_started_again(tmp_path: Path) -> None:
    server = EmbeddedSftpServer(tmp_path)
    server.add_account("lakeside", "lakeside", password="lakeside-password")
    for _ in range(2):
        with server, client(server) as sftp:
            assert sftp.listdir() == []
