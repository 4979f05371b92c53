"""The beginning of a day: an empty day database that knows its delivery, the schools and the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.districts.settings import School
from pipeline.landing.delivery import Delivery
from pipeline.oneroster.findings import CATALOGUE
from pipeline.warehouse.schema import new_day


def begin_day(
    path: Path,
    root: Path,
    *,
    sync_date: date,
    schools: Sequence[School],
    delivery: Delivery | None,
    delivery_size: int = 0,
) -> None:
    """Make the day database anew; `delivery` is None where nothing was delivered.

    `delivery_size` (bytes) is for files that are looked at without having landed.
    """
    size = sum(file.size for file in delivery.files) if delivery else delivery_size
    with new_day(path, root, delivery_size=size) as db:
        db.insert("day.meta.schools", ["school_id", "name"], [(school.id, school.name) for school in schools])
        db.insert(
            "day.meta.codes",
            ["code", "severity", "refuses"],
            [(finding.code, finding.severity, finding.refuses) for finding in CATALOGUE.values()],
        )
        if delivery is None:
            return
        db.insert(
            "day.meta.delivery",
            ["sync_date", "number", "source", "sha256", "fetched_at"],
            [(sync_date, delivery.number, delivery.source, delivery.sha256, delivery.fetched_at)],
        )
        db.insert(
            "day.meta.files",
            ["file", "name", "size", "modified_at", "sha256"],
            [(file.file, file.name, file.size, file.modified_at, file.sha256) for file in delivery.files],
        )
