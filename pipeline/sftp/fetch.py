"""Fetching one file: whole, unchanged while it was read, on disk; or not at all.

Belongs here: the reading, and every check that makes a cut or mixed file a failure.
Does not belong here: which files (`collect.py`), what they hold (`pipeline.csvfile`).
paramiko's own get() takes a file that was cut short for a success (measured): that is why none of it is used
here.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paramiko.ssh_exception import SSHException

from pipeline.sftp.errors import (
    FileChangedError,
    FileCutShortError,
    FileNotReadableError,
    FileTooLargeError,
    NotRegularFileError,
)
from pipeline.sftp.listing import described, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

    from paramiko import SFTPFile
    from paramiko.sftp_attr import SFTPAttributes

    from pipeline.sftp.connect import SftpSession
    from pipeline.sftp.listing import RemoteFile

# The largest district has 1.1 million students; its enrollments.csv, the largest of the three, has about 1.2
# GB.
MAX_FILE_BYTES = 2 * 1024**3

# The largest block that every server answers in one packet.
BLOCK_BYTES = 32 * 1024

# Requests on their way at a time: 88 to 100 MB/s on a fast line, and enough for 40 ms of distance. More needs
# more memory and gains nothing (measured); without any, 0.7 MB/s at 40 ms.
BLOCKS_AT_ONCE = 64


@dataclass(frozen=True)
class FetchedFile:
    """A file that was fetched whole."""

    name: str
    """The server's spelling."""
    size: int
    """In bytes."""
    modified_at: datetime
    sha256: str
    path: Path
    """Where it is now."""


def fetch(
    session: SftpSession,
    folder: str,
    remote: RemoteFile,
    into: Path,
    *,
    progress: Callable[[int], None] | None = None,
) -> FetchedFile:
    """Fetch `remote`, as listed, from `folder` to the file `into`; return what was fetched.

    `progress` gets the bytes read so far. `into` appears at once and complete, readable by us only; on any
    failure it is as it was before. Raises FileChangedError when the file is no longer the listed one or
    changes while it is read, FileCutShortError, FileTooLargeError, NotRegularFileError, FileNotReadableError,
    and what `SftpSession.asking` raises; OSError when the local disk fails.
    """
    path = f"{folder.rstrip('/')}/{remote.name}" if folder else remote.name
    with _about(session, remote):
        _must_be(remote, session.client.lstat(path), session)
    if remote.size > MAX_FILE_BYTES:
        raise FileTooLargeError(
            f"The file {remote.name} on the SFTP server {session.where} has {remote.size:,} bytes; Rollcall "
            f"reads up to {MAX_FILE_BYTES:,}.",
            "Ask the district whether this is the roster file.",
        )
    with _opened(session, path, remote) as handle, _appearing(into) as out:
        digest = hashlib.sha256()
        done = 0
        while done < remote.size:
            block = _read(session, handle, remote, done)
            out.write(block)
            digest.update(block)
            done += len(block)
            if progress is not None:
                progress(done)
        with _about(session, remote):
            handle.seek(done)
            if handle.read(1):
                raise _changed(session, remote, "has grown while it was read")
            _must_be(remote, handle.stat(), session)
            _must_be(remote, session.client.lstat(path), session)
    return FetchedFile(remote.name, done, remote.modified_at, digest.hexdigest(), into)


def _read(session: SftpSession, handle: SFTPFile, remote: RemoteFile, start: int) -> bytes:
    """Return the next bytes from `start`, as many as one batch of requests brings; never fewer than asked."""
    end = min(start + BLOCKS_AT_ONCE * BLOCK_BYTES, remote.size)
    asked = [(offset, min(BLOCK_BYTES, end - offset)) for offset in range(start, end, BLOCK_BYTES)]
    blocks = []
    with _about(session, remote):
        for (offset, length), block in zip(asked, session.client.read_blocks(handle, asked), strict=True):
            if len(block) != length:
                raise FileCutShortError(
                    f"The SFTP server {session.where} promised {remote.size:,} bytes of {remote.name} and "
                    f"sent {offset + len(block):,}.",
                    "The file may have been replaced or is still being uploaded; Rollcall uses no part of it.",
                )
            session.heard()
            blocks.append(block)
    return b"".join(blocks)


def _must_be(remote: RemoteFile, attributes: SFTPAttributes, session: SftpSession) -> None:
    """Raise unless `attributes` are those of the regular file `remote`, as it was listed."""
    mode = attributes.st_mode
    if mode is not None and not stat.S_ISREG(mode):
        raise NotRegularFileError(
            f"{remote.name} on the SFTP server {session.where} is a {kind_of(mode)} and not a file.",
            "Ask the district to put the file itself there.",
        )
    if mode is None or attributes.st_size is None or attributes.st_mtime is None:
        raise FileNotReadableError(
            f"The SFTP server {session.where} does not tell the size and time of {remote.name}, so that "
            "nobody can know whether it came whole.",
            "Ask the district for a server that does.",
        )
    if described(remote.name, attributes) != remote:
        raise _changed(session, remote, "changed after it was listed")


def _changed(session: SftpSession, remote: RemoteFile, how: str) -> FileChangedError:
    return FileChangedError(
        f"The file {remote.name} on the SFTP server {session.where} {how}.",
        "It is probably still being uploaded; Rollcall uses no part of it. Best is to upload under another "
        "name and to rename it at the end.",
    )


@contextmanager
def _about(session: SftpSession, remote: RemoteFile) -> Iterator[None]:
    """Like `SftpSession.asking`, for requests about one file that was listed."""
    with session.asking(f"{remote.name} was being read"):
        try:
            yield
        except FileNotFoundError:
            raise _changed(session, remote, "was removed or renamed after it was listed") from None
        except PermissionError:
            raise FileNotReadableError(
                f"The user {session.server.user} may not read {remote.name} on the SFTP server {session.where}.",
                "Ask the district to let this account read the file.",
            ) from None


@contextmanager
def _opened(session: SftpSession, path: str, remote: RemoteFile) -> Iterator[SFTPFile]:
    """Give the remote file, opened, when it is the listed one."""
    with _about(session, remote):
        handle = session.client.open(path, "r")
    try:
        with _about(session, remote):
            _must_be(remote, handle.stat(), session)
        yield handle
    finally:
        # What counts has been checked by now, or has failed already; a failing close adds nothing.
        with suppress(SSHException, OSError, EOFError):
            handle.close()


@contextmanager
def _appearing(into: Path) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `into` when the block ends well, and vanishes when it does not."""
    part = into.with_name(f".{into.name}.part")
    # One that a crash left behind, or a link that somebody planted: either goes, what it points to is not
    # touched.
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(into)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    folder = os.open(into.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
