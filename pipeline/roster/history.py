"""Looking into the roster's history: as it stood after any past sync, written as OneRoster files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError
from pipeline.roster.export import export_roster
from pipeline.roster.ledger import Ledger
from pipeline.roster.open import read_roster
from pipeline.warehouse.sessions import session


@dataclass(frozen=True)
class RosterAsOf:
    """The roster as after one sync: active records per record type."""

    sync_number: int
    sync_date: date
    records: dict[str, int]


def roster_as_of(
    folder: DistrictFolder,
    district: str,
    day: date | None = None,
    out: Path | None = None,
    *,
    whole_set_of: DistrictSettings | None = None,
) -> RosterAsOf:
    """Return the roster as after the last sync of `day` or before it (the newest without `day`).

    With `out`, the files that Rollcall reads are written there; with the settings of the district besides, a whole set
    of OneRoster 1.1.

    Raises:
        UsageError: there is no such sync, or `out` already holds one of the files.
    """
    sync = open_history(folder, district).last_on(day)
    if sync is None:
        raise UsageError(f"{district} has no sync on {day} or before.", f"See `rollcall report {district}`.")
    with session(folder.root, book=folder.roster) as db:
        if out is not None:
            export_roster(db, folder, sync.number, sync.sync_date, out, whole_set_of)
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


@dataclass(frozen=True)
class DayTables:
    """The day database that holds the tables of a day: its own, or that of the day it repeats."""

    asked: date
    day: date
    file: Path

    @property
    def repeats(self) -> bool:
        """Whether the tables are those of an earlier day: the delivery and the settings are the same."""
        return self.day != self.asked


def tables_of(folder: DistrictFolder, district: str, day: date | None = None) -> DayTables | None:
    """Return where the tables of `day` are, of the newest day without it; None where no day was worked out yet.

    Raises:
        UsageError: that day has no database.
        WarehouseError: it is damaged, or a run is writing it.
    """
    there = sorted(date.fromisoformat(path.stem) for path in (folder.root / "days").glob("*.duckdb"))
    if day is None and not there:
        return None
    asked = day or there[-1]
    if asked not in there:
        known = f"There are {there[0]} to {there[-1]}." if there else "There is none yet."
        raise UsageError(
            f"{district} has no database of {asked}. {known}",
            f"`rollcall sync {district} --date {asked}` makes it again from landing.",
        )
    file = folder.day(asked.isoformat())
    with session(folder.root, day=file) as db:
        repeats = db.rows("meta/repeats")
    if not repeats:
        return DayTables(asked, asked, file)
    repeated = repeats[0]["sync_date"]
    return DayTables(asked, repeated, folder.day(repeated.isoformat()))
