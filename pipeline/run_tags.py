"""The tags of runs, by which Dagster's page of runs can be searched: which district, what came of it, which sync."""

from __future__ import annotations

import dagster as dg

from pipeline.logs import log_line
from pipeline.partitions import DistrictDay

DISTRICT = "rollcall/district"

OUTCOME = "rollcall/outcome"
"""What came of a run: an outcome of a sync, `preview`, `waiting`, `no school`, `synced before` or `failed`."""

SYNC = "rollcall/sync"


def tag(context: dg.AssetExecutionContext, **tags: str) -> None:
    """Give the run of a step these tags: `district`, `outcome`, `sync`."""
    context.instance.add_run_tags(context.run.run_id, {f"rollcall/{name}": value for name, value in tags.items()})
    if "outcome" in tags:
        keys = DistrictDay.of(context)
        log_line("run ended", district=keys.district, date=keys.date.isoformat(), run=context.run.run_id, **tags)
