"""Writing that is complete or an error: what a disk does to a write, in words, and bytes that are read back.

Belongs here: writing all bytes, looking whether they are there, and the words for a disk that refuses. Does not belong
here: which file is written how (`atomic.py`, `hash_chain.py`).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.errors import PermanentError


class NotWrittenError(PermanentError):
    """The disk did not take what was to be written."""


_FULL = {errno.ENOSPC, errno.EDQUOT}
_FREE = "Check that the disk with ROLLCALL_HOME has room and works, then run the command again."
_CURES = {
    errno.EIO: "The disk may be failing: check it, then run the command again.",
    errno.EROFS: "The disk is mounted read-only: check it, then run the command again.",
    errno.EFBIG: "This process may not write files of that size (ulimit -f): raise the limit, then run it again.",
    errno.EMFILE: "This process may not open more files (ulimit -n): raise the limit, then run it again.",
    errno.ENFILE: "This machine may not open more files: raise its limit, then run it again.",
    errno.EACCES: "Give the account that runs Rollcall write access to it.",
    errno.EPERM: "Give the account that runs Rollcall write access to it.",
}


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Tell a disk's refusal within the block in words: which path, which disk, and what to do.

    Raises:
        NotWrittenError: in place of every OSError.
    """
    try:
        yield
    except OSError as failure:
        told = not_written(path, failure)
    else:
        return
    raise told


def not_written(path: Path, failure: OSError) -> NotWrittenError:
    """Return what to raise for a disk that refused to write `path`."""
    disk = _disk(path)
    if failure.errno in _FULL:
        cure = f"The disk with {disk} is full: free up some space, then run the command again."
    else:
        cure = _CURES.get(failure.errno or 0, f"Check the disk with {disk}, then run the command again.")
    return NotWrittenError(
        f"{path} could not be read or written: {(failure.strerror or type(failure).__name__).lower()}.", cure
    )


def failure_in_words(failure: OSError) -> PermanentError:
    """Return what to tell of a file that could not be read or written."""
    if isinstance(failure.filename, str | os.PathLike) and failure.filename:
        return not_written(Path(failure.filename), failure)
    words = (failure.strerror or type(failure).__name__).lower()
    return NotWrittenError(f"A file could not be written: {words}.", _CURES.get(failure.errno or 0, _FREE))


def write_all(handle: int, content: bytes, path: Path) -> None:
    """Write all of `content` at the handle's place and return when it is on the disk and reads back the same.

    A system may take a part of what it is given and say so (a disk that fills up, a limit): the rest is given again.

    Raises:
        OSError: the disk refused.
        NotWrittenError: what is there is not what was written.
    """
    start = os.lseek(handle, 0, os.SEEK_CUR)
    left = memoryview(content)
    while left:
        taken = os.write(handle, left)
        if not taken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        left = left[taken:]
    os.fsync(handle)
    if os.pread(handle, len(content) + 1, start) != content:
        raise NotWrittenError(
            f"{path} does not read back as it was written.",
            f"The disk with {_disk(path)} may be failing: check it, then run the command again.",
        )


def sync_to_disk(path: Path) -> None:
    """Return when the file or folder at `path` is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _disk(path: Path) -> Path:
    """Return where the disk of `path` is mounted."""
    found = path.parent
    while not os.path.ismount(found) and found != found.parent:
        found = found.parent
    return found
