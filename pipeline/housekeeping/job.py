"""Dagster's part of housekeeping: a job with a step for each task, and its schedule."""

import dagster as dg

from pipeline.housekeeping.districts import Kept, keep_retention, read_again
from pipeline.housekeeping.events import prune_events
from pipeline.metadata import failures_in_words
from pipeline.resources import Clock, Districts
from pipeline.schedules import schedules_running


@dg.op(description="Removes what is older than retention_days of each district.")
def apply_retention(context: dg.OpExecutionContext, districts: Districts, clock: Clock) -> None:
    """Keep to what the districts' settings say of retention."""
    with failures_in_words():
        kept = keep_retention(districts.readable(), districts.at_home(), clock.now())
    _tell(context, kept)


@dg.op(description="Reads a seventh of the stored deliveries again, and names what is not as it was received.")
def check_deliveries(context: dg.OpExecutionContext, districts: Districts, clock: Clock) -> None:
    """Hold stored deliveries against their records."""
    with failures_in_words():
        home = districts.at_home()
        kept = read_again([district for district, _, _ in districts.readable()], home, clock.now().date())
    _tell(context, kept)


@dg.op(description="Removes events of Dagster that are old and that no status is worked out from.")
def prune_old_events(context: dg.OpExecutionContext, clock: Clock) -> None:
    """Keep Dagster's record of events small."""
    gone = prune_events(context.instance, clock.now())
    context.log.info("Not pruned: each run has a file of its own." if gone is None else f"{gone:,} events removed.")


@dg.job(
    name="housekeeping",
    executor_def=dg.in_process_executor,
    description="Once a day: retention, a seventh of the stored deliveries read again, old events of Dagster removed.",
)
def housekeeping_job() -> None:
    """Do each, whatever becomes of the others."""
    apply_retention()
    check_deliveries()
    prune_old_events()


def build_housekeeping_schedule() -> dg.ScheduleDefinition:
    """Return the schedule of housekeeping."""
    return dg.ScheduleDefinition(
        name="housekeeping",
        job=housekeeping_job,
        # The afternoon of America: no night begins then between Guam and the Virgin Islands.
        cron_schedule="20 19 * * *",
        execution_timezone="UTC",
        description="Every day: retention, stored deliveries, old events.",
        default_status=schedules_running(),
    )


def _tell(context: dg.OpExecutionContext, kept: Kept) -> None:
    for line in kept.done:
        context.log.info(line)
    if kept.wrong:
        raise dg.Failure(" ".join(kept.wrong), allow_retries=False)
