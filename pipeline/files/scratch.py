"""Folders for work in progress: private, locked while somebody works in them, gone afterwards.

A process that is killed leaves its folder behind, and its lock ends with it: what is not locked is nobody's any more.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.files.writing import writing


@contextmanager
def scratch_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """Give a private folder below `parent`; it is gone after the block, with the folders that were made for it.

    Raises:
        NotWrittenError: it cannot be made.
    """
    above = [path for path in (parent, *parent.parents) if not path.exists()]
    with writing(parent):
        folder, handle = _made(parent, prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)
        with suppress(OSError):
            for path in above:
                path.rmdir()


def in_use(path: Path) -> bool:
    """Return whether somebody works in a scratch folder; of a file, or what is gone, nobody does."""
    handle = _locked(path)
    if handle is None:
        return path.is_dir() and not path.is_symlink()
    os.close(handle)
    return False


def remove_unused(path: Path) -> None:
    """Remove a scratch folder in which nobody works, or a file; a link is not followed."""
    if path.is_symlink() or not path.is_dir():
        with suppress(OSError):
            path.unlink(missing_ok=True)
        return
    # Held until it is gone: whoever has just made it waits, and makes another.
    handle = _locked(path)
    if handle is not None:
        shutil.rmtree(path, ignore_errors=True)
        os.close(handle)


def sweep(parent: Path, prefix: str) -> None:
    """Remove the scratch folders below `parent` in which nobody works."""
    for path in parent.glob(f"{prefix}*") if parent.is_dir() else ():
        remove_unused(path)


def _made(parent: Path, prefix: str) -> tuple[Path, int]:
    """Return a new folder and the handle that keeps it locked."""
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent)).resolve()
        try:
            handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.is_dir():
            return folder, handle
        os.close(handle)


def _locked(path: Path) -> int | None:
    """Return the handle that holds the lock of a folder; None where somebody else has it, or it is no folder."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle
