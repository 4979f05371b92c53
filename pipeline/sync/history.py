"""Looking into the roster's history: as it stood after any past sync, written as OneRoster files."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.oneroster.files import ROSTER_FILES
from pipeline.sync.ledger import Ledger
from pipeline.sync.opening import read_roster
from pipeline.sync.repeat import report_folder
from pipeline.warehouse.sessions import Database, session


@dataclass(frozen=True)
class RosterAsOf:
    """The roster as after one sync: active records per record type."""

    sync_number: int
    sync_date: date
    records: dict[str, int]


def roster_as_of(folder: DistrictFolder, district: str, day: date | None = None, out: Path | None = None) -> RosterAsOf:
    """Return the roster as after the last sync of `day` or before it (the newest without `day`).

    With `out`, users.csv, classes.csv and enrollments.csv are written there.

    Raises:
        UsageError: there is no such sync, or `out` already holds one of the files.
    """
    sync = open_history(folder, district).last_on(day)
    if sync is None:
        raise UsageError(f"{district} has no sync on {day} or before.", f"See `rollcall report {district}`.")
    with session(folder.root, book=folder.roster) as db:
        if out is not None:
            _export(db, folder, sync.number, out)
    counts = {record_type: values.active_after for record_type, values in sync.counts.items()}
    return RosterAsOf(sync_number=sync.number, sync_date=sync.sync_date, records=counts)


def open_history(folder: DistrictFolder, district: str) -> Ledger:
    """Return the ledger of a district that has a roster.

    Raises:
        UsageError: nothing has been synced yet.
        RosterLostError, WarehouseError: the roster is lost or damaged.
    """
    ledger = read_roster(folder)
    if not ledger.syncs:
        raise UsageError(f"{district} has no roster yet.", f"`rollcall sync {district}` makes the first one.")
    return ledger


def newest_report(folder: DistrictFolder, district: str, day: date | None = None) -> Path:
    """Return the folder of the newest sync's report, or of the newest one of `day`.

    Raises:
        UsageError: there is no such sync.
    """
    ledger = read_roster(folder)
    sync = ledger.newest if day is None else next(reversed(ledger.of(day)), None)
    if sync is None:
        when, how = (f" on {day}", f" --date {day}") if day else (" yet", "")
        raise UsageError(f"{district} has no sync{when}.", f"`rollcall sync {district}{how}` looks at what was sent.")
    return report_folder(folder, sync)


def _export(db: Database, folder: DistrictFolder, number: int, out: Path) -> None:
    there = [file.name for file in ROSTER_FILES if (out / file.name).exists()]
    if there:
        raise UsageError(f"{out} already holds {there[0]}.", "Choose an empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    # A session can write below the district's folder only.
    scratch = Path(tempfile.mkdtemp(prefix=".export-", dir=folder.previews))
    try:
        for file in ROSTER_FILES:
            db.copy_out(f"roster/export_{file.table}", scratch / file.name, sync=number)
            shutil.move(scratch / file.name, out / file.name)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
