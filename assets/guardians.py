"""guardians: one row per contact and student, with the role, the rule that gave it, and what the rule saw."""

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.guardians.blocks import blocked_pairs
from pipeline.guardians.derive import derive_guardians
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Districts, RunLock
from pipeline.warehouse.sessions import session


@dg.asset(
    deps=["users"],
    check_specs=audits_of("guardians"),
    partitions_def=DISTRICT_DAYS,
    group_name="guardians",
    kinds={"duckdb", "sql"},
    owners=["team:roster-data"],
)
def guardians(context: dg.AssetExecutionContext, districts: Districts, run_lock: RunLock) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Contacts who became a student's parent, guardian or relative, and those who did not, with the reason.

    The rule is sql/guardians/guardians.sql; its list is the district's setting guardians.rules.
    """
    day = DistrictDay.of(context)
    with failures_in_words():
        folder = districts.folder_of(day.district)
        file = folder.day(day.date.isoformat())
        settings = districts.settings_of(day.district)
        blocked = blocked_pairs(folder)
        with session(folder.root, day=file, write="day") as db:
            if repeated := repeated_metadata(db):
                return dg.MaterializeResult(metadata=repeated, check_results=audited(db, "guardians"))
            derive_guardians(db, settings.guardians, blocked=blocked, manages=settings.sync.manage_guardians)
            linked = db.value("guardians/linked_pairs")
            return dg.MaterializeResult(
                metadata={
                    **table_metadata(db, "day.guardians.guardians", file),
                    "rows in": db.count("day.guardians.pairs"),
                    "linked pairs": linked,
                },
                check_results=audited(db, "guardians"),
            )
