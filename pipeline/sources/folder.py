"""A drop folder on this machine, as where the vendor runs the SFTP server; and files that somebody brings by hand.

Belongs here: listing and reading local files with the checks that a server's files get.
Does not belong here: when they are taken (`collect.py`), which ones (`choice.py`).
Whoever may write into the folder is a stranger: a link there is not followed, and a name is never more than a name.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import stat
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import FolderSettings
from pipeline.sftp.client import Attributes
from pipeline.sftp.errors import (
    FileNotReadableError,
    FolderNotFoundError,
    FolderNotReadableError,
    FolderOverBoundError,
    NotRegularFileError,
)
from pipeline.sftp.fetch import MAX_FILE_BYTES, MAX_NOTE_BYTES, FetchedFile, appearing, changed, check_size, cut_short
from pipeline.sftp.listing import (
    Listing,
    OtherEntry,
    RemoteFile,
    check_not_too_many,
    described,
    kind_of,
    listing_of,
)
from pipeline.sources.check import SourceCheck, listing_check
from pipeline.sources.choice import WantedFiles
from pipeline.sources.collect import collect
from pipeline.sources.observations import Observations

# Memory for copying and hashing; a larger piece is not faster.
COPY_BYTES = 1024 * 1024


@dataclass(frozen=True)
class FolderSource:
    """A folder of this machine that the district's files arrive in."""

    settings: FolderSettings
    folder: DistrictFolder

    @property
    def kind(self) -> Literal["folder"]:
        """What the record of a delivery calls this kind of source."""
        return "folder"

    @property
    def label(self) -> str:
        """Where the files come from, in one line."""
        return f"folder:{self.settings.path}"

    def check(self, choose: WantedFiles) -> SourceCheck:
        """List the folder as a sync would. The errors are those of `open_drop_folder`."""
        with self.opened() as place:
            return listing_check(None, place.look(), choose)

    def opened(self) -> AbstractContextManager[DropFolder]:
        """Give the folder with the bounds of the settings. The errors are those of `open_drop_folder`."""
        most_bytes, most_files = self.settings.max_megabytes * 10**6, self.settings.max_files
        return open_drop_folder(Path(self.settings.path), most_bytes=most_bytes, most_files=most_files)

    def fetch(self, choose: WantedFiles, into: Path) -> dict[str, FetchedFile]:
        """Copy the wanted files as `collect` does."""
        return collect(
            lambda _: self.opened(),
            choose,
            into,
            quiet=self.settings.settle_seconds,
            memory=Observations(self.folder.looks, self.label),
        )


@dataclass(frozen=True)
class DropFolder:
    """An open folder; `descriptor` is the folder itself, whatever its path leads to by now."""

    path: Path
    descriptor: int
    most_bytes: int | None = None
    most_files: int | None = None
    """Bounds beyond which nothing of the folder is taken."""

    @property
    def at(self) -> str:
        """How messages say where a file lies."""
        return f"in the folder {self.path}"

    def look(self) -> Listing:
        """Return what lies in the folder now."""
        where = f"the folder {self.path}"
        entries: list[RemoteFile | OtherEntry] = []
        with os.scandir(self.descriptor) as found:
            for entry in found:
                check_not_too_many(len(entries) + 1, where)
                try:
                    entries.append(_described(entry.name, entry.stat(follow_symlinks=False)))
                except FileNotFoundError:
                    continue  # removed while we looked
        self._check_bounds(where, entries)
        return listing_of(where, entries)

    def _check_bounds(self, where: str, entries: list[RemoteFile | OtherEntry]) -> None:
        size = sum(entry.size for entry in entries if isinstance(entry, RemoteFile))
        if self.most_bytes is not None and size > self.most_bytes:
            raise FolderOverBoundError(
                f"There are {size / 1e6:,.1f} MB in {where}, more than the {self.most_bytes / 1e6:,.0f} MB that may be "
                "there. Nothing was taken.",
                "Remove what is no roster file, or raise folder.max_megabytes in the settings.",
            )
        if self.most_files is not None and len(entries) > self.most_files:
            raise FolderOverBoundError(
                f"There are {len(entries):,} files in {where}, more than the {self.most_files:,} that may be there. "
                "Nothing was taken.",
                "Remove older files, or raise folder.max_files in the settings.",
            )

    def one(self, name: str) -> RemoteFile:
        """Return the file `name`, whatever characters are in it. Raises NotRegularFileError for what is none."""
        found = os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)
        if not stat.S_ISREG(found.st_mode):
            raise NotRegularFileError(f"{name} {self.at} is a {kind_of(found.st_mode)}, not a file.")
        return _file(name, found)

    def known(self, remote: RemoteFile) -> RemoteFile:
        """Return the file as listed: a folder of this machine tells all of it at once."""
        return remote

    def take(self, remote: RemoteFile, into: Path, progress: Callable[[int], None] | None) -> FetchedFile:
        """Copy the file as listed to `into`, whole or not at all."""
        digest, done = hashlib.sha256(), 0
        # In this order: the file appears when all checks of the reading have passed.
        with appearing(into) as out, self._read(remote) as parts:
            for part in parts:
                out.write(part)
                digest.update(part)
                done += len(part)
                if progress is not None:
                    progress(done)
        return FetchedFile(remote.name, done, remote.modified_at, digest.hexdigest(), into, owner=remote.owner)

    def digest(self, remote: RemoteFile) -> str:
        """Read the file as listed and return its sha256."""
        digest = hashlib.sha256()
        with self._read(remote) as parts:
            for part in parts:
                digest.update(part)
        return digest.hexdigest()

    def note(self, remote: RemoteFile) -> bytes:
        """Return the bytes of a file of a few lines."""
        check_size(remote, self.at, MAX_NOTE_BYTES)
        with self._read(remote) as parts:
            return b"".join(parts)

    def clock(self, remote: RemoteFile) -> float | None:
        """Return what the clock that dates the files shows: it may be that of a file server.

        Known where our reading moves the date of reading and nothing else.
        """
        if remote.read_at is None or not remote.size:
            return None
        with self._opened(remote) as file:
            os.pread(file.fileno(), 1, 0)
            after = os.fstat(file.fileno())
        moved = after.st_atime > remote.read_at
        return after.st_atime if moved and _file(remote.name, after) == remote else None

    @contextmanager
    def _opened(self, remote: RemoteFile) -> Iterator[BinaryIO]:
        try:
            # Without O_NONBLOCK, opening a pipe that somebody put there meanwhile would wait for ever.
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            descriptor = os.open(remote.name, flags, dir_fd=self.descriptor)
        except FileNotFoundError:
            raise changed(remote, self.at, "was removed or renamed after it was listed") from None
        except OSError as failure:
            raise FileNotReadableError(
                f"{remote.name} {self.at} cannot be read ({failure.strerror}).", "Give this account read access to it."
            ) from None
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            yield file

    @contextmanager
    def _read(self, remote: RemoteFile) -> Iterator[Iterator[bytes]]:
        """Give the bytes of the listed file; after the block it is known that they are the file."""
        check_size(remote, self.at, MAX_FILE_BYTES)
        with self._opened(remote) as file:
            self._must_be(remote, os.fstat(file.fileno()))
            yield self._parts(file, remote)
            if file.read(1):
                raise changed(remote, self.at, "grew while it was being read")
            self._must_be(remote, os.fstat(file.fileno()))
            try:
                self._must_be(remote, os.stat(remote.name, dir_fd=self.descriptor, follow_symlinks=False))
            except FileNotFoundError:
                # What was read to its end is whole, whatever became of its name meanwhile.
                return

    def _parts(self, file: BinaryIO, remote: RemoteFile) -> Iterator[bytes]:
        done = 0
        while done < remote.size:
            part = file.read(min(COPY_BYTES, remote.size - done))
            if not part:
                raise cut_short(remote, self.at, done)
            done += len(part)
            yield part

    def _must_be(self, remote: RemoteFile, found: os.stat_result) -> None:
        if not stat.S_ISREG(found.st_mode) or _file(remote.name, found) != remote:
            raise changed(remote, self.at, "changed after it was listed")


@contextmanager
def open_drop_folder(
    path: Path, *, most_bytes: int | None = None, most_files: int | None = None
) -> Iterator[DropFolder]:
    """Give the folder `path`, with bounds to what may be in it. Raises FolderNotFoundError, FolderNotReadableError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        raise FolderNotFoundError(
            f"There is no folder {path} on this machine.", "Check folder.path in the settings."
        ) from None
    except PermissionError:
        raise FolderNotReadableError(
            f"The folder {path} cannot be listed by this account.", "Give this account read access to the folder."
        ) from None
    try:
        yield DropFolder(path, descriptor, most_bytes, most_files)
    finally:
        os.close(descriptor)


def _described(name: str, found: os.stat_result) -> RemoteFile | OtherEntry:
    what = described(os.fsencode(name), Attributes(found.st_size, found.st_mode, 0, 0))
    return _file(name, found) if isinstance(what, RemoteFile) else what


def _file(name: str, found: os.stat_result) -> RemoteFile:
    modified_at = datetime.fromtimestamp(found.st_mtime, UTC)
    return RemoteFile(name, found.st_size, modified_at, found.st_atime, owner=_account(found.st_uid))


def _account(number: int) -> str:
    """Return the name of a user of this machine; the number where the user is gone."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
