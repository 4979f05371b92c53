"""Asset checks. None of them stops anything: an outcome is data, and the report explains it."""

from __future__ import annotations

import dagster as dg

from pipeline.report.model import SyncReport

OUTCOME_CHECK = dg.AssetCheckSpec(
    name="outcome",
    asset="sync_report",
    description="Whether the district's day was applied, or found unchanged. The report says why not.",
)


def outcome_result(report: SyncReport) -> dg.AssetCheckResult:
    """Return the verdict of one district's day."""
    return dg.AssetCheckResult(
        check_name="outcome",
        passed=report.outcome in {"applied", "unchanged"},
        severity=dg.AssetCheckSeverity.WARN if report.outcome == "held" else dg.AssetCheckSeverity.ERROR,
        metadata={
            "district": report.district,
            "sync date": report.sync_date.isoformat(),
            "outcome": report.outcome,
            "withheld archives": sum(counts.withheld.archive for counts in report.records.values()),
        },
    )
