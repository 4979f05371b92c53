"""The partitions: every district's today is one, at any moment, wherever it is."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipeline.partitions import DATES, DistrictDay, register

ZONES = (
    "America/New_York",
    "America/Detroit",
    "America/Indiana/Indianapolis",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "America/Adak",
    "Pacific/Honolulu",
    "America/Puerto_Rico",
    "Pacific/Guam",
    "Pacific/Saipan",
    "Pacific/Pago_Pago",
    "Pacific/Kiritimati",
)

INSTANTS = {
    "just after midnight on Guam": datetime(2026, 11, 24, 0, 0, 1, tzinfo=ZoneInfo("Pacific/Guam")),
    "just before midnight on Guam": datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZoneInfo("Pacific/Guam")),
    "late evening on Hawaii": datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZoneInfo("Pacific/Honolulu")),
    "late evening on Samoa": datetime(2026, 11, 23, 23, 59, 59, tzinfo=ZoneInfo("Pacific/Pago_Pago")),
    "midnight in UTC": datetime(2026, 11, 24, tzinfo=UTC),
    "the hour that New York skips": datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
    "the hour that New York has twice": datetime(2027, 11, 7, 6, 30, tzinfo=UTC),
    "New Year's Eve": datetime(2026, 12, 31, 14, 0, tzinfo=UTC),
    "the leap day": datetime(2028, 2, 28, 14, 0, tzinfo=UTC),
    "the easternmost midnight": datetime(2026, 11, 24, tzinfo=ZoneInfo("Pacific/Kiritimati")),
}


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("instant", INSTANTS.values(), ids=INSTANTS)
def test_the_local_date_of_every_district_is_a_partition_at_any_moment(zone: str, instant: datetime) -> None:
    today = instant.astimezone(ZoneInfo(zone)).date().isoformat()
    keys = DATES.get_partition_keys(current_time=instant)
    assert today in keys[-3:]


def test_the_dates_are_days_in_a_row_and_reach_one_day_ahead_at_most() -> None:
    noon = datetime(2026, 11, 23, 9, 59, tzinfo=UTC)
    keys = DATES.get_partition_keys(current_time=noon)
    assert keys[0] == "2026-07-01"
    assert keys[-1] == "2026-11-23"
    assert len(keys) == (date(2026, 11, 23) - date(2026, 7, 1)).days + 1
    assert DATES.get_partition_keys(current_time=datetime(2026, 11, 23, 10, 0, tzinfo=UTC))[-1] == "2026-11-24"


def test_a_partition_key_names_the_date_and_the_district() -> None:
    key = DistrictDay("maple-valley", date(2026, 11, 23)).partition_key
    assert str(key) == "2026-11-23|maple-valley"
    assert key.keys_by_dimension == {"date": "2026-11-23", "district": "maple-valley"}


def test_districts_are_registered_once(instance: dg.DagsterInstance) -> None:
    assert register(instance, ["maple-valley", "red-mesa"]) == ["maple-valley", "red-mesa"]
    assert register(instance, ["red-mesa", "tamuning"]) == ["tamuning"]
    assert sorted(instance.get_dynamic_partitions("districts")) == ["maple-valley", "red-mesa", "tamuning"]
