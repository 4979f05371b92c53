"""sync_diff: what would change against the roster: the plan, judged by the gate."""

import dagster as dg

from pipeline.checks import audited, audits_of
from pipeline.day.stages import plan_changes
from pipeline.metadata import failures_in_words, repeated_metadata, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import DayRun


@dg.asset(
    deps=["users", "classes", "enrollments", "guardians"],
    partitions_def=DISTRICT_DAYS,
    check_specs=audits_of("sync_diff"),
    group_name="sync",
    kinds={"duckdb", "sql"},
    owners=["team:roster-data"],
)
def sync_diff(context: dg.AssetExecutionContext, day_run: DayRun) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Adds, updates, restores and archives per record type against the baseline, and what the gate withholds.

    The gate is sql/gate/. A delivery that is refused has an empty plan.
    """
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        repeated = repeated_metadata(context, db, "sync_diff")
        if not repeated:
            plan_changes(db, day)
        verdict = db.rows("sync/verdict")[0]
        counts = db.rows("report/counts")
        checked = audited(db, "sync_diff")
        metadata = repeated.get("sync_diff") or table_metadata(db, "day.sync.plan", day.database)
    return dg.MaterializeResult(
        metadata={
            **metadata,
            "outcome": verdict["outcome"],
            "baseline sync": verdict["baseline_sync"],
            "a preview only": verdict["is_preview"],
            "plan": dg.MetadataValue.table(
                records=[
                    dg.TableRecord(
                        {
                            "records": row["record_type"],
                            "add": row["added"],
                            "update": row["updated"],
                            "restore": row["restored"],
                            "archive": row["archived"],
                            "withheld": sum(
                                row[f"withheld_{operation}"] for operation in ("add", "update", "restore", "archive")
                            ),
                        }
                    )
                    for row in counts
                ]
            ),
        },
        check_results=checked,
    )
