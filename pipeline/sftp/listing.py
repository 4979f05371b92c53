"""Listing a folder: which files lie there, and what else does.

Belongs here: reading the listing, sorting regular files with safe names from all the rest: what is still being
uploaded by its name, markers that say so of another file, and what is no file at all.
Does not belong here: which of the files are wanted (`pipeline.sources.choice`).
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.sftp.client import Attributes
from pipeline.sftp.errors import (
    FolderNotFoundError,
    FolderNotReadableError,
    ServerFailureError,
    TooManyEntriesError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipeline.sftp.connect import SftpSession

# A drop folder holds a handful of files; years of dated copies of them come to 2,000. A folder beyond this is
# the wrong one, and listing 100,000 entries takes seconds and memory.
MAX_ENTRIES = 5_000

# Letters and digits of any script, and what people put between them. Left out, as a name that may be more
# than a name: separators, control characters, marks that turn the direction of text, a dot or a dash in
# front.
SAFE_NAME = re.compile(r"\w[\w .,()+&-]{0,99}")

# What transfer programs call a file until it is whole: lftp and many scripts, WinSCP, FileZilla's servers and
# rclone, everybody.
UNFINISHED_ENDINGS = (".part", ".filepart", ".partial", ".tmp")

MOST_ASKED = 200
"""Entries of which a listing does not tell enough and that are asked about one by one: a drop folder has a handful."""

DONE, CHECKSUM = ".done", ".sha256"
"""Endings of the markers: users.csv.done says that users.csv is whole, users.csv.sha256 which bytes it has."""


@dataclass(frozen=True)
class RemoteFile:
    """A file as the server describes it."""

    name: str
    size: int
    """In bytes."""
    modified_at: datetime
    """In UTC, whole seconds from a server; the server's clock."""
    read_at: float | None = field(default=None, compare=False)
    """When it was last read, in seconds since 1970 by the server's clock, where the server tells; no part of
    what makes a file the same."""
    owner: str | None = field(default=None, compare=False)
    """The account that it belongs to, of a file of this machine."""


@dataclass(frozen=True)
class OtherEntry:
    """Something in the folder that is not taken for a file: its name, escaped, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Subfolder(OtherEntry):
    """A folder within the folder."""


@dataclass(frozen=True)
class Untold(OtherEntry):
    """An entry of which the listing does not tell type, size and time."""


class Listing(list[RemoteFile]):
    """The regular files of a folder by name; beside them their markers, and what was left out."""

    def __init__(self, where: str, files: Iterable[RemoteFile] = (), others: Iterable[OtherEntry] = ()) -> None:
        found = sorted(files, key=lambda file: file.name)
        super().__init__(file for file in found if not is_marker(file.name))
        self.where = where
        """How messages name the folder."""
        self.markers = {file.name.casefold(): file for file in found if is_marker(file.name)}
        self.others = tuple(sorted(others, key=lambda other: other.name))

    def done(self, file: RemoteFile) -> bool:
        """Return whether a marker says that `file` is whole.

        One that is older than the file speaks of an earlier file of this name: yesterday's marker must not vouch
        for today's upload. Both dates are the server's own, so its clock does not matter.
        """
        found = (self.markers.get(f"{file.name}{ending}".casefold()) for ending in (DONE, CHECKSUM))
        return any(marker is not None and marker.modified_at >= file.modified_at for marker in found)

    def checksum_of(self, file: RemoteFile) -> RemoteFile | None:
        """Return the checksum file that lies beside `file`."""
        return self.markers.get(f"{file.name}{CHECKSUM}".casefold())


def is_marker(name: str) -> bool:
    """Return whether a file of this name only says something of another."""
    return name.casefold().endswith((DONE, CHECKSUM))


def list_folder(session: SftpSession, path: str) -> Listing:
    """Return the regular files with safe names in the folder `path`, by name; the rest is in `others`.

    Raises FolderNotFoundError, FolderNotReadableError, TooManyEntriesError, and what `SftpSession.asking`
    raises.
    """
    where = f"the folder {path!r} on the SFTP server {session.where}"
    entries: list[RemoteFile | OtherEntry] = []
    untold: list[OtherEntry] = []
    with session.one_listing(), session.asking("listing the folder"):
        try:
            for name, attributes in session.client.entries(path or "."):
                check_not_too_many(len(entries) + len(untold) + 1, where)
                session.heard()
                entry = described(name, attributes)
                if isinstance(entry, Untold):
                    untold.append(entry)
                else:
                    entries.append(entry)
        except FileNotFoundError:
            raise FolderNotFoundError(
                f"There is no folder {path!r} on the SFTP server {session.where} for the user {session.server.user}.",
                "Check sftp.path in the settings. It is relative to the folder in which the login starts, "
                "unless it begins with a slash.",
            ) from None
        except PermissionError:
            raise FolderNotReadableError(
                f"The user {session.server.user} may not list the folder {path!r} on the SFTP server {session.where}.",
                "Ask the district to give this account read access to the folder.",
            ) from None
    entries += [_asked_about(session, path, entry) for entry in untold[:MOST_ASKED]]
    return listing_of(where, [*entries, *untold[MOST_ASKED:]])


def _asked_about(session: SftpSession, path: str, entry: OtherEntry) -> RemoteFile | OtherEntry:
    """Return what a server that lists names alone tells of an entry when it is asked."""
    try:
        with session.asking(f"asking about {entry.name}"):
            found = session.client.lstat(f"{path.rstrip('/')}/{entry.name}" if path else entry.name)
    except (FileNotFoundError, PermissionError, ServerFailureError):
        return entry
    if found.mode is not None and not stat.S_ISREG(found.mode):
        return _no_file(entry.name, found.mode)
    if found.size is None or found.modified_at is None:
        return entry
    # Without a type it is taken for a file: a folder cannot be opened as one.
    return RemoteFile(entry.name, found.size, datetime.fromtimestamp(found.modified_at, UTC), found.read_at)


def listing_of(where: str, entries: Iterable[RemoteFile | OtherEntry]) -> Listing:
    """Return the listing that these entries make."""
    files: list[RemoteFile] = []
    others: list[OtherEntry] = []
    for entry in entries:
        if isinstance(entry, RemoteFile):
            files.append(entry)
        else:
            others.append(entry)
    return Listing(where, files, others)


def check_not_too_many(entries: int, where: str) -> None:
    """Raise TooManyEntriesError when a folder has more entries than a drop folder ever has."""
    if entries > MAX_ENTRIES:
        raise TooManyEntriesError(
            f"{where[:1].upper()}{where[1:]} has more than {MAX_ENTRIES:,} entries.",
            "Check the path in the settings, or ask the district to clear the folder.",
        )


def described(raw_name: bytes, attributes: Attributes) -> RemoteFile | OtherEntry:
    """Return what a folder's entry is to us."""
    try:
        name = raw_name.decode()
    except UnicodeDecodeError:
        return OtherEntry(repr(raw_name)[2:-1], "its name is not UTF-8")
    if name.casefold().endswith(UNFINISHED_ENDINGS):
        return OtherEntry(ascii(name)[1:-1], "its name says that it is still being uploaded")
    if SAFE_NAME.fullmatch(name) is None:
        return OtherEntry(ascii(name)[1:-1], "its name has characters that are not allowed, or starts with a dot")
    if attributes.mode is not None and not stat.S_ISREG(attributes.mode):
        return _no_file(name, attributes.mode)
    if attributes.mode is None or attributes.size is None or attributes.modified_at is None:
        return Untold(name, "the server does not report its type, size and time")
    changed = datetime.fromtimestamp(attributes.modified_at, UTC)
    return RemoteFile(name, attributes.size, changed, attributes.read_at)


def _no_file(name: str, mode: int) -> OtherEntry:
    kind = Subfolder if stat.S_ISDIR(mode) else OtherEntry
    return kind(name, f"it is a {kind_of(mode)}")


def kind_of(mode: int) -> str:
    """Return what an entry with this mode is, for a message."""
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    return "device, a pipe or a socket"
