"""Partitions: one per district and day. The key of a day is the district's local date (the sync date)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import dagster as dg

from pipeline.status.clock import FIRST_DATE

DISTRICTS = dg.DynamicPartitionsDefinition(name="districts")

DATES = dg.DailyPartitionsDefinition(
    # Changing it changes the identity of the partitions.
    start_date=FIRST_DATE.isoformat(),
    # The easternmost zone there is: Guam's and everybody's local date is always a partition already.
    timezone="Etc/GMT-14",
    end_offset=1,
)

ONE_PARTITION = (
    "A run is for one district and one date: choose one partition, or a backfill that starts a run for each partition."
)
"""What a run says that was started without a partition, or for a range of them."""

DISTRICT_DAYS = dg.MultiPartitionsDefinition({"date": DATES, "district": DISTRICTS})


@dataclass(frozen=True)
class DistrictDay:
    """One district's day."""

    district: str
    date: date

    @classmethod
    def of(cls, context: dg.AssetExecutionContext) -> DistrictDay:
        """Return the district and date of the partition that a step runs for."""
        key = context.partition_key if context.has_partition_key else None
        if not isinstance(key, dg.MultiPartitionKey):
            raise dg.Failure(ONE_PARTITION, allow_retries=False)
        keys = key.keys_by_dimension
        return cls(district=keys["district"], date=date.fromisoformat(keys["date"]))

    @property
    def partition_key(self) -> dg.MultiPartitionKey:
        """The partition's key."""
        return dg.MultiPartitionKey({"date": self.date.isoformat(), "district": self.district})


def register(instance: dg.DagsterInstance, districts: list[str]) -> list[str]:
    """Make the districts known as partitions; return those that were not yet."""
    known = set(instance.get_dynamic_partitions("districts"))
    new = [district for district in districts if district not in known]
    if new:
        instance.add_dynamic_partitions("districts", new)
    return new
