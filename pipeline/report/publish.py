"""Publishing: the report of a day goes where its sync's reports are kept, or to previews/ for a look."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.districts.folders import DistrictFolder
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.write import write_report
from pipeline.warehouse.sessions import session


def publish_report(
    folder: DistrictFolder, district: str, district_name: str, sync_date: date, *, looked_at: datetime
) -> tuple[SyncReport, Path]:
    """Write the report of the plan in the day database, and return it with its page's path.

    The report of a sync is written once. A look goes to previews/<sync date>/<time of the look>/.
    """
    day = sync_date.isoformat()
    with session(folder.root, day=folder.day(day), book=folder.roster) as db:
        number = db.value("report/sync_number", sync_date=sync_date)
        report = build_report(
            db, district=district, district_name=district_name, sync_date=sync_date, sync_number=number
        )
        if number is None:
            target = folder.previews / day / looked_at.strftime("%Y%m%dT%H%M%SZ")
        else:
            target = folder.report(day, number)
        if not target.exists():
            write_report(db, report, target)
    return report, target / "index.html"
