"""Dagster's part of arrivals: a sensor that looks into drop folders every minute, and a job that tells what arrived."""

import dagster as dg

from pipeline.arrivals.arrival import SET_RESTS, arrived, awaits_first_sync
from pipeline.arrivals.tell import tell_arrival
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError
from pipeline.mail.server import server_from
from pipeline.metadata import failures_in_words
from pipeline.resources import Clock, Districts
from pipeline.schedules import schedules_running


@dg.op(
    config_schema={"district": str},
    description="Previews the files that have arrived for a district, and mails its contacts what they say.",
)
def preview_arrival(context: dg.OpExecutionContext, districts: Districts, clock: Clock) -> None:
    """Preview an arrival and tell it, once."""
    district: str = context.op_config["district"]
    with failures_in_words():
        settings, folder = districts.settings_of(district), districts.folder_of(district)
        arrival = arrived(settings, folder)
        if arrival is None or not awaits_first_sync(folder):
            context.log.info("Nothing new has arrived.")
            return
        now = clock.now()
        report, page, failed = tell_arrival(district, settings, districts.at_home(), arrival, now, server_from())
    context.log.info("Previewed: %s. Page: %s", report.outcome, page)
    if failed:
        raise dg.Failure(f"The mail about it was not sent. {failed}", allow_retries=False)


@dg.job(
    name="preview_arrivals",
    executor_def=dg.in_process_executor,
    description="What a set says that has arrived before a district's first sync.",
)
def arrivals_job() -> None:
    """Tell an arrival."""
    preview_arrival()


def build_arrivals_sensor(*, rests: float = SET_RESTS) -> dg.SensorDefinition:
    """Return the sensor that starts the job for each set that has arrived and rested for so many seconds."""
    running = schedules_running() is dg.DefaultScheduleStatus.RUNNING

    @dg.sensor(
        name="arrivals",
        # by its name: with the job itself, Dagster makes the sensor again, with a parameter that is beta
        job_name=arrivals_job.name,
        description="Looks into the drop folders of this machine for sets of districts that were never synced.",
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING if running else dg.DefaultSensorStatus.STOPPED,
    )
    def arrivals(context: dg.SensorEvaluationContext, districts: Districts) -> list[dg.RunRequest] | dg.SkipReason:
        requests = []
        for district in districts.registry().ids():
            # Nearly every district has been synced: its settings need not be read each minute.
            if districts.at_home().district(district).ledger.exists():
                continue
            try:
                settings = districts.settings_of(district)
            except RollcallError:
                continue
            try:
                folder = districts.folder_of(district)
                if settings.folder is None or read_state(folder.state).paused:
                    continue
                arrival = arrived(settings, folder, rests=rests) if awaits_first_sync(folder) else None
            except (RollcallError, OSError):
                # One district's folder must not keep the others' from being looked at; its own sync tells why.
                context.log.warning("The drop folder of %s cannot be looked at.", district)
                continue
            if arrival is not None:
                config = {"ops": {"preview_arrival": {"config": {"district": district}}}}
                requests.append(dg.RunRequest(run_key=f"{district} {arrival.digest}", run_config=config))
        return requests or dg.SkipReason("No set has arrived.")

    return arrivals
