from __future__ import annotations

import hashlib
import os
import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from pipeline.demo.sftp_server import ServedFile
from pipeline.errors import PermanentError, TransientError
from pipeline.sftp import fetch as fetch_module
from pipeline.sftp.client import BLOCK_BYTES, BLOCKS_AT_ONCE
from pipeline.sftp.connect import connect
from pipeline.sftp.deadlines import Deadlines
from pipeline.sftp.errors import (
    AmbiguousNameError,
    ConnectionLostError,
    FileChangedError,
    FileCutShortError,
    FileNotReadableError,
    FileTooLargeError,
    NoAnswerError,
    NotRegularFileError,
    ServerFailureError,
)
from pipeline.sftp.fetch import fetch
from pipeline.sftp.listing import RemoteFile, list_folder
from pipeline.sources.choice import named_files
from pipeline.sources.collect import with_tries
from pipeline.sources.sftp import fetch_files
from tests.support.servers import QUICK

if TYPE_CHECKING:
    from pathlib import Path

    from paramiko import SFTPAttributes

    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from tests.support.servers import Drop

BATCH = BLOCK_BYTES * BLOCKS_AT_ONCE
OLD = 1_700_000_000
USERS = named_files({"users.csv": "users.csv"})


def put(folder: Path, size: int, name: str = "users.csv") -> bytes:
    data = random.Random(size).randbytes(size)
    (folder / name).write_bytes(data)
    os.utime(folder / name, (OLD, OLD))
    return data


def listed(drop: Drop, session: object) -> RemoteFile:
    (file,) = list_folder(session, drop.path)
    return file


@pytest.mark.parametrize("size", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, BATCH, BATCH + 1, 5_000_000])
def test_file_arrives_whole(drop: Drop, tmp_path: Path, size: int) -> None:
    data = put(drop.folder, size)
    seen: list[int] = []
    into = tmp_path / "ours.csv"
    with connect(drop.server, deadlines=QUICK) as session:
        fetched = fetch(session, drop.path, listed(drop, session), into, progress=seen.append)
    assert into.read_bytes() == data
    assert (fetched.name, fetched.size, fetched.path) == ("users.csv", size, into)
    assert fetched.sha256 == hashlib.sha256(data).hexdigest()
    assert fetched.modified_at == datetime.fromtimestamp(OLD, UTC)
    assert into.stat().st_mode & 0o777 == 0o600
    assert seen[-1:] == ([size] if size else [])


def test_legal_short_answers_are_put_together(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    class Short(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            return super().read(offset, min(length, 10_000))

    embedded_server.file_class = Short
    data = put(embedded.folder, 300_000)
    with connect(embedded.server, deadlines=QUICK) as session:
        fetch(session, ".", listed(embedded, session), tmp_path / "ours.csv")
    assert (tmp_path / "ours.csv").read_bytes() == data


def _fails(drop: Drop, into: Path, *, deadlines: Deadlines = QUICK) -> Exception:
    """Fetch what must not succeed; return the failure after a look that nothing was left behind."""
    into.mkdir()
    (into / "ours.csv").write_bytes(b"yesterday")
    with connect(drop.server, deadlines=deadlines) as session:
        remote = listed(drop, session)
        with pytest.raises((PermanentError, TransientError)) as caught:
            fetch(session, drop.path, remote, into / "ours.csv")
    assert [path.name for path in into.iterdir()] == ["ours.csv"]
    assert (into / "ours.csv").read_bytes() == b"yesterday"
    assert f"127.0.0.1, port {drop.server.port}" in str(caught.value)
    return caught.value


@pytest.mark.parametrize("cut", [0, 1, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, BATCH, BATCH + 1, 2_999_999])
def test_file_shorter_than_promised_is_no_success(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, cut: int
) -> None:
    class Cut(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            return super().read(offset, max(0, min(length, cut - offset)))

    embedded_server.file_class = Cut
    put(embedded.folder, 3_000_000)
    failure = _fails(embedded, tmp_path / "into")
    assert isinstance(failure, FileCutShortError)
    assert "3,000,000 bytes of users.csv were announced" in str(failure)


def _meanwhile(drop: Drop, server: EmbeddedSftpServer, change: object) -> None:
    """Let `change` happen once to the file, after the first batch was read."""

    class Changing(ServedFile):
        changed = False

        def read(self, offset: int, length: int) -> bytes | int:
            if offset >= BATCH and not Changing.changed:
                Changing.changed = True
                change(drop.folder / "users.csv")
            return super().read(offset, length)

    server.file_class = Changing


def _truncate(path: Path) -> None:
    os.truncate(path, BATCH // 2)


def _overwrite(path: Path) -> None:
    path.write_bytes(b"x" * 5_000_000)


def _replace(path: Path) -> None:
    new = path.with_name("new")
    new.write_bytes(b"x" * 5_000_000)
    new.rename(path)


def _append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


@pytest.mark.parametrize("change", [_truncate, _overwrite, _replace, _append])
def test_file_changed_during_the_read_is_no_success(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, change: object
) -> None:
    put(embedded.folder, 5_000_000)
    _meanwhile(embedded, embedded_server, change)
    failure = _fails(embedded, tmp_path / "into")
    assert isinstance(failure, FileChangedError | FileCutShortError)
    assert isinstance(failure, TransientError)
    assert "did not use any of it" in str(failure)


def test_a_file_that_is_removed_while_it_is_read_is_whole(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    content = put(embedded.folder, 5_000_000)
    _meanwhile(embedded, embedded_server, os.unlink)
    into = tmp_path / "into"
    into.mkdir()
    with connect(embedded.server, deadlines=QUICK) as session:
        fetched = fetch(session, ".", listed(embedded, session), into / "users.csv")
    assert (fetched.size, (into / "users.csv").read_bytes()) == (5_000_000, content)


@pytest.mark.openssh
@pytest.mark.parametrize("change", [_truncate, _overwrite, _replace, _append])
def test_file_changed_during_the_read_from_openssh_is_no_success(openssh: Drop, tmp_path: Path, change: object) -> None:
    put(openssh.folder, 20_000_000)
    seen: list[int] = []

    def progress(done: int) -> None:
        if not seen:
            change(openssh.folder / "users.csv")
        seen.append(done)

    into = tmp_path / "into"
    into.mkdir()
    with connect(openssh.server, deadlines=QUICK) as session:
        remote = listed(openssh, session)
        with pytest.raises((FileChangedError, FileCutShortError)):
            fetch(session, openssh.path, remote, into / "ours.csv", progress=progress)
    assert list(into.iterdir()) == []


def test_file_changed_after_the_listing_is_no_success(drop: Drop, tmp_path: Path) -> None:
    put(drop.folder, 1000)
    with connect(drop.server, deadlines=QUICK) as session:
        remote = listed(drop, session)
        put(drop.folder, 999)
        with pytest.raises(FileChangedError, match="changed after it was listed"):
            fetch(session, drop.path, remote, tmp_path / "ours.csv")
    assert not (tmp_path / "ours.csv").exists()


def test_link_is_refused(drop: Drop, tmp_path: Path) -> None:
    put(drop.folder, 10, "real.csv")
    (drop.folder / "users.csv").symlink_to("real.csv")
    with connect(drop.server, deadlines=QUICK) as session:
        remote = RemoteFile("users.csv", 10, datetime.fromtimestamp(OLD, UTC))
        with pytest.raises(NotRegularFileError, match="is a link, not a file"):
            fetch(session, drop.path, remote, tmp_path / "ours.csv")


def test_file_over_the_cap_is_refused_before_reading(
    embedded: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch_module, "MAX_FILE_BYTES", 999)
    put(embedded.folder, 1000)
    assert isinstance(_fails(embedded, tmp_path / "into"), FileTooLargeError)


def test_sparse_terabyte_is_refused_at_once(embedded: Drop, tmp_path: Path) -> None:
    with (embedded.folder / "users.csv").open("wb") as file:
        file.truncate(2**40)
    assert isinstance(_fails(embedded, tmp_path / "into"), FileTooLargeError)


def test_file_without_permission(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    class Forbidden(embedded_server.folder_class):
        def open(self, path: str, flags: int, attr: SFTPAttributes) -> ServedFile | int:  # noqa: ARG002
            return 3  # SSH_FX_PERMISSION_DENIED

    embedded_server.folder_class = Forbidden
    put(embedded.folder, 10)
    assert isinstance(_fails(embedded, tmp_path / "into"), FileNotReadableError)


def test_failure_in_the_middle(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    class Failing(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            return 4 if offset >= BATCH else super().read(offset, length)  # SSH_FX_FAILURE

    embedded_server.file_class = Failing
    put(embedded.folder, 3_000_000)
    assert isinstance(_fails(embedded, tmp_path / "into"), ServerFailureError)


@pytest.mark.parametrize("at", [0, BLOCK_BYTES, BATCH - BLOCK_BYTES, BATCH])
def test_lost_connection_in_the_middle(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, at: int
) -> None:
    class Dropping(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            if offset >= at:
                embedded_server.hang_up()
            return super().read(offset, length)

    embedded_server.file_class = Dropping
    put(embedded.folder, 3_000_000)
    assert isinstance(_fails(embedded, tmp_path / "into"), ConnectionLostError)


def test_hung_server_is_given_up_in_time(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    class Hanging(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            if offset >= BATCH:
                embedded_server.stopping.wait(5)
            return super().read(offset, length)

    embedded_server.file_class = Hanging
    put(embedded.folder, 3_000_000)
    started = time.monotonic()
    failure = _fails(embedded, tmp_path / "into")
    assert isinstance(failure, NoAnswerError)
    assert "did not answer within 1 seconds while reading users.csv" in str(failure)
    assert time.monotonic() - started < QUICK.stall + 1


def test_dripping_server_is_given_up_in_time(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    class Dripping(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            embedded_server.stopping.wait(0.2)
            return super().read(offset, length)

    embedded_server.file_class = Dripping
    put(embedded.folder, 3_000_000)
    started = time.monotonic()
    failure = _fails(embedded, tmp_path / "into", deadlines=Deadlines(connect=1, stall=1, total=1.5))
    assert "longer than the 1.5 seconds allowed for a whole session" in str(failure)
    assert time.monotonic() - started < 2.5


def test_link_planted_at_the_temporary_name_is_not_followed(drop: Drop, tmp_path: Path) -> None:
    data = put(drop.folder, 100)
    (tmp_path / "victim").write_bytes(b"keep")
    (tmp_path / ".ours.csv.part").symlink_to("victim")
    with connect(drop.server, deadlines=QUICK) as session:
        fetch(session, drop.path, listed(drop, session), tmp_path / "ours.csv")
    assert (tmp_path / "victim").read_bytes() == b"keep"
    assert (tmp_path / "ours.csv").read_bytes() == data


def test_wanted_files_are_found_whatever_the_case(drop: Drop, tmp_path: Path) -> None:
    users = put(drop.folder, 1000, "Users.CSV")
    put(drop.folder, 10, "other.csv")
    wanted = {"users.csv": "users.csv", "classes.csv": "classes.csv"}
    fetched = fetch_files(drop.server, drop.path, named_files(wanted), tmp_path, deadlines=QUICK, quiet=0)
    assert {local: file.name for local, file in fetched.items()} == {"users.csv": "Users.CSV"}
    assert (tmp_path / "users.csv").read_bytes() == users


def test_two_files_for_one_name_are_refused(drop: Drop, tmp_path: Path) -> None:
    put(drop.folder, 10, "Users.csv")
    put(drop.folder, 10, "users.csv")
    with pytest.raises(AmbiguousNameError, match=r"Users\.csv and users\.csv"):
        fetch_files(drop.server, drop.path, USERS, tmp_path, deadlines=QUICK, quiet=0)


def test_connection_lost_once_is_tried_again(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.FIRST_WAIT", 0.01)
    monkeypatch.setattr("pipeline.sources.collect.JITTER", 0.01)

    class DroppingOnce(ServedFile):
        dropped = False

        def read(self, offset: int, length: int) -> bytes | int:
            if not DroppingOnce.dropped:
                DroppingOnce.dropped = True
                embedded_server.hang_up()
            return super().read(offset, length)

    embedded_server.file_class = DroppingOnce
    data = put(embedded.folder, 3_000_000)
    fetched = fetch_files(embedded.server, ".", USERS, tmp_path, deadlines=QUICK, quiet=0)
    assert fetched["users.csv"].sha256 == hashlib.sha256(data).hexdigest()
    assert embedded_server.login_attempts == {"lakeside": 2}


@pytest.mark.parametrize(("failure", "expected"), [(TransientError, 3), (PermanentError, 1)])
def test_only_what_may_pass_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, failure: type[Exception], expected: int
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.FIRST_WAIT", 0.01)
    monkeypatch.setattr("pipeline.sources.collect.JITTER", 0.01)
    left: list[float] = []

    def failing(deadlines: Deadlines) -> None:
        left.append(deadlines.total)
        raise failure("no")

    with pytest.raises(failure):
        with_tries(failing, Deadlines(total=10))
    assert len(left) == expected
    assert left == sorted(left, reverse=True)
    assert left[0] <= 10


@pytest.mark.parametrize("kind", ["link", "folder"])
def test_a_wanted_name_that_is_no_file_is_not_taken_for_not_there(drop: Drop, tmp_path: Path, kind: str) -> None:
    put(drop.folder, 10, "classes.csv")
    if kind == "link":
        (drop.folder / "Users.csv").symlink_to("classes.csv")
    else:
        (drop.folder / "Users.csv").mkdir()
    wanted = {"users.csv": "users.csv", "classes.csv": "classes.csv"}
    with pytest.raises(NotRegularFileError, match=rf"Users\.csv in the folder .* cannot be used: it is a {kind}\."):
        fetch_files(drop.server, drop.path, named_files(wanted), tmp_path, deadlines=QUICK, quiet=0)
