"""What a person does to a roster outside of a run is an event of the asset `roster` in Dagster, without any names."""

from __future__ import annotations

from datetime import date

import dagster as dg
import pytest

from pipeline.partitions import DistrictDay
from pipeline.runs import record_correction

DAY = DistrictDay("maple-valley", date(2026, 9, 2))


@pytest.mark.parametrize("kind", ["undo", "replay", "block", "renumber", "approve"])
def test_a_correction_is_an_event_of_the_roster_with_sync_number_and_kind(kind: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        record_correction(instance, DAY, kind=kind, sync=7)
        found = (
            instance.fetch_observations(dg.AssetKey("roster"), limit=5)
            if kind == "approve"
            else instance.fetch_materializations(dg.AssetKey("roster"), limit=5)
        ).records
        (event,) = [record.event_log_entry for record in found]
        assert event.dagster_event is not None
        told = event.asset_observation if kind == "approve" else event.asset_materialization
        assert told is not None
        assert told.partition == DAY.partition_key
        assert {name: value.value for name, value in told.metadata.items()} == {"sync": 7, "kind": kind}
