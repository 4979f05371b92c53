"""sync_report: one report per file, for people and for machines, and the check that shows the outcome."""

import dagster as dg

from pipeline.checks import OUTCOME_CHECK, outcome_result
from pipeline.metadata import failures_in_words
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.report.publish import publish_report
from pipeline.resources import Clock, Districts, RunLock


@dg.asset(
    deps=["roster", "sync_diff"],
    partitions_def=DISTRICT_DAYS,
    check_specs=[OUTCOME_CHECK],
    group_name="sync",
    kinds={"html", "json"},
    owners=["team:roster-data"],
)
def sync_report(
    context: dg.AssetExecutionContext, districts: Districts, clock: Clock, run_lock: RunLock
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What the sync found and did: a page, a CSV of findings per file, and report.json.

    Runs whatever the outcome is: a rejected or missing delivery is explained, too.
    """
    day = DistrictDay.of(context)
    with failures_in_words():
        report, page = publish_report(
            districts.folder_of(day.district),
            day.district,
            districts.settings_of(day.district).name,
            day.date,
            looked_at=clock.now(),
        )
    return dg.MaterializeResult(
        metadata={
            "outcome": report.outcome,
            "summary": report.summary,
            "report": dg.MetadataValue.path(str(page)),
            "sync": report.sync_number if report.sync_number is not None else "none: a look changes nothing",
            "dagster/row_count": sum(found.count for found in report.finding_counts),
            "findings": dg.MetadataValue.table(
                records=[
                    dg.TableRecord({"file": f.file, "code": f.code, "severity": f.severity, "count": f.count})
                    for f in report.finding_counts
                ],
                schema=dg.TableSchema(
                    columns=[dg.TableColumn(name) for name in ("file", "code", "severity")]
                    + [dg.TableColumn("count", "int")]
                ),
            ),
        },
        check_results=[outcome_result(report)],
    )
