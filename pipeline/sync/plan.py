"""The sync_diff stage: the plan against the baseline, judged by the gate, and the outcome that follows.

The comparison is SQL (sql/sync/): users, classes, enrollments, guardian_links make the plan, holds.sql is the gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.districts.settings import RECORD_TYPES, Limits
from pipeline.oneroster.files import CLASSES, ENROLLMENTS, ROSTER_FILES, USERS, RosterFile
from pipeline.warehouse.sessions import Database

Outcome = Literal["applied", "unchanged", "held", "rejected", "missing"]

_COMPARE = (
    ("sync/protected", None),
    ("sync/matched_users", None),
    ("sync/matched_classes", None),
    ("sync/users", USERS),
    ("sync/classes", CLASSES),
    ("sync/enrollments", ENROLLMENTS),
    ("sync/guardian_links", None),
)
"""The plan's statements in order, with the file whose absent columns each must know."""

_JUDGE = (
    "sync/holds",
    "sync/withhold_people",
    "sync/withhold_followers",
    "sync/withhold_classes",
    "sync/withhold_enrollments",
    "sync/withhold_links",
    "sync/counts",
)


@dataclass(frozen=True)
class Baseline:
    """What a plan is compared with: the roster after sync `number` (0: none stood there).

    `is_look`: the date is older than the newest sync's, so nothing may be applied. `initial`: no sync has put anybody
    into the roster yet.
    """

    number: int
    is_look: bool
    initial: bool


@dataclass(frozen=True)
class Verdict:
    """What becomes of a plan."""

    outcome: Outcome
    baseline: Baseline
    hold_digest: str | None


def find_baseline(db: Database, sync_date: date) -> Baseline:
    """Return the baseline of a sync date, by the rule of the newest and of older dates."""
    found = db.rows("sync/baseline", sync_date=sync_date)[0]
    is_look = found["newest_date"] is not None and sync_date < found["newest_date"]
    number = found["last_before"] if is_look else found["newest_sync"]
    initial = found["first_applied"] is None or found["first_applied"] > number
    return Baseline(number=number, is_look=is_look, initial=initial)


def make_plan(db: Database, *, limits: Limits, baseline: Baseline) -> Verdict:
    """Fill the sync schema of the day database and return the verdict.

    A delivery that is refused has an empty plan, whatever its tables hold.
    """
    db.clear("sync")
    db.insert(
        "day.sync.limits",
        ["record_type", "position", "percent", "at_least"],
        [
            (record_type, position, limits.archive[record_type].percent, limits.archive[record_type].at_least)
            for position, record_type in enumerate(RECORD_TYPES)
        ],
    )
    outcome = _refusal(db)
    digest = None
    is_cut_off = bool(db.value("sync/is_cut_off"))
    if outcome is None and is_cut_off and baseline.initial:
        # Nothing stands yet that could be kept: half a roster would be all there is.
        outcome = "rejected"
    if outcome is None:
        absent = {file: _absent_columns(db, file) for file in ROSTER_FILES}
        evidence_is_absent = db.value("sync/evidence_is_absent", baseline=baseline.number, absent=absent[USERS])
        for name, file in _COMPARE:
            db.run(
                name,
                baseline=baseline.number,
                absent=absent[file] if file else [],
                evidence_is_absent=evidence_is_absent,
            )
        for name in _JUDGE:
            db.run(name, baseline=baseline.number, evidence_is_absent=evidence_is_absent)
        digest = db.value("sync/hold_digest")
        changes = db.value("sync/change_count")
        outcome = "held" if digest or is_cut_off else "applied" if changes else "unchanged"
    else:
        db.run("sync/untouched_counts", baseline=baseline.number)
    db.insert(
        "day.sync.verdict",
        ["outcome", "initial", "baseline_sync", "is_look", "hold_digest"],
        [(outcome, baseline.initial, baseline.number, baseline.is_look, digest)],
    )
    return Verdict(outcome=outcome, baseline=baseline, hold_digest=digest)


def _absent_columns(db: Database, file: RosterFile) -> list[str]:
    """Return the columns that the delivery's file does not have: what is known under them stays untouched."""
    sent = {row["field"] for row in db.rows("sync/sent_columns", file=file.name)}
    return [column.field for column in file.columns if column.field not in sent]


def _refusal(db: Database) -> Outcome | None:
    refusals = db.rows("sync/refusals")
    missing = {row["file"] for row in refusals if row["code"] == "file_missing"}
    if len(missing) == len(ROSTER_FILES):
        return "missing"
    return "rejected" if refusals else None
