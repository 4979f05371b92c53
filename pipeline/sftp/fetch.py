"""Fetching one file: whole, unchanged while it was read, on disk; or not at all.

Belongs here: the reading, and every check that makes a cut or mixed file a failure.
Does not belong here: which files and when (`pipeline/sources/collect.py`), what they hold (`pipeline.csvfile`).
paramiko's own get() takes a file that was cut short for a success (measured): that is why none of it is used
here.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from paramiko.ssh_exception import SSHException

from pipeline.sftp.errors import (
    FileChangedError,
    FileCutShortError,
    FileNotReadableError,
    FileTooLargeError,
    NotRegularFileError,
    ServerFailureError,
)
from pipeline.sftp.listing import RemoteFile, kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from typing import BinaryIO

    from pipeline.sftp.client import Attributes
    from pipeline.sftp.connect import SftpSession

# The largest district has 1.1 million students; its enrollments.csv, the largest of the three, has about 1.2
# GB.
MAX_FILE_BYTES = 2 * 1024**3

# Blocks that are handed on together: 512 KiB. Each block by itself costs a tenth of the speed.
BLOCKS_TOGETHER = 16

# A checksum file holds 64 digits and a name.
MAX_NOTE_BYTES = 4096


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
    owner: str | None = None
    """The account that it belonged to, of a file of this machine."""


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
    digest = hashlib.sha256()
    done = 0
    # In this order: the file appears when all checks of the reading have passed.
    with appearing(into) as out, _read(session, folder, remote) as parts:
        for part in parts:
            out.write(part)
            digest.update(part)
            done += len(part)
            if progress is not None:
                progress(done)
    return FetchedFile(remote.name, done, remote.modified_at, digest.hexdigest(), into)


def digest_of(session: SftpSession, folder: str, remote: RemoteFile) -> str:
    """Read the file once more, with all the checks of `fetch`, and return its sha256. Keeps nothing."""
    digest = hashlib.sha256()
    with _read(session, folder, remote) as parts:
        for part in parts:
            digest.update(part)
    return digest.hexdigest()


def read_note(session: SftpSession, folder: str, remote: RemoteFile) -> bytes:
    """Return the bytes of a file of a few lines, with all the checks of `fetch`."""
    check_size(remote, session.at, MAX_NOTE_BYTES)
    with _read(session, folder, remote) as parts:
        return b"".join(parts)


def known(session: SftpSession, folder: str, remote: RemoteFile) -> RemoteFile:
    """Return the listed file as the server describes it by itself: listings round dates, or have them in local time.

    Where the account may not ask, it is as listed. Raises FileChangedError for a file that is gone.
    """
    attributes = _described_now(session, _path(folder, remote), remote, gone_is_fine=False)
    if attributes is None:
        return remote
    size, modified_at = attributes.size, attributes.modified_at
    return RemoteFile(
        remote.name,
        remote.size if size is None else size,
        remote.modified_at if modified_at is None else datetime.fromtimestamp(modified_at, UTC),
        attributes.read_at,
    )


def folder_read_at(session: SftpSession, folder: str) -> float | None:
    """Return when the folder was last listed, in seconds since 1970 by the server's clock; None where nobody tells."""
    try:
        with session.asking("asking about the folder"):
            return session.client.lstat(folder or ".").read_at
    except (FileNotFoundError, PermissionError, ServerFailureError):
        return None


@contextmanager
def _read(session: SftpSession, folder: str, remote: RemoteFile) -> Iterator[Iterator[bytes]]:
    """Give the bytes of the listed file, part by part; after the block it is known that they are the file.

    It is opened once, and between opening and closing it nothing but reading is asked for: some servers give a file
    away a single time, and take anything else in between for the end of that. A server that removes a file which was
    read to its end has given it whole.
    Between two parts, and after the last, nobody waits for the server: what is slow or fails there is ours.
    """
    path = _path(folder, remote)
    check_size(remote, session.at, MAX_FILE_BYTES)
    with session.one_file():
        _must_be(remote, _described_now(session, path, remote, gone_is_fine=False), session)
        with _about(session, remote):
            handle = session.client.open(path)
        try:
            yield _parts(session, handle, remote)
            with _about(session, remote):
                if not session.client.is_at_end(handle, remote.size):
                    raise changed(remote, session.at, "grew while it was being read")
        finally:
            # What counts has been checked by now, or has failed already; a failing close adds nothing.
            with suppress(SSHException, OSError, EOFError):
                session.client.close(handle)
        _must_be(remote, _described_now(session, path, remote, gone_is_fine=True), session)


def _described_now(session: SftpSession, path: str, remote: RemoteFile, *, gone_is_fine: bool) -> Attributes | None:
    """Return what the server tells of a file now; None where it does not tell, or the file is gone and may be."""
    try:
        with session.asking(f"asking about {remote.name}"):
            found = session.client.lstat(path)
    except FileNotFoundError:
        if gone_is_fine:
            return None
        raise changed(remote, session.at, "was removed or renamed after it was listed") from None
    except (PermissionError, ServerFailureError):
        # Some accounts may read a file and not ask about it: the bytes and the next listing tell.
        return None
    if found.mode is not None and not stat.S_ISREG(found.mode):
        raise NotRegularFileError(
            f"{remote.name} {session.at} is a {kind_of(found.mode)}, not a file.",
            "Ask the district to upload the file itself.",
        )
    return found


def _parts(session: SftpSession, handle: bytes, remote: RemoteFile) -> Iterator[bytes]:
    """Yield the file's bytes, several blocks at a time; FileCutShortError where they are not all there."""
    blocks = session.client.blocks(handle, remote.size)
    done = 0
    while done < remote.size:
        together = []
        with _about(session, remote):
            for block in islice(blocks, BLOCKS_TOGETHER):
                session.heard(len(block))
                together.append(block)
        part = b"".join(together)
        done += len(part)
        if not part:
            raise cut_short(remote, session.at, done)
        yield part


def _path(folder: str, remote: RemoteFile) -> str:
    return f"{folder.rstrip('/')}/{remote.name}" if folder else remote.name


def check_size(remote: RemoteFile, at: str, most: int) -> None:
    """Raise FileTooLargeError for a file of more than `most` bytes, before a byte of it is read.

    `at` completes "The file users.csv …" in this and the following messages.
    """
    if remote.size > most:
        raise FileTooLargeError(
            f"The file {remote.name} {at} has {remote.size:,} bytes; Rollcall reads up to {most:,}.",
            "Ask the district whether this is the roster file.",
        )


def changed(remote: RemoteFile, at: str, how: str) -> FileChangedError:
    """Return the failure of a file that is no longer the one that was listed."""
    return FileChangedError(
        f"The file {remote.name} {at} {how}.",
        "It is probably still being uploaded, so Rollcall did not use any of it. It is best to upload under another "
        "name and rename the file at the end.",
    )


def cut_short(remote: RemoteFile, at: str, done: int) -> FileCutShortError:
    """Return the failure of a file of which fewer bytes came than it has."""
    return FileCutShortError(
        f"{remote.size:,} bytes of {remote.name} were announced {at}, but {done:,} came.",
        "The file may have been replaced or may still be uploading. Rollcall did not use any of it.",
    )


def _must_be(remote: RemoteFile, found: Attributes | None, session: SftpSession) -> None:
    """Raise unless what the server tells of the file is what it was known as; what it does not tell is no change."""
    if found is None:
        return
    is_same_size = found.size is None or found.size == remote.size
    if not is_same_size or found.modified_at not in {None, remote.modified_at.timestamp()}:
        raise changed(remote, session.at, "changed after it was listed")


@contextmanager
def _about(session: SftpSession, remote: RemoteFile) -> Iterator[None]:
    """Like `SftpSession.asking`, for requests about one file that was listed."""
    with session.asking(f"reading {remote.name}"):
        try:
            yield
        except FileNotFoundError:
            raise changed(remote, session.at, "was removed or renamed after it was listed") from None
        except PermissionError:
            raise FileNotReadableError(
                f"The user {session.server.user} may not read {remote.name} on the SFTP server {session.where}.",
                "Ask the district to give this account read access to the file.",
            ) from None


@contextmanager
def appearing(into: Path) -> Iterator[BinaryIO]:
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
