"""An append-only file of JSON lines in which each line holds the digest of the one before it.

Belongs here: appending so that a line is there whole or not at all, and noticing a line that was changed, removed
or put in between. Does not belong here: what the lines say (`decisions.py`, `pipeline.roster.ledger`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.errors import PermanentError
from pipeline.files.digests import digest_of
from pipeline.files.writing import sync_to_disk, write_all, writing

NOTHING_BEFORE = "0" * 64
"""What the first line gives as the digest of the line before it."""

_LAST_BYTES = 64 * 1024
"""A line of the ledger has 2 KB, a decision less."""


class BrokenChainError(PermanentError):
    """A line was changed, removed or added by something other than Rollcall."""


def read_chain(path: Path) -> list[dict[str, Any]]:
    """Return the lines of `path`, oldest first; none where the file is not there.

    A last line without a line end is what a crash in the middle of `append_line` leaves: it was never promised to
    anybody and does not count.

    Raises:
        BrokenChainError: a line does not follow from the one before it. The message names the line, not its content.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    lines = content.split(b"\n")
    entries: list[dict[str, Any]] = []
    previous = NOTHING_BEFORE
    for number, line in enumerate(lines[:-1], start=1):
        entry = _entry(line)
        if entry is None or entry.get("previous") != previous or entry.get("sha256") != digest_of_line(entry):
            raise BrokenChainError(
                f"{path}: line {number} was changed after it was written.",
                "The file was changed by hand or is damaged. Restore it from a backup of the district's folder.",
            )
        previous = entry["sha256"]
        entries.append(entry)
    return entries


def chained_line(entry: dict[str, Any], *, after: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return `entry` as the line that follows `after`, with its digests."""
    chained = {**entry, "previous": after[-1]["sha256"] if after else NOTHING_BEFORE}
    chained["sha256"] = digest_of_line(chained)
    return chained


def append_line(path: Path, entry: dict[str, Any], *, after: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Append `entry` behind the lines `after` (as `read_chain` returned them) and return it with its digests.

    On return the line is on the disk and reads back. For the holder of the district's lock: two writers would break
    the chain.

    Raises:
        NotWrittenError: the disk refused; the file is as it was.
    """
    chained = chained_line(entry, after=after)
    with writing(path):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        is_new = not path.exists()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            # A half line that a crash left is cut off first.
            end = _whole_lines(handle)
            os.ftruncate(handle, end)
            os.lseek(handle, 0, os.SEEK_END)
            try:
                write_all(handle, json.dumps(chained, ensure_ascii=False).encode() + b"\n", path)
            except BaseException:
                # Whoever is told that it failed must not find it there later.
                with suppress(OSError):
                    os.ftruncate(handle, end)
                    os.fsync(handle)
                raise
        finally:
            os.close(handle)
        if is_new:
            sync_to_disk(path.parent)
    return chained


def _whole_lines(handle: int) -> int:
    """Return up to which byte the file holds whole lines."""
    size = os.fstat(handle).st_size
    return os.pread(handle, size, 0).rfind(b"\n") + 1


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except ValueError:
        return None
    return entry if isinstance(entry, dict) else None


def digest_of_line(entry: dict[str, Any]) -> str:
    """Return the digest that a line with this content has."""
    return digest_of({key: value for key, value in entry.items() if key != "sha256"})


def last_line(path: Path) -> bytes:
    """Return the last line of `path` as it is, without reading what is before it; OSError where it cannot be read.

    Without a line end where a crash, or something else, has left a part of it.
    """
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - _LAST_BYTES))
        found = file.read()
    return found[found.rfind(b"\n", 0, max(0, len(found) - 1)) + 1 :]
