"""Publishing: the report of a day goes where its sync's reports are kept, or to previews/ for a look."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pydantic import ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.write import write_report
from pipeline.warehouse.sessions import session


def publish_report(
    folder: DistrictFolder, district: str, district_name: str, sync_date: date, *, looked_at: datetime
) -> tuple[SyncReport, Path]:
    """Write the report of the plan in the day database, and return it with its page's path.

    The report of a sync is written once; where another history of the roster left one under the same number (the
    roster was restored from a backup), the new one takes its place. A look goes to previews/<sync date>/<time of the
    look>/, with a number behind it where two looks fall into one second.
    """
    day = sync_date.isoformat()
    with session(folder.root, day=folder.day(day), book=folder.roster) as db:
        number = db.value("report/sync_number", sync_date=sync_date)
        report = build_report(
            db, district=district, district_name=district_name, sync_date=sync_date, sync_number=number
        )
        if number is None:
            target = _free(folder.previews / day / looked_at.strftime("%Y%m%dT%H%M%SZ"))
        else:
            target = folder.report(day, number)
        if not _is_there(target, report):
            write_report(db, report, target)
    return report, target / "index.html"


def _free(path: Path) -> Path:
    """Return `path`, or the next name after it that is not taken."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free


def _is_there(folder: Path, report: SyncReport) -> bool:
    """Return whether `folder` holds the report of this very sync."""
    try:
        found = SyncReport.model_validate_json((folder / "report.json").read_bytes())
    except (OSError, ValidationError):
        return False
    return (found.sync_number, found.baseline_sync, found.outcome, found.delivered) == (
        report.sync_number,
        report.baseline_sync,
        report.outcome,
        report.delivered,
    )
