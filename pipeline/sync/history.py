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
from pipeline.warehouse.schema import check_not_lost, ensure_book
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
    check_not_lost(folder.roster, folder.root)
    if not folder.roster.exists():
        raise UsageError(f"{district} has no roster yet.", f"`rollcall sync {district}` makes the first one.")
    ensure_book(folder.roster, folder.root)
    with session(folder.root, book=folder.roster) as db:
        found = db.rows("roster/sync_on", day=day)
        if not found:
            raise UsageError(f"{district} has no sync on {day} or before.", f"See `rollcall report {district}`.")
        number = int(found[0]["number"])
        counts = {row["record_type"]: int(row["active"]) for row in db.rows("roster/active_counts", sync=number)}
        if out is not None:
            _export(db, folder, number, out)
    return RosterAsOf(sync_number=number, sync_date=found[0]["sync_date"], records=counts)


def newest_report(folder: DistrictFolder, district: str, day: date | None = None) -> Path:
    """Return the folder of the newest sync's report, or of the newest one of `day`.

    Raises:
        UsageError: there is no such sync.
    """
    check_not_lost(folder.roster, folder.root)
    found = []
    if folder.roster.exists():
        with session(folder.root, book=folder.roster) as db:
            found = db.rows("roster/reported_sync", day=day)
    if not found:
        when, how = (f" on {day}", f" --date {day}") if day else (" yet", "")
        raise UsageError(f"{district} has no sync{when}.", f"`rollcall sync {district}{how}` looks at what was sent.")
    return folder.report(found[0]["sync_date"].isoformat(), int(found[0]["number"]))


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
