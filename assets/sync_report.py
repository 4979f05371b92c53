"""sync_report: one report per file, for people and for machines, and the check that shows the outcome."""

import dagster as dg

from pipeline.checks import OUTCOME_CHECK, outcome_result
from pipeline.day.stages import publish
from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, DayRun, Districts
from pipeline.run_tags import leaves_the_page, tag
from pipeline.status.refresh import refresh_overview


@dg.asset(
    deps=["roster", "sync_diff"],
    partitions_def=DISTRICT_DAYS,
    check_specs=[OUTCOME_CHECK],
    group_name="sync",
    kinds={"html", "json"},
    owners=["team:roster-data"],
)
def sync_report(
    context: dg.AssetExecutionContext, districts: Districts, clock: Clock, day_run: DayRun
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """What the sync found and did: a page, a CSV of findings per file, and report.json.

    Runs whatever the outcome is: a rejected or missing delivery is explained, too.
    """
    with failures_in_words():
        db, day = day_run.of(DistrictDay.of(context))
        report, page = publish(db, day, written_at=clock.now())
        if not leaves_the_page(context.run.tags):
            not_written = refresh_overview(districts.at_home(), districts.registry(), clock.now())
            if not_written:
                context.log.warning(not_written)
        metadata = table_metadata(db, "day.meta.findings", day.database)
        if report.sync_number is None:
            tag(context, outcome="preview")
        else:
            tag(context, outcome=report.outcome, sync=str(report.sync_number))
    return dg.MaterializeResult(
        metadata={
            **metadata,
            "outcome": report.outcome,
            "summary": report.summary,
            "report": dg.MetadataValue.path(str(page)),
            "sync": report.sync_number if report.sync_number is not None else "none: a preview changes nothing",
            **{
                severity: sum(found.count for found in report.finding_counts if found.severity == severity.rstrip("s"))
                for severity in ("errors", "warnings", "notices")
            },
            **{f"active {record_type}": counts.active_after for record_type, counts in report.records.items()},
            "archived": sum(counts.archived for counts in report.records.values()),
            "withheld": sum(counts.withheld.total for counts in report.records.values()),
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
