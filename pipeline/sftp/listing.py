"""Listing a folder: which files lie there, and what else does.

Belongs here: reading the listing, sorting regular files with safe names from all the rest.
Does not belong here: which of the files are wanted (`collect.py`).
"""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from pipeline.sftp.errors import FolderNotFoundError, FolderNotReadableError, TooManyEntriesError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paramiko.sftp_attr import SFTPAttributes

    from pipeline.sftp.connect import SftpSession

# A drop folder holds a handful of files; years of dated copies of them come to 2,000. A folder beyond this is
# the wrong one, and listing 100,000 entries takes seconds and memory.
MAX_ENTRIES = 5_000

# Letters and digits of any script, and what people put between them. Left out, as a name that may be more
# than a name: separators, control characters, marks that turn the direction of text, a dot or a dash in
# front.
SAFE_NAME = re.compile(r"\w[\w .,()+&-]{0,99}")


@dataclass(frozen=True)
class RemoteFile:
    """A file on the server as the server describes it."""

    name: str
    size: int
    """In bytes."""
    modified_at: datetime
    """In UTC, whole seconds; the server's clock."""


@dataclass(frozen=True)
class OtherEntry:
    """Something in the folder that is not taken for a file: its name, escaped, and why."""

    name: str
    reason: str


class Listing(list[RemoteFile]):
    """The regular files of a folder by name, and beside them what was left out."""

    def __init__(self, files: Iterable[RemoteFile] = (), others: Iterable[OtherEntry] = ()) -> None:
        super().__init__(files)
        self.others = tuple(others)


def list_folder(session: SftpSession, path: str) -> Listing:
    """Return the regular files with safe names in the folder `path`, by name; the rest is in `others`.

    Raises FolderNotFoundError, FolderNotReadableError, TooManyEntriesError, and what `SftpSession.asking`
    raises.
    """
    files: list[RemoteFile] = []
    others: list[OtherEntry] = []
    with session.asking("the folder was being listed"):
        try:
            for number, (name, attributes) in enumerate(session.client.entries(path), start=1):
                if number > MAX_ENTRIES:
                    raise TooManyEntriesError(
                        f"The folder {path!r} on the SFTP server {session.where} holds more than "
                        f"{MAX_ENTRIES:,} entries.",
                        "Check sftp.path in the settings, or ask the district to clear the folder.",
                    )
                session.heard()
                entry = _entry(name, attributes)
                if isinstance(entry, RemoteFile):
                    files.append(entry)
                else:
                    others.append(entry)
        except FileNotFoundError:
            raise FolderNotFoundError(
                f"There is no folder {path!r} on the SFTP server {session.where} for the user {session.server.user}.",
                "Check sftp.path in the settings: it counts from the folder in which the login starts, "
                "unless it begins "
                "with a slash.",
            ) from None
        except PermissionError:
            raise FolderNotReadableError(
                f"The user {session.server.user} may not list the folder {path!r} on the SFTP server {session.where}.",
                "Ask the district to let this account read the folder.",
            ) from None
    return Listing(sorted(files, key=lambda file: file.name), sorted(others, key=lambda other: other.name))


def _entry(raw_name: bytes, attributes: SFTPAttributes) -> RemoteFile | OtherEntry:
    try:
        name = raw_name.decode()
    except UnicodeDecodeError:
        return OtherEntry(repr(raw_name)[2:-1], "its name is not UTF-8")
    if SAFE_NAME.fullmatch(name) is None:
        return OtherEntry(ascii(name)[1:-1], "its name holds characters that are not taken, or starts with a dot")
    if attributes.st_mode is None or attributes.st_size is None or attributes.st_mtime is None:
        return OtherEntry(name, "the server does not tell its kind, size and time")
    if not stat.S_ISREG(attributes.st_mode):
        return OtherEntry(name, f"it is a {kind_of(attributes.st_mode)}")
    return described(name, attributes)


def described(name: str, attributes: SFTPAttributes) -> RemoteFile:
    """Return the file that `attributes` describe; they hold a size and a time."""
    size, changed = cast("int", attributes.st_size), cast("int", attributes.st_mtime)
    return RemoteFile(name, size, datetime.fromtimestamp(changed, UTC))


def kind_of(mode: int) -> str:
    """Return what an entry with this mode is, for a message."""
    if stat.S_ISDIR(mode):
        return "folder"
    if stat.S_ISLNK(mode):
        return "link"
    return "device, a pipe or a socket"
