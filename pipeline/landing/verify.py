"""Looking whether landing still holds what was received: files against their records, records against the ledger.

Belongs here: finding what does not match. Does not belong here: mending it; a backup does that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pipeline.districts.folders import DistrictFolder
from pipeline.files.digests import digest_of_file
from pipeline.files.hash_chain import read_chain
from pipeline.landing.archive import INCOMING, Landing, LandingError
from pipeline.landing.delivery import DELIVERY_JSON, Delivery, checked_date
from pipeline.roster.ledger import Sync, read_ledger


@dataclass(frozen=True)
class Mismatch:
    """One thing in landing that is not as it was received; `file` is None where it is about a whole delivery."""

    district: str
    sync_date: str | None
    number: int | None
    file: str | None
    what: str

    def __str__(self) -> str:
        """Return the place and what is wrong there, for a person."""
        where = [self.district, self.sync_date, f"delivery {self.number}" if self.number else None, self.file]
        return f"{', '.join(part for part in where if part)}: {self.what}."


@dataclass(frozen=True)
class Verified:
    """What was looked at in one district's landing, and what does not match."""

    district: str
    deliveries: int
    files: int
    mismatches: tuple[Mismatch, ...]


def verify_landing(landing: Landing, dates: Collection[str] | None = None) -> Verified:
    """Hash all files again, of all deliveries or those of some dates; return what does not match. Changes nothing."""
    deliveries = files = 0
    found: list[Mismatch] = list(_strays(landing))
    for sync_date in landing.dates() if dates is None else dates:
        numbers = landing.numbers(sync_date)
        # Deliveries are counted from 1, and purged by whole dates only.
        lacking = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
        found += [Mismatch(landing.district, sync_date, number, None, "it is missing") for number in lacking]
        for number in numbers:
            deliveries += 1
            try:
                delivery = landing.read(sync_date, number)
            except LandingError as failure:
                found.append(Mismatch(landing.district, sync_date, number, None, failure.message.rstrip(".")))
                continue
            files += len(delivery.files)
            found += _mismatches(landing, delivery)
    return Verified(landing.district, deliveries, files, tuple(found))


def verify_deliveries(folder: DistrictFolder, district: str, dates: Collection[str] | None = None) -> Verified:
    """Return what `verify_landing` does, and the deliveries that the ledger knows and landing does not."""
    landing = Landing(folder.landing, district)
    found = verify_landing(landing, dates)
    return replace(found, mismatches=(*found.mismatches, *missing_deliveries(folder, district)))


def missing_deliveries(folder: DistrictFolder, district: str) -> list[Mismatch]:
    """Return the deliveries that syncs were made from and that are gone, or hold something else, and were not purged.

    Their records are read, not their files. What `verify_landing` says of a broken record is not said again.
    """
    landing = Landing(folder.landing, district)
    purged = _purged_dates(folder)
    made: dict[tuple[str, int], Sync] = {}
    for sync in read_ledger(folder).syncs:
        if sync.kind == "day" and sync.delivery_number is not None:
            made[sync.sync_date.isoformat(), sync.delivery_number] = sync
    found = []
    for (day, number), sync in sorted(made.items()):
        if number not in landing.numbers(day):
            # A number that lacks among others is told by landing itself.
            if day not in purged and number > max(landing.numbers(day), default=0):
                what = f"it is missing, though sync {sync.number} was made from it"
                found.append(Mismatch(district, day, number, None, what))
            continue
        try:
            delivery = landing.read(day, number)
        except LandingError:
            continue
        if delivery.sha256 != sync.delivery_sha256:
            what = f"its record is not that of the files which sync {sync.number} was made from"
            found.append(Mismatch(district, day, number, None, what))
    return found


def check_delivery(folder: DistrictFolder, syncs: tuple[Sync, ...], day: str, number: int, sha256: str) -> None:
    """Refuse a delivery whose record is not the one that an earlier sync of its date was made from.

    Raises:
        LandingError: with the sync.
    """
    for sync in syncs:
        if (sync.kind, sync.sync_date.isoformat(), sync.delivery_number) != ("day", day, number):
            continue
        if sync.delivery_sha256 != sha256:
            raise LandingError(
                f"Delivery {number} of {day} in {folder.landing} is not the one that sync {sync.number} was made from.",
                "Restore this folder from a backup; do not edit it.",
            )


def _purged_dates(folder: DistrictFolder) -> set[str]:
    return {day for line in read_chain(folder.purges) for day in line.get("dates", {}).get("landing", ())}


def unreadable_records(landing: Landing) -> list[Mismatch]:
    """Return the deliveries whose record cannot be read or belongs elsewhere. Their files are not read."""
    found = []
    for sync_date in landing.dates():
        for number in landing.numbers(sync_date):
            try:
                landing.read(sync_date, number)
            except LandingError as failure:
                found.append(Mismatch(landing.district, sync_date, number, None, failure.message.rstrip(".")))
    return found


def _mismatches(landing: Landing, delivery: Delivery) -> Iterator[Mismatch]:
    folder = landing.root / delivery.sync_date / str(delivery.number)
    for landed in delivery.files:
        path = folder / landed.file
        what = _what_is_wrong(path, landed.size, landed.sha256)
        if what is not None:
            yield _about(landing, delivery, landed.file, what)
    known = {DELIVERY_JSON, *(landed.file for landed in delivery.files)}
    for path in sorted(folder.iterdir()):
        if path.name not in known:
            yield _about(landing, delivery, path.name, "it is not part of the delivery")


def _what_is_wrong(path: Path, size: int, sha256: str) -> str | None:
    try:
        if path.is_symlink() or not path.is_file():
            return "it is a link or a folder" if path.is_symlink() or path.exists() else "it is missing"
        digest = digest_of_file(path)
        found = path.stat().st_size
    except OSError as failure:
        return f"it cannot be read ({failure.strerror})"
    if found != size:
        return f"it has {found:,} bytes, but {size:,} were received"
    return None if digest == sha256 else "its content differs from what was received (the sha256 does not match)"


def _strays(landing: Landing) -> Iterator[Mismatch]:
    """Yield what lies in landing and is neither a date nor on its way in."""
    for path in sorted(landing.root.iterdir()) if landing.root.exists() else ():
        if path.name.startswith(INCOMING):
            continue
        try:
            checked_date(path.name)
        except ValueError:
            yield Mismatch(landing.district, None, None, path.name, "it is not part of landing")


def _about(landing: Landing, delivery: Delivery, file: str | None, what: str) -> Mismatch:
    return Mismatch(landing.district, delivery.sync_date, delivery.number, file, what)
