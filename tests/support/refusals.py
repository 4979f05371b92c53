"""A disk that refuses: the N-th write, fsync, rename or open below a folder fails, in this process.

What DuckDB and SQLite write themselves is not seen here; a limit on the size of files (`test_writes.py`) covers those.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass
class Refusal:
    """Counts what is asked of the disk below `folder`; the `at`-th is refused. `done`: it came to that."""

    folder: str
    at: int
    seen: int = 0
    done: bool = False
    what: str = ""

    def reached(self, what: str, path: object) -> None:
        if self.done or not str(path).startswith(self.folder):
            return
        self.seen += 1
        if self.seen == self.at:
            self.done, self.what = True, f"{what} {path}"
            code = errno.EIO if what == "fsync" else errno.ENOSPC
            raise OSError(code, os.strerror(code), str(path))


_now: list[Refusal] = []


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if not _now:
        return
    if event == "open" and isinstance(arguments[0], str | bytes):
        flags = arguments[2] or 0
        if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
            _now[0].reached("open", os.fsdecode(arguments[0]))
    elif event == "os.rename":
        _now[0].reached("rename", arguments[1])


_write, _fsync = os.write, os.fsync
_is_hooked: list[bool] = []


def _path(handle: int) -> str:
    try:
        return str(Path(f"/proc/self/fd/{handle}").readlink())
    except OSError:
        return ""


def _refusing_write(handle: int, content: Any) -> int:
    if _now:
        _now[0].reached("write", _path(handle))
    return _write(handle, content)


def _refusing_fsync(handle: int) -> None:
    if _now:
        _now[0].reached("fsync", _path(handle))
    _fsync(handle)


@contextmanager
def refusing(folder: Path, at: int) -> Iterator[Refusal]:
    """Refuse the `at`-th of what is asked of the disk below `folder` within the block."""
    if not _is_hooked:
        # An audit hook stays for good; it does nothing outside of a block.
        sys.addaudithook(_hook)
        _is_hooked.append(True)
    refusal = Refusal(str(folder), at)
    os.write, os.fsync = _refusing_write, _refusing_fsync  # type: ignore[assignment]
    _now.append(refusal)
    try:
        yield refusal
    finally:
        _now.clear()
        os.write, os.fsync = _write, _fsync
