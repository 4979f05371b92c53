"""A look: what files would do, without Dagster and without changing anything."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

from pipeline.csvfile.load import read_delivery
from pipeline.day.publish import free_name
from pipeline.day.stages import run_stages
from pipeline.day.start import begin_day
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, GuardianSettings, Limits, SyncSettings
from pipeline.guardians.blocks import blocked_pairs
from pipeline.guardians.derive import derive_guardians
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import (
    FoundFiles,
    closed_before,
    delivered_paths,
    landed_delivery,
    landed_findings,
)
from pipeline.oneroster.normalize import normalize
from pipeline.oneroster.sets import SetFinding
from pipeline.oneroster.unpack import opened_set
from pipeline.plan.criteria import Content, criteria_of
from pipeline.plan.plan import Baseline, Criteria, find_baseline, make_plan
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.write import write_report
from pipeline.roster.ledger import Ledger
from pipeline.roster.open import read_roster
from pipeline.warehouse.schema import ensure_book
from pipeline.warehouse.sessions import Database, session


def plan_files(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    found: FoundFiles,
    sync_date: date,
) -> SyncReport:
    """Return what a sync of these files on `sync_date` would do. Nothing changes."""
    with _copied(found.paths, folder.make().previews) as (scratch, copies):
        content = Content(Delivery.digest_of(copies), by_hand=True)
        looked = _previewed(district, settings, folder, sync_date, scratch, copies, content, said=found.findings)
        with looked as (_, report):
            return report


def preview_date(
    district: str, settings: DistrictSettings, folder: DistrictFolder, sync_date: date, *, looked_at: datetime
) -> tuple[SyncReport, Path]:
    """Look at what landed for a date once more, under today's settings; return the report and its page's path.

    It is compared with the roster as after the last sync before that date, goes to previews/ and changes nothing.
    """
    delivery = landed_delivery(district, folder.make(), sync_date)
    landed = delivered_paths(district, folder, sync_date, delivery.number if delivery else None)
    with _copied(landed, folder.previews) as (scratch, copies):
        content = Content.of(delivery)
        looked = _previewed(
            district, settings, folder, sync_date, scratch, copies, content,
            said=landed_findings(settings, delivery), before=True,
        )  # fmt: skip
        with looked as (db, report):
            target = free_name(folder.previews / sync_date.isoformat() / looked_at.strftime("%Y%m%dT%H%M%SZ"))
            return report, write_report(db, report, target)


def synced_dates(folder: DistrictFolder, district: str, first: date, last: date) -> list[date]:
    """Return the dates between the two for which something has landed, in order."""
    landed = Landing(folder.landing, district).dates()
    return [day for day in (date.fromisoformat(name) for name in landed) if first <= day <= last]


def validate_files(found: FoundFiles, today: date) -> SyncReport:
    """Return what can be said of these files alone: every school in them takes part, and nothing stands yet."""
    with tempfile.TemporaryDirectory(prefix="rollcall-") as temporary:
        root = Path(temporary).resolve()
        with (
            _copied(found.paths, root) as (scratch, copies),
            opened_set(copies, scratch, findings=found.findings) as opened,
        ):
            book, day = scratch / "roster.duckdb", scratch / "day.duckdb"
            ensure_book(book, root)
            begin_day(day, root, sync_date=today, schools=(), delivery=None, delivery_size=_size(copies))
            with session(root, day=day, book=book, write="day") as db:
                # A set without school ids is one school's own; its columns are missed at district level only.
                read_delivery(db, opened.paths, scope="school", said=opened.findings, scratch=opened.scratch)
                db.run("meta/every_school")
                scope = "district" if db.count("day.meta.schools") else "school"
                if scope == "school":
                    db.insert("day.meta.schools", ["school_id", "name"], [("school", "the school of this set")])
                elif db.value("raw/has_no_school_column"):
                    read_delivery(db, opened.paths, scope=scope, said=opened.findings, scratch=opened.scratch)
                normalize(db, scope=scope)
                derive_guardians(db, GuardianSettings())
                criteria = Criteria(sync_date=today, sync=SyncSettings(), limits=Limits().on(today))
                make_plan(db, criteria=criteria, baseline=Baseline(number=0, is_look=True, initial=True))
                return build_report(
                    db, district="", district_name="", sync_date=today, sync_number=None, most_findings=None
                )


@contextmanager
def _previewed(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    sync_date: date,
    scratch: Path,
    copies: Mapping[str, Path],
    content: Content,
    *,
    said: Sequence[SetFinding],
    before: bool = False,
) -> Iterator[tuple[Database, SyncReport]]:
    """Work the files out in a day database of their own, and yield it with the report."""
    ledger = read_roster(folder)
    book, day = folder.roster, scratch / "day.duckdb"
    if not book.exists():
        book = scratch / "roster.duckdb"
        ensure_book(book, folder.root)
    begin_day(
        day,
        folder.root,
        sync_date=sync_date,
        schools=settings.schools,
        delivery=None,
        delivery_size=_size(copies),
    )
    baseline = _baseline_before(ledger, sync_date) if before else find_baseline(ledger, sync_date)
    criteria = criteria_of(folder, settings, ledger, sync_date, content, baseline=baseline.number)
    blocked = blocked_pairs(folder)
    with session(folder.root, day=day, book=book, write="day") as db:
        ended_before = closed_before(district, folder, sync_date)
        run_stages(
            db, copies, settings,
            sync_date=sync_date, scratch=scratch, closed_before=ended_before, blocked=blocked, said=said,
        )  # fmt: skip
        make_plan(db, criteria=criteria, baseline=replace(baseline, is_look=True))
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
                names=settings.reports.names,
            ),
        )


def _baseline_before(ledger: Ledger, sync_date: date) -> Baseline:
    """Return the roster as after the last sync before `sync_date`, though it may be the newest date."""
    syncs = tuple(sync for sync in ledger.syncs if sync.sync_date < sync_date)
    return find_baseline(Ledger(syncs), sync_date)


def _size(files: Mapping[str, Path]) -> int:
    return sum(path.stat().st_size for path in files.values())


@contextmanager
def _copied(paths: Mapping[str, Path], parent: Path) -> Iterator[tuple[Path, dict[str, Path]]]:
    """Copy the files to where a session may read them; gone after the block."""
    scratch = Path(tempfile.mkdtemp(prefix=".look-", dir=parent))
    try:
        copies = {file: Path(shutil.copyfile(path, scratch / file)) for file, path in paths.items()}
        yield scratch, copies
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
