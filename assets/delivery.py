"""delivery: the files that a district sent for one sync date, fetched by SFTP and kept byte for byte."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import dagster as dg

from pipeline.day.day import landed_day
from pipeline.day.jump import check_jump_unread, retention_from
from pipeline.day.publish import is_finished
from pipeline.day.start import start_night
from pipeline.districts.begun import check_begun, check_first, note_begun
from pipeline.districts.folders import remove_leftovers
from pipeline.districts.school_calendar import no_school_or_unknown
from pipeline.districts.settings import DistrictSettings
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import fetch_delivery, landed_delivery
from pipeline.landing.purge import apply_retention
from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, DayRun, Districts
from pipeline.run_tags import is_preview, tag
from pipeline.sftp.errors import FileChangedError
from pipeline.status.attempts import Attempt, note_attempt
from pipeline.status.clock import check_date, cut_off, local_date, may_fetch


class DeliveryConfig(dg.Config):
    """How the files are taken."""

    fetch: bool = True
    """Look at the district's server. Without it, only what has landed counts."""
    refetch: bool = False
    """What is fetched now takes the place of an upload by hand."""
    by_the_clock: bool = False
    """Started for the night: it waits for whole files until the cut-off, and does nothing where the date is synced."""


@dg.asset(
    partitions_def=DISTRICT_DAYS,
    # A night that waits for its files has no delivery, and the steps after it are skipped.
    output_required=False,
    group_name="delivery",
    kinds={"sftp", "csv"},
    owners=["team:roster-data"],
)
def delivery(
    context: dg.AssetExecutionContext,
    config: DeliveryConfig,
    districts: Districts,
    clock: Clock,
    day_run: DayRun,
) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """The files that a district sent for one sync date, kept byte for byte in landing.

    A date's files may be fetched until the district's next slot begins; older dates are read from landing only. A run
    of a backfill reads landing alone, whatever the date, and previews.
    """
    partition = DistrictDay.of(context)
    with failures_in_words():
        settings = districts.settings_of(partition.district)
        folder = districts.folder_of(partition.district)
        remove_leftovers(folder)
        now = clock.now()
        tag(context, district=partition.district)
        check_date(settings, partition.date, now)
        check_begun(districts.registry().folder, folder)
        check_first(folder, partition.date)
        today, preview = local_date(settings, now), is_preview(context.run.tags)
        waits = config.by_the_clock and now < cut_off(settings, partition.date)
        waiting = ""
        landed: Delivery | None = None
        if config.by_the_clock and is_finished(folder, partition.district, settings, partition.date):
            context.log.info("%s has its sync of %s already.", partition.district, partition.date)
            tag(context, outcome="synced before")
            return
        try:
            if config.fetch and not preview and may_fetch(settings, partition.date, now):
                landed, said = fetch_delivery(
                    partition.district, settings, folder, partition.date, refetch=config.refetch, only_whole=waits,
                    check_dates=partial(
                        check_jump_unread, folder, Landing(folder.landing, partition.district), partition.date,
                        today=today,
                    ),
                )  # fmt: skip
            else:
                landed, said = landed_delivery(partition.district, folder, partition.date), ()
            waiting = "No whole set of files has arrived yet." if waits and landed is None else ""
        except FileChangedError as changing:
            if not waits:
                raise
            waiting = changing.message
        attempt = _without_sync(settings, partition.date, now, landed, waiting, by_the_clock=config.by_the_clock)
        if attempt is not None:
            note_attempt(folder, attempt)
            context.log.info("%s: %s", partition.district, attempt.words)
            tag(context, outcome=attempt.ended)
            return
        day = landed_day(partition.district, settings, folder, partition.date, landed, said=said)
        if preview:
            day = day_run.beside(day)
        db = day_run.begin(day)
        started = start_night(db, day, landed, today=today, preview=preview)
        note_begun(districts.registry().folder, folder)
        # Behind the checks of the roster: nothing goes while what it made is in doubt.
        if settings.retention_days is not None and not preview:
            # Never what this run is about to read.
            oldest = retention_from(started.ledger, today) - timedelta(days=settings.retention_days)
            apply_retention(folder, partition.district, before=min(oldest, partition.date))
        metadata = table_metadata(db, "day.meta.files", day.database)
    if landed is None:
        yield dg.MaterializeResult(metadata={**metadata, "status": "nothing was delivered"})
        return
    yield dg.MaterializeResult(
        metadata={
            **metadata,
            "bytes": sum(file.size for file in landed.files),
            "delivery": landed.number,
            "source": landed.source,
            "sha256": landed.sha256,
            "fetched_at": dg.MetadataValue.timestamp(landed.fetched_at),
            "repeats sync": started.repeats if started.repeats is not None else "none",
        }
    )


def _without_sync(
    settings: DistrictSettings, night: date, now: datetime, landed: Delivery | None, waiting: str, *, by_the_clock: bool
) -> Attempt | None:
    """Return how a night that the clock started ends without a sync, and without an alarm; None where it goes on.

    It waits for its files, or there is no school and none have come.
    """
    if waiting:
        until = cut_off(settings, night).astimezone(UTC)
        return Attempt(sync_date=night, at=now, ended="waiting", words=waiting, may_pass=True, until=until)
    why = no_school_or_unknown(settings, night) if by_the_clock and landed is None else None
    if why is None:
        return None
    words = f"There is no school on {night} ({why}), and no files have come."
    return Attempt(sync_date=night, at=now, ended="no school", words=words, may_pass=False)
