"""roster: the allowed part of the plan, applied as append-only history."""

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.day.stages import apply_changes
from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, DayRun


@dg.asset(
    deps=["sync_diff"],
    partitions_def=DISTRICT_DAYS,
    check_specs=audits_of("roster"),
    group_name="sync",
    kinds={"duckdb"},
    owners=["team:roster-data"],
)
def roster(context: dg.AssetExecutionContext, clock: Clock, day_run: DayRun) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The roster with its history. roster.duckdb is replaced as a whole; a preview of an older date changes nothing.

    The figures are those of the date, of a preview of an older one too: never today's.
    """
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        number = apply_changes(db, day, recorded_at=clock.now())
        checked = audited(db, "roster")
        sizes = db.rows("roster/sizes", day=day.sync_date)[0]
        metadata = {
            **table_metadata(db, "book.roster.users", day.folder.roster),
            "dagster/row_count": sizes["versions"],
            "active people": sizes["people"],
        }
    return dg.MaterializeResult(
        metadata={**metadata, "sync": number if number is not None else "none: a preview changes nothing"},
        check_results=checked,
    )
