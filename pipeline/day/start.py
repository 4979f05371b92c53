"""The beginning of a day: the roster is the right one, and an empty day database knows what the day is about.

Belongs here: what the day is compared with, whether it repeats an earlier one, and writing both down. Does not belong
here: what makes a roster the right one (`pipeline/roster`), the stages that follow (`stages.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from pipeline.day.day import Day
from pipeline.day.jump import check_jump, dates_of
from pipeline.day.unchanged import repeated_sync, write_repeated
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, School
from pipeline.errors import UsageError
from pipeline.landing.delivery import Delivery
from pipeline.landing.verify import check_delivery
from pipeline.oneroster.findings import CATALOGUE
from pipeline.plan.criteria import Content, criteria_of, write_criteria
from pipeline.plan.plan import Baseline, Criteria, find_baseline
from pipeline.report.archive import read_report
from pipeline.roster.ledger import Ledger, Sync
from pipeline.roster.open import attach_roster
from pipeline.warehouse.schema import new_day
from pipeline.warehouse.sessions import Database


@dataclass(frozen=True)
class Started:
    """A day that has begun."""

    ledger: Ledger
    """As before tonight."""
    baseline: Baseline
    repeats: int | None
    """The number of the earlier sync that this day repeats to the letter; None: it must be worked out."""


def start_night(
    db: Database, day: Day, delivery: Delivery | None, *, today: date | None = None, preview: bool = False
) -> Started:
    """Attach the roster AS book and a new day database AS day, and say what the day is compared with.

    `delivery` is None where nothing was delivered, `today` None where the date does not come from a clock. A day whose
    sync was applied before a crash and only lacks its report is made once more as it was then. `preview`: nothing is to
    be applied, whatever the date.
    For the holder of the district's lock.

    Raises:
        PartLostError, WarehouseError: the roster or another part is lost, damaged or of a newer version.
        ClockJumpedError: nothing outside agrees with the date.
        UsageError: with `today`, for a date before the district's first sync.
    """
    ledger = attach_roster(db, day.folder)
    if delivery is not None:
        check_delivery(day.folder, ledger.syncs, delivery.sync_date, delivery.number, delivery.sha256)
    if today is not None:
        _check_first(day, ledger)
        if not preview:
            check_jump(day.folder, ledger, day.sync_date, dates_of(delivery), today=today)
    baseline, criteria = find_criteria(
        day.folder, day.settings, ledger, day.sync_date, Content.of(delivery), preview=preview
    )
    repeats = (
        None if baseline.resumes or preview else repeated_sync(day.folder, day.settings, ledger, delivery, criteria)
    )
    start_day(db, day, delivery, baseline, criteria, repeats=repeats)
    return Started(ledger, baseline, repeats.number if repeats else None)


def _check_first(day: Day, ledger: Ledger) -> None:
    """Refuse a date before the first sync: there is no roster that it could be compared with."""
    first = min((sync.sync_date for sync in ledger.syncs), default=day.sync_date)
    if day.sync_date < first:
        raise UsageError(
            f"The date {day.sync_date} is before the first sync of {day.district}, which is of {first}.",
            "Choose that date or a later one.",
        )


def start_day(
    db: Database,
    day: Day,
    delivery: Delivery | None,
    baseline: Baseline,
    criteria: Criteria,
    *,
    repeats: Sync | None = None,
) -> None:
    """Attach a new day database AS day, and write down what the day is about.

    `repeats` is the sync that this day repeats to the letter: its verdict and counts are then written at once, for
    which `db` has the roster attached.
    """
    size = sum(file.size for file in delivery.files) if delivery else day.size
    with new_day(db, day.database, delivery_size=size):
        write_opening(db, day.settings.schools, day.sync_date, delivery)
        write_criteria(db, baseline, criteria)
        if repeats is not None:
            write_repeated(db, repeats, baseline, criteria)


def find_criteria(
    folder: DistrictFolder,
    settings: DistrictSettings,
    ledger: Ledger,
    sync_date: date,
    content: Content,
    *,
    preview: bool = False,
) -> tuple[Baseline, Criteria]:
    """Return what a sync of `sync_date` is compared with and judged by."""
    baseline = find_baseline(ledger, sync_date, observe_only=settings.sync.observe_only, preview=preview)
    criteria = criteria_of(folder, settings, ledger, sync_date, content, baseline=baseline.number)
    newest = ledger.newest
    if (
        newest is None
        or baseline.is_preview
        or (newest.kind, newest.sync_date, newest.fingerprint) != ("day", sync_date, criteria.fingerprint)
        or read_report(folder, newest) is not None
    ):
        return baseline, criteria
    # It was applied and has no report: the run ended in between. Made again against what it was made against.
    again = criteria_of(
        folder, settings, ledger, sync_date, content,
        baseline=newest.baseline_sync, decisions=newest.decisions,
    )  # fmt: skip
    return replace(baseline, number=newest.baseline_sync, initial=newest.initial, resumes=newest.number), again


def write_opening(db: Database, schools: Sequence[School], sync_date: date, delivery: Delivery | None) -> None:
    """Write the schools that take part, the catalog of findings and the delivery into a new day database."""
    columns = {"school_id": [school.id for school in schools], "name": [school.name for school in schools]}
    db.insert_columns("day.meta.schools", columns)
    findings = CATALOGUE.values()
    db.insert_columns(
        "day.meta.codes",
        {
            "code": [finding.code for finding in findings],
            "severity": [finding.severity for finding in findings],
            "refuses": [finding.refuses for finding in findings],
        },
    )
    if delivery is None:
        return
    db.insert(
        "day.meta.delivery",
        ["sync_date", "number", "source", "sha256", "by_hand", "fetched_at"],
        [
            (
                sync_date,
                delivery.number,
                delivery.source,
                delivery.sha256,
                delivery.by_hand,
                delivery.fetched_at,
            )
        ],
    )
    db.insert(
        "day.meta.files",
        ["file", "name", "size", "modified_at", "sha256"],
        [(file.file, file.name, file.size, file.modified_at, file.sha256) for file in delivery.files],
    )
