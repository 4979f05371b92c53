"""Runs: one district's day in this process, recorded in Dagster like any other run."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import dagster as dg
from sqlalchemy.exc import SQLAlchemyError

from pipeline.definitions import build_defs
from pipeline.districts.folders import Home
from pipeline.districts.lock import district_lock
from pipeline.instance import open_instance
from pipeline.partitions import DistrictDay, register
from pipeline.report.model import SyncReport
from pipeline.resources import Clock, Districts
from pipeline.run_failures import failure_of, note_failed_run
from pipeline.run_tags import DISTRICT, PREVIEW
from pipeline.status.refresh import refresh_overview


def sync_day(
    day: DistrictDay,
    *,
    instance: dg.DagsterInstance,
    districts: Districts,
    clock: Clock,
    fetch: bool = True,
    refetch: bool = False,
    preview: bool = False,
    on_step: Callable[[str], None] | None = None,
) -> tuple[SyncReport, Path]:
    """Run the daily sync of one district's day, and return its report with the page's path.

    With `preview`, what landed for the date is worked out and reported, and nothing is changed.
    `on_step` gets the name of each step as it starts.

    Raises:
        BusyError: another run of the district is under way.
        RollcallError: a fault, in words.
        KeyboardInterrupt: the run was stopped.
    """
    districts.settings_of(day.district)
    # Known before a run is recorded; the run's own lock decides where two start in the same instant.
    with district_lock(districts.folder_of(day.district)):
        pass
    register(instance, [day.district])
    run_id = str(uuid.uuid4())
    if on_step is not None:
        _announce_steps(instance, run_id, on_step)
    job = build_defs(districts=districts, clock=clock).resolve_job_def("daily_sync")
    result = job.execute_in_process(
        instance=instance,
        run_id=run_id,
        partition_key=day.partition_key,
        tags={DISTRICT: day.district, **({PREVIEW: "yes"} if preview else {})},
        run_config={
            "ops": {"delivery": {"config": {"fetch": fetch, "refetch": refetch}}},
            "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        },
        raise_on_error=False,
    )
    if any(_was_stopped(event) for event in result.all_events):
        raise KeyboardInterrupt
    if not result.success:
        failure = failure_of(result.all_events)
        if not preview:
            note_failed_run(districts, day.district, day.date, failure, run=run_id, at=clock.now())
            refresh_overview(districts.at_home(), districts.registry(), clock.now())
        raise failure
    return read_published(result.asset_materializations_for_node("sync_report")[0])


def read_published(event: dg.AssetMaterialization) -> tuple[SyncReport, Path]:
    """Return the report that a materialization of `sync_report` tells of, and its page's path."""
    page = Path(str(event.metadata["report"].value))
    report = SyncReport.model_validate(json.loads((page.parent / "report.json").read_text(encoding="utf-8")))
    return report, page


def record_correction(instance: dg.DagsterInstance, day: DistrictDay, *, kind: str, sync: int) -> None:
    """Record in Dagster what a person did to a roster outside of a run, as an event of the asset `roster`.

    What moved the roster is a materialization of the day that it is dated; an approval, which the sync after it
    applies, is an observation. Neither names anybody.
    """
    register(instance, [day.district])
    event = dg.AssetObservation if kind == "approve" else dg.AssetMaterialization
    instance.report_runless_asset_event(
        event(asset_key="roster", partition=day.partition_key, metadata={"sync": sync, "kind": kind})
    )


def note_correction(home: Home, day: DistrictDay, *, kind: str, sync: int) -> str:
    """Record as `record_correction` in the Dagster of a home; return what kept it from that, nothing where it is done.

    What a person decided is done all the same.
    """
    try:
        with open_instance(home) as instance:
            record_correction(instance, day, kind=kind, sync=sync)
    except (dg.DagsterError, SQLAlchemyError, OSError) as failure:
        return type(failure).__name__
    return ""


def _announce_steps(instance: dg.DagsterInstance, run_id: str, on_step: Callable[[str], None]) -> None:
    def announce(entry: dg.EventLogEntry) -> None:
        event = entry.dagster_event
        if event is not None and event.event_type is dg.DagsterEventType.STEP_START and event.step_key:
            on_step(event.step_key)

    instance.add_event_listener(run_id, announce)


def _was_stopped(event: dg.DagsterEvent) -> bool:
    """Return whether the event tells of Ctrl-C, which Dagster turns into a failure of its own."""
    error = getattr(event.event_specific_data, "error", None)
    while error is not None:
        if error.cls_name in {"KeyboardInterrupt", "DagsterExecutionInterruptedError"}:
            return True
        error = error.cause
    return event.event_type is dg.DagsterEventType.PIPELINE_CANCELED
