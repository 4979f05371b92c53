"""Previews: what files would do, without Dagster and without changing anything.

Belongs here: the Day of files that are only tried out, and its report. Does not belong here: what a stage does
(`stages.py`), moving the roster to what comes out (`pipeline/corrections/replay.py`), what landed for older dates: runs
of Dagster preview it (`pipeline/reruns.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pipeline.day.day import Day
from pipeline.day.publish import free_name
from pipeline.day.stages import find_guardians, normalize_rows, plan_changes, read_files, run_stages
from pipeline.day.start import start_day
from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import LOOK, SCRATCH, DistrictFolder, scratch_home
from pipeline.districts.settings import DistrictSettings, FolderSettings, Limits, School, SyncSettings
from pipeline.errors import UsageError
from pipeline.files.scratch import scratch_folder, sweep
from pipeline.guardians.blocks import blocked_pairs, unblocked_pairs
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import delivered_paths, landed_delivery, landed_findings
from pipeline.oneroster.sets import SetFinding
from pipeline.plan.criteria import Content, criteria_of
from pipeline.plan.plan import Baseline, Criteria, find_baseline
from pipeline.plan.retirements import Retirement
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.write import write_report
from pipeline.roster.open import read_roster
from pipeline.sources.upload import FoundFiles
from pipeline.warehouse.schema import ensure_book
from pipeline.warehouse.sessions import Database, session

_WHOLE_SET = School(id="school", name="the school of this set")
"""Whose files they are where no row names a school: a school's own."""


def plan_files(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    found: FoundFiles,
    sync_date: date,
) -> SyncReport:
    """Return what a sync of these files on `sync_date` would do. Nothing changes."""
    with copied(found.paths, folder.make().previews) as (scratch, copies):
        content = Content(Delivery.digest_of(copies), by_hand=True)
        previewed = previewed_day(
            district, settings, folder, sync_date, scratch, copies, content, findings=found.findings
        )
        with previewed as (_, report):
            return report


def preview_files(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    found: FoundFiles,
    sync_date: date,
    *,
    written_at: datetime,
) -> tuple[SyncReport, Path]:
    """Return what a sync of these files on `sync_date` would do, and its page below previews/. Nothing else changes."""
    with copied(found.paths, folder.make().previews) as (scratch, copies):
        content = Content(Delivery.digest_of(copies), by_hand=True)
        previewed = previewed_day(
            district, settings, folder, sync_date, scratch, copies, content, findings=found.findings
        )
        with previewed as (db, report):
            target = free_name(folder.previews / sync_date.isoformat() / written_at.strftime("%Y%m%dT%H%M%SZ"))
            return report, write_report(db, report, target)


def preview_retirement(
    district: str, settings: DistrictSettings, folder: DistrictFolder, retirement: Retirement
) -> SyncReport:
    """Return what the newest files would do if a source were retired. Nothing changes.

    Raises:
        UsageError: nothing has landed for the newest sync date.
    """
    delivery = landed_delivery(district, folder.make(), retirement.on)
    if delivery is None:
        raise UsageError(
            f"No files of {retirement.on}, the newest sync date of {district}, are in landing.",
            "Retire the source after the next files have arrived.",
        )
    landed = delivered_paths(district, folder, delivery)
    with copied(landed, folder.previews) as (scratch, copies):
        previewed = previewed_day(
            district, settings, folder, retirement.on, scratch, copies, Content.of(delivery),
            findings=landed_findings(settings, delivery), retiring=(retirement,),
        )  # fmt: skip
        with previewed as (_, report):
            return report


def synced_dates(folder: DistrictFolder, district: str, first: date, last: date) -> list[date]:
    """Return the dates between the two for which something has landed, in order."""
    landed = Landing(folder.landing, district).dates()
    return [day for day in (date.fromisoformat(name) for name in landed) if first <= day <= last]


def validate_files(
    found: FoundFiles, today: date, *, schools: Sequence[str] | None = None, out: Path | None = None
) -> SyncReport:
    """Return what can be said of these files alone, as if the roster were empty.

    Every school in them takes part, or only `schools`. `out` is a folder for the report page and its CSV files.
    """
    sweep(scratch_home(), SCRATCH)
    with scratch_folder(scratch_home(), SCRATCH) as root, copied(found.paths, root) as (scratch, copies):
        day = Day(
            district="",
            settings=_settings_of_nobody(root),
            folder=DistrictFolder(scratch),
            sync_date=today,
            database=scratch / "day.duckdb",
            scratch=scratch,
            files=copies,
            findings=found.findings,
            blocked={},
            unblocked=(),
        )
        book = scratch / "roster.duckdb"
        ensure_book(book, root)
        baseline = Baseline(number=0, is_preview=True, initial=True)
        criteria = Criteria(sync_date=today, sync=SyncSettings(), limits=Limits().on(today))
        with session(root, book=book, write="day", size=day.size) as db:
            start_day(db, day, None, baseline, criteria)
            day = _read_for_all_schools(db, day) if schools is None else _read_for_schools(db, day, schools)
            normalize_rows(db, day)
            find_guardians(db, day)
            plan_changes(db, day)
            report = build_report(
                db,
                district="",
                district_name="" if out is None else "These files",
                sync_date=today,
                sync_number=None,
                most_findings=None,
            )
            if out is not None:
                write_report(db, report, out.resolve())
            return report


def _settings_of_nobody(root: Path) -> DistrictSettings:
    """Return the defaults: whose files they are is not known."""
    return DistrictSettings(
        name="These files",
        time_zone="UTC",
        scope="school",
        schools=(_WHOLE_SET,),
        folder=FolderSettings(path=str(root)),
    )


def _read_for_all_schools(db: Database, day: Day) -> Day:
    """Read the files, let every school in them take part, and return the day with the scope that follows.

    A set without school ids is one school's own; its columns are missed at district level only.
    """
    read_files(db, day)
    db.run("meta/clear_schools")
    db.run("meta/every_school")
    if not db.count("day.meta.schools"):
        db.insert("day.meta.schools", ["school_id", "name"], [(_WHOLE_SET.id, _WHOLE_SET.name)])
        return day
    day = replace(day, settings=day.settings.model_copy(update={"scope": "district"}))
    if db.value("raw/has_no_school_column"):
        read_files(db, day)
    return day


def _read_for_schools(db: Database, day: Day, schools: Sequence[str]) -> Day:
    """Read the files as those of a district with just these schools."""
    db.run("meta/clear_schools")
    db.insert("day.meta.schools", ["school_id", "name"], [(school, school) for school in dict.fromkeys(schools)])
    day = replace(day, settings=day.settings.model_copy(update={"scope": "district"}))
    read_files(db, day)
    return day


@contextmanager
def previewed_day(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    sync_date: date,
    scratch: Path,
    copies: Mapping[str, Path],
    content: Content,
    *,
    findings: Sequence[SetFinding],
    retiring: tuple[Retirement, ...] = (),
) -> Iterator[tuple[Database, SyncReport]]:
    """Work the files out in a day database of their own, and yield it with the report.

    `retiring` are sources to be taken as retired besides.
    """
    ledger = read_roster(folder)
    book = folder.roster
    if not book.exists():
        book = scratch / "roster.duckdb"
        ensure_book(book, folder.root)
    day = Day(
        district=district,
        settings=settings,
        folder=folder,
        sync_date=sync_date,
        database=scratch / "day.duckdb",
        scratch=scratch,
        files=copies,
        findings=tuple(findings),
        blocked=blocked_pairs(folder),
        unblocked=unblocked_pairs(read_decisions(folder.decisions)),
    )
    baseline = find_baseline(ledger, sync_date)
    criteria = criteria_of(folder, settings, ledger, sync_date, content, baseline=baseline.number)
    criteria = replace(criteria, retired=criteria.retired + retiring)
    with session(folder.root, book=book, write="day", size=day.size) as db:
        start_day(db, day, None, replace(baseline, is_preview=True), criteria)
        run_stages(db, day)
        window = criteria.limits.window
        yield (
            db,
            build_report(
                db,
                district=district,
                district_name=settings.name,
                sync_date=sync_date,
                sync_number=None,
                window=window.why if window else None,
                rollover=criteria.rollover,
                names=settings.reports.names,
            ),
        )


@contextmanager
def copied(paths: Mapping[str, Path], parent: Path) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Copy the files to where a session may read them; gone after the block."""
    with scratch_folder(parent, LOOK) as scratch:
        copies = {file: Path(shutil.copyfile(path, scratch / file)) for file, path in paths.items()}
        yield scratch, copies
