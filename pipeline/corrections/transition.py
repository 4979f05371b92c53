"""Moves the roster to an earlier or recomputed state by recording a new sync: nothing recorded is erased.

Belongs here: what undo, replay, block and renumber have in common: a scratch copy of the roster that is brought to the
target state, the plan that leads there, and the sync with its report. Each version of the roster that differs from the
target's ends, and the target's is opened, by who things are (`roster_id`), never by their ids as text. Does not belong
here: which state that is (`undo.py`, `replay.py`, `block.py`, `renumber.py`).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.day.start import write_opening
from pipeline.districts.decisions import Decision, read_decisions
from pipeline.districts.folders import LOOK, DistrictFolder
from pipeline.districts.settings import DistrictSettings, GuardianSettings, Limits, SyncSettings
from pipeline.files.scratch import scratch_folder
from pipeline.guardians.blocks import blocks_in_force, unblocked_pairs
from pipeline.guardians.derive import BLOCKED, insert_lifted
from pipeline.outcomes import Outcome, SyncKind
from pipeline.plan.plan import Baseline, Criteria, insert_record_types, insert_verdict
from pipeline.report.archive import report_before, report_folder
from pipeline.report.build import build_report
from pipeline.report.model import SyncReport
from pipeline.report.schools import schools_with_pages
from pipeline.report.trend import with_trend
from pipeline.report.write import write_report
from pipeline.roster.apply import write_correction
from pipeline.roster.ledger import Ledger, Sync, counts_of
from pipeline.status.pages import write_district_index
from pipeline.warehouse.schema import new_day
from pipeline.warehouse.sessions import Database, session
from pipeline.warehouse.statements import TABLES

REWIND = ("transition/rewind_versions", "transition/rewind_records", "transition/reopen_versions")
"""What takes a copy of the roster back to an earlier sync, each for several tables."""

SETTLE = (
    "transition/gone",
    "transition/gone_ids",
    "transition/bars_in_force",
    "transition/barred",
    "transition/barred_twins",
    "transition/barred_people",
    "transition/barred_roles",
    "transition/barred_links",
    "transition/archived_files",
)
"""What makes a target state whole: what came after it is archived, and no barred person is linked."""

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
class Correction:
    """What a correction is, beside the state that it moves to."""

    kind: SyncKind
    target_sync: int | None
    sync_date: date
    at: datetime
    decide: Callable[[], int]
    """Records the decision and returns its number: called when nothing can go wrong with the plan any more."""


@contextmanager
def move_to(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    target: Path,
    correction: Correction,
    *,
    prepare: Callable[[Database], None] = lambda _: None,
    judge: Callable[[Database], None] = lambda _: None,
    decisions: Sequence[Decision] | None = None,
) -> Iterator[tuple[Sync, Path]]:
    """Write the sync that moves the roster to the state of `target`; yield it, and the day database with its plan.

    `target` is a copy of the roster below the district's folder, which is changed: its current versions are to be those
    of the roster. `prepare` works on it AS target beside the roster AS book; `judge` sees the plan before it is made,
    and raises where it must not be. `decisions` are those that count, without them all that were recorded. The day
    database is removed after the block. For the holder of the district's lock.

    Raises:
        PermanentError: the roster would not be sound after it. Nothing has changed.
    """
    baseline = len(ledger.syncs)
    with scratch_folder(folder.make().previews, LOOK) as scratch:
        day = scratch / "day.duckdb"
        with session(folder.root, book=folder.roster, write="day") as db:
            with new_day(db, day, delivery_size=0):
                write_opening(db, settings.schools, correction.sync_date, None)
            insert_record_types(db)
            db.attach("target", target, write=True)
            prepare(db)
            _settle(db, read_decisions(folder.decisions) if decisions is None else decisions, settings.guardians)
            db.run_each(PLAN, {"baseline": baseline})
            judge(db)
            changes = db.value("sync/change_count")
            outcome: Outcome = "applied" if changes else "unchanged"
            criteria = Criteria(
                sync_date=correction.sync_date, sync=SyncSettings(), limits=Limits().on(correction.sync_date)
            )
            insert_verdict(
                db, outcome, Baseline(number=baseline, is_preview=False, initial=False), criteria,
                hold_digest=None, is_quiet=False, valid_until=None,
            )  # fmt: skip
            sync = Sync(
                number=baseline + 1, kind=correction.kind, sync_date=correction.sync_date, outcome=outcome,
                initial=False, baseline_sync=baseline, target_sync=correction.target_sync, in_roster=True,
                recorded_at=correction.at, counts=counts_of(db.rows("report/counts")),
            )  # fmt: skip
            sync = write_correction(db, folder, ledger, sync, decide=correction.decide)
        yield sync, day


def _settle(db: Database, decisions: Sequence[Decision], rules: GuardianSettings) -> None:
    """Archive in the target state what came after it, and unlink who is barred, whatever the state."""
    blocks = blocks_in_force(decisions)
    insert_lifted(db, unblocked_pairs(decisions))
    values: dict[str, Any] = {
        "contact_ids": [block.contact_id for block in blocks],
        "student_ids": [block.student_id for block in blocks],
        "contact_roster_ids": [block.contact_roster_id for block in blocks],
        "student_roster_ids": [block.student_roster_id for block in blocks],
        "decisions": [block.number for block in blocks],
        "blocked": BLOCKED,
        "custody_counts": any(rule.custody is not None for rule in rules.rules),
    }
    for name in SETTLE:
        for table in TABLES.get(name, (None,)):
            db.run(name, table=table, **(values if name == "transition/bars_in_force" else {}))


@contextmanager
def rewound(folder: DistrictFolder, number: int) -> Iterator[Path]:
    """Yield a scratch copy of the roster as after sync `number`, which is removed afterwards."""
    with copied_roster(folder) as copy:
        rewind(copy, folder.root, number)
        yield copy


@contextmanager
def copied_roster(folder: DistrictFolder) -> Iterator[Path]:
    """Yield a scratch copy of the roster, which is removed afterwards."""
    with scratch_folder(folder.make().previews, LOOK) as scratch:
        yield Path(shutil.copyfile(folder.roster, scratch / "target.duckdb"))


def rewind(copy: Path, root: Path, number: int) -> None:
    """Take a scratch copy of the roster back to what it was after sync `number`."""
    with session(root, book=copy, write="book") as db, db.transaction():
        for name in REWIND:
            for table in TABLES[name]:
                db.run(name, table=table, target=number)
        db.run("transition/rewind_syncs", target=number)


def report_transition(
    folder: DistrictFolder, district: str, settings: DistrictSettings, sync: Sync, day: Path, *, why: str
) -> tuple[SyncReport, Path]:
    """Write the report of a correction, with a page per school, and return it with its page's path."""
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


def _as_transition(report: SyncReport, sync: Sync, why: str) -> SyncReport:
    return report.model_copy(update={"kind": sync.kind, "target_sync": sync.target_sync, "why": why, "files": {}})
