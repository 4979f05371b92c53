"""Jobs: a district's day, from the files to the report, in one process; and the look at all districts."""

from __future__ import annotations

import dagster as dg

from pipeline.checks import districts_check

DAILY_SYNC = dg.define_asset_job(
    "daily_sync",
    selection=dg.AssetSelection.all() - dg.AssetSelection.checks(districts_check),
    # A process per step costs 4 seconds each and gains nothing: the steps follow one another on one database.
    executor_def=dg.in_process_executor,
    description="One district's day: fetched, read, checked, guardians worked out, compared, applied, explained.",
)

LOOK_AT_DISTRICTS = dg.define_asset_job(
    "look_at_districts",
    selection=dg.AssetSelection.checks(districts_check),
    executor_def=dg.in_process_executor,
    description="Which enabled districts are overdue, held, rejected or missing now.",
)
