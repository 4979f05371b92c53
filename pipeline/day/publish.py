"""Publishing: the report of a day goes where its sync's reports are kept, or to previews/."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.day.unchanged import repeated_report
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import PermanentError
from pipeline.landing.archive import Landing
from pipeline.report.archive import read_report, report_before, report_folder
from pipeline.report.build import build_report, counted_schools, delivered_files
from pipeline.report.model import StaleContent, SyncReport
from pipeline.report.schools import schools_with_pages
from pipeline.report.trend import with_trend
from pipeline.report.write import write_report
from pipeline.roster.ledger import read_ledger, sync_of_plan
from pipeline.status.clock import may_fetch
from pipeline.status.districts import read_summary
from pipeline.status.pages import write_district_index, write_look_summary
from pipeline.status.stale import stale_content
from pipeline.warehouse.sessions import Database


def publish_report(
    db: Database,
    folder: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    sync_date: date,
    *,
    written_at: datetime,
) -> tuple[SyncReport, Path]:
    """Write the report of the plan in the day database, and return it with its page's path.

    The report of a sync is written once. That of a preview, and of a plan that no sync has applied, goes to
    previews/<sync date>/<time of writing>/, with a number behind it where two are written in one second.
    """
    sync = sync_of_plan(read_ledger(folder), sync_date, db.rows("sync/verdict")[0])
    report, like = _report(db, folder, district, settings, sync_date, sync.number if sync else None)
    report = report.model_copy(update={"stale": _stale(folder, district, settings, sync_date, report.delivery)})
    if sync is None:
        target = free_name(folder.previews / sync_date.isoformat() / written_at.strftime("%Y%m%dT%H%M%SZ"))
    else:
        target = report_folder(folder, sync)
        there = read_report(folder, sync)
        if there is not None and (there.outcome, there.delivered) == (report.outcome, report.delivered):
            write_district_index(folder, district, settings)
            return there, target / "index.html"
        report = with_trend(report, report_before(folder, sync))
    write_report(db, report, target, like=like, schools=schools_with_pages(settings))
    if sync is not None:
        write_district_index(folder, district, settings)
    elif report.observe_only and may_fetch(settings, sync_date, written_at):
        write_look_summary(folder, settings, report, target / "index.html")
    return report, target / "index.html"


def _stale(
    folder: DistrictFolder, district: str, settings: DistrictSettings, sync_date: date, number: int | None
) -> list[StaleContent]:
    if number is None:
        return []
    delivery = Landing(folder.landing, district).read(sync_date.isoformat(), number)
    return stale_content(folder, district, settings, delivery)


def is_finished(folder: DistrictFolder, district: str, settings: DistrictSettings, night: date) -> bool:
    """Return whether a night has its sync with its report, or its preview where the district is only observed.

    A run that was killed may have left the summary of the night before, which says that it has not: it is written
    again.
    For the holder of the district's lock.
    """
    if settings.sync.observe_only:
        summary = read_summary(folder)
        return summary is not None and summary.observed and summary.sync_date >= night
    syncs = [sync for sync in read_ledger(folder).syncs if sync.kind == "day" and sync.sync_date >= night]
    if not syncs or read_report(folder, syncs[-1]) is None:
        return False
    write_district_index(folder, district, settings)
    return True


def _report(
    db: Database, folder: DistrictFolder, district: str, settings: DistrictSettings, sync_date: date, number: int | None
) -> tuple[SyncReport, Path | None]:
    """Return the report of the day database, and where its findings are, of a day that repeats an earlier one."""
    repeats = db.rows("meta/repeats")
    if not repeats:
        window = settings.limits.on(sync_date).window
        report = build_report(
            db,
            district=district,
            district_name=settings.name,
            sync_date=sync_date,
            sync_number=number,
            window=window.why if window else None,
            rollover=settings.rollover_on(sync_date),
            names=settings.reports.names,
        )
        return report, None
    earlier = read_ledger(folder).sync(int(repeats[0]["sync_number"]))
    earlier_report = read_report(folder, earlier)
    if earlier_report is None:
        raise PermanentError(
            f"The report of sync {earlier.number} of {earlier.sync_date}, which this day repeats, is gone.",
            "Sync the date again to create it.",
        )
    delivery_number, delivered = delivered_files(db)
    report = repeated_report(
        earlier_report,
        sync_date=sync_date,
        sync_number=number,
        baseline=int(db.rows("sync/verdict")[0]["baseline_sync"]),
        delivery=delivered,
        delivery_number=delivery_number,
        district_name=settings.name,
        schools=counted_schools(db),
    )
    return report, report_folder(folder, earlier)


def free_name(path: Path) -> Path:
    """Return `path`, or the next name after it that is not taken."""
    free, number = path, 1
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
