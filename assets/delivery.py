"""delivery: the files that a district sent for one sync date, fetched by SFTP and kept byte for byte."""

from datetime import timedelta

import dagster as dg

from pipeline.day.start import open_day
from pipeline.districts.folders import remove_leftovers
from pipeline.landing.intake import fetch_delivery, landed_delivery
from pipeline.landing.purge import apply_retention
from pipeline.metadata import failures_in_words, table_metadata
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, Districts, RunLock
from pipeline.status.clock import check_date, local_date, may_fetch
from pipeline.warehouse.sessions import session


class DeliveryConfig(dg.Config):
    """How the files are taken."""

    fetch: bool = True
    """Look at the district's server. Without it, only what has landed counts."""
    refetch: bool = False
    """What is fetched now takes the place of an upload by hand."""


@dg.asset(
    partitions_def=DISTRICT_DAYS,
    group_name="delivery",
    kinds={"sftp", "csv"},
    owners=["team:roster-data"],
)
def delivery(
    context: dg.AssetExecutionContext,
    config: DeliveryConfig,
    districts: Districts,
    clock: Clock,
    run_lock: RunLock,
) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The files that a district sent for one sync date, kept byte for byte in landing.

    A date's files may be fetched until the district's next slot begins; older dates are read from landing only.
    """
    day = DistrictDay.of(context)
    with failures_in_words():
        settings = districts.settings_of(day.district)
        folder = districts.folder_of(day.district)
        remove_leftovers(folder)
        now = clock.now()
        check_date(settings, day.date, now)
        if config.fetch and may_fetch(settings, day.date, now):
            landed = fetch_delivery(day.district, settings, folder, day.date, refetch=config.refetch)
        else:
            landed = landed_delivery(day.district, folder, day.date)
        if settings.retention_days is not None:
            # Never what this run is about to read.
            oldest = local_date(settings, now) - timedelta(days=settings.retention_days)
            apply_retention(folder, day.district, before=min(oldest, day.date))
        opened = open_day(folder, settings, day.date, landed)
        file = folder.day(day.date.isoformat())
        with session(folder.root, day=file) as db:
            metadata = table_metadata(db, "day.meta.files", file)
    if landed is None:
        return dg.MaterializeResult(metadata={**metadata, "status": "nothing was delivered"})
    return dg.MaterializeResult(
        metadata={
            **metadata,
            "bytes": sum(file.size for file in landed.files),
            "delivery": landed.number,
            "source": landed.source,
            "sha256": landed.sha256,
            "fetched_at": dg.MetadataValue.timestamp(landed.fetched_at),
            "repeats sync": opened.repeats if opened.repeats is not None else "none",
        }
    )
