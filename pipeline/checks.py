"""Asset checks. None of them stops anything: an outcome is data, and the report explains it.

An audit (`pipeline/roster/audits.py`) counts what must never be, in the step that makes the asset. A standing check
looks at all districts at once.
"""

from __future__ import annotations

import warnings
from collections import Counter

import dagster as dg

from pipeline.partitions import DISTRICT_DAYS
from pipeline.report.model import SyncReport
from pipeline.resources import Clock, Districts
from pipeline.roster.audits import AUDITS, broken_audits
from pipeline.status.districts import NightResult, night_results
from pipeline.status.refresh import refresh_overview
from pipeline.warehouse.sessions import Database

AUDITS_CHECK = "audits"
"""One check an asset, with a figure for each audit: a check for each would double the events of a run."""


def audits_of(*assets: str) -> list[dg.AssetCheckSpec]:
    """Return the checks that audit the assets, one each."""
    return [
        dg.AssetCheckSpec(
            name=AUDITS_CHECK,
            asset=asset,
            description="\n".join(f"- {audit.name}: {audit.about}" for audit in AUDITS[asset]),
        )
        for asset in assets
    ]


def audited(db: Database, asset: str) -> list[dg.AssetCheckResult]:
    """Run the audits of an asset and return its check."""
    broken = broken_audits(db, AUDITS[asset])
    return [
        dg.AssetCheckResult(asset_key=asset, check_name=AUDITS_CHECK, passed=not any(broken.values()), metadata=broken)
    ]


with warnings.catch_warnings():
    # Partitions of checks are a preview in Dagster 1.13; without them the newest run's verdict hides all others.
    warnings.simplefilter("ignore", dg.PreviewWarning)
    OUTCOME_CHECK = dg.AssetCheckSpec(
        name="outcome",
        asset="sync_report",
        description="Whether the district's day was applied, or found unchanged. The report says why not.",
        partitions_def=DISTRICT_DAYS,
    )

ALL_DISTRICTS = dg.AssetSpec(
    "all_districts",
    description="How the newest night of every enabled district ended. Nothing makes it: its check looks, every hour.",
    deps=["sync_report"],
    group_name="status",
    owners=["team:roster-data"],
)
"""What the standing check is of: on the page of an asset that runs make, each of them would run it too."""


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


@dg.asset_check(
    asset=ALL_DISTRICTS.key,
    name="districts",
    description="Whether any enabled district is failed, overdue, held, rejected or missing right now.",
)
def districts_check(districts: Districts, clock: Clock) -> dg.AssetCheckResult:
    """Check the newest night of every enabled district, and update the page of all districts."""
    found = night_results(districts.readable(), districts.at_home(), clock.now(), unreadable=districts.unreadable())
    not_written = refresh_overview(districts.at_home(), districts.registry(), clock.now())
    open_ones = [result for result in found if result.needs_attention]
    counts = Counter(result.state for result in found)
    only_held = all(result.state == "held" for result in open_ones)
    return dg.AssetCheckResult(
        passed=not open_ones,
        severity=dg.AssetCheckSeverity.WARN if only_held else dg.AssetCheckSeverity.ERROR,
        metadata={
            "districts": len(found),
            "page of all districts": not_written or "written",
            **{state: counts[state] for state in sorted(counts)},
            "need attention": dg.MetadataValue.table(
                records=[_record(result) for result in open_ones],
                schema=dg.TableSchema(columns=[dg.TableColumn(name) for name in ("district", "state", "night")]),
            ),
        },
    )


def _record(result: NightResult) -> dg.TableRecord:
    return dg.TableRecord({"district": result.district, "state": result.state, "night": result.night.isoformat()})
