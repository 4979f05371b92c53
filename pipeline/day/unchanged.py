"""A delivery that says what the last one said: known before any parsing, and reported from the last report.

Belongs here: when a day need not be worked out, and what stands in its day database and its report then.
Does not belong here: what makes two syncs the same (`pipeline/plan/fingerprint.py`).
"""

from __future__ import annotations

from datetime import date

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.landing.delivery import Delivery
from pipeline.plan.plan import Baseline, Criteria, insert_record_types, insert_verdict
from pipeline.report.archive import read_report
from pipeline.report.model import DeliveredFile, RecordCounts, SchoolCounts, SyncReport, Withheld
from pipeline.roster.ledger import Ledger, Sync, SyncCounts
from pipeline.warehouse.sessions import Database


def repeated_sync(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    delivery: Delivery | None,
    criteria: Criteria,
    *,
    has_report: bool | None = None,
) -> Sync | None:
    """Return the newest sync where this one would find exactly what that one left; None where it must be worked out.

    Same content, same settings, same code, no decision since, nothing withheld and nobody waiting to be archived,
    and no date passed on which the same files begin to mean something else. `has_report` is said where no report is
    written: the newest sync then needs none to be repeated.
    """
    newest = ledger.newest
    if delivery is None or newest is None or settings.sync.observe_only or criteria.sync_date < newest.sync_date:
        return None
    is_settled = newest.kind == "day" and newest.outcome in {"applied", "unchanged"} and newest.hold_digest is None
    is_same = newest.fingerprint == criteria.fingerprint and newest.decisions == criteria.decisions
    nobody_waits = not any(counts.waiting for counts in newest.counts.values())
    still_means_the_same = newest.valid_until is None or criteria.sync_date < newest.valid_until
    if not (is_settled and is_same and still_means_the_same and nobody_waits):
        return None
    return newest if has_report or read_report(folder, newest) is not None else None


def write_repeated(db: Database, sync: Sync, baseline: Baseline, criteria: Criteria) -> None:
    """Write the verdict and the counts of a day that repeats `sync` into its day database, whose tables stay empty.

    Where `sync` moved somebody to another school, its report does not say how large the schools are now: that is
    counted in the roster, which `db` has attached.
    """
    insert_record_types(db)
    db.insert("day.meta.repeats", ["sync_number", "sync_date"], [(sync.number, sync.sync_date)])
    counts = {record_type: _nothing_new(counts) for record_type, counts in sync.counts.items()}
    db.insert(
        "day.sync.counts",
        ["record_type", *SyncCounts.model_fields],
        [(record_type, *values.model_dump().values()) for record_type, values in counts.items()],
    )
    if db.value("sync/schools_moved", sync=sync.number):
        db.run("sync/school_sizes", baseline=baseline.number)
        db.run("sync/school_counts")
    insert_verdict(db, "unchanged", baseline, criteria, hold_digest=None, is_quiet=True, valid_until=sync.valid_until)


def repeated_report(
    report: SyncReport, *, sync_date: date, sync_number: int | None, baseline: int, delivery: list[DeliveredFile],
    delivery_number: int | None, district_name: str, schools: list[SchoolCounts],
) -> SyncReport:  # fmt: skip
    """Return the report of a day that repeats the sync of `report`: the same rows and findings, and nothing changes.

    `schools` is what was counted anew; without any the counts follow from those of `report`.
    """
    return report.model_copy(
        update={
            "district_name": district_name,
            "sync_date": sync_date,
            "sync_number": sync_number,
            "outcome": "unchanged",
            "initial": False,
            "baseline_sync": baseline,
            "delivery": delivery_number,
            "delivered": delivery,
            "records": {record_type: _unchanged(counts) for record_type, counts in report.records.items()},
            "schools": schools or [school.repeated() for school in report.schools],
            "columns": [],
            "changes": [],
            "holds": [],
            "rollover": report.rollover.repeated() if report.rollover else None,
        }
    )


def _nothing_new(counts: SyncCounts) -> SyncCounts:
    return SyncCounts(
        unchanged=counts.added + counts.updated + counts.unchanged + counts.restored,
        kept=counts.kept,
        not_reported=counts.not_reported,
        active_before=counts.active_after,
        active_after=counts.active_after,
    )


def _unchanged(counts: RecordCounts) -> RecordCounts:
    return RecordCounts(
        added=0, updated=0, restored=0, archived=0, filled=0, waiting=0, kept=counts.kept,
        unchanged=counts.added + counts.updated + counts.unchanged + counts.restored,
        withheld=Withheld(add=0, update=0, restore=0, archive=0), not_reported=counts.not_reported,
        active_before=counts.active_after, active_after=counts.active_after,
    )  # fmt: skip
