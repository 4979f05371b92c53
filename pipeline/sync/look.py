"""A look: what files would do, without Dagster and without changing anything. For `rollcall plan` and `validate`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from pipeline.csvfile.load import read_delivery
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, GuardianSettings, Limits
from pipeline.guardians.derive import derive_guardians
from pipeline.landing.intake import FoundFiles, closed_before
from pipeline.oneroster.normalize import normalize
from pipeline.oneroster.opened import opened_set
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.sync.opening import begin_day
from pipeline.sync.plan import Baseline, find_baseline, make_plan
from pipeline.warehouse.schema import check_not_lost, ensure_book
from pipeline.warehouse.sessions import session


def plan_files(
    district: str,
    settings: DistrictSettings,
    folder: DistrictFolder,
    found: FoundFiles,
    sync_date: date,
) -> SyncReport:
    """Return what a sync of these files on `sync_date` would do. Nothing changes."""
    folder.make()
    patterns = settings.files.patterns()
    with (
        _copied(found.paths, folder.previews) as (scratch, copies),
        opened_set(copies, scratch, patterns=patterns, findings=found.findings) as opened,
    ):
        book = folder.roster
        check_not_lost(book, folder.root)
        if not book.exists():
            book = scratch / "roster.duckdb"
        ensure_book(book, folder.root)
        day = scratch / "day.duckdb"
        begin_day(
            day,
            folder.root,
            sync_date=sync_date,
            schools=settings.schools,
            delivery=None,
            delivery_size=_size(copies),
        )
        with session(folder.root, day=day, book=book, write="day") as db:
            ended_before = closed_before(district, folder, sync_date)
            read_delivery(
                db,
                opened.paths,
                scope=settings.scope,
                closed_before=ended_before,
                said=opened.findings,
                encoding=settings.reading.encoding,
                scratch=opened.scratch,
            )
            normalize(db, scope=settings.scope, reading=settings.reading, sync_date=sync_date)
            derive_guardians(db, settings.guardians)
            make_plan(db, limits=settings.limits, baseline=find_baseline(db, sync_date))
            return build_report(
                db, district=district, district_name=settings.name, sync_date=sync_date, sync_number=None
            )


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
                make_plan(db, limits=Limits(), baseline=Baseline(number=0, is_look=True, initial=True))
                return build_report(
                    db, district="", district_name="", sync_date=today, sync_number=None, most_findings=None
                )


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
