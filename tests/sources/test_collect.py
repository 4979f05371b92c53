"""When files are taken: never while somebody may still be writing, and without waiting where nobody can be."""

from __future__ import annotations

import hashlib
import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.demo.sftp_server import ServedFile, ServedFolder
from pipeline.sftp.deadlines import Deadlines
from pipeline.sftp.errors import (
    ChecksumMismatchError,
    ChecksumUnreadableError,
    FileChangedError,
    NoRoomError,
    StillUploadingError,
)
from pipeline.sources.choice import named_files
from pipeline.sources.observations import Observations
from pipeline.sources.sftp import fetch_files
from tests.sftp.test_fetch import OLD, put
from tests.support.servers import QUICK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paramiko import SFTPAttributes

    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from tests.support.servers import Drop

NAMES = ("users.csv", "classes.csv", "enrollments.csv")
CHOOSE = named_files({name: name for name in NAMES})
HOUR, DAY, YEAR = 3600, 86_400, 365 * 86_400


def collected(drop: Drop, into: Path, **options: Any) -> dict[str, bytes]:
    into.mkdir(exist_ok=True)
    options.setdefault("deadlines", QUICK)
    found = fetch_files(drop.server, drop.path, CHOOSE, into, **options)
    return {local: file.path.read_bytes() for local, file in found.items()}


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a wait be a failure."""

    def sleep(seconds: float) -> None:
        raise AssertionError(f"waits for {seconds} seconds")

    monkeypatch.setattr("pipeline.sources.collect.time.sleep", sleep)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Give the waits, none of which is waited; the clock is put forward instead."""
    waited: list[float] = []
    clock = time.monotonic
    monkeypatch.setattr("pipeline.sources.collect.time.sleep", waited.append)
    monkeypatch.setattr("pipeline.sources.collect.time.monotonic", lambda: clock() + sum(waited))
    return waited


def clocked(server: EmbeddedSftpServer, ahead: float, *, tells_reading: bool = True) -> None:
    """Let the server's clock be wrong by so many seconds, in every date that it tells."""

    def shifted(attributes: SFTPAttributes | int) -> SFTPAttributes | int:
        if not isinstance(attributes, int):
            attributes.st_mtime = max(0, int((attributes.st_mtime or 0) + ahead))
            attributes.st_atime = max(0, int((attributes.st_atime or 0) + ahead)) if tells_reading else OLD
        return attributes

    class Shifted(ServedFolder):
        def list_folder(self, path: str) -> list[SFTPAttributes] | int:
            found = super().list_folder(path)
            # As most file systems do, whatever this one does.
            os.utime(self.root, ns=(time.time_ns(), Path(self.root).stat().st_mtime_ns))
            return found if isinstance(found, int) else [shifted(entry) for entry in found]  # type: ignore[misc]

        def lstat(self, path: str) -> SFTPAttributes | int:
            return shifted(super().lstat(path))

    class ShiftedFile(ServedFile):
        def stat(self) -> SFTPAttributes | int:
            return shifted(super().stat())

    server.folder_class, server.file_class = Shifted, ShiftedFile


def dated(path: Path, ago: float) -> None:
    then = time.time() - ago
    os.utime(path, (then, then))


# --- an upload under way ------------------------------------------------------------------------------------------


@contextmanager
def trickling(path: Path) -> Iterator[list[bytes]]:
    """Write a file in small pieces with stalls, while the block runs; gives what it holds at the end."""
    whole: list[bytes] = []

    def write() -> None:
        with path.open("ab", buffering=0) as out:
            for number in range(12):
                piece = b"%04d," % number * 40
                out.write(piece)
                whole.append(piece)
                # Within the quiet period, a stall now and then.
                time.sleep(0.5 if number % 5 == 4 else 0.1)

    path.touch()
    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield whole
    finally:
        thread.join()


def never_half(drop: Drop, into: Path) -> None:
    put(drop.folder, 1000, "classes.csv")
    with trickling(drop.folder / "users.csv") as whole:
        found = collected(drop, into, quiet=1.0)
        assert len(whole) == 12, "the upload is complete"
    assert found["users.csv"] == b"".join(whole)


def test_an_upload_that_trickles_in_with_stalls_is_never_taken_half(drop: Drop, tmp_path: Path) -> None:
    never_half(drop, tmp_path / "into")


@pytest.mark.parametrize("ahead", [-YEAR, -100 * YEAR, DAY], ids=["a year slow", "at 1970", "a day ahead"])
def test_an_upload_is_never_taken_half_whatever_the_server_s_clock_shows(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, ahead: float
) -> None:
    clocked(embedded_server, ahead)
    never_half(embedded, tmp_path / "into")


def test_no_connection_is_held_while_files_come_to_rest(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_while_waiting: list[int] = []
    sleep = time.sleep

    def look_and_sleep(seconds: float) -> None:
        sleep(0.05)
        alive = [transport for transport in embedded_server._transports if transport.is_active()]
        open_while_waiting.append(len(alive))
        sleep(seconds)

    monkeypatch.setattr("pipeline.sources.collect.time.sleep", look_and_sleep)
    (embedded.folder / "users.csv").write_bytes(b"new")
    assert collected(embedded, tmp_path / "into", quiet=0.4)["users.csv"] == b"new"
    assert open_while_waiting
    assert set(open_while_waiting) == {0}


def test_an_upload_that_never_ends_is_told_as_such(embedded: Drop, tmp_path: Path, waits: list[float]) -> None:
    path = embedded.folder / "users.csv"

    def choose(listing: Any) -> Any:
        with path.open("ab") as out:
            out.write(b"more")
        return CHOOSE(listing)

    path.write_bytes(b"first")
    (tmp_path / "into").mkdir()
    with pytest.raises(StillUploadingError, match=r"are still changing after 5 minutes\.") as told:
        fetch_files(embedded.server, ".", choose, tmp_path / "into", deadlines=Deadlines(total=300))
    assert list((tmp_path / "into").iterdir()) == []
    assert max(waits) <= 15, "it is looked at again and again"
    assert sum(waits) <= 300
    assert "Sync again when the upload is complete" in str(told.value)


def test_a_new_file_rests_for_a_minute_by_our_own_clock(drop: Drop, tmp_path: Path, waits: list[float]) -> None:
    (drop.folder / "users.csv").write_bytes(b"new")
    assert collected(drop, tmp_path / "into", deadlines=Deadlines()) == {"users.csv": b"new"}
    assert 59 <= sum(waits) <= 61


def test_a_file_of_the_future_rests_too(drop: Drop, tmp_path: Path, waits: list[float]) -> None:
    (drop.folder / "users.csv").write_bytes(b"new")
    dated(drop.folder / "users.csv", -2 * YEAR)
    collected(drop, tmp_path / "into", deadlines=Deadlines())
    assert 59 <= sum(waits) <= 61


def test_a_file_that_appears_late_is_waited_for(
    embedded: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(embedded.folder, 100, "users.csv")
    sleep = time.sleep

    def bring_and_sleep(seconds: float) -> None:
        if not (embedded.folder / "classes.csv").exists():
            put(embedded.folder, 50, "classes.csv")
        sleep(seconds)

    monkeypatch.setattr("pipeline.sources.collect.time.sleep", bring_and_sleep)
    (embedded.folder / "users.csv").write_bytes(b"new")
    assert set(collected(embedded, tmp_path / "into", quiet=0.5)) == {"users.csv", "classes.csv"}


# --- files that have long been still ------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("ahead", [0, -YEAR, DAY, -6 * HOUR])
def test_an_old_file_is_not_waited_for_whatever_the_server_s_clock_shows(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, ahead: float
) -> None:
    clocked(embedded_server, ahead)
    for name in ("users.csv", "classes.csv"):
        (embedded.folder / name).write_bytes(b"whole")
        dated(embedded.folder / name, 120)
    dated(embedded.folder, 120)
    assert set(collected(embedded, tmp_path / "into")) == {"users.csv", "classes.csv"}


def test_a_young_file_is_waited_for_though_the_server_s_clock_makes_it_look_old(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, waits: list[float]
) -> None:
    clocked(embedded_server, -YEAR)
    (embedded.folder / "users.csv").write_bytes(b"whole")
    dated(embedded.folder, 120)
    collected(embedded, tmp_path / "into", deadlines=Deadlines())
    assert 59 <= sum(waits) <= 61


def test_a_server_that_does_not_note_reading_is_waited_for(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, waits: list[float]
) -> None:
    clocked(embedded_server, 0, tells_reading=False)
    put(embedded.folder, 100)
    collected(embedded, tmp_path / "into", deadlines=Deadlines())
    assert 59 <= sum(waits) <= 61


def test_what_an_earlier_look_saw_is_not_waited_for_a_second_time(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, waits: list[float]
) -> None:
    clocked(embedded_server, 0, tells_reading=False)
    put(embedded.folder, 100)
    memory = tmp_path / "looks.json"
    collected(embedded, tmp_path / "into", quiet=0.3, memory=Observations(memory, "here"), deadlines=Deadlines())
    assert waits
    waits.clear()
    threading.Event().wait(0.4)
    collected(embedded, tmp_path / "into", quiet=0.3, memory=Observations(memory, "here"), deadlines=Deadlines())
    assert waits == []
    put(embedded.folder, 101)
    collected(embedded, tmp_path / "into", quiet=0.3, memory=Observations(memory, "here"), deadlines=Deadlines())
    assert waits, "it is another file now"


@pytest.mark.usefixtures("no_waiting")
def test_where_nothing_lies_nothing_is_waited_for(drop: Drop, tmp_path: Path) -> None:
    (drop.folder / "notes.txt").write_bytes(b"new")
    (drop.folder / "users.csv.part").write_bytes(b"new")
    assert collected(drop, tmp_path / "into") == {}


# --- markers ------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("marker", ["users.csv.done", "Users.CSV.DONE"])
def test_a_marker_ends_the_wait(drop: Drop, tmp_path: Path, marker: str) -> None:
    (drop.folder / "users.csv").write_bytes(b"whole")
    (drop.folder / marker).touch()
    assert collected(drop, tmp_path / "into") == {"users.csv": b"whole"}


def test_a_marker_of_yesterday_says_nothing_of_today_s_file(drop: Drop, tmp_path: Path, waits: list[float]) -> None:
    (drop.folder / "users.csv.done").touch()
    dated(drop.folder / "users.csv.done", DAY)
    (drop.folder / "users.csv").write_bytes(b"half")
    collected(drop, tmp_path / "into", deadlines=Deadlines())
    assert sum(waits) >= 59


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize(
    "words",
    ["{0}", "{0}  users.csv\n", "{0} *users.csv\r\n", "SHA256 (users.csv) = {0}\n", "{1}\n"],
)
def test_a_checksum_file_ends_the_wait_and_is_checked(drop: Drop, tmp_path: Path, words: str) -> None:
    (drop.folder / "users.csv").write_bytes(b"whole")
    right = hashlib.sha256(b"whole").hexdigest()
    (drop.folder / "users.csv.sha256").write_text(words.format(right, right.upper()))
    assert collected(drop, tmp_path / "into") == {"users.csv": b"whole"}


@pytest.mark.usefixtures("one_try")
@pytest.mark.parametrize("age", [0, DAY])
def test_a_file_with_another_checksum_is_not_taken(drop: Drop, tmp_path: Path, age: float) -> None:
    (drop.folder / "users.csv").write_bytes(b"other")
    (drop.folder / "users.csv.sha256").write_text(hashlib.sha256(b"whole").hexdigest())
    dated(drop.folder / "users.csv.sha256", age)
    with pytest.raises(ChecksumMismatchError, match=r"users\.csv .* does not match the checksum in users\.csv\.sha256"):
        collected(drop, tmp_path / "into", quiet=0.1)
    assert list((tmp_path / "into").iterdir()) == []


@pytest.mark.usefixtures("one_try", "no_waiting")
@pytest.mark.parametrize("words", ["", "a" * 63, "a" * 65, "not yet"])
def test_a_checksum_file_without_a_checksum_is_told(drop: Drop, tmp_path: Path, words: str) -> None:
    (drop.folder / "users.csv").write_bytes(b"whole")
    (drop.folder / "users.csv.sha256").write_text(words)
    with pytest.raises(ChecksumUnreadableError, match=r"users\.csv\.sha256 .* does not contain a sha256 checksum"):
        collected(drop, tmp_path / "into")
    assert list((tmp_path / "into").iterdir()) == []


# --- a set from one moment ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("one_try")
def test_files_of_two_moments_are_no_set(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    """users.csv is fetched, and replaced while classes.csv is read."""

    class Replacing(ServedFile):
        def read(self, offset: int, length: int) -> bytes | int:
            found = super().read(offset, length)
            if isinstance(found, bytes) and found.startswith(b"classes"):
                (embedded.folder / "users.csv").write_bytes(b"of another moment")
            return found

    put(embedded.folder, 1000, "users.csv")
    (embedded.folder / "classes.csv").write_bytes(b"classes" * 10)
    embedded_server.file_class = Replacing
    with pytest.raises(FileChangedError, match="changed while they were being fetched"):
        collected(embedded, tmp_path / "into", quiet=0)
    assert list((tmp_path / "into").iterdir()) == []


@pytest.mark.parametrize("gone", ["when read", "when all are read"])
def test_what_the_server_removes_once_it_was_read_is_a_whole_set(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, gone: str
) -> None:
    closed: list[Path] = []

    class Removing(ServedFile):
        def close(self) -> None:
            if self.descriptor >= 0:
                closed.append(Path(f"/proc/self/fd/{self.descriptor}").readlink())
                for path in closed if gone == "when read" or len(closed) == len(NAMES) else ():
                    path.unlink(missing_ok=True)
            super().close()

    sent = {name: put(embedded.folder, 1000 + number, name) for number, name in enumerate(NAMES)}
    embedded_server.file_class = Removing
    assert set(collected(embedded, tmp_path / "into", quiet=0).values()) == set(sent.values())
    assert len(closed) == len(NAMES), "each file is opened once"
    assert list(embedded.folder.iterdir()) == []


def test_dates_that_a_listing_rounds_are_no_change(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    class Rounding(ServedFolder):
        def list_folder(self, path: str) -> list[SFTPAttributes] | int:
            found = super().list_folder(path)
            assert not isinstance(found, int)
            for entry in found:
                # To the minute, and in the server's local time.
                entry.st_mtime = (entry.st_mtime or 0) // 60 * 60 - 6 * HOUR
            return found

    sent = put(embedded.folder, 1000)
    os.utime(embedded.folder / "users.csv", (OLD, OLD + 17))
    embedded_server.folder_class = Rounding
    assert set(collected(embedded, tmp_path / "into", quiet=0).values()) == {sent}


def _written_over(embedded: Drop, server: EmbeddedSftpServer) -> Callable[[], None]:
    """Let the server's file be written over after its first reading, its size and date put back."""
    done: list[bool] = []

    class Lying(ServedFile):
        def close(self) -> None:
            if self.descriptor >= 0 and not done:
                done.append(True)
                put(embedded.folder, 1000)
                (embedded.folder / "users.csv").write_bytes(b"x" * 1000)
                os.utime(embedded.folder / "users.csv", (OLD, OLD))
            super().close()

    server.file_class = Lying
    return done.clear


@pytest.mark.usefixtures("one_try")
def test_a_second_reading_finds_what_no_date_tells(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    put(embedded.folder, 1000)
    again = _written_over(embedded, embedded_server)
    assert collected(embedded, tmp_path / "into", quiet=0), "nothing tells without a second reading"
    again()
    put(embedded.folder, 1000)
    (tmp_path / "into" / "users.csv").unlink()
    with pytest.raises(FileChangedError, match="different when it was read a second time"):
        collected(embedded, tmp_path / "into", quiet=0, read_twice=True)
    assert list((tmp_path / "into").iterdir()) == []


def test_a_second_reading_of_the_same_file_is_a_success(drop: Drop, tmp_path: Path) -> None:
    data = put(drop.folder, 300_000)
    assert collected(drop, tmp_path / "into", quiet=0, read_twice=True) == {"users.csv": data}


def test_a_disk_without_room_is_told_before_anything_is_read(
    embedded: Drop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.DISK_RESERVE", 2**60)
    put(embedded.folder, 1000)
    with pytest.raises(NoRoomError, match="The files need 1,000 bytes, but the disk with"):
        collected(embedded, tmp_path / "into", quiet=0)


@pytest.mark.parametrize("local", ["../users.csv", "/tmp/users.csv", "", ".users.csv", "a/b", "users\n.csv"])  # noqa: S108
def test_a_local_name_that_is_more_than_a_name_is_a_mistake_of_ours(embedded: Drop, tmp_path: Path, local: str) -> None:
    put(embedded.folder, 10)
    (tmp_path / "into").mkdir()
    with pytest.raises(ValueError, match="one plain file name"):
        fetch_files(embedded.server, ".", lambda listing: {local: listing[0]}, tmp_path / "into", quiet=0)
