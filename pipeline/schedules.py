"""Schedules: one per distinct time zone and start time of the enabled districts, whose tick starts those that are due.

And one every hour that looks at all of them.
"""

import os
from collections.abc import Iterator
from datetime import time
from zoneinfo import ZoneInfo

import dagster as dg

from pipeline.jobs import DAILY_SYNC, LOOK_AT_DISTRICTS, mail
from pipeline.mail.server import SERVER
from pipeline.partitions import DistrictDay, register
from pipeline.resources import Districts
from pipeline.status.clock import Slot, districts_due, slots


def schedules_running() -> dg.DefaultScheduleStatus:
    """Return whether schedules start by themselves: only where ROLLCALL_SCHEDULES=running says so.

    Otherwise they would also start on the laptop of everybody who looks at the project.
    """
    running = os.environ.get("ROLLCALL_SCHEDULES") == "running"
    return dg.DefaultScheduleStatus.RUNNING if running else dg.DefaultScheduleStatus.STOPPED


def build_schedules(districts: Districts) -> list[dg.ScheduleDefinition]:
    """Return the schedules of all enabled districts whose settings can be read, paused ones included."""
    return [_schedule(slot) for slot in slots(settings for _, settings, state in districts.readable() if state.enabled)]


def build_hourly_look() -> dg.ScheduleDefinition:
    """Return the schedule that looks at all districts, whatever their time zones."""
    return dg.ScheduleDefinition(
        name="look_at_districts",
        job=LOOK_AT_DISTRICTS,
        # Somewhere it is always the morning after: districts have time zones from Guam to Hawaii.
        cron_schedule="5 * * * *",
        description="Every hour: which districts are overdue, held, rejected or missing.",
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
        # The local date of the tick; where clocks skip the hour, Dagster ticks at the first moment after the gap.
        day = context.scheduled_execution_time.astimezone(ZoneInfo(time_zone)).date()
        due = districts_due(districts.readable(), slot)
        if not due:
            yield dg.SkipReason(f"No enabled district starts at {start:%H:%M} {time_zone}.")
            return
        register(context.instance, due)
        for district in due:
            yield dg.RunRequest(run_key=f"{district}:{day}", partition_key=DistrictDay(district, day).partition_key)

    return nightly


def schedule_name(slot: Slot) -> str:
    """Return a schedule's name, such as nightly_0200_America_Chicago."""
    time_zone, start = slot
    # Etc/GMT+5 and Etc/GMT-5 are two zones; two schedules of one name would stop everything from loading.
    place = "".join(letter if letter.isalnum() else "_" for letter in time_zone.replace("+", "_plus_"))
    return f"nightly_{_clock(start)}_{place}"


def _clock(start: time) -> str:
    return start.strftime("%H%M")
