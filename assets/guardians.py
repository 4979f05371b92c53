"""guardians: one row per contact and student, with the role, the rule that gave it, and what the rule saw."""

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.day.stages import find_guardians
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import DayRun


@dg.asset(
    deps=["users"],
    check_specs=audits_of("guardians"),
    partitions_def=DISTRICT_DAYS,
    group_name="guardians",
    kinds={"duckdb", "sql"},
    owners=["team:roster-data"],
)
def guardians(context: dg.AssetExecutionContext, day_run: DayRun) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Contacts who became a student's parent, guardian or relative, and those who did not, with the reason.

    The rule is sql/guardians/guardians.sql; its list is the district's setting guardians.rules.
    """
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        if repeated := repeated_metadata(context, db, "guardians"):
            return dg.MaterializeResult(metadata=repeated["guardians"], check_results=audited(db, "guardians"))
        find_guardians(db, day)
        return dg.MaterializeResult(
            metadata={
                **table_metadata(db, "day.guardians.guardians", day.database),
                "rows in": db.count("day.guardians.pairs"),
                "linked pairs": db.value("guardians/linked_pairs"),
            },
            check_results=audited(db, "guardians"),
        )
