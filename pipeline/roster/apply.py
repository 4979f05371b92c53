"""The roster stage: the allowed part of the plan becomes history, and roster.duckdb is replaced as a whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import PermanentError
from pipeline.roster.audits import OF_A_CORRECTION
from pipeline.roster.ledger import Ledger, Sync, check_attached, counts_of, enter, enter_quiet, read_ledger, record
from pipeline.warehouse.schema import replaced
from pipeline.warehouse.sessions import Database
from pipeline.warehouse.statements import TABLES

CHANGE = (
    "roster/close_users",
    "roster/users",
    "roster/close_classes",
    "roster/classes",
    "roster/close_enrollments",
    "roster/enrollments",
    "roster/close_guardian_links",
    "roster/guardian_links",
    "roster/close_ids",
    "roster/ids",
    "roster/changes",
)

MOVE = ("transition/close_versions", "transition/open_versions")
"""What a correction does to each versioned table: what differs from the target state ends, what that has is opened."""

RECORD = (
    "roster/close_absences",
    "roster/absences",
    "roster/close_sources",
    "roster/sources",
    "roster/close_guardian_support",
    "roster/guardian_support",
    "roster/close_link_support",
    "roster/link_support",
    "roster/close_bars",
    "roster/bars",
    "roster/known_bars",
    "roster/holds",
    "roster/causes",
)


def apply_plan(db: Database, folder: DistrictFolder, sync_date: date, *, recorded_at: datetime) -> int | None:
    """Apply the plan in the day database and return the sync's number; None for a preview, which changes nothing.

    `db` has both attached, the day database AS day and the roster AS book: afterwards that is the new one.

    A delivery that changes nothing (unchanged, rejected, missing) is a sync all the same, in the ledger alone.
    A plan that was applied before a crash is not applied again.

    Raises:
        PermanentError: another sync was recorded since the plan was made.
        RosterLostError: the roster is not the one that the last sync left.
    """
    verdict = db.rows("sync/verdict")[0]
    delivery = next(iter(db.rows("meta/delivery")), None)
    counts = counts_of(db.rows("report/counts"))
    if verdict["is_preview"]:
        return None
    if verdict["resumes"] is not None:
        return int(verdict["resumes"])
    ledger = check_attached(db, folder, read_ledger(folder), heals=True)
    number = len(ledger.syncs)
    if number != verdict["baseline_sync"]:
        raise PermanentError(
            f"The plan was made against sync {verdict['baseline_sync']}; sync {number} has been recorded since.",
            "Sync the date again: a new plan is made.",
        )
    sync = Sync(
        number=number + 1,
        sync_date=sync_date,
        outcome=verdict["outcome"],
        initial=verdict["initial"],
        baseline_sync=verdict["baseline_sync"],
        delivery_number=delivery["number"] if delivery else None,
        delivery_sha256=delivery["sha256"] if delivery else None,
        hold_digest=verdict["hold_digest"],
        fingerprint=verdict["fingerprint"],
        decisions=verdict["decisions"],
        valid_until=verdict["valid_until"],
        in_roster=not verdict["is_quiet"],
        recorded_at=recorded_at,
        counts=counts,
    )
    write_sync(db, folder, ledger, sync)
    return sync.number


def write_sync(db: Database, folder: DistrictFolder, ledger: Ledger, sync: Sync) -> None:
    """Write a sync, whose plan is in the day database, into the roster and the ledger, all or nothing."""
    if sync.in_roster:
        with replaced(db, folder.roster):
            enter_quiet(db, ledger)
            apply_changes(db, sync)
            enter(db, sync, previous=ledger.last_digest)
    record(folder, ledger, sync)


def write_correction(
    db: Database, folder: DistrictFolder, ledger: Ledger, sync: Sync, *, decide: Callable[[], int]
) -> Sync:
    """Move the roster to the state that `db` has attached AS target, as one sync, all or nothing; return the sync.

    `decide` records the decision that asks for it and returns its number. It is called when the copy that is to take
    the roster's place is whole and sound: a correction that cannot be made leaves no decision behind.

    Raises:
        PermanentError: the copy breaks an audit. Nothing has changed.
    """
    with replaced(db, folder.roster):
        enter_quiet(db, ledger)
        for table in TABLES["transition/close_versions"]:
            for name in MOVE:
                db.run(name, table=table, sync=sync.number)
        if sync.kind == "replay":
            db.run("transition/bars", sync=sync.number)
        db.run("roster/changes", sync=sync.number)
        broken = [audit.about for audit in OF_A_CORRECTION if db.value(audit.statement)]
        if broken:
            raise PermanentError(
                f"The {sync.kind} was not made: the roster would not be sound after it. Violated: {' '.join(broken)}",
                "Nothing has changed. This is a mistake in Rollcall or a damaged roster: run `rollcall doctor`.",
            )
        sync = sync.model_copy(update={"decisions": decide()})
        enter(db, sync, previous=ledger.last_digest)
    record(folder, ledger, sync)
    return sync


def apply_changes(db: Database, sync: Sync) -> None:
    """Turn the plan in the day database into versions of the roster that `db` has attached for writing."""
    db.run_each(CHANGE, {"sync": sync.number, "delivery_sha256": sync.delivery_sha256})
    db.run_each(RECORD, {"sync": sync.number, "sync_date": sync.sync_date})
    if sync.hold_digest is not None:
        db.run("roster/withheld")
