"""Jobs: a district's day, from the files to the report, in one process."""

from __future__ import annotations

import dagster as dg

DAILY_SYNC = dg.define_asset_job(
    "daily_sync",
    selection=dg.AssetSelection.all(),
    # A process per step costs 4 seconds each and gains nothing: the steps follow one another on one database.
    executor_def=dg.in_process_executor,
    description="One district's day: fetched, read, checked, guardians worked out, compared, applied, explained.",
)
