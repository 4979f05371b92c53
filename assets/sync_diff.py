"""sync_diff: what would change against the roster: the plan, judged by the gate."""

import dagster as dg

from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Districts, RunLock
from pipeline.sync.plan import find_baseline, make_plan
from pipeline.warehouse.schema import ensure_book
from pipeline.warehouse.sessions import session


@dg.asset(
    deps=["users", "classes", "enrollments", "guardians"],
    partitions_def=DISTRICT_DAYS,
    group_name="sync",
    kinds={"duckdb", "sql"},
    owners=["team:roster-data"],
)
def sync_diff(context: dg.AssetExecutionContext, districts: Districts, run_lock: RunLock) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Adds, updates, restores and archives per record type against the baseline, and what the gate withholds.

    The gate is sql/sync/holds.sql. A delivery that is refused has an empty plan.
    """
    day = DistrictDay.of(context)
    with failures_in_words():
        folder = districts.folder_of(day.district)
        ensure_book(folder.roster, folder.root)
        file = folder.day(day.date.isoformat())
        with session(folder.root, day=file, book=folder.roster, write="day") as db:
            baseline = find_baseline(db, day.date)
            verdict = make_plan(db, limits=districts.settings_of(day.district).limits, baseline=baseline)
            counts = db.rows("report/counts")
            metadata = table_metadata(db, "day.sync.plan", file)
    return dg.MaterializeResult(
        metadata={
            **metadata,
            "outcome": verdict.outcome,
            "baseline sync": baseline.number,
            "a look only": baseline.is_look,
            "plan": dg.MetadataValue.table(
                records=[
                    dg.TableRecord(
                        {
                            "records": row["record_type"],
                            "add": row["added"],
                            "update": row["updated"],
                            "restore": row["restored"],
                            "archive": row["archived"],
                            "archives withheld": row["withheld_archive"],
                        }
                    )
                    for row in counts
                ]
            ),
        }
    )
