"""The SFTP protocol, version 3, as far as reading a drop folder needs it, over a channel of paramiko's.

Belongs here: requests and answers as bytes. Does not belong here: what the entries and blocks mean
(`listing.py`, `fetch.py`), what failures are called (`errors.py`).
paramiko's transport and channel do the SSH. Its SFTP client is not used: it loses a whole listing over one
name that is not UTF-8, believes a server that announces a packet of 4 GB, and reads many blocks at once only
from a thread, which prints a traceback when the connection is lost and, when the server is quicker than it,
falls back to one block at a time with all that was asked for kept in memory (measured).
Source: draft-ietf-secsh-filexfer-02.
"""

from __future__ import annotations

import errno
import struct
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paramiko import Channel

VERSION = 3

INIT, VERSION_ANSWER = 1, 2
OPEN, CLOSE, READ, LSTAT, OPENDIR, READDIR = 3, 4, 5, 7, 11, 12
STATUS, HANDLE, DATA, NAME, ATTRIBUTES = 101, 102, 103, 104, 105

END_OF_FILE, NO_SUCH_FILE, PERMISSION_DENIED = 1, 2, 3
"""The answers of the protocol that say more than "failure"."""

HAS_SIZE, HAS_OWNER, HAS_MODE, HAS_TIMES, HAS_MORE = 1, 2, 4, 8, 0x80000000

FOR_READING = 1

# OpenSSH's client takes no more from a server, and no server that anybody uses sends more.
MAX_PACKET_BYTES = 256 * 1024

# A kind and the number of the request.
LEAST_PACKET_BYTES = 5

# The largest block that every server answers in one packet.
BLOCK_BYTES = 32 * 1024

# Requests on their way at a time, 2 MiB of file: enough for a fast line and for 40 ms of distance. More needs
# more memory and gains nothing (measured); without any, 0.7 MB/s at 40 ms.
BLOCKS_AT_ONCE = 64

# Taken from the channel at a time; it rarely has more.
RECEIVE_BYTES = 128 * 1024


class StatusError(Exception):
    """The server answered with a failure that is neither "no such file" nor "permission denied"."""


class ProtocolError(Exception):
    """The server sent what the protocol does not allow."""


@dataclass(frozen=True)
class Attributes:
    """What a server tells of an entry; None for what it leaves out. Times are seconds since 1970."""

    size: int | None = None
    mode: int | None = None
    read_at: int | None = None
    modified_at: int | None = None


class SftpClient:
    """One SFTP session on an open channel. One thread at a time.

    What is raised: FileNotFoundError, PermissionError, StatusError and ProtocolError for what the server
    answers, EOFError at the end of the connection, and what paramiko's channel raises.
    """

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._buffer = bytearray()
        self._last = 0
        self._awaited: set[int] = set()
        self._unwanted: set[int] = set()
        self._answers: dict[int, tuple[int, _Reader]] = {}
        self._channel.sendall(struct.pack(">IBI", 5, INIT, VERSION))
        kind, answer = self._packet()
        if kind != VERSION_ANSWER or answer.number() != VERSION:
            raise ProtocolError("not version 3 of SFTP")

    def entries(self, path: str) -> Iterator[tuple[bytes, Attributes]]:
        """Yield name and attributes of each entry of the folder, "." and ".." left out."""
        handle = self._handle(OPENDIR, _text(path))
        try:
            while True:
                try:
                    kind, answer = self._answer(self._ask(READDIR, _text(handle)))
                except EOFError as end:
                    if isinstance(end, _EndOfFileError):
                        return
                    raise
                if kind != NAME:
                    raise ProtocolError("no names for the folder")
                for _ in range(answer.number()):
                    name = answer.text()
                    answer.text()  # the same once more, formatted like `ls -l`
                    attributes = answer.attributes()
                    if name not in (b".", b".."):
                        yield name, attributes
        finally:
            self.close(handle)

    def lstat(self, path: str) -> Attributes:
        """Return the attributes of the entry `path` itself, a link not followed."""
        return self._attributes(LSTAT, _text(path))

    def open(self, path: str) -> bytes:
        """Open a file for reading and return its handle."""
        return self._handle(OPEN, _text(path) + struct.pack(">II", FOR_READING, 0))

    def close(self, handle: bytes) -> None:
        """Close a handle. Nobody waits for the answer: with a lost connection there is none."""
        if not self._channel.closed:
            self._unwanted.add(self._ask(CLOSE, _text(handle)))

    def is_at_end(self, handle: bytes, offset: int) -> bool:
        """Return whether the server says that the file ends at `offset`."""
        return self._block(self._ask_block(handle, offset, 1)) is None

    def blocks(self, handle: bytes, size: int) -> Iterator[bytes]:
        """Yield the first `size` bytes of the file in order; fewer only where the file or the server ends early.

        A server may answer with less than asked at any time, and is asked for the rest then; an answer without
        any byte is no answer.
        """
        asked: deque[tuple[int, int, int]] = deque()
        offset = 0
        try:
            while asked or offset < size:
                if len(asked) <= BLOCKS_AT_ONCE // 2:
                    offset = self._ask_ahead(handle, asked, offset, size)
                number, start, length = asked.popleft()
                block = self._block(number)
                if not block:
                    return
                if len(block) > length:
                    raise ProtocolError("more bytes than asked for")
                if len(block) < length:
                    start, length = start + len(block), length - len(block)
                    asked.appendleft((self._ask_block(handle, start, length), start, length))
                yield block
        finally:
            for number, _, _ in asked:
                self._disown(number)

    def _ask_ahead(self, handle: bytes, asked: deque[tuple[int, int, int]], offset: int, size: int) -> int:
        """Fill `asked` up with requests from `offset` on, in one packet; return where the next one begins."""
        requests = bytearray()
        while offset < size and len(asked) < BLOCKS_AT_ONCE:
            length = min(BLOCK_BYTES, size - offset)
            number, request = self._request(READ, _text(handle) + struct.pack(">QI", offset, length))
            requests += request
            asked.append((number, offset, length))
            offset += length
        if requests:
            self._channel.sendall(bytes(requests))
        return offset

    def _ask_block(self, handle: bytes, offset: int, length: int) -> int:
        return self._ask(READ, _text(handle) + struct.pack(">QI", offset, length))

    def _block(self, number: int) -> bytes | None:
        """Return the bytes that answer request `number`, None at the end of the file."""
        try:
            kind, answer = self._answer(number)
        except _EndOfFileError:
            return None
        if kind != DATA:
            raise ProtocolError("neither data nor an error")
        return answer.text()

    def _handle(self, request: int, payload: bytes) -> bytes:
        kind, answer = self._answer(self._ask(request, payload))
        if kind != HANDLE:
            raise ProtocolError("no handle")
        return answer.text()

    def _attributes(self, request: int, payload: bytes) -> Attributes:
        kind, answer = self._answer(self._ask(request, payload))
        if kind != ATTRIBUTES:
            raise ProtocolError("no attributes")
        return answer.attributes()

    def _ask(self, kind: int, payload: bytes) -> int:
        number, request = self._request(kind, payload)
        self._channel.sendall(request)
        return number

    def _request(self, kind: int, payload: bytes) -> tuple[int, bytes]:
        self._last = self._last % 0xFFFFFFFF + 1
        self._awaited.add(self._last)
        return self._last, struct.pack(">IBI", 5 + len(payload), kind, self._last) + payload

    def _answer(self, number: int) -> tuple[int, _Reader]:
        """Return the answer to request `number`, in whatever order the server gives them."""
        while number not in self._answers:
            kind, answer = self._packet()
            found = answer.number()
            if found not in self._awaited:
                raise ProtocolError("an answer to a question that was not asked")
            self._awaited.remove(found)
            if found in self._unwanted:
                self._unwanted.remove(found)
            else:
                self._answers[found] = kind, answer
        kind, answer = self._answers.pop(number)
        if kind == STATUS:
            raise _status(answer.number())
        return kind, answer

    def _disown(self, number: int) -> None:
        if self._answers.pop(number, None) is None:
            self._unwanted.add(number)

    def _packet(self) -> tuple[int, _Reader]:
        self._receive(4)
        (length,) = struct.unpack_from(">I", self._buffer)
        if not LEAST_PACKET_BYTES <= length <= MAX_PACKET_BYTES:
            raise ProtocolError("a packet with an invalid size")
        self._receive(4 + length)
        kind, body = self._buffer[4], bytes(memoryview(self._buffer)[5 : 4 + length])
        del self._buffer[: 4 + length]
        return kind, _Reader(body)

    def _receive(self, length: int) -> None:
        """Return when the buffer holds at least `length` bytes."""
        while len(self._buffer) < length:
            part = self._channel.recv(RECEIVE_BYTES)
            if not part:
                raise EOFError
            self._buffer += part


class _EndOfFileError(EOFError):
    """The server says that there is nothing more."""


class _Reader:
    """Reads an answer from its beginning; ProtocolError where it is too short."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def number(self) -> int:
        """Return the next 4 bytes as a number."""
        return int.from_bytes(self._take(4))

    def text(self) -> bytes:
        """Return the next text, its length in front of it."""
        return self._take(self.number())

    def attributes(self) -> Attributes:
        """Return the next attributes."""
        flags = self.number()
        size = int.from_bytes(self._take(8)) if flags & HAS_SIZE else None
        if flags & HAS_OWNER:
            self._take(8)
        mode = self.number() if flags & HAS_MODE else None
        read_at, modified_at = (self.number(), self.number()) if flags & HAS_TIMES else (None, None)
        if flags & HAS_MORE:
            for _ in range(self.number()):
                self.text()
                self.text()
        return Attributes(size, mode, read_at, modified_at)

    def _take(self, length: int) -> bytes:
        taken = self._body[self._at : self._at + length]
        if len(taken) < length:
            raise ProtocolError("an incomplete answer")
        self._at += length
        return taken


def _text(value: str | bytes) -> bytes:
    raw = value.encode() if isinstance(value, str) else value
    return struct.pack(">I", len(raw)) + raw


def _status(code: int) -> Exception:
    """Return what to raise for a status. The server's own text is not looked at: it may hold anything."""
    if code == END_OF_FILE:
        return _EndOfFileError()
    if code == NO_SUCH_FILE:
        return FileNotFoundError(errno.ENOENT, "no such file")
    if code == PERMISSION_DENIED:
        return PermissionError(errno.EACCES, "permission denied")
    return StatusError()
