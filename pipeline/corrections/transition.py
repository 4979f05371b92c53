"""Moves the roster to an earlier or recomputed state by recording a new sync: nothing recorded is erased.

Belongs here: what an undo, a replay and a block have in common: the target state, the plan that reaches it, and the
sync with its report. Does not belong here: which state that is (`undo.py`, `replay.py`, `block.py`).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from pipeline.day.start import write_opening
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, Limits, SyncSettings
from pipeline.guardians.blocks import barred_by_files, blocked_pairs
from pipeline.guardians.derive import BLOCKED, insert_barred
from pipeline.outcomes import Outcome, SyncKind
from pipeline.plan.plan import Baseline, Criteria, insert_record_types, insert_verdict
from pipeline.report.archive import report_before, report_folder
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.schools import schools_with_pages
from pipeline.report.trend import with_trend
from pipeline.report.write import write_report
from pipeline.roster.apply import write_sync
from pipeline.roster.ledger import Ledger, Sync, counts_of
from pipeline.status.pages import write_district_index
from pipeline.warehouse.schema import new_day
from pipeline.warehouse.sessions import session

TARGET = (
    "transition/target_users",
    "transition/target_classes",
    "transition/target_enrollments",
    "transition/target_guardian_links",
    "transition/target_unlinked",
    "transition/target_absences",
    "transition/target_sources",
)

PLAN = (
    "transition/matched_users",
    "transition/matched_classes",
    "transition/users",
    "transition/classes",
    "transition/enrollments",
    "transition/guardian_links",
    "transition/counts",
    "sync/subjects",
    "sync/school_sizes",
    "sync/school_counts",
)


@dataclass(frozen=True)
class Target:
    """The state that a roster is moved to: that of `roster` after sync `number`.

    `keeps_ids`: it is the district's own roster, whose things are known; otherwise a scratch copy in which the syncs
    after `fork` were lived again, whose things are found by the ids of the district.
    """

    roster: Path
    number: int
    keeps_ids: bool
    fork: int


def transition_to(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    target: Target,
    *,
    kind: SyncKind,
    target_sync: int | None,
    sync_date: date,
    decisions: int,
    at: datetime,
) -> tuple[Sync, Path]:
    """Write the sync that moves the roster to `target`; return it, and the day database with its plan.

    The caller removes the day database's folder. For the holder of the district's lock.
    """
    baseline = len(ledger.syncs)
    day = Path(tempfile.mkdtemp(prefix=".look-", dir=folder.make().previews)) / "day.duckdb"
    barred = barred_by_files(folder) | dict.fromkeys(blocked_pairs(folder), BLOCKED)
    with session(folder.root, book=target.roster, write="day") as db:
        with new_day(db, day, delivery_size=0):
            write_opening(db, settings.schools, sync_date, None)
        # Whatever the target state: who is barred from a student is not linked to it again.
        insert_barred(db, barred)
        db.run_each(TARGET, {"target": target.number, "keeps_ids": target.keeps_ids, "fork": target.fork})
        criteria = Criteria(
            sync_date=sync_date, sync=SyncSettings(), limits=Limits().on(sync_date), decisions=decisions
        )
        db.detach("book")
        db.attach("book", folder.roster)
        insert_record_types(db)
        db.run_each(PLAN, {"baseline": baseline})
        changes = db.value("sync/change_count")
        outcome: Outcome = "applied" if changes else "unchanged"
        insert_verdict(
            db, outcome, Baseline(number=baseline, is_preview=False, initial=False), criteria,
            hold_digest=None, is_quiet=False, valid_until=None,
        )  # fmt: skip
        sync = Sync(
            number=baseline + 1, kind=kind, sync_date=sync_date, outcome=outcome, initial=False,
            baseline_sync=baseline, decisions=decisions, target_sync=target_sync, in_roster=True, recorded_at=at,
            counts=counts_of(db.rows("report/counts")),
        )  # fmt: skip
        write_sync(db, folder, ledger, sync)
    return sync, day


def report_transition(
    folder: DistrictFolder, district: str, settings: DistrictSettings, sync: Sync, day: Path, *, why: str
) -> tuple[SyncReport, Path]:
    """Write the report of an undo, a replay or a block, with a page per school, and return it with its page's path."""
    with session(folder.root, day=day, book=folder.roster) as db:
        report = _as_transition(
            build_report(
                db,
                district=district,
                district_name=settings.name,
                sync_date=sync.sync_date,
                sync_number=sync.number,
                names=settings.reports.names,
            ),
            sync,
            why,
        )
        report = with_trend(report, report_before(folder, sync))
        page = write_report(db, report, report_folder(folder, sync), schools=schools_with_pages(settings))
    write_district_index(folder, district, settings)
    return report, page


@contextmanager
def removed_after(day: Path) -> Iterator[None]:
    """Remove the folder of a day database that was made for one plan."""
    try:
        yield
    finally:
        shutil.rmtree(day.parent, ignore_errors=True)


def _as_transition(report: SyncReport, sync: Sync, why: str) -> SyncReport:
    return report.model_copy(update={"kind": sync.kind, "target_sync": sync.target_sync, "why": why, "files": {}})
