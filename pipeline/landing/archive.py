"""Where deliveries are kept: landing/<sync date>/<number>/, written once and never changed.

Belongs here: receiving a delivery all at once or not at all, finding deliveries, saying which one is in
force.
Does not belong here: fetching (`pipeline.sftp`), reading the files (`pipeline.csvfile`).
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from pipeline.districts.folders import PRIVATE_FOLDER
from pipeline.errors import PermanentError, UsageError
from pipeline.files.digests import digest_of_file
from pipeline.landing.delivery import DELIVERY_JSON, Delivery, LandedFile, Said, checked_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pipeline.landing.delivery import SourceKind
    from pipeline.oneroster.sets import SetFinding
    from pipeline.sftp.fetch import FetchedFile

INCOMING = ".incoming-"
PRIVATE_FILE = 0o600

# Memory for copying and hashing; a larger piece is not faster.
COPY_BYTES = 1024 * 1024


class LandingError(PermanentError):
    """Something in the landing folder is not as Rollcall wrote it."""


class Incoming:
    """A delivery on its way in: a private folder to put files into, as `Landing.receive` gives it."""

    def __init__(
        self, landing: Landing, folder: Path, sync_date: str, source: SourceKind, origin: str, *, refetch: bool
    ) -> None:
        self.folder = folder
        self.delivery: Delivery | None = None
        """After the block: what holds these bytes now; None when nothing was put in."""
        self.is_new = False
        """After the block: whether it was added now."""
        self._landing = landing
        self._sync_date = sync_date
        self._source: SourceKind = source
        self._origin = origin
        self._refetch = refetch
        self._files: dict[str, LandedFile] = {}
        self._said: tuple[Said, ...] = ()

    def add(self, path: Path, *, file: str, name: str, modified_at: datetime, owner: str | None = None) -> LandedFile:
        """Take `path` into the delivery under the canonical name `file` and return its record.

        A path within `folder` is renamed, any other is copied and left where it is. Raises UsageError when
        `file` is there already, ValueError (pydantic's) for a name that cannot be one.
        """
        if file in self._files:
            raise UsageError(f"A delivery can contain only one {file}.", f"Remove one of the two files ({name}).")
        # Checks the name before a path is made of it; size and sha256 are those of the bytes that we keep.
        draft = LandedFile(file=file, name=name, size=0, modified_at=modified_at, sha256="0" * 64, owner=owner)
        target = self.folder / draft.file
        if path.parent == self.folder:
            path.rename(target)
        else:
            with path.open("rb") as source, target.open("xb") as copy:
                shutil.copyfileobj(source, copy, COPY_BYTES)
        target.chmod(PRIVATE_FILE)
        with target.open("rb") as kept:
            digest = hashlib.file_digest(kept, "sha256").hexdigest()
            os.fsync(kept.fileno())
        landed = draft.model_copy(update={"size": target.stat().st_size, "sha256": digest})
        self._files[file] = landed
        return landed

    def take(self, fetched: FetchedFile, *, file: str) -> LandedFile:
        """Take a file that was fetched into `folder`. Raises LandingError when it is not on the disk as it came."""
        landed = self.add(
            fetched.path, file=file, name=fetched.name, modified_at=fetched.modified_at, owner=fetched.owner
        )
        if (landed.size, landed.sha256) != (fetched.size, fetched.sha256):
            raise LandingError(
                f"{file} could not be read back from the disk as it was written ({self._landing.root}).",
                "Check the disk.",
            )
        return landed

    def say(self, findings: Iterable[SetFinding]) -> None:
        """Keep what is to be said of how the files were chosen."""
        self._said = tuple(Said(code=said.code, file=said.file, value=said.value) for said in findings)

    def commit(self) -> Delivery | None:
        """Put the delivery into its place, at once, and return it; None when no file was added.

        The block of `Landing.receive` does this at its end; a second time returns the same.
        """
        if self.delivery is None and self._files:
            draft = Delivery(
                district=self._landing.district,
                sync_date=self._sync_date,
                number=1,
                source=self._source,
                origin=self._origin,
                overrides_upload=self._refetch,
                fetched_at=datetime.now(UTC),
                files=tuple(self._files[file] for file in sorted(self._files)),
                said=self._said,
            )
            self.delivery, self.is_new = self._landing.keep(self.folder, draft)
        return self.delivery


class Landing:
    """The archive of one district; `root` is its landing folder."""

    def __init__(self, root: Path, district: str) -> None:
        self.root = root
        self.district = district

    @contextmanager
    def receive(self, sync_date: str, source: SourceKind, origin: str, *, refetch: bool = False) -> Iterator[Incoming]:
        """Give a delivery to fill; it is committed when the block ends well, and gone when it does not.

        The same content as what is there adds nothing. `refetch`: takes the place of an upload by hand, and
        delivery.json says so. Raises UsageError for a date that is none.
        """
        try:
            checked_date(sync_date)
        except ValueError:
            raise UsageError(f"{sync_date!r} is not a date.", "Write it as 2027-01-31.") from None
        self.root.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        with locked(self.root):
            self._clear()
            folder = Path(tempfile.mkdtemp(prefix=INCOMING, dir=self.root))
            # Held while we live: what is not locked was left behind by a crash.
            alive = _lock(folder)
        try:
            incoming = Incoming(self, folder, sync_date, source, origin, refetch=refetch)
            yield incoming
            incoming.commit()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(alive)

    def keep(self, folder: Path, draft: Delivery) -> tuple[Delivery, bool]:
        """Move the filled `folder` into its place and number it; return the delivery, and True.

        Returns the delivery that holds the same content already, and False, when there is one.
        """
        with locked(self.root):
            there = self._same(draft)
            if there is not None:
                return there, False
            day = self.root / draft.sync_date
            day.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            delivery = draft.model_copy(update={"number": max(self.numbers(draft.sync_date), default=0) + 1})
            descriptor = os.open(folder / DELIVERY_JSON, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
            with os.fdopen(descriptor, "w", encoding="utf-8") as out:
                out.write(delivery.model_dump_json(indent=2) + "\n")
                out.flush()
                os.fsync(out.fileno())
            _fsync(folder)
            folder.rename(day / str(delivery.number))
            _fsync(day)
            _fsync(self.root)
        return delivery, True

    def deliveries(self, sync_date: str) -> list[Delivery]:
        """Return the deliveries of `sync_date` by number. Raises LandingError for one that cannot be read."""
        return [self.read(sync_date, number) for number in self.numbers(sync_date)]

    def in_force(self, sync_date: str) -> Delivery | None:
        """Return the delivery that counts for `sync_date`, None without any.

        The newest; but an upload by hand stays in force over what is fetched later, unless that was fetched
        to take its place (`overrides_upload`).
        """
        standing: Delivery | None = None
        for delivery in self.deliveries(sync_date):
            if standing is None or not _yields(delivery, standing):
                standing = delivery
        return standing

    def path(self, delivery: Delivery, file: str) -> Path:
        """Return where the file `file` (canonical name) is; UsageError when the delivery has none."""
        if delivery.file(file) is None:
            raise UsageError(f"Delivery {delivery.number} of {delivery.sync_date} has no {file}.")
        return self.root / delivery.sync_date / str(delivery.number) / file

    def dates(self) -> list[str]:
        """Return the sync dates with a delivery, oldest first."""
        if not self.root.exists():
            return []
        return sorted(day.name for day in self.root.iterdir() if _is_date(day.name) and self.numbers(day.name))

    def numbers(self, sync_date: str) -> list[int]:
        """Return the numbers of the deliveries of `sync_date`, in their order."""
        day = self.root / sync_date
        if not day.exists():
            return []
        return sorted(int(folder.name) for folder in day.iterdir() if folder.name.isdecimal())

    def read(self, sync_date: str, number: int) -> Delivery:
        """Return the record of a delivery. Raises LandingError for one that cannot be read."""
        path = self.root / sync_date / str(number) / DELIVERY_JSON
        cure = "Restore this folder from a backup; do not edit it."
        try:
            delivery = Delivery.model_validate_json(path.read_bytes())
        except (OSError, ValidationError):
            raise LandingError(f"The record of a delivery cannot be read: {path}.", cure) from None
        if (delivery.sync_date, delivery.number) != (sync_date, number):
            raise LandingError(f"The record of this delivery belongs in another folder: {path}.", cure)
        if delivery.district != self.district:
            raise LandingError(f"This delivery belongs to the district {delivery.district}: {path}.", cure)
        return delivery

    def check_whole(self, delivery: Delivery) -> None:
        """Refuse a delivery of which a file is not as it was received.

        Raises:
            LandingError: with the file.
        """
        for landed in delivery.files:
            path = self.path(delivery, landed.file)
            try:
                is_whole = digest_of_file(path) == landed.sha256
            except OSError:
                is_whole = False
            if not is_whole:
                raise LandingError(
                    f"{path} is missing or is not as it was received.",
                    f"Restore it from a backup; `rollcall landing verify {self.district}` checks all deliveries.",
                )

    def _same(self, draft: Delivery) -> Delivery | None:
        """Return the delivery that makes `draft` needless: same bytes, same one in force afterwards."""
        standing = self.in_force(draft.sync_date)
        if standing is None:
            return None
        by_hand = standing.source == "upload"
        # The same bytes, but now sent by a person who relies on them; or fetched to end that. Both must be
        # recorded.
        changes_hands = (draft.source == "upload" and not by_hand) or (draft.overrides_upload and by_hand)
        if standing.sha256 == draft.sha256 and not changes_hands:
            return standing
        if not _yields(draft, standing):
            return None
        # An upload stands in front: compare with what was fetched last behind it, or each night would add one
        # more.
        fetched = [delivery for delivery in self.deliveries(draft.sync_date) if delivery.source != "upload"]
        return fetched[-1] if fetched and fetched[-1].sha256 == draft.sha256 else None

    def _clear(self) -> None:
        """Remove what crashed runs left behind; a folder that a living one fills is locked and stays."""
        for folder in self.root.glob(f"{INCOMING}*"):
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder)
            except BlockingIOError:
                continue
            finally:
                os.close(descriptor)


def _yields(later: Delivery, standing: Delivery) -> bool:
    """Return whether `later` leaves `standing` in force: an upload yields only to uploads and refetches."""
    return standing.source == "upload" and later.source != "upload" and not later.overrides_upload


def _is_date(name: str) -> bool:
    try:
        checked_date(name)
    except ValueError:
        return False
    return True


def _lock(folder: Path) -> int:
    """Wait for the lock on `folder`, return the descriptor that holds it; it ends with the process."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    return descriptor


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock on `folder`, once whoever has it is done; it ends with the process."""
    descriptor = _lock(folder)
    try:
        yield
    finally:
        os.close(descriptor)


def _fsync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
