"""roster: the allowed part of the plan, applied as append-only history."""

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, Districts, RunLock
from pipeline.roster.apply import apply_plan
from pipeline.warehouse.sessions import session


@dg.asset(
    deps=["sync_diff"],
    partitions_def=DISTRICT_DAYS,
    check_specs=audits_of("roster"),
    group_name="sync",
    kinds={"duckdb"},
    owners=["team:roster-data"],
)
def roster(
    context: dg.AssetExecutionContext, districts: Districts, clock: Clock, run_lock: RunLock
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The roster with its history. roster.duckdb is replaced as a whole; a look at an older date changes nothing."""
    day = DistrictDay.of(context)
    with failures_in_words():
        folder = districts.folder_of(day.district)
        number = apply_plan(folder, folder.day(day.date.isoformat()), sync_date=day.date, recorded_at=clock.now())
        with session(folder.root, day=folder.day(day.date.isoformat()), book=folder.roster) as db:
            checked = audited(db, "roster")
            metadata = {
                **table_metadata(db, "book.roster.users", folder.roster),
                "active people": db.value("roster/active_people"),
            }
    return dg.MaterializeResult(
        metadata={**metadata, "sync": number if number is not None else "none: a look changes nothing"},
        check_results=checked,
    )
