"""The reports that syncs have left: where one is, and reading it back.

Does not belong here: making one (`build.py`, `write.py`), removing old ones (`pipeline/landing/purge.py`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.report.model import SyncReport
from pipeline.roster.ledger import Sync, read_ledger
from pipeline.roster.open import read_roster

_LOOKED_BACK = 5
"""Syncs before one whose reports are looked at for the trend: some may have been purged or lost."""


def read_report(folder: DistrictFolder, sync: Sync) -> SyncReport | None:
    """Return the report of a sync; None where it is not there, or not that of this sync."""
    path = report_folder(folder, sync) / "report.json"
    try:
        found = SyncReport.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None
    return found if (found.sync_number, found.baseline_sync) == (sync.number, sync.baseline_sync) else None


def report_before(folder: DistrictFolder, sync: Sync) -> SyncReport | None:
    """Return the report of the sync before this one that has a trend; None where there is none among the last few."""
    earlier = read_ledger(folder).syncs[: sync.number - 1]
    found = (read_report(folder, before) for before in reversed(earlier[-_LOOKED_BACK:]))
    return next((report for report in found if report is not None and report.trend), None)


def report_folder(folder: DistrictFolder, sync: Sync) -> Path:
    """Return where the report of a sync is."""
    return folder.report(sync.sync_date.isoformat(), sync.number)


def newest_report(folder: DistrictFolder, district: str, day: date | None = None) -> Path:
    """Return the folder of the newest sync's report, or of the newest one of `day`.

    Raises:
        UsageError: there is no such sync.
    """
    ledger = read_roster(folder)
    sync = ledger.newest if day is None else next(reversed(ledger.of(day)), None)
    if sync is None:
        when, how = (f" on {day}", f" --date {day}") if day else (" yet", "")
        raise UsageError(f"{district} has no sync{when}.", f"`rollcall sync {district}{how}` reads what was sent.")
    return report_folder(folder, sync)
