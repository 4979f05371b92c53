"""The code location: everything that Dagster loads, in one place."""

from __future__ import annotations

import dagster as dg

from assets.delivery import delivery
from assets.guardians import guardians
from assets.oneroster import oneroster
from assets.raw import raw
from assets.roster import roster
from assets.sync_diff import sync_diff
from assets.sync_report import sync_report
from pipeline.arrivals.sensor import arrivals_job, build_arrivals_sensor
from pipeline.asset_metadata import described
from pipeline.checks import ALL_DISTRICTS, districts_check
from pipeline.housekeeping.job import build_housekeeping_schedule, housekeeping_job
from pipeline.jobs import DAILY_SYNC, LOOK_AT_DISTRICTS, mail
from pipeline.resources import Clock, DayRun, Districts
from pipeline.schedules import build_hourly_look, build_hourly_mail, build_schedules
from pipeline.sensors import build_sensors

ASSETS = described([delivery, raw, oneroster, guardians, sync_diff, roster, sync_report])
"""In reading order: seven steps a run, for more would cost more than they show."""


def build_defs(*, districts: Districts | None = None, clock: Clock | None = None) -> dg.Definitions:
    """Return the definitions; a test or the demo gives its own districts and clock."""
    districts = districts or Districts()
    return dg.Definitions(
        assets=[*ASSETS, ALL_DISTRICTS],
        asset_checks=[districts_check],
        jobs=[DAILY_SYNC, LOOK_AT_DISTRICTS, mail, arrivals_job, housekeeping_job],
        schedules=[
            *build_schedules(districts),
            build_hourly_look(),
            build_hourly_mail(),
            build_housekeeping_schedule(),
        ],
        sensors=[*build_sensors(), build_arrivals_sensor()],
        resources={
            "districts": districts,
            "clock": clock or Clock(),
            "day_run": DayRun(districts=districts),
        },
        executor=dg.in_process_executor,
    )


defs = build_defs()
