"""Sensors: nights that are unfinished, runs that failed, and districts that got settings.

Belongs here: what Dagster's daemon looks at by itself. Does not belong here: which nights are unfinished
(`pipeline/status/nights.py`), when a night begins (`pipeline/schedules.py`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import dagster as dg

from pipeline.asked import asked_runs, forget
from pipeline.heartbeat import beat
from pipeline.jobs import DAILY_SYNC
from pipeline.partitions import DistrictDay, register
from pipeline.resources import Clock, Districts
from pipeline.run_failures import failure_of, note_failed_run
from pipeline.run_tags import DISTRICT, OUTCOME, is_preview
from pipeline.schedules import schedules_running
from pipeline.starting import nights_to_start
from pipeline.status.nights import LOOK_EVERY
from pipeline.status.refresh import refresh_overview

MOST_AT_ONCE = 100
"""Each new district empties the status caches of all assets; a tick has 60 seconds."""


def build_sensors() -> list[dg.SensorDefinition]:
    """Return the sensors; they start by themselves where the schedules do."""
    running = schedules_running() is dg.DefaultScheduleStatus.RUNNING
    status = dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED
    return [_unfinished_nights(status), _asked_runs(status), _failed_runs(status), _new_districts(status)]


def _unfinished_nights(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="unfinished_nights",
        job=DAILY_SYNC,
        description="Every 15 minutes: starts nights that have begun and have no sync, and says that Dagster is alive.",
        minimum_interval_seconds=int(LOOK_EVERY.total_seconds()),
        default_status=status,
    )
    def unfinished_nights(
        context: dg.SensorEvaluationContext, districts: Districts, clock: Clock
    ) -> dg.SensorResult | dg.SkipReason:
        found = nights_to_start(context.instance, districts, clock.now())
        not_sent = beat(districts.at_home(), clock.now())
        not_written = refresh_overview(districts.at_home(), districts.registry(), clock.now())
        for words in filter(None, (not_sent, not_written)):
            context.log.warning(words)
        if not found:
            return dg.SkipReason("No night is unfinished, or its time to be tried again has not come.")
        register(context.instance, [night.district for night in found])
        return dg.SensorResult(run_requests=[night.request for night in found])

    return unfinished_nights


def _asked_runs(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="asked_runs",
        job=DAILY_SYNC,
        description="Every 10 seconds: starts the runs that people have asked for on a page of the console.",
        minimum_interval_seconds=10,
        default_status=status,
    )
    def asked_runs_sensor(context: dg.SensorEvaluationContext, districts: Districts) -> dg.SensorResult | dg.SkipReason:
        home, wanted = districts.at_home(), []
        for asked in asked_runs(home):
            if context.instance.get_runs(dg.RunsFilter(tags={"dagster/run_key": asked.key}), limit=1):
                forget(home, asked)
            else:
                wanted.append(asked)
        if not wanted:
            return dg.SkipReason("Nobody has asked for a run.")
        register(context.instance, [asked.district for asked in wanted])
        return dg.SensorResult(
            run_requests=[
                dg.RunRequest(
                    run_key=asked.key,
                    partition_key=DistrictDay(asked.district, asked.sync_date).partition_key,
                    run_config={"ops": {"delivery": {"config": {"fetch": asked.fetch}}}},
                    tags={DISTRICT: asked.district},
                )
                for asked in wanted
            ]
        )

    return asked_runs_sensor


def _failed_runs(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.run_failure_sensor(
        name="failed_runs",
        description="Keeps why a run of a district's day failed, so that pages and `rollcall status` say it.",
        minimum_interval_seconds=30,
        default_status=status,
    )
    def failed_runs(context: dg.RunFailureSensorContext, districts: Districts) -> None:
        run = context.dagster_run
        district, day = (run.tags.get(f"dagster/partition/{name}") for name in ("district", "date"))
        if district is None or day is None:
            return
        record = context.instance.get_run_record_by_id(run.run_id)
        if record is None or record.end_time is None:
            return
        if is_preview(run.tags):
            # No night has failed.
            context.instance.add_run_tags(run.run_id, {OUTCOME: "failed"})
            return
        events = [entry.dagster_event for entry in context.instance.all_logs(run.run_id) if entry.dagster_event]
        ended = record.end_time
        note_failed_run(
            districts,
            district,
            date.fromisoformat(day),
            failure_of(events),
            run=run.run_id,
            at=datetime.fromtimestamp(ended, UTC),
        )
        context.instance.add_run_tags(run.run_id, {OUTCOME: "failed"})

    return failed_runs


def _new_districts(status: dg.DefaultSensorStatus) -> dg.SensorDefinition:
    @dg.sensor(
        name="new_districts",
        description="Registers districts that have settings, and forgets names that have neither settings nor data.",
        minimum_interval_seconds=60,
        default_status=status,
    )
    def new_districts(context: dg.SensorEvaluationContext, districts: Districts) -> dg.SensorResult | dg.SkipReason:
        known, ids = set(context.instance.get_dynamic_partitions("districts")), districts.registry().ids()
        new = [district for district in ids if district not in known][:MOST_AT_ONCE]
        ghosts = sorted(
            district for district in known - set(ids) if not districts.at_home().district(district).root.exists()
        )
        requests: list[dg.AddDynamicPartitionsRequest | dg.DeleteDynamicPartitionsRequest] = []
        if new:
            requests.append(dg.AddDynamicPartitionsRequest("districts", new))
        if ghosts:
            requests.append(dg.DeleteDynamicPartitionsRequest("districts", ghosts[:MOST_AT_ONCE]))
        if not requests:
            return dg.SkipReason("All districts are registered.")
        return dg.SensorResult(dynamic_partitions_requests=requests)

    return new_districts
