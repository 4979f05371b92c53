"""Reruns: older dates previewed under today's settings, by runs of Dagster: through its queue, or in this process.

Belongs here: asking Dagster for a backfill of those dates, how far it is, ending it. Does not belong here: what makes a
run a preview (`run_tags.py`), moving the roster to what comes out (`pipeline/corrections/replay.py`).

A rerun is a backfill as Dagster's own pages start one: of each district one date after the other, behind the night's
runs, seen and canceled there as well. Where no daemon runs that could start its runs, they run here.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import dagster as dg
from dagster._core.execution.backfill import BulkActionStatus, PartitionBackfill
from dagster._core.storage.dagster_run import FINISHED_STATUSES, DagsterRunStatus, RunsFilter
from dagster._core.storage.tags import BACKFILL_ID_TAG, PRIORITY_TAG
from dagster._core.utils import make_new_backfill_id

from pipeline.definitions import ASSETS, build_defs
from pipeline.errors import UsageError
from pipeline.partitions import DistrictDay, register
from pipeline.report.model import SyncReport
from pipeline.resources import Districts
from pipeline.runs import read_published

PRIORITY = "-1"
"""Below the runs of the night, which have 0."""

DAEMONS = ("BACKFILL", "QUEUED_RUN_COORDINATOR")
"""The parts of Dagster's daemon that a rerun needs."""


@dataclass(frozen=True)
class Progress:
    """How far a rerun is."""

    total: int
    """Dates of districts."""
    done: int
    failed: int
    """Of those that are done."""
    is_over: bool
    """Nothing more comes of it: all are done, or it was canceled."""


def has_daemon(instance: dg.DagsterInstance) -> bool:
    """Return whether Dagster's daemon is there to start the runs."""
    statuses = instance.get_daemon_statuses(DAEMONS)
    return all(status.healthy for status in statuses.values())


def start_rerun(instance: dg.DagsterInstance, districts: Districts, days: Sequence[DistrictDay]) -> str:
    """Ask Dagster to preview these dates, and return the id of the backfill."""
    names = sorted({day.district for day in days})
    register(instance, names)
    dates = sorted(day.date for day in days)
    what = names[0] if len(names) == 1 else f"{len(names)} districts"
    graph = build_defs(districts=districts).resolve_asset_graph()
    backfill = PartitionBackfill.from_asset_partitions(
        backfill_id=make_new_backfill_id(),
        asset_graph=graph,
        partition_names=[str(day.partition_key) for day in sorted(days, key=lambda day: (day.date, day.district))],
        asset_selection=[key for asset in ASSETS for key in asset.keys],
        backfill_timestamp=time.time(),
        tags={PRIORITY_TAG: PRIORITY},
        dynamic_partitions_store=instance,
        all_partitions=False,
        title=f"Rerun of {what}, {dates[0]} to {dates[-1]}",
        description="Previews under today's settings, by rollcall rerun. Nothing is changed.",
        run_config=None,
    )
    instance.add_backfill(backfill)
    return backfill.backfill_id


def progress(instance: dg.DagsterInstance, rerun: str, total: int) -> Progress:
    """Return how far a rerun is; UsageError where there is none of that id."""
    backfill = _backfill(instance, rerun)
    done = instance.get_runs_count(_runs(rerun, FINISHED_STATUSES))
    failed = instance.get_runs_count(_runs(rerun, [DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]))
    ended = backfill.status not in {BulkActionStatus.REQUESTED, BulkActionStatus.CANCELING, BulkActionStatus.FAILING}
    return Progress(total, done, failed, ended or done >= total)


def cancel_rerun(instance: dg.DagsterInstance, rerun: str) -> bool:
    """Cancel what has not begun of a rerun; return whether anything was left to cancel. UsageError: no such rerun."""
    backfill = _backfill(instance, rerun)
    if backfill.status is not BulkActionStatus.REQUESTED:
        return False
    canceling: PartitionBackfill = backfill.with_status(BulkActionStatus.CANCELING)  # type: ignore[no-untyped-call]
    instance.update_backfill(canceling)
    return True


def reports_of(instance: dg.DagsterInstance, rerun: str) -> Iterator[tuple[SyncReport, Path]]:
    """Yield the report of each date that was previewed, with its page's path, by district and date."""
    found = []
    for run in instance.get_runs(_runs(rerun, [DagsterRunStatus.SUCCESS])):
        for entry in instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION):
            made = entry.asset_materialization
            if made is not None and made.asset_key.to_user_string() == "sync_report":
                found.append(read_published(made))
    yield from sorted(found, key=lambda one: (one[0].district, one[0].sync_date))


def landed_days(districts: Districts, names: Collection[str], first: date, last: date) -> list[DistrictDay]:
    """Return the dates of districts between the two for which something has landed, in the order of dates."""
    from pipeline.day.preview import synced_dates  # noqa: PLC0415

    home = districts.at_home()
    found = [
        DistrictDay(name, day) for name in sorted(names) for day in synced_dates(home.district(name), name, first, last)
    ]
    return sorted(found, key=lambda day: (day.date, day.district))


def _backfill(instance: dg.DagsterInstance, rerun: str) -> PartitionBackfill:
    found = instance.get_backfill(rerun)
    if found is None:
        raise UsageError(f'There is no rerun "{rerun}".', "Dagster's page of backfills lists them.")
    return found


def _runs(rerun: str, statuses: Collection[DagsterRunStatus]) -> RunsFilter:
    return RunsFilter(tags={BACKFILL_ID_TAG: rerun}, statuses=list(statuses))
