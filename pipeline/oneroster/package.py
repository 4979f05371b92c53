"""Opens a set that came as a ZIP, within limits, and says what is wrong with it.

Belongs here: members, their names, sizes and places. Does not belong here: which member is which file (`sets.py`), what
the files hold.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

MOST_MEMBERS = 200
"""The standard has fourteen files; a few dozen more are somebody's notes, thousands are an attack or a mistake."""

MOST_BYTES = 8 << 30
"""Bytes of all members unpacked: eight times the largest district that we measured."""

MOST_RATIO = 100
"""Unpacked against packed. CSV of a roster shrinks to a fifth or a tenth; a thousand-fold is a bomb."""

SMALL = 1 << 20
"""Bytes below which the ratio says nothing: a megabyte harms nobody."""

LONGEST_NAME = 255
"""Characters of a file's name on any file system."""

COPY_BYTES = 1 << 20

ZIP_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, EOFError),
    *(NotImplementedError, RuntimeError, ValueError, OverflowError),
)
"""What zipfile raises for a ZIP that is damaged, encrypted, or written in a way it does not know."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LITTER = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)", re.IGNORECASE)
_NESTED = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz", ".xz", ".bz2")
_BAD_NAME = re.compile(r"(^/|(^|/)\.\.(/|$)|[\x00-\x1f\x7f]|^[A-Za-z]:)")


class ArchiveRefusal(Exception):  # noqa: N818 - it is a verdict on the file, and no failure of ours
    """A ZIP that is not opened: why, in words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Member:
    """A file of a ZIP: its name there, bytes, when it was written, and its bytes unpacked."""

    name: str
    size: int
    modified_at: datetime
    path: Path


@dataclass
class Archive:
    """The members of a ZIP in its order; names may stand there twice."""

    members: list[Member] = field(default_factory=list)
    litter: list[str] = field(default_factory=list)
    """Names of what an operating system left in it; not unpacked."""


def unpack(path: Path, into: Path) -> Archive:
    """Unpack a ZIP into the folder `into`, under names of our own.

    Raises:
        ArchiveRefusal: it is damaged, encrypted, holds an archive itself, or is larger than any roster.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            infos = [info for info in files if not _LITTER.search(info.filename)]
            _check(infos, path.stat().st_size)
            members = [_unpacked(archive, info, into / f"member-{n}") for n, info in enumerate(infos)]
            return Archive(members, [info.filename for info in files if _LITTER.search(info.filename)])
    except ZIP_ERRORS:
        raise ArchiveRefusal("it is damaged or not a ZIP") from None


def _check(infos: list[zipfile.ZipInfo], packed: int) -> None:
    if len(infos) > MOST_MEMBERS:
        raise ArchiveRefusal(f"it contains {len(infos):,} files; at most {MOST_MEMBERS} are allowed")
    total = sum(info.file_size for info in infos)
    if total > MOST_BYTES:
        raise ArchiveRefusal(f"it unpacks to {total:,} bytes; at most {MOST_BYTES:,} are allowed")
    if total > SMALL and total > MOST_RATIO * packed:
        raise ArchiveRefusal(f"it unpacks to more than {MOST_RATIO} times its size")
    for info in infos:
        if info.flag_bits & 1:
            raise ArchiveRefusal("it is encrypted")
        _check_name(info.filename)
        if stat.S_ISLNK(info.external_attr >> 16):
            raise ArchiveRefusal("it contains a link to another file")
        if info.compress_type not in _METHODS:
            raise ArchiveRefusal("it uses a compression method other than deflate (RFC 1951)")
        if info.filename.casefold().endswith(_NESTED):
            raise ArchiveRefusal("it contains another archive")


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise ArchiveRefusal(f"a file name in it is longer than {LONGEST_NAME} characters")
    if "\\" in name:
        raise ArchiveRefusal("a file name in it contains a backslash: put the files at the top level, without folders")
    if _BAD_NAME.search(name):
        raise ArchiveRefusal("a file name in it points outside the folder that it is unpacked into")


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path) -> Member:
    """Write one member; what is written never exceeds what its entry promises."""
    with archive.open(info) as source, target.open("xb") as out:
        left = info.file_size
        while piece := source.read(COPY_BYTES):
            left -= len(piece)
            if left < 0:
                raise ArchiveRefusal("a file in it is larger than declared")
            out.write(piece)
    target.chmod(0o600)
    with target.open("rb") as made:
        if made.read(4) == b"PK\x03\x04":
            raise ArchiveRefusal("it contains another archive")
    try:
        written = datetime(*info.date_time, tzinfo=UTC)
    except ValueError:
        written = datetime(1980, 1, 1, tzinfo=UTC)
    return Member(info.filename, info.file_size, written, target)
