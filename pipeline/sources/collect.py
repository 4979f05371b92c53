"""Collecting the wanted files of a drop folder: waiting until nobody writes any more, with as many tries as are right.

Belongs here: when the files are taken, checksums and second readings, trying again. It is the same for a server
(`sftp.py`) and for a folder of this machine (`folder.py`).
Does not belong here: reading one file (`pipeline/sftp/fetch.py`), which files are wanted (`choice.py`), what a set of
files means (`pipeline/oneroster`).
"""

from __future__ import annotations

import re
import shutil
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from tenacity import (
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_exponential,
    wait_random,
)

from pipeline.errors import TransientError
from pipeline.sftp.deadlines import DEFAULT_DEADLINES, Deadlines
from pipeline.sftp.errors import (
    ChecksumMismatchError,
    ChecksumUnreadableError,
    FileChangedError,
    NoRoomError,
    StillUploadingError,
)
from pipeline.sftp.fetch import MAX_FILE_BYTES, check_size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pipeline.sftp.fetch import FetchedFile
    from pipeline.sftp.listing import Listing, RemoteFile

T = TypeVar("T")

# A dropped line or a restarting server is back within a minute; what lasts longer is for the next run.
TRIES = 3

# Seconds before the second try, doubled before the third, at most so many, and up to so many more by chance,
# so that a hundred districts on one server do not come back in the same second.
FIRST_WAIT = 2.0
LONGEST_WAIT = 30.0
JITTER = 3.0

# Seconds for which a file must rest before it is taken, by our own clock. An upload that hesitates for as long
# as that over a living line has not been seen.
QUIET_SECONDS = 60.0

# Seconds between two looks while files come to rest: often enough to see a marker soon, and few logins.
LOOK_EVERY = 15.0

# The least of bytes that the disk keeps free: the day database and the roster's copy come after the files.
DISK_RESERVE = 256 * 1024**2

# What a local name may be; it becomes a path, and no name from a server ever does.
LOCAL_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9 ._()-]{0,99}")


class Place(Protocol):
    """A drop folder that is open: one session at a server, or a folder of this machine."""

    @property
    def at(self) -> str:
        """How messages say where a file lies."""

    def look(self) -> Listing:
        """Return what lies in the folder now."""

    def known(self, remote: RemoteFile) -> RemoteFile:
        """Return the listed file with the size and date that it has by itself, which a listing may round."""

    def take(self, remote: RemoteFile, into: Path, progress: Callable[[int], None] | None) -> FetchedFile:
        """Bring the file as listed to `into`, whole or not at all."""

    def digest(self, remote: RemoteFile) -> str:
        """Read the file as listed and return its sha256."""

    def note(self, remote: RemoteFile) -> bytes:
        """Return the bytes of a file of a few lines."""

    def clock(self, remote: RemoteFile) -> float | None:
        """Return what the clock that dates the files shows, in seconds since 1970; None where nobody knows."""


class Memory(Protocol):
    """What earlier looks saw, of earlier runs too."""

    def has_rested(self, remote: RemoteFile, seconds: float) -> bool:
        """Return whether a look so long ago saw the file as it is now."""

    def saw(self, files: list[RemoteFile]) -> None:
        """Keep what a look of now saw, in place of the last one."""


def collect(
    opened: Callable[[Deadlines], AbstractContextManager[Place]],
    choose: Callable[[Listing], Mapping[str, RemoteFile]],
    into: Path,
    *,
    deadlines: Deadlines = DEFAULT_DEADLINES,
    quiet: float = QUIET_SECONDS,
    memory: Memory | None = None,
    read_twice: bool = False,
    progress: Callable[[str, int], None] | None = None,
) -> dict[str, FetchedFile]:
    """Bring the files of a drop folder that `choose` wants to `into`; return them by their local names.

    `choose`: local name -> file, of a listing without markers and names of unfinished uploads; nothing chosen is
    nothing delivered. The files are taken only when each has rested for `quiet` seconds, by our own clock, or is known
    to have rested: see `_Rest`. No connection is held meanwhile. All of them lie in the folder as they were when the
    last one has been read, or are gone: some servers remove what was read. A file that was read to its end is kept for
    the next try, which may not find it any more. `read_twice`: every file is read a second time and must be the same,
    for servers that put the date of an overwritten file back. `progress` gets the local name and the bytes so far.

    A TransientError is tried again, 3 tries for each session, all within `deadlines.total` seconds; a PermanentError
    is raised at once. What is raised: StillUploadingError, ChecksumMismatchError, ChecksumUnreadableError, NoRoomError,
    what `choose` raises, and the errors of `fetch`. After any of them nothing is left in `into`.
    """
    end = time.monotonic() + deadlines.total
    rest = _Rest(quiet, memory)
    taking = _Taking(choose, into, read_twice=read_twice, progress=progress)

    def session(bounds: Deadlines) -> dict[str, FetchedFile] | float:
        with opened(bounds) as place:
            listing = place.look()
            chosen = taking.chosen(place, listing)
            wait = rest.seconds_left(place, listing, chosen)
            return wait if wait > 0 else taking.take(place, listing, chosen)

    with taking.leaving_nothing():
        while True:
            found = with_tries(session, replace(deadlines, total=end - time.monotonic()))
            if isinstance(found, dict):
                return found
            if time.monotonic() + found > end:
                raise StillUploadingError(
                    f"The files in {rest.where} are still changing after {deadlines.total / 60:.3g} minutes.",
                    "They are probably still being uploaded, so Rollcall did not use any of them. Sync again when the "
                    "upload is complete.",
                )
            time.sleep(min(found, LOOK_EVERY))


def with_tries(action: Callable[[Deadlines], T], deadlines: Deadlines = DEFAULT_DEADLINES) -> T:
    """Return what `action` returns, trying again after a TransientError; the last one is raised.

    `action` gets the deadlines that are left to it: all tries share `deadlines.total`.
    """
    end = time.monotonic() + deadlines.total
    tries = Retrying(
        retry=retry_if_exception_type(TransientError),
        stop=stop_after_attempt(TRIES) | stop_before_delay(deadlines.total),
        wait=wait_exponential(multiplier=FIRST_WAIT, max=LONGEST_WAIT) + wait_random(0, JITTER),
        reraise=True,
    )
    return tries(lambda: action(replace(deadlines, total=end - time.monotonic())))


@dataclass
class _Rest:
    """How long the chosen files have rested, over all looks of one collecting.

    A file rests when it was the same (size and date) over `quiet` seconds of our own monotonic clock. It need not be
    waited for when a marker says that it is whole, when an earlier look of ours saw it as it is, or when the server's
    own clock, read off the date at which it noted our reading, is that far ahead of the file's date. A server's clock
    is compared with nothing but its own dates: it may be wrong by years.
    """

    quiet: float
    memory: Memory | None
    where: str = "the folder"
    since: dict[RemoteFile, float] = field(default_factory=dict)
    at_rest: set[RemoteFile] = field(default_factory=set)

    def seconds_left(self, place: Place, listing: Listing, chosen: Mapping[str, RemoteFile]) -> float:
        """Return for how many seconds the chosen files have still to rest."""
        now = time.monotonic()
        self.where = listing.where
        # A file that changed is another one: it starts anew.
        self.since = {file: self.since.get(file, now) for file in chosen.values()}
        for file in chosen.values():
            check_size(file, place.at, MAX_FILE_BYTES)
            known = self.memory is not None and self.memory.has_rested(file, self.quiet)
            if self.quiet <= 0 or known or listing.done(file):
                self.at_rest.add(file)
        if self.memory is not None:
            self.memory.saw(list(chosen.values()))
        self._ask_the_clock(place, [file for file in chosen.values() if file not in self.at_rest])
        waiting = [file for file in chosen.values() if file not in self.at_rest]
        return max((self.since[file] + self.quiet - now for file in waiting), default=0.0)

    def _ask_the_clock(self, place: Place, waiting: list[RemoteFile]) -> None:
        """Let those rest whose date is old by the clock that dated them; one answer is enough for all."""
        for asked in waiting:
            clock = place.clock(asked)
            if clock is not None:
                # A second more, for dates are whole seconds.
                old = clock - self.quiet - 1
                self.at_rest.update(file for file in waiting if file.modified_at.timestamp() < old)
                return


@dataclass
class _Taking:
    """What was taken over all tries of one collecting."""

    choose: Callable[[Listing], Mapping[str, RemoteFile]]
    into: Path
    read_twice: bool = field(kw_only=True)
    progress: Callable[[str, int], None] | None = field(kw_only=True)
    taken: dict[str, tuple[RemoteFile, FetchedFile]] = field(default_factory=dict)
    """Local name -> a file that was read to its end, as it was known then."""
    seen: set[RemoteFile] = field(default_factory=set)
    """All files of the first look, as listed."""

    def chosen(self, place: Place, listing: Listing) -> dict[str, RemoteFile]:
        """Return what is wanted of a listing, as the place knows it: without what was read to its end and is gone."""
        if not self.seen:
            self.seen = set(listing)
        names = {file.name for file in listing}
        chosen = dict(self.choose(listing))
        for local, (remote, _) in self.taken.items():
            # In the place of a file that is gone an older one may seem wanted.
            if remote.name not in names and chosen.get(local) in self.seen:
                del chosen[local]
        return {local: place.known(remote) for local, remote in chosen.items()}

    def take(self, place: Place, listing: Listing, chosen: Mapping[str, RemoteFile]) -> dict[str, FetchedFile]:
        """Take all chosen files, and hold what came against everything that can be known of them."""
        lacking = {local: remote for local, remote in chosen.items() if not self._has(local, remote)}
        _check_room(lacking, self.into)
        for local, remote in lacking.items():
            self.taken.pop(local, None)
            found = place.take(remote, _path(self.into, local), _named(self.progress, local))
            self.taken[local] = (remote, found)
        for local, remote in chosen.items():
            self._check(place, listing, local, remote)
        if chosen:
            self._check_rest(place, chosen)
        return {local: found for local, (_, found) in self.taken.items()}

    def _has(self, local: str, remote: RemoteFile) -> bool:
        return local in self.taken and self.taken[local][0] == remote

    def _check(self, place: Place, listing: Listing, local: str, remote: RemoteFile) -> None:
        """Hold a file against its checksum, and against a second reading; one that differs is read anew next time."""
        _, found = self.taken[local]
        try:
            _check_sum(place, listing, remote, found)
            if self.read_twice:
                _check_again(place, remote, found)
        except FileChangedError:
            self._drop(local)
            raise

    def _check_rest(self, place: Place, chosen: Mapping[str, RemoteFile]) -> None:
        """Refuse files that are others by now, or have got company; those that are only gone were whole."""
        after = place.look()
        names = {file.name for file in after}
        for local, remote in self.choose(after).items():
            before = chosen.get(local) or (self.taken[local][0] if local in self.taken else None)
            if before is not None and before.name not in names and remote in self.seen:
                continue
            if before is None or remote.name != before.name or place.known(remote) != before:
                self._drop(local)
                raise FileChangedError(
                    f"The files in {after.where} changed while they were being fetched.",
                    "They are probably still being uploaded, so Rollcall did not use any of them.",
                )

    def _drop(self, local: str) -> None:
        if local in self.taken:
            self.taken.pop(local)[1].path.unlink(missing_ok=True)

    @contextmanager
    def leaving_nothing(self) -> Iterator[None]:
        """Remove what was taken when not all of it was."""
        try:
            yield
        except BaseException:
            for local in list(self.taken):
                self._drop(local)
            raise


def _path(into: Path, local: str) -> Path:
    if LOCAL_NAME.fullmatch(local) is None:
        raise ValueError("a local name is one plain file name")
    return into / local


def _check_room(chosen: Mapping[str, RemoteFile], into: Path) -> None:
    need = sum(file.size for file in chosen.values())
    free = shutil.disk_usage(into).free
    if free < need + DISK_RESERVE:
        raise NoRoomError(
            f"The files need {need:,} bytes, but the disk with {into.parent} has only {free:,} bytes free.",
            f"Free up some space: {DISK_RESERVE:,} bytes must remain free afterward.",
        )


def _check_sum(place: Place, listing: Listing, remote: RemoteFile, taken: FetchedFile) -> None:
    """Raise unless the file is the one that the checksum file beside it, if any, is about."""
    beside = listing.checksum_of(remote)
    if beside is None:
        return
    checksum = re.search(r"(?<![0-9A-Fa-f])[0-9A-Fa-f]{64}(?![0-9A-Fa-f])", place.note(beside).decode("latin-1"))
    if checksum is None:
        raise ChecksumUnreadableError(
            f"{beside.name} {place.at} does not contain a sha256 checksum.",
            "Ask the district to write the 64 digits of the file's sha256 checksum into it, or not to send it.",
        )
    if checksum[0].casefold() != taken.sha256:
        raise ChecksumMismatchError(
            f"{remote.name} {place.at} does not match the checksum in {beside.name}.",
            "The file or its checksum is from another day, or the upload failed. Ask the district to upload both "
            "again.",
        )


def _check_again(place: Place, remote: RemoteFile, taken: FetchedFile) -> None:
    """Raise unless a second reading gives the same."""
    if place.digest(remote) != taken.sha256:
        raise FileChangedError(
            f"{remote.name} {place.at} was different when it was read a second time.",
            "It is probably still being uploaded, so Rollcall did not use any of it.",
        )


def _named(progress: Callable[[str, int], None] | None, local: str) -> Callable[[int], None] | None:
    if progress is None:
        return None
    return lambda done: progress(local, done)
