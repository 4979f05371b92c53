"""Schedules: one per distinct time zone and start time of the enabled districts, whose tick starts their nights.

And one every hour that looks at all of them. A night that no tick has started or finished is the sensor's
(`pipeline/sensors.py`).
"""

import os
from collections.abc import Iterator
from datetime import time

import dagster as dg

from pipeline.jobs import DAILY_SYNC, LOOK_AT_DISTRICTS, mail
from pipeline.mail.server import SERVER
from pipeline.partitions import register
from pipeline.resources import Districts
from pipeline.starting import nights_to_start
from pipeline.status.clock import Slot


def schedules_running() -> dg.DefaultScheduleStatus:
    """Return whether schedules start by themselves: only where ROLLCALL_SCHEDULES=running says so.

    Otherwise they would also start on the laptop of everybody who looks at the project.
    """
    running = os.environ.get("ROLLCALL_SCHEDULES") == "running"
    return dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED


def build_schedules(districts: Districts) -> list[dg.ScheduleDefinition]:
    """Return the schedules of all enabled districts whose settings can be read, paused ones included."""
    return [_schedule(slot) for slot in districts.slots()]


def build_hourly_look() -> dg.ScheduleDefinition:
    """Return the schedule that looks at all districts, whatever their time zones."""
    return dg.ScheduleDefinition(
        name="look_at_districts",
        job=LOOK_AT_DISTRICTS,
        # Somewhere it is always the morning after: districts have time zones from Guam to Hawaii.
        cron_schedule="5 * * * *",
        description="Every hour: which districts are failed, overdue, held, rejected or missing.",
        default_status=schedules_running(),
    )


def build_hourly_mail() -> dg.ScheduleDefinition:
    """Return the schedule that sends the mails that are due: none most hours."""

    @dg.schedule(
        name="mail",
        job=mail,
        cron_schedule="35 * * * *",
        description="Every hour: the mails that are due, where ROLLCALL_MAIL_SERVER names a server.",
        default_status=schedules_running(),
    )
    def hourly_mail() -> dg.RunRequest | dg.SkipReason:
        if not os.environ.get(SERVER):
            return dg.SkipReason(f"{SERVER} is not set.")
        return dg.RunRequest()

    return hourly_mail


def _schedule(slot: Slot) -> dg.ScheduleDefinition:
    time_zone, start = slot

    @dg.schedule(
        name=schedule_name(slot),
        job=DAILY_SYNC,
        cron_schedule=f"{start.minute} {start.hour} * * *",
        execution_timezone=time_zone,
        description=f"{start:%H:%M} {time_zone}",
        default_status=schedules_running(),
    )
    def nightly(context: dg.ScheduleEvaluationContext, districts: Districts) -> Iterator[dg.RunRequest | dg.SkipReason]:
        # Where clocks skip the hour, Dagster ticks at the first moment after the gap, as `slot_start` has it.
        due = nights_to_start(context.instance, districts, context.scheduled_execution_time, slot=slot)
        if not due:
            yield dg.SkipReason(f"No enabled district of {start:%H:%M} {time_zone} has a night to begin.")
            return
        register(context.instance, [night.district for night in due])
        for night in due:
            yield night.request

    return nightly


def schedule_name(slot: Slot) -> str:
    """Return a schedule's name, such as nightly_0200_America_Chicago."""
    time_zone, start = slot
    # Etc/GMT+5 and Etc/GMT-5 are two zones; two schedules of one name would stop everything from loading.
    place = "".join(letter if letter.isalnum() else "_" for letter in time_zone.replace("+", "_plus_"))
    return f"nightly_{_clock(start)}_{place}"


def _clock(start: time) -> str:
    return start.strftime("%H%M")
