"""A rollover: the changes that a new school year or a new term is made of, and that no hold stops.

Belongs here: running its statements within its dates. Does not belong here: what fits its picture
(sql/gate/rollover.sql), which of the changes pass (sql/gate/rollover_exempt.sql), its dates (the settings).
"""

from __future__ import annotations

from pipeline.districts.settings import Rollover
from pipeline.warehouse.sessions import Database

STATEMENTS = (
    "gate/rollover",
    "gate/rollover_classes",
    "gate/rollover_enrollments",
    "gate/rollover_exempt",
)
"""In order: what fits, what waits for enrollments.csv, and what the gate lets pass."""


def expect_rollover(db: Database, rollover: Rollover, *, baseline: int) -> None:
    """Let the changes of a rollover pass the gate, in the schools where they fit the picture of one.

    Each school is compared with the roster from before the rollover's first date. Only what was there then can be
    replaced, so a school has one turn, and an undo gives it back.
    """
    before = db.value("gate/before_rollover", first=rollover.first, baseline=baseline)
    if before is None:
        return
    values = {
        "before": before,
        "baseline": baseline,
        "is_year": rollover.kind == "year",
        "enrollments_are_absent": not db.count("day.raw.enrollments"),
    }
    db.run_each(STATEMENTS, values)
