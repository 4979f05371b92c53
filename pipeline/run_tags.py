"""The tags of runs, by which Dagster's page of runs can be searched: which district, what came of it, which sync."""

from __future__ import annotations

from collections.abc import Mapping

import dagster as dg
from dagster._core.storage.tags import BACKFILL_ID_TAG

from pipeline.logs import log_line
from pipeline.partitions import DistrictDay

DISTRICT = "rollcall/district"

OUTCOME = "rollcall/outcome"
"""What came of a run: an outcome of a sync, `preview`, `waiting`, `no school`, `synced before` or `failed`."""

SYNC = "rollcall/sync"


PREVIEW = "rollcall/preview"
"""The tag of a run that changes nothing, whatever its date. Each run of a backfill is one, however it was started."""


ATTEMPT = "rollcall/attempt"
"""The tag of a run that the clock started: its number among those of its night."""


def leaves_the_page(tags: Mapping[str, str]) -> bool:
    """Return whether a run leaves the page of all districts to the look at all of them, every 15 minutes.

    A night then costs the same beside a thousand other districts as alone. What a person started is on it at once.
    """
    return ATTEMPT in tags or is_preview(tags)


def is_preview(tags: Mapping[str, str]) -> bool:
    """Return whether a run only previews its date."""
    return PREVIEW in tags or BACKFILL_ID_TAG in tags


def tag(context: dg.AssetExecutionContext, **tags: str) -> None:
    """Give the run of a step these tags: `district`, `outcome`, `sync`."""
    context.instance.add_run_tags(context.run.run_id, {f"rollcall/{name}": value for name, value in tags.items()})
    if "outcome" in tags:
        keys = DistrictDay.of(context)
        log_line("run ended", district=keys.district, date=keys.date.isoformat(), run=context.run.run_id, **tags)
