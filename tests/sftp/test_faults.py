"""A server that misbehaves: for each way, what comes of it, within which time, and that nothing is left behind."""

from __future__ import annotations

import hashlib
import random
import socket
import stat
import struct
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from paramiko import (
    AUTH_FAILED,
    SFTP_FAILURE,
    SFTP_PERMISSION_DENIED,
    InteractiveQuery,
    SFTPAttributes,
    SubsystemHandler,
)

from pipeline.demo.sftp_server import Login, ServedFile, ServedFolder
from pipeline.errors import PermanentError, TransientError
from pipeline.sftp.client import BLOCK_BYTES
from pipeline.sftp.deadlines import Deadlines
from pipeline.sftp.errors import (
    AmbiguousNameError,
    ConnectionLostError,
    FileChangedError,
    FileCutShortError,
    FileNotReadableError,
    FileTooLargeError,
    LoginRefusedError,
    NoAnswerError,
    NotRegularFileError,
    ServerFailureError,
    TooManyEntriesError,
)
from pipeline.sources.choice import named_files
from pipeline.sources.sftp import fetch_files
from tests.sftp.test_fetch import put
from tests.support.servers import IMPATIENT, QUICK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pipeline.demo.sftp_server import EmbeddedSftpServer
    from pipeline.sftp.fetch import FetchedFile
    from tests.support.servers import Drop

SIZE = 3_000_000
USERS = named_files({"users.csv": "users.csv"})

pytestmark = pytest.mark.usefixtures("one_try")


def collected(drop: Drop, into: Path, deadlines: Deadlines = QUICK) -> dict[str, FetchedFile]:
    into.mkdir(exist_ok=True)
    return fetch_files(drop.server, drop.path, USERS, into, deadlines=deadlines, quiet=0)


def refused(drop: Drop, into: Path, kind: type[Exception], *, within: float, deadlines: Deadlines = QUICK) -> str:
    """Fetch what must fail as `kind` within so many seconds, leaving nothing; return the words."""
    into.mkdir()
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        collected(drop, into, deadlines)
    assert time.monotonic() - started < within + 1, "the bound is kept"
    assert list(into.iterdir()) == [], "nothing is left behind"
    assert caught.value.__cause__ is None
    assert isinstance(caught.value, PermanentError | TransientError)
    assert f"127.0.0.1, port {drop.server.port}" in str(caught.value)
    return str(caught.value)


# --- what it sends of a file --------------------------------------------------------------------------------------


def reading(read: Callable[[ServedFile, int, int], bytes | int]) -> type[ServedFile]:
    """Return files that answer a read in this way."""
    return type("Misbehaving", (ServedFile,), {"read": read})


def telling(size: Callable[[int], int]) -> type[ServedFolder]:
    """Return folders that tell another size than the files have."""

    def altered(attributes: SFTPAttributes | int) -> SFTPAttributes | int:
        if not isinstance(attributes, int) and stat.S_ISREG(attributes.st_mode or 0):
            attributes.st_size = size(attributes.st_size or 0)
        return attributes

    class Telling(ServedFolder):
        def list_folder(self, path: str) -> list[SFTPAttributes] | int:
            found = super().list_folder(path)
            return found if isinstance(found, int) else [altered(entry) for entry in found]  # type: ignore[misc]

        def lstat(self, path: str) -> SFTPAttributes | int:
            return altered(super().lstat(path))

    return Telling


def telling_file(size: Callable[[int], int], file_class: type[ServedFile] = ServedFile) -> type[ServedFile]:
    class Telling(file_class):
        def stat(self) -> SFTPAttributes | int:
            attributes = super().stat()
            assert not isinstance(attributes, int)
            attributes.st_size = size(attributes.st_size or 0)
            return attributes

    return Telling


def honest(file: ServedFile, offset: int, length: int) -> bytes | int:
    return ServedFile.read(file, offset, length)


CONTENT: dict[str, tuple[Callable[[ServedFile, int, int], bytes | int], type[Exception], str]] = {
    "shrunk": (
        lambda file, offset, length: honest(file, offset, max(0, min(length, 1_000_000 - offset))),
        FileCutShortError,
        "3,000,000 bytes of users.csv were announced",
    ),
    "failure in the middle": (
        lambda file, offset, length: 4 if offset >= SIZE // 2 else honest(file, offset, length),
        ServerFailureError,
        "reported a failure while reading users.csv",
    ),
    "no permission in the middle": (
        lambda file, offset, length: 3 if offset >= SIZE // 2 else honest(file, offset, length),
        FileNotReadableError,
        "may not read users.csv",
    ),
    "gone in the middle": (
        lambda file, offset, length: 2 if offset >= SIZE // 2 else honest(file, offset, length),
        FileChangedError,
        "was removed or renamed after it was listed",
    ),
}


@pytest.mark.parametrize(("read", "kind", "words"), CONTENT.values(), ids=CONTENT)
def test_a_file_that_does_not_come_whole_is_no_success(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, read: Any, kind: type[Exception], words: str
) -> None:
    embedded_server.file_class = reading(read)
    put(embedded.folder, SIZE)
    assert words in refused(embedded, tmp_path / "into", kind, within=5)


def test_a_file_that_is_larger_than_told_is_no_success(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    embedded_server.folder_class = telling(lambda size: size // 2)
    embedded_server.file_class = telling_file(lambda size: size // 2)
    put(embedded.folder, SIZE)
    assert "grew while it was being read" in refused(embedded, tmp_path / "into", FileChangedError, within=5)


@pytest.mark.parametrize("size", [2**31, 2**40, 2**62, 2**64 - 1])
def test_an_absurd_size_is_refused_at_once_and_without_memory(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, size: int
) -> None:
    embedded_server.folder_class = telling(lambda _: size + 1 if size == 2**31 else size)
    put(embedded.folder, 1000)
    before = psutil.Process().memory_info().rss
    told = refused(embedded, tmp_path / "into", FileTooLargeError, within=2)
    assert "Rollcall reads up to 2,147,483,648" in told
    assert psutil.Process().memory_info().rss - before < 20_000_000


def test_an_open_file_is_not_asked_about(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    embedded_server.file_class = type("Silent", (ServedFile,), {"stat": lambda _: SFTP_FAILURE})
    put(embedded.folder, 1000)
    assert collected(embedded, tmp_path / "into", QUICK)["users.csv"].size == 1000


@pytest.mark.parametrize("answers", [True, False])
def test_a_server_that_lists_names_alone_is_asked_about_each(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, *, answers: bool
) -> None:
    class Bare(ServedFolder):
        def lstat(self, path: str) -> SFTPAttributes | int:
            return super().lstat(path) if answers else SFTP_PERMISSION_DENIED

        def list_folder(self, path: str) -> list[SFTPAttributes] | int:
            found = super().list_folder(path)
            assert not isinstance(found, int)
            for entry in found:
                entry._flags, entry.st_mode, entry.st_size, entry.st_mtime = 0, None, None, None
            return found

    embedded_server.folder_class = Bare
    put(embedded.folder, 1000)
    if answers:
        assert collected(embedded, tmp_path / "into", QUICK)["users.csv"].size == 1000
        return
    told = refused(embedded, tmp_path / "into", NotRegularFileError, within=2)
    assert "the server does not report its type, size and time" in told
    assert "allow this account to ask about its files" in told


@pytest.mark.parametrize("at", [1, 10_000, BLOCK_BYTES - 1, 777])
def test_answers_that_are_legally_short_are_put_together(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, at: int
) -> None:
    size = 40_000 if at == 1 else 500_000
    embedded_server.file_class = reading(lambda file, offset, length: honest(file, offset, min(length, at)))
    data = put(embedded.folder, 2000 if at == 1 else size)
    fetched = collected(embedded, tmp_path / "into")["users.csv"]
    assert fetched.sha256 == hashlib.sha256(data).hexdigest()
    assert fetched.path.read_bytes() == data


@pytest.mark.parametrize("tenth", range(10))
def test_a_connection_lost_at_any_tenth_is_no_success(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, tenth: int
) -> None:
    def read(file: ServedFile, offset: int, length: int) -> bytes | int:
        if offset >= tenth * SIZE // 10:
            embedded_server.hang_up()
        return honest(file, offset, length)

    embedded_server.file_class = reading(read)
    put(embedded.folder, SIZE)
    told = refused(embedded, tmp_path / "into", ConnectionLostError, within=5)
    assert "was lost while reading users.csv" in told


def test_a_read_that_hangs_is_given_up(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    def read(file: ServedFile, offset: int, length: int) -> bytes | int:
        if offset >= SIZE // 2:
            embedded_server.stopping.wait(20)
        return honest(file, offset, length)

    embedded_server.file_class = reading(read)
    put(embedded.folder, SIZE)
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=IMPATIENT.stall, deadlines=IMPATIENT)
    assert "did not answer within 0.5 seconds while reading users.csv" in told


def test_one_read_a_second_is_given_up_when_the_file_takes_too_long(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    """No single answer is late: only the bound for the whole file ends this."""
    patient = Deadlines(connect=2, stall=2, file=2.5, total=10)
    embedded_server.file_class = reading(
        lambda file, offset, length: (embedded_server.stopping.wait(1), honest(file, offset, length))[1]
    )
    put(embedded.folder, SIZE)
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=patient.file, deadlines=patient)
    assert "took longer than the 2.5 seconds allowed for one file" in told


def test_a_line_that_only_drips_is_given_up_by_its_rate(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    """Answers come in time, each with a byte: only the lowest rate ends this before the file's bound."""
    patient = Deadlines(connect=2, stall=2, file=60, total=60, rate_over=1.5)
    embedded_server.file_class = reading(
        lambda file, offset, _: (embedded_server.stopping.wait(0.2), honest(file, offset, 1))[1]
    )
    put(embedded.folder, SIZE)
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=patient.rate_over, deadlines=patient)
    assert "sent fewer than 4,096 bytes per second while reading users.csv" in told


def test_the_whole_district_has_a_bound_over_all_tries(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.TRIES", 100)
    monkeypatch.setattr("pipeline.sources.collect.FIRST_WAIT", 0.1)
    monkeypatch.setattr("pipeline.sources.collect.JITTER", 0.1)
    embedded_server.file_class = reading(lambda *_: 4)
    put(embedded.folder, SIZE)
    refused(embedded, tmp_path / "into", ServerFailureError, within=3, deadlines=Deadlines(total=2))
    assert embedded_server.connections > 1


# --- at which stage it hangs --------------------------------------------------------------------------------------


@contextmanager
def saying(first: bytes, *, again: bytes = b"", every: float = 0.05) -> Iterator[int]:
    """Give the port of something that says `first` and then `again` and again, and is no SSH server."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        sock, _ = listener.accept()
        with sock:
            try:
                sock.sendall(first)
                while not over.wait(every):
                    sock.sendall(again)
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1]
        over.set()
        thread.join(5)


GREETINGS = {
    "silence": (b"", b"", 0.05),
    "a greeting that drips": (b"", b"x", 0.05),
    "greetings without end": (b"", b"hello\r\n", 0.02),
    "a flood without a line": (b"", b"x" * 4096, 0.0005),
    "silence at the exchange of keys": (b"SSH-2.0-Silent\r\n", b"", 0.05),
    "an exchange of keys that drips": (b"SSH-2.0-Drip\r\n", b"\0", 0.05),
    "an exchange of keys of 4 GB": (b"SSH-2.0-Large\r\n\xff\xff\xff\xf0", b"x" * 4096, 0.001),
}


@pytest.mark.parametrize(("first", "again", "every"), GREETINGS.values(), ids=GREETINGS)
def test_a_server_that_never_gets_through_its_greeting(
    embedded: Drop, tmp_path: Path, first: bytes, again: bytes, every: float
) -> None:
    with saying(first, again=again, every=every) as port:
        told = refused(
            type(embedded)(embedded.changed(port=port), ".", embedded.folder),
            tmp_path / "into",
            (NoAnswerError, ConnectionLostError),  # type: ignore[arg-type]
            within=IMPATIENT.handshake,
            deadlines=IMPATIENT,
        )
    assert "while securing the connection" in told


@pytest.mark.parametrize("kind", [1, 2, 20, 21, 30, 31, 50, 80, 255])
@pytest.mark.parametrize("seed", range(3))
def test_packets_of_an_ssh_server_that_mean_nothing_are_told_in_words(
    embedded: Drop, tmp_path: Path, kind: int, seed: int
) -> None:
    """Whatever paramiko makes of them, with the server's own words in it, is not handed on."""
    noise = random.Random(seed).randbytes(40) + b"Casey Example" + b"\xff" * 7
    body = bytes([4, kind]) + noise + b"\0" * 4
    body += b"\0" * (-(len(body) + 4) % 8)
    with saying(b"SSH-2.0-Noise\r\n" + struct.pack(">I", len(body)) + body) as port:
        told = refused(
            type(embedded)(embedded.changed(port=port), ".", embedded.folder),
            tmp_path / "into",
            (PermanentError, TransientError),  # type: ignore[arg-type]
            within=IMPATIENT.handshake,
            deadlines=IMPATIENT,
        )
    assert "Casey" not in told


class _NoLogin(Login):
    def check_auth_password(self, username: str, password: str) -> int:
        self.server.stopping.wait(20)
        return super().check_auth_password(username, password)


class _NoChannel(Login):
    def check_channel_request(self, kind: str, chanid: int) -> int:
        self.server.stopping.wait(20)
        return super().check_channel_request(kind, chanid)


class _NoSubsystem(Login):
    def check_channel_subsystem_request(self, channel: object, name: str) -> bool:  # noqa: ARG002
        self.server.stopping.wait(20)
        return False


@pytest.mark.parametrize(
    ("login", "bound", "doing"),
    [
        (_NoLogin, "login", "logging in"),
        (_NoChannel, "channel", "opening the SFTP session"),
        (_NoSubsystem, "channel", "opening the SFTP session"),
    ],
)
def test_a_server_that_hangs_before_the_session_is_open(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, login: type[Login], bound: str, doing: str
) -> None:
    embedded_server.login_class = login
    seconds = getattr(IMPATIENT, bound)
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=seconds, deadlines=IMPATIENT)
    assert f"did not answer within 0.5 seconds while {doing}" in told


class Raw(SubsystemHandler):
    """The protocol by hand: answers each packet with what `answers` has for its kind, and hangs without."""

    answers: dict[int, Callable[[int], bytes]]

    def __init__(self, channel: Any, name: str, server: Any, *_: Any) -> None:
        super().__init__(channel, name, server)

    def start_subsystem(self, name: str, transport: Any, channel: Any) -> None:  # noqa: ARG002
        while True:
            head = self._exactly(channel, 5)
            if not head:
                return
            length, kind = struct.unpack(">IB", head)
            body = self._exactly(channel, length - 1)
            number = struct.unpack_from(">I", body)[0] if len(body) >= 4 else 0
            answer = self.answers.get(kind)
            if answer is not None:
                channel.sendall(answer(number))

    @staticmethod
    def _exactly(channel: Any, length: int) -> bytes:
        found = b""
        while len(found) < length:
            part = channel.recv(length - len(found))
            if not part:
                return b""
            found += part
        return found


def packet(kind: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    return struct.pack(">IB", len(body) + 1, kind) + body


def number(value: int) -> bytes:
    return struct.pack(">I", value)


def text(value: bytes) -> bytes:
    return number(len(value)) + value


REGULAR = number(1 | 4 | 8) + struct.pack(">Q", 100_000) + number(0o100644) + number(1_700_000_000) * 2
INIT, OPEN, READ, LSTAT, OPENDIR, READDIR = 1, 3, 5, 7, 11, 12
GOOD: dict[int, Callable[[int], bytes]] = {
    INIT: lambda _: packet(2, number(3)),
    OPENDIR: lambda n: packet(102, number(n), text(b"folder")),
    READDIR: lambda n: packet(104, number(n), number(1), text(b"users.csv"), text(b"-rw-"), REGULAR),
    LSTAT: lambda n: packet(105, number(n), REGULAR),
    OPEN: lambda n: packet(102, number(n), text(b"file")),
    READ: lambda n: packet(103, number(n), text(b"x" * BLOCK_BYTES)),
}


def once_then_end() -> Callable[[int], bytes]:
    """Answer the first READDIR with users.csv, the second with the end."""
    asked: list[int] = []

    def answer(n: int) -> bytes:
        asked.append(n)
        return GOOD[READDIR](n) if len(asked) == 1 else packet(101, number(n), number(1), text(b""), text(b""))

    return answer


@pytest.mark.parametrize("stage", [INIT, OPENDIR, READDIR, LSTAT, OPEN, READ])
def test_a_server_that_hangs_at_a_request(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, stage: int
) -> None:
    answers = {**GOOD, READDIR: once_then_end()}
    del answers[stage]
    embedded_server.subsystem_class = type("Hanging", (Raw,), {"answers": answers})
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=IMPATIENT.stall, deadlines=IMPATIENT)
    assert "did not answer within 0.5 seconds" in told


def test_a_listing_without_end_is_given_up(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    def slowly(n: int) -> bytes:
        embedded_server.stopping.wait(0.1)
        return GOOD[READDIR](n)

    embedded_server.subsystem_class = type("Endless", (Raw,), {"answers": {**GOOD, READDIR: slowly}})
    told = refused(embedded, tmp_path / "into", NoAnswerError, within=IMPATIENT.listing, deadlines=IMPATIENT)
    assert "took longer than the 1 seconds allowed for a listing" in told


# --- what it answers ----------------------------------------------------------------------------------------------

ANSWERS: dict[str, dict[int, Callable[[int], bytes]]] = {
    "a packet of 4 GB": {INIT: lambda _: number(0xFFFFFFFF)},
    "a packet of nothing": {INIT: lambda _: number(0)},
    "words at login": {INIT: lambda _: b"Welcome to the district's server!\r\n"},
    "another version": {INIT: lambda _: packet(2, number(2))},
    "names without end": {READDIR: lambda n: packet(104, number(n), number(0xFFFFFFFF))},
    "a name of 4 GB": {READDIR: lambda n: packet(104, number(n), number(1), number(0xFFFFFFFF), b"x" * 100)},
    "attributes that are cut": {LSTAT: lambda n: packet(105, number(n), number(15), b"\0\0")},
    "additions without end": {LSTAT: lambda n: packet(105, number(n), number(0x80000000), number(0xFFFFFFFF))},
    "an answer to nobody": {LSTAT: lambda n: packet(105, number(n + 77), REGULAR)},
    "an answer of another kind": {OPEN: lambda n: packet(105, number(n), REGULAR)},
    "more than asked for": {READ: lambda n: packet(103, number(n), text(b"x" * (BLOCK_BYTES + 1)))},
    "no data and no error": {READ: lambda n: packet(105, number(n), REGULAR)},
    "an error without a reason": {OPEN: lambda n: packet(101, number(n))},
}


@pytest.mark.parametrize("answers", ANSWERS.values(), ids=ANSWERS)
def test_an_answer_that_is_no_sftp_is_told_as_such_and_costs_nothing(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, answers: dict[int, Callable[[int], bytes]]
) -> None:
    every = {**GOOD, READDIR: once_then_end(), **answers}
    embedded_server.subsystem_class = type("Answering", (Raw,), {"answers": every})
    before = psutil.Process().memory_info().rss
    told = refused(embedded, tmp_path / "into", ServerFailureError, within=2)
    assert "sent an answer that is not SFTP" in told
    assert psutil.Process().memory_info().rss - before < 30_000_000


def test_an_empty_answer_in_the_middle_is_no_end(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    answers = {**GOOD, READDIR: once_then_end(), READ: lambda n: packet(103, number(n), text(b""))}
    embedded_server.subsystem_class = type("Empty", (Raw,), {"answers": answers})
    told = refused(embedded, tmp_path / "into", FileCutShortError, within=2)
    assert "100,000 bytes of users.csv were announced" in told


def test_an_end_that_is_not_proven_is_none(embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path) -> None:
    """The file has all its bytes, and the server still goes on."""
    sizes = iter([BLOCK_BYTES] * 3 + [100_000 - 3 * BLOCK_BYTES] + [1])
    answers = {
        **GOOD,
        READDIR: once_then_end(),
        READ: lambda n: packet(103, number(n), text(b"x" * next(sizes))),
    }
    embedded_server.subsystem_class = type("Going", (Raw,), {"answers": answers})
    assert "grew while it was being read" in refused(embedded, tmp_path / "into", FileChangedError, within=2)


def test_the_text_of_an_error_is_not_handed_on(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    secret = b"Casey Example, born 2015"
    answers = {**GOOD, OPENDIR: lambda n: packet(101, number(n), number(4), text(secret), text(b"en"))}
    embedded_server.subsystem_class = type("Telling", (Raw,), {"answers": answers})
    assert "Casey" not in refused(embedded, tmp_path / "into", ServerFailureError, within=2)


# --- names --------------------------------------------------------------------------------------------------------

HOSTILE = [
    b"../../etc/passwd",
    b"/etc/passwd",
    b"a/b.csv",
    b"nul\x00x.csv",
    b"nl\nx.csv",
    "back\u202ewards.csv".encode(),
    b"",
    b"\xff\xfe.csv",
    b"-rf.csv",
    b"x" * 5000,
    "\U0001f600.csv".encode(),
    b"users.csv/",
    b"users.csv\x00",
    b"CON/../users.csv",
]


def test_hostile_names_are_passed_over_and_the_good_file_is_fetched(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    size = 100_000
    blocks = iter([b"x" * BLOCK_BYTES] * 3 + [b"x" * (size - 3 * BLOCK_BYTES)])

    def read(n: int) -> bytes:
        block = next(blocks, None)
        end = packet(101, number(n), number(1), text(b""), text(b""))
        return end if block is None else packet(103, number(n), text(block))

    listings = {"open": True}

    def opendir(n: int) -> bytes:
        listings["open"] = True
        return GOOD[OPENDIR](n)

    def readdir(n: int) -> bytes:
        if not listings["open"]:
            return packet(101, number(n), number(1), text(b""), text(b""))
        listings["open"] = False
        names = [*HOSTILE, b"users.csv"]
        entries = b"".join(text(name) + text(b"") + REGULAR for name in names)
        return packet(104, number(n), number(len(names)), entries)

    answers = {**GOOD, OPENDIR: opendir, READDIR: readdir, READ: read}
    embedded_server.subsystem_class = type("Hostile", (Raw,), {"answers": answers})
    into = tmp_path / "deep" / "into"
    into.parent.mkdir()
    fetched = collected(embedded, into)
    assert fetched["users.csv"].size == size
    assert [str(path.relative_to(tmp_path)) for path in sorted((tmp_path / "deep").rglob("*"))] == [
        "deep/into",
        "deep/into/users.csv",
    ]


def test_a_hundred_thousand_entries_are_refused_within_seconds(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    entries = b"".join(text(b"%06d.csv" % n) + text(b"") + REGULAR for n in range(1000))
    endless = {**GOOD, READDIR: lambda n: packet(104, number(n), number(1000), entries)}
    embedded_server.subsystem_class = type("Full", (Raw,), {"answers": endless})
    before = psutil.Process().memory_info().rss
    assert "has more than 5,000 entries" in refused(embedded, tmp_path / "into", TooManyEntriesError, within=3)
    assert psutil.Process().memory_info().rss - before < 30_000_000


def test_two_files_that_differ_in_case_only_are_refused(embedded: Drop, tmp_path: Path) -> None:
    put(embedded.folder, 10, "users.csv")
    put(embedded.folder, 10, "USERS.csv")
    assert "USERS.csv and users.csv" in refused(embedded, tmp_path / "into", AmbiguousNameError, within=2)


# --- logins -------------------------------------------------------------------------------------------------------


class _Asks(Login):
    """Takes the password in a dialog alone; asks for a code as well, at once or afterward."""

    prompts: tuple[tuple[str, ...], ...] = (("Password: ",),)

    def __init__(self, server: EmbeddedSftpServer) -> None:
        super().__init__(server)
        self.answered: list[list[str]] = []

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002 (paramiko's signature)
        return "keyboard-interactive"

    def check_auth_password(self, username: str, password: str) -> int:  # noqa: ARG002
        return AUTH_FAILED

    def check_auth_interactive(self, username: str, submethods: str) -> InteractiveQuery | int:  # noqa: ARG002
        self.user = username
        return InteractiveQuery("", "", *[(prompt, False) for prompt in self.prompts[0]])

    def check_auth_interactive_response(self, responses: list[str]) -> InteractiveQuery | int:
        self.answered.append(responses)
        if len(self.answered) < len(self.prompts):
            return InteractiveQuery("", "", *[(prompt, False) for prompt in self.prompts[len(self.answered)]])
        account = self.server.accounts[self.user]
        return self._result(self.user, right=[account.password] in self.answered and len(self.prompts) == 1)


def test_a_password_that_is_asked_for_in_a_dialog_alone_is_given(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path
) -> None:
    embedded_server.login_class = _Asks
    put(embedded.folder, 1000)
    assert collected(embedded, tmp_path / "into", QUICK)["users.csv"].size == 1000


@pytest.mark.parametrize("prompts", [(("Password: ", "Token: "),), (("Password: ",), ("Token: ",))])
def test_a_second_factor_is_named_as_that_and_not_as_a_wrong_password(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, prompts: tuple[tuple[str, ...], ...]
) -> None:
    embedded_server.login_class = type("Asks", (_Asks,), {"prompts": prompts})
    told = refused(embedded, tmp_path / "into", LoginRefusedError, within=3)
    assert "more than a password" in told
    assert "wrong" not in told


class _HangsUp(Login):
    def check_auth_password(self, username: str, password: str) -> int:
        result = super().check_auth_password(username, password)
        self.server.hang_up()
        return result


def test_a_server_that_hangs_up_at_the_login_is_not_asked_again(
    embedded: Drop, embedded_server: EmbeddedSftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sources.collect.TRIES", 3)
    embedded_server.login_class = _HangsUp
    told = refused(embedded, tmp_path / "into", LoginRefusedError, within=3)
    assert "hung up instead of answering the login" in told
    assert embedded_server.login_attempts == {"lakeside": 1}
