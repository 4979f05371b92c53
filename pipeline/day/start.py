"""The beginning of a day: the roster is the right one, and an empty day database knows what the day is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pipeline.day.unchanged import repeated_sync, write_repeated
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings, School
from pipeline.landing.delivery import Delivery
from pipeline.oneroster.findings import CATALOGUE
from pipeline.plan.criteria import Content, criteria_of
from pipeline.plan.plan import Baseline, Criteria, find_baseline
from pipeline.report.archive import read_report
from pipeline.roster.ledger import Ledger
from pipeline.roster.open import open_roster
from pipeline.warehouse.schema import new_day
from pipeline.warehouse.sessions import Database


@dataclass(frozen=True)
class Opened:
    """A day that has begun."""

    baseline: Baseline
    criteria: Criteria
    repeats: int | None
    """The number of the earlier sync that this day repeats to the letter; None: it must be worked out."""


def open_day(folder: DistrictFolder, settings: DistrictSettings, sync_date: date, delivery: Delivery | None) -> Opened:
    """Make the day database anew for a delivery (None: nothing was delivered), and say what it is compared with.

    A day whose sync was applied before a crash and only lacks its report is made once more as it was then.
    """
    ledger = open_roster(folder)
    baseline, criteria = find_criteria(folder, settings, ledger, sync_date, Content.of(delivery))
    repeats = None if baseline.resumes else repeated_sync(folder, settings, ledger, delivery, criteria)
    file, size = folder.day(sync_date.isoformat()), _size(delivery)
    with new_day(file, folder.root, delivery_size=size, book=folder.roster if repeats else None) as db:
        _write_opening(db, sync_date, settings.schools, delivery)
        if repeats is not None:
            write_repeated(db, repeats, baseline, criteria)
    return Opened(baseline, criteria, repeats.number if repeats else None)


def find_criteria(
    folder: DistrictFolder, settings: DistrictSettings, ledger: Ledger, sync_date: date, content: Content
) -> tuple[Baseline, Criteria]:
    """Return what a sync of `sync_date` is compared with and judged by."""
    baseline = find_baseline(ledger, sync_date, observe_only=settings.sync.observe_only)
    criteria = criteria_of(folder, settings, ledger, sync_date, content, baseline=baseline.number)
    newest = ledger.newest
    if (
        newest is None
        or baseline.is_look
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


def begin_day(
    path: Path,
    root: Path,
    *,
    sync_date: date,
    schools: Sequence[School],
    delivery: Delivery | None,
    delivery_size: int = 0,
) -> None:
    """Make the day database anew, with the schools that take part, the catalogue of findings and the delivery.

    `delivery` is None where nothing was delivered; `delivery_size` (bytes) is then for files that are looked at without
    having landed.
    """
    with new_day(path, root, delivery_size=_size(delivery) or delivery_size) as db:
        _write_opening(db, sync_date, schools, delivery)


def _size(delivery: Delivery | None) -> int:
    return sum(file.size for file in delivery.files) if delivery else 0


def _write_opening(db: Database, sync_date: date, schools: Sequence[School], delivery: Delivery | None) -> None:
    columns = {"school_id": [school.id for school in schools], "name": [school.name for school in schools]}
    db.insert_columns("day.meta.schools", columns)
    db.insert(
        "day.meta.codes",
        ["code", "severity", "refuses"],
        [(finding.code, finding.severity, finding.refuses) for finding in CATALOGUE.values()],
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
