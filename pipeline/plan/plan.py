"""The sync_diff stage: the plan against the baseline, judged by the gate, and the outcome that follows.

The comparison is SQL (sql/sync/): users, classes, enrollments, guardian_links make the plan. The gate is sql/gate/: a
file for each cause why changes are withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.districts.settings import RECORD_TYPES, LimitsInForce, SyncSettings
from pipeline.guardians.derive import has_guardians_file
from pipeline.oneroster.files import ROSTER_FILES, USERS, RosterFile, roster_file
from pipeline.outcomes import ACCEPTED, Outcome
from pipeline.plan.identity import find_claims, find_moved_ids, hold_ids, part_persons, tell_ids
from pipeline.roster.ledger import Ledger
from pipeline.warehouse.sessions import Database

MATCH = ("sync/protected", "sync/matched_users")
"""Who is who, by the ids of the district."""

COMPARE = (
    "sync/matched_classes",
    "sync/users",
    "sync/classes",
    "sync/enrollments",
    "sync/guardian_links",
)
"""The plan's statements in order."""

MEASURE = ("sync/subjects", "sync/school_sizes", "gate/measured")
"""The first of the gate's statements: what it judges."""

HOLDS = (
    "gate/identity",
    "gate/vanished",
    "gate/limits",
    "gate/turnover",
    "gate/emptied_schools",
    "gate/damaged_files",
    "gate/still_named",
    "gate/lost_evidence",
    "gate/earlier_content",
)
"""Each makes holds. The limits come after what vanishes, which has a hold of its own."""

WITHHOLD = (
    "sync/stopped",
    "sync/withhold_people",
    "sync/withhold_followers",
    "sync/withhold_classes",
    "sync/withhold_enrollments",
    "sync/withhold_links",
    "sync/withhold_unlinked",
)
"""Run where there are holds: which changes they stop, and those that depend on them."""


@dataclass(frozen=True)
class Baseline:
    """What a plan is compared with: the roster after sync `number` (0: none stood there).

    `is_preview`: nothing may be applied, for the date is older than the newest sync's or the district is only observed.
    `initial`: no sync has put anybody into the roster yet. `resumes`: this very sync was applied before a crash, and
    only its report is lacking.
    """

    number: int
    is_preview: bool
    initial: bool
    resumes: int | None = None


@dataclass(frozen=True)
class Criteria:
    """What a plan is made and judged by, beside the delivery and the baseline."""

    sync_date: date
    sync: SyncSettings
    limits: LimitsInForce
    approved: tuple[str, ...] = ()
    """The digests of the withheld sets that approvals in force cover."""
    approved_as_new_person: tuple[str, ...] = ()
    """Those of them that were approved as other people under known ids."""
    content_is_older: bool = False
    """The delivery equals one before the last."""
    content_is_undone: bool = False
    """The delivery equals one that was undone."""
    fingerprint: str | None = None
    decisions: int = 0
    """How many decisions had been recorded."""
    enrollment_dates_matter: bool = False
    """A setting leaves out enrollments that have ended or are yet to begin."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of a plan."""

    outcome: Outcome
    baseline: Baseline
    hold_digest: str | None


def find_baseline(ledger: Ledger, sync_date: date, *, observe_only: bool = False) -> Baseline:
    """Return the baseline of a sync date, by the rule of the newest and of older dates."""
    newest = ledger.newest
    number = newest.number if newest else 0
    is_older = newest is not None and sync_date < newest.sync_date
    if is_older:
        number = max((sync.number for sync in ledger.syncs if sync.sync_date < sync_date), default=0)
    initial = not any(sync.kind == "day" and sync.outcome in ACCEPTED for sync in ledger.syncs[:number])
    return Baseline(number=number, is_preview=is_older or observe_only, initial=initial)


def make_plan(db: Database, *, criteria: Criteria, baseline: Baseline) -> Verdict:
    """Fill the sync schema of the day database and return the verdict.

    A delivery that is refused has an empty plan, whatever its tables hold.
    """
    db.clear("sync")
    _insert_terms(db, criteria)
    outcome = _refusal(db)
    digest, is_quiet = None, True
    is_cut_off = bool(db.value("sync/is_cut_off"))
    if outcome is None and is_cut_off and baseline.initial:
        # Nothing stands yet that could be kept: half a roster would be all there is.
        outcome = "rejected"
    if outcome is None:
        evidence_is_absent = _compare(db, criteria, baseline)
        if not baseline.initial:
            _judge(db, criteria, baseline, evidence_is_absent=evidence_is_absent)
            digest = db.value("sync/hold_digest")
        db.run("sync/counts", baseline=baseline.number)
        # Everything is added at first: nothing is to be looked at one by one.
        db.run("sync/initial_school_counts" if baseline.initial else "sync/school_counts")
        is_quiet = bool(db.value("sync/is_quiet"))
        outcome = "held" if digest or is_cut_off else "applied" if db.value("sync/change_count") else "unchanged"
    else:
        db.run("sync/untouched_counts", baseline=baseline.number)
    valid_until = db.value(
        "sync/valid_until", sync_date=criteria.sync_date, dates_matter=criteria.enrollment_dates_matter
    )
    insert_verdict(
        db, outcome, baseline, criteria,
        hold_digest=digest, is_quiet=is_quiet and outcome != "held", valid_until=valid_until,
    )  # fmt: skip
    return Verdict(outcome=outcome, baseline=baseline, hold_digest=digest)


def insert_verdict(
    db: Database,
    outcome: Outcome,
    baseline: Baseline,
    criteria: Criteria,
    *,
    hold_digest: str | None,
    is_quiet: bool,
    valid_until: date | None,
) -> None:
    """Write what becomes of the plan into the day database."""
    row = {
        "outcome": outcome,
        "initial": baseline.initial,
        "baseline_sync": baseline.number,
        "is_preview": baseline.is_preview,
        "observe_only": criteria.sync.observe_only,
        "is_quiet": is_quiet,
        "resumes": baseline.resumes,
        "hold_digest": hold_digest,
        "fingerprint": criteria.fingerprint,
        "decisions": criteria.decisions,
        "valid_until": valid_until,
    }
    db.insert("day.sync.verdict", list(row), [tuple(row.values())])


def insert_record_types(db: Database) -> None:
    """Write the record types, in the order of every report, into the day database."""
    db.insert(
        "day.sync.record_types",
        ["record_type", "position"],
        [(record_type, position) for position, record_type in enumerate(RECORD_TYPES)],
    )


def _insert_terms(db: Database, criteria: Criteria) -> None:
    insert_record_types(db)
    db.insert(
        "day.sync.limits",
        ["record_type", "measure", "percent", "at_least"],
        [
            (record_type, measure, limit.percent, limit.at_least)
            for (measure, record_type), limit in criteria.limits.limits.items()
        ],
    )


def _compare(db: Database, criteria: Criteria, baseline: Baseline) -> bool:
    """Make the plan; return whether the delivery lacks evidence that the baseline's guardian links came from."""
    db.run("sync/columns", baseline=baseline.number)
    absent = {file: _absent_columns(db, file) for file in ROSTER_FILES}
    evidence_is_absent = bool(db.value("sync/evidence_is_absent", baseline=baseline.number, absent=absent[USERS]))
    values: dict[str, Any] = {
        "baseline": baseline.number,
        "sync_date": criteria.sync_date,
        "manage_guardians": criteria.sync.manage_guardians or has_guardians_file(db),
        "evidence_is_absent": evidence_is_absent,
        "enrollments_are_absent": not db.count("day.raw.enrollments"),
        **criteria.sync.model_dump(
            include={
                "restore_archived_classes",
                "update_contact_details",
                "update_language",
                "archive_after_days",
            }
        ),
    }
    appeared = _appeared_columns(db, baseline)
    about_columns = {
        f"sync/{file.table}": {"absent": absent[file], "appeared": appeared[file]} for file in ROSTER_FILES
    }
    about_columns["sync/guardian_links"] = {"appeared": appeared[USERS]}
    db.run_each(MATCH, {"baseline": baseline.number})
    if not baseline.initial:
        if criteria.approved:
            new = list(criteria.approved_as_new_person)
            db.run("sync/approved", digests=list(criteria.approved), as_new_person=new)
        find_moved_ids(db, baseline=baseline.number, sync_date=criteria.sync_date)
        if criteria.approved_as_new_person:
            part_persons(db, baseline=baseline.number)
    db.run_each(COMPARE, values, own=about_columns)
    return evidence_is_absent


def _judge(db: Database, criteria: Criteria, baseline: Baseline, *, evidence_is_absent: bool) -> None:
    db.run("sync/exempt_barred")
    if criteria.approved:
        db.run("sync/exempt")
    find_claims(db, baseline=baseline.number)
    hold_ids(db, baseline=baseline.number)
    content = {"content_is_older": criteria.content_is_older, "content_is_undone": criteria.content_is_undone}
    needed = {
        "gate/vanished": criteria.limits.vanished == "hold",
        "gate/lost_evidence": evidence_is_absent,
        "gate/earlier_content": any(content.values()),
    }
    values = {
        "baseline": baseline.number,
        "vanished_is_held": criteria.limits.vanished == "hold",
        **content,
    }
    db.run_each((*MEASURE, *HOLDS), values, without=[name for name, is_needed in needed.items() if not is_needed])
    if db.count("day.sync.holds"):
        db.run_each(WITHHOLD, {"baseline": baseline.number})
    tell_ids(db)


def _absent_columns(db: Database, file: RosterFile) -> list[str]:
    """Return the columns that the delivery's file does not have: what is known under them stays untouched."""
    sent = {row["field"] for row in db.rows("sync/sent_columns", file=file.name)}
    return [column.field for column in file.columns if column.field not in sent]


def _appeared_columns(db: Database, baseline: Baseline) -> dict[RosterFile, list[str]]:
    """Return the columns, as OneRoster spells them, that appeared and in which nothing was known of anybody.

    Filling them in is no update: otherwise a new column would make one of every row. What contacts.csv, guardians.csv
    and student_attributes.csv say is about people, so a column that appears there fills in the one of users.csv.
    """
    fields: dict[RosterFile, set[str]] = {file: set() for file in ROSTER_FILES}
    for row in db.rows("sync/changed_columns"):
        if row["change"] == "appeared":
            file = roster_file(row["file"])
            fields[file if file in ROSTER_FILES else USERS].add(row["field"])
    appeared: dict[RosterFile, list[str]] = {file: [] for file in ROSTER_FILES}
    for file, new in fields.items():
        if new:
            blank = set(db.value(f"sync/blank_in_{file.table}", baseline=baseline.number))
            appeared[file] = [column.header for column in file.columns if column.field in blank & new]
    return appeared


def _refusal(db: Database) -> Outcome | None:
    refusals = db.rows("sync/refusals")
    missing = {row["file"] for row in refusals if row["code"] == "file_missing"}
    if len(missing) == len(ROSTER_FILES):
        return "missing"
    return "rejected" if refusals else None
