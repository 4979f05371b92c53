"""The two things that paramiko's SFTP client does not do well enough.

Belongs here: a listing that survives any name, and reading many blocks at a time without a thread.
Does not belong here: what the entries and blocks mean (`listing.py`, `fetch.py`).
paramiko has no public way to either, so this stands on its request functions; the tests against OpenSSH
notice a change. Its own listing is lost over one name that is not UTF-8; its readv() sends from a thread,
which prints a traceback when the connection is lost meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paramiko import SFTPClient
from paramiko.sftp import (
    CMD_CLOSE,
    CMD_DATA,
    CMD_HANDLE,
    CMD_NAME,
    CMD_OPENDIR,
    CMD_READ,
    CMD_READDIR,
    CMD_STATUS,
    SFTPError,
    int64,
)
from paramiko.sftp_attr import SFTPAttributes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any

    from paramiko import Message, SFTPFile


class FolderClient(SFTPClient):
    """paramiko's client with `entries` and `read_blocks`."""

    if TYPE_CHECKING:
        # The request functions of paramiko 5's client, which its stubs leave out as private.
        def _request(self, kind: int, *args: Any) -> tuple[int, Message]: ...
        def _async_request(self, waiting: object, kind: int, *args: Any) -> int: ...
        def _read_response(self) -> None: ...
        def _convert_status(self, message: Message) -> None: ...

    def entries(self, path: str) -> Iterator[tuple[bytes, SFTPAttributes]]:
        """Yield name and attributes of each entry of the folder, "." and ".." left out."""
        kind, message = self._request(CMD_OPENDIR, path)
        if kind != CMD_HANDLE:
            raise SFTPError("no handle for the folder")
        handle = message.get_binary()
        try:
            while True:
                try:
                    kind, message = self._request(CMD_READDIR, handle)
                except EOFError:
                    return
                if kind != CMD_NAME:
                    raise SFTPError("no names for the folder")
                for _ in range(message.get_int()):
                    name = message.get_binary()
                    message.get_binary()  # the same once more, formatted like `ls -l`
                    attributes = SFTPAttributes._from_msg(message)  # type: ignore[attr-defined]  # noqa: SLF001 (private: see above)
                    if name not in (b".", b".."):
                        yield name, attributes
        finally:
            # Nobody waits for the answer: with a lost connection there is none.
            self._async_request(type(None), CMD_CLOSE, handle)

    def read_blocks(self, file: SFTPFile, asked: Sequence[tuple[int, int]]) -> Iterator[bytes]:
        """Yield a block for each (offset, length) asked, all of them requested at once.

        A block is shorter than asked only where the file ends.
        """
        batch = _Batch()
        numbers = [self._ask_block(batch, file, offset, length) for offset, length in asked]
        for number, (offset, length) in zip(numbers, asked, strict=True):
            block = part = self._block(batch, number)
            # A server may answer with less than asked at any time: then we ask for the rest.
            while part and len(block) < length:
                rest = self._ask_block(batch, file, offset + len(block), length - len(block))
                part = self._block(batch, rest)
                block += part
            yield block

    def _ask_block(self, batch: _Batch, file: SFTPFile, offset: int, length: int) -> int:
        return int(self._async_request(batch, CMD_READ, file.handle, int64(offset), length))

    def _block(self, batch: _Batch, number: int) -> bytes:
        """Return the bytes that answer request `number`, none at the end of the file."""
        while number not in batch.answers:
            self._read_response()
        kind, message = batch.answers.pop(number)
        if kind == CMD_STATUS:
            try:
                self._convert_status(message)
            except EOFError:
                return b""
        if kind != CMD_DATA:
            raise SFTPError("neither data nor an error")
        return bytes(message.get_binary())


class _Batch:
    """Keeps the answers to a batch of requests, in whatever order the server gives them."""

    def __init__(self) -> None:
        self.answers: dict[int, tuple[int, Message]] = {}

    def _async_response(self, kind: int, message: Message, number: int) -> None:
        """Take an answer; paramiko calls this by its name."""
        self.answers[number] = (kind, message)
