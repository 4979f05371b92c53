"""Sensors: districts that got settings become partitions, so that Dagster's page can show and start them."""

import dagster as dg

from pipeline.resources import Districts
from pipeline.schedules import schedules_running

MOST_AT_ONCE = 100
"""Each new district empties the status caches of all assets; a tick has 60 seconds."""


def build_sensors() -> list[dg.SensorDefinition]:
    """Return the sensors."""
    running = schedules_running() is dg.DefaultScheduleStatus.RUNNING

    @dg.sensor(
        name="new_districts",
        description="Registers districts that have settings and are not partitions yet.",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED,
    )
    def new_districts(context: dg.SensorEvaluationContext, districts: Districts) -> dg.SensorResult | dg.SkipReason:
        known = set(context.instance.get_dynamic_partitions("districts"))
        new = [district for district in districts.registry().ids() if district not in known][:MOST_AT_ONCE]
        if not new:
            return dg.SkipReason("All districts are registered.")
        return dg.SensorResult(dynamic_partitions_requests=[dg.AddDynamicPartitionsRequest("districts", new)])

    return [new_districts]
