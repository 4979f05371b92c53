"""Once a day, for each district: what is too old goes, and a seventh of the stored deliveries is read again."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pipeline.day.jump import agreed_outside, retention_from
from pipeline.districts.folders import DistrictFolder, Home, private_files
from pipeline.districts.lock import district_lock
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState
from pipeline.errors import BusyError, RollcallError
from pipeline.landing.archive import Landing
from pipeline.landing.purge import apply_retention
from pipeline.landing.verify import Verified, verify_deliveries
from pipeline.roster.open import open_roster
from pipeline.status.clock import local_date

NIGHTS = 7
"""Days in which all deliveries are read again: a bad disk is noticed within a week, at a seventh of the cost a day."""


@dataclass
class Kept:
    """What was done, and what is wrong; neither names anybody."""

    done: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def keep_retention(districts: Iterable[tuple[str, DistrictSettings, DistrictState]], home: Home, now: datetime) -> Kept:
    """Remove what is older than the districts' settings allow; for those too that are not synced any more.

    A district that is busy or in doubt keeps everything until tomorrow.
    """
    kept = Kept()
    for district, settings, _ in districts:
        folder = home.district(district)
        if settings.retention_days is None or not folder.roster.exists():
            continue
        today = local_date(settings, now)
        try:
            with private_files(), district_lock(folder):
                # Nothing goes while the roster that was made from it is in doubt.
                ledger = open_roster(folder)
                start = today if agreed_outside(folder, today) else retention_from(ledger, today)
                apply_retention(folder, district, before=start - timedelta(days=settings.retention_days))
        except BusyError:
            kept.done.append(f"{district} is busy: tomorrow.")
        except RollcallError as failure:
            kept.wrong.append(f"{district}: {failure}")
    return kept


def read_again(districts: Iterable[str], home: Home, night: date) -> Kept:
    """Read a seventh of each district's deliveries again, and hold them against their records and the ledger."""
    kept, deliveries, files = Kept(), 0, 0
    for district in districts:
        folder = home.district(district)
        try:
            found = _verified(folder, district, night)
        except RollcallError as failure:
            kept.wrong.append(f"{district}: {failure}")
            continue
        deliveries, files = deliveries + found.deliveries, files + found.files
        kept.wrong += [str(one) for one in found.mismatches]
    kept.done.append(f"{deliveries:,} deliveries with {files:,} files were read again.")
    return kept


def _verified(folder: DistrictFolder, district: str, night: date) -> Verified:
    dates = due_dates(Landing(folder.landing, district).dates(), night)
    found = verify_deliveries(folder, district, dates)
    # A night, a purge or a restore may be at work: what is wrong is wrong a second time.
    return verify_deliveries(folder, district, dates) if found.mismatches else found


def due_dates(dates: Iterable[str], night: date) -> list[str]:
    """Return those of the dates whose deliveries are read again on this night: each is on one of seven nights."""
    return [day for day in dates if zlib.crc32(day.encode()) % NIGHTS == night.toordinal() % NIGHTS]
