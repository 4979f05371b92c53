"""The sync_diff stage: the plan against the baseline, judged by the gate, and the outcome that follows.

The comparison is SQL (sql/sync/): users, classes, enrollments, guardian_links make the plan. The gate is sql/gate/: a
file for each kind of hold; holds of one origin are one cause, which a person decides about (`causes.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipeline.districts.settings import RECORD_TYPES, GuardianSettings, LimitsInForce, Rollover, SyncSettings
from pipeline.guardians.derive import has_guardians_file
from pipeline.oneroster.files import (
    CLASSES,
    CONTACTS,
    ENROLLMENTS,
    GUARDIANS,
    ROSTER_FILES,
    USERS,
    RosterFile,
    roster_file,
)
from pipeline.outcomes import ACCEPTED, Outcome
from pipeline.plan.causes import CAUSES
from pipeline.plan.identity import find_claims, find_moved_ids, hold_ids, part_persons, tell_ids
from pipeline.plan.retirements import Retirement
from pipeline.plan.rollover import expect_rollover
from pipeline.plan.sources import Sources, sources_of
from pipeline.roster.ledger import Ledger
from pipeline.warehouse.sessions import Database
from pipeline.warehouse.statements import TABLES

MATCH = ("sync/matched_users",)
"""Who is who, by the ids of the district."""

COMPARE = (
    "sync/departures",
    "sync/matched_links",
    "sync/unlinked",
    "sync/contact_values",
    "sync/bars",
    "sync/matched_classes",
    "sync/users",
    "sync/classes",
    "sync/enrollments",
    "sync/guardian_links",
)
"""The plan's statements in order."""

MEASURE = ("sync/subjects", "sync/school_sizes", "sync/removed_schools", "gate/measured")
"""The first of the gate's statements: what it judges."""

HOLDS = (
    "gate/identity",
    "gate/barred_twins",
    "gate/renumbered",
    "gate/vanished",
    "gate/limits",
    "gate/lost_values",
    "gate/left_without_classes",
    "gate/turnover",
    "gate/emptied_schools",
    "gate/damaged_files",
    "gate/still_named",
    "gate/source_absent",
    "gate/earlier_content",
)
"""Each makes holds. The limits come after what vanishes, which has a hold of its own."""

STOP = ("gate/origins", "sync/stopped", "gate/moved_ids")
"""Run where there are holds: which of them are one cause, what each cause stops, and which has words of its own."""

_TOLD_GONE = {
    USERS: ("sync/departures", "sync/users", "sync/guardian_links"),
    CLASSES: ("sync/classes",),
    ENROLLMENTS: ("sync/enrollments",),
}
"""The statements that archive what a file no longer has."""

PLANNED = {
    "day.sync.users": ("students", "staff", "guardians"),
    "day.sync.classes": ("classes",),
    "day.sync.enrollments": ("enrollments",),
    "day.sync.guardian_links": ("guardian_links",),
}
"""The tables of the plan, with their record types."""


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
    guardians: GuardianSettings = field(default_factory=GuardianSettings)
    retired: tuple[Retirement, ...] = ()
    """The sources of which a person has said that they come no more."""
    rollover: Rollover | None = None
    """The rollover within whose dates the sync date is."""
    approved: tuple[str, ...] = ()
    """The digests of the causes that approvals in force cover."""
    approved_as_new_person: tuple[str, ...] = ()
    """Those of them that were approved as other people under known ids."""
    settled: tuple[str, ...] = ()
    """The digests by which a person has said that rows without a readable id are no one's."""
    content_is_older: bool = False
    """The delivery equals one before the last."""
    content_is_undone: bool = False
    """The delivery equals one that was undone."""
    fingerprint: str | None = None
    decisions: int = 0
    """How many decisions had been recorded."""
    students_by_number: bool = False
    """The district's students are known by their numbers, which are ids of their own."""
    takes_as_whole: bool = False
    """A setting says that the files are the whole roster, though each row says when it changed."""
    enrollment_dates_matter: bool = False
    """A setting leaves out enrollments that have ended or are yet to begin."""


@dataclass(frozen=True)
class Verdict:
    """What becomes of a plan."""

    outcome: Outcome
    baseline: Baseline
    hold_digest: str | None


def find_baseline(ledger: Ledger, sync_date: date, *, observe_only: bool = False, preview: bool = False) -> Baseline:
    """Return the baseline of a sync date, by the rule of the newest and of older dates.

    `preview`: it is only looked at, so that the newest date too is compared with the roster before it.
    """
    newest = ledger.newest
    number = newest.number if newest else 0
    is_older = newest is not None and sync_date < newest.sync_date
    if is_older or preview:
        number = max((sync.number for sync in ledger.syncs if sync.sync_date < sync_date), default=0)
    initial = not any(sync.kind == "day" and sync.outcome in ACCEPTED for sync in ledger.syncs[:number])
    return Baseline(number=number, is_preview=is_older or observe_only or preview, initial=initial)


def make_plan(db: Database, *, criteria: Criteria, baseline: Baseline) -> Verdict:
    """Fill the sync schema of the day database and return the verdict.

    A delivery that is refused has an empty plan, whatever its tables hold.
    """
    db.clear("sync")
    _insert_terms(db, criteria)
    deltas = frozenset(row["file"] for row in db.rows("raw/delta_files"))
    if deltas and baseline.initial:
        db.run("sync/delta_first")
    if not baseline.initial and not criteria.takes_as_whole and USERS.name not in deltas:
        db.run("sync/changes_only", baseline=baseline.number)
    outcome = _refusal(db)
    digest, is_quiet = None, True
    if outcome is None:
        _compare(db, criteria, baseline, deltas)
        if not baseline.initial:
            _judge(db, criteria, baseline)
            digest = db.value("sync/hold_digest")
        db.run("sync/counts", baseline=baseline.number)
        # Everything is added at first: nothing is to be looked at one by one.
        db.run("sync/initial_school_counts" if baseline.initial else "sync/school_counts")
        is_quiet = bool(db.value("sync/is_quiet"))
        outcome = "held" if digest else "applied" if db.value("sync/change_count") else "unchanged"
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


def _compare(db: Database, criteria: Criteria, baseline: Baseline, deltas: frozenset[str]) -> None:
    """Make the plan."""
    db.run(
        "sync/sources",
        baseline=baseline.number,
        sync_date=criteria.sync_date,
        retired_files=[one.file for one in criteria.retired if not one.only],
        retired_fields=[one.field for one in criteria.retired if not one.only],
        retired_on=[one.on for one in criteria.retired if not one.only],
        deltas=sorted(deltas),
    )
    sources = sources_of(db, deltas)
    values: dict[str, Any] = {
        "baseline": baseline.number,
        "sync_date": criteria.sync_date,
        "manage_guardians": criteria.sync.manage_guardians or has_guardians_file(db),
        "enrollments_are_absent": ENROLLMENTS.name in deltas or not db.count("day.raw.enrollments"),
        "deltas": sorted(deltas),
        **sources.parameters(criteria.guardians),
        **sources.released(criteria.retired),
        **criteria.sync.model_dump(
            include={
                "restore_archived_classes",
                "update_contact_details",
                "update_language",
                "archive_after_days",
            }
        ),
    }
    appeared = _appeared_columns(db, sources, baseline)
    about_columns: dict[str, dict[str, Any]] = {
        f"sync/{file.table}": {"absent": sources.missing_fields(file), "appeared": appeared[file]}
        for file in ROSTER_FILES
    }
    about_columns["sync/users"] |= {
        "absent_in_contacts": sources.missing_fields(CONTACTS),
        "absent_in_guardians": sources.missing_fields(GUARDIANS),
    }
    about_columns["sync/guardian_links"] = {"appeared": appeared[USERS]}
    about_columns["sync/departures"] = {}
    # What changes alone say to be gone is gone: there is no night on which it would be missing again.
    for file, statements in _TOLD_GONE.items():
        if file.name in deltas:
            for name in statements:
                about_columns[name]["archive_after_days"] = 0
    db.run_each(MATCH, {"baseline": baseline.number, "students_by_number": criteria.students_by_number})
    if not baseline.initial:
        if criteria.approved:
            new = list(criteria.approved_as_new_person)
            db.run("sync/approved", digests=list(criteria.approved), as_new_person=new)
        find_moved_ids(db, baseline=baseline.number, sync_date=criteria.sync_date)
        if criteria.approved_as_new_person:
            part_persons(db, baseline=baseline.number, students_by_number=criteria.students_by_number)
    db.run_each(COMPARE, values, own=about_columns, without=_not_needed(db))


def _not_needed(db: Database) -> list[str]:
    """Return the statements about further files where none has come, now or before: planning takes time."""
    speaks = any(db.count(f"day.oneroster.{table}") for table in ("contacts", "guardians"))
    needed = {
        "sync/contact_values": speaks or db.count("book.roster.guardian_support"),
        "sync/bars": speaks or db.count("book.roster.bars") or db.count("day.guardians.blocked"),
    }
    return [name for name, is_needed in needed.items() if not is_needed]


def _judge(db: Database, criteria: Criteria, baseline: Baseline) -> None:
    """Withhold what the gate stops, and find the causes.

    A change that several causes stop waits for the approval of each of them. So the gate judges twice where approvals
    are in force: to find which changes they cover, and then what is left without these.
    """
    db.run("sync/exempt_barred")
    find_claims(db, baseline=baseline.number)
    hold_ids(db, baseline=baseline.number)
    db.run("gate/losses", baseline=baseline.number, sync_date=criteria.sync_date)
    db.run("gate/nameless_rows", settled=list(criteria.settled))
    if criteria.rollover is not None and not (criteria.content_is_older or criteria.content_is_undone):
        expect_rollover(db, criteria.rollover, baseline=baseline.number)
    if criteria.enrollment_dates_matter:
        db.run("sync/exempt_ended", baseline=baseline.number)
    if criteria.approved:
        _stop(db, criteria, baseline)
        db.run("sync/exempt")
        for table in TABLES["gate/forget"]:
            db.run("gate/forget", table=table)
    _stop(db, criteria, baseline)
    if db.count("day.sync.stopped"):
        db.run("sync/withheld", baseline=baseline.number)
        for table, record_types in PLANNED.items():
            db.run("sync/withhold", table=table, record_types=list(record_types))
        db.run("sync/causes", codes=list(CAUSES))
    if db.value("sync/has_kept_links"):
        db.run("sync/roles_in_force", baseline=baseline.number)
        db.run("sync/unchanged_users")
    tell_ids(db)


def _stop(db: Database, criteria: Criteria, baseline: Baseline) -> None:
    """Find the changes that the gate stops by themselves, without those that were approved for the same cause."""
    content = {"content_is_older": criteria.content_is_older, "content_is_undone": criteria.content_is_undone}
    values = {"baseline": baseline.number, **content}
    needed = {
        "gate/barred_twins": db.count("day.guardians.barred_twins"),
        "gate/earlier_content": any(content.values()),
        "gate/lost_values": db.count("day.sync.losses"),
        "gate/renumbered": db.value("identity/has_newcomers"),
    }
    db.run_each((*MEASURE, *HOLDS), values, without=[name for name, is_needed in needed.items() if not is_needed])
    if db.count("day.sync.holds"):
        db.run_each(STOP, {})
        if criteria.approved:
            db.run("sync/approved_stops")


def _appeared_columns(db: Database, sources: Sources, baseline: Baseline) -> dict[RosterFile, list[str]]:
    """Return the columns, as OneRoster spells them, that appeared and in which nothing was known of anybody.

    Filling them in is no update: otherwise a new column would make one of every row. What contacts.csv, guardians.csv
    and student_attributes.csv say is about people, so a column that appears there fills in the one of users.csv.
    """
    fields: dict[RosterFile, set[str]] = {file: set() for file in ROSTER_FILES}
    if not baseline.initial:
        for name, field in sources.new:
            file = roster_file(name)
            fields[file if file in ROSTER_FILES else USERS].add(field)
    appeared: dict[RosterFile, list[str]] = {file: [] for file in ROSTER_FILES}
    for file, new in fields.items():
        if new:
            blank = set(db.value(f"sync/blank_in_{file.table}", baseline=baseline.number))
            appeared[file] = [column.header for column in file.columns if column.field in blank & new]
    return appeared


def _refusal(db: Database) -> Outcome | None:
    refusals = db.rows("sync/refusals")
    missing = {row["file"] for row in refusals if row["code"] == "file_missing"}
    if missing == {file.name for file in ROSTER_FILES}:
        return "missing"
    return "rejected" if refusals else None
