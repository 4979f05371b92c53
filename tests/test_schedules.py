"""When districts start: the schedules, what a tick starts, and the rule that everybody asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import dagster as dg
import pytest
from dagster._utils.schedules import schedule_execution_time_iterator

from pipeline.definitions import build_defs
from pipeline.districts.adding import NewDistrict, add_district
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, pause, write_state
from pipeline.errors import UsageError
from pipeline.resources import Districts
from pipeline.schedules import build_schedules, schedule_name, schedules_running
from pipeline.sensors import MOST_AT_ONCE, build_sensors
from pipeline.status.clock import check_date, local_date, may_fetch, slot_start

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pipeline.districts.settings import DistrictSettings

PINNED = "SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDnEXr31aZ3TTV8VuE"

NEW = NewDistrict(
    name="Maple Valley",
    time_zone="America/Chicago",
    host="sftp.example.org",
    user="maple",
    password="env:MAPLE_PASSWORD",
    host_keys=[PINNED],
    schools=[("0412", "Cedar Elementary")],
)


class Fleet:
    """Districts in a temporary home."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root / "home")
        self.registry = Registry(root / "districts")
        self.districts = Districts(home=str(self.home.root), settings=str(self.registry.folder))

    def add(
        self, district: str, time_zone: str = "America/Chicago", start: str = "02:00", *, enabled: bool = True
    ) -> DistrictSettings:
        add_district(self.registry, district, replace(NEW, time_zone=time_zone, start_time=start))
        if enabled:
            self.write(district, DistrictState(enabled=True))
        return self.registry[district]

    def write(self, district: str, state: DistrictState) -> None:
        write_state(self.home.district(district).state, state)

    def tick(self, instance: dg.DagsterInstance, moment: datetime) -> list[dg.RunRequest | dg.SkipReason]:
        """Return what the only schedule there is gives at `moment`."""
        (schedule,) = build_schedules(self.districts)
        return self.evaluate(schedule, instance, moment)

    def evaluate(
        self, schedule: dg.ScheduleDefinition, instance: dg.DagsterInstance, moment: datetime
    ) -> list[dg.RunRequest | dg.SkipReason]:
        with dg.build_schedule_context(
            instance=instance, scheduled_execution_time=moment, resources={"districts": self.districts}
        ) as context:
            return list(schedule(context))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    """Give an instance on disk: a schedule's context takes no other."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def requested(given: list[dg.RunRequest | dg.SkipReason]) -> list[str]:
    assert all(isinstance(each, dg.RunRequest) for each in given)
    return [str(each.partition_key) for each in given if isinstance(each, dg.RunRequest)]


# --- which schedules there are ------------------------------------------------------------------------------------


def test_there_is_one_schedule_for_each_time_zone_and_start_time(fleet: Fleet) -> None:
    fleet.add("maple-valley")
    fleet.add("red-mesa", "America/Denver")
    fleet.add("oak-park")
    fleet.add("elm-grove", start="03:30")
    fleet.write("elm-grove", pause(DistrictState(enabled=True), why="Summer.", by="Kim"))
    fleet.add("not-enabled", start="04:00", enabled=False)
    fleet.add("tamuning", "Pacific/Guam")
    schedules = {schedule.name: schedule for schedule in build_schedules(fleet.districts)}
    assert {name: schedule.description for name, schedule in schedules.items()} == {
        "nightly_0200_America_Chicago": "02:00 America/Chicago",
        "nightly_0330_America_Chicago": "03:30 America/Chicago",
        "nightly_0200_America_Denver": "02:00 America/Denver",
        "nightly_0200_Pacific_Guam": "02:00 Pacific/Guam",
    }
    half_past_three = schedules["nightly_0330_America_Chicago"]
    assert half_past_three.cron_schedule == "30 3 * * *"
    assert half_past_three.execution_timezone == "America/Chicago"
    assert half_past_three.job_name == "daily_sync"


def test_time_zones_that_differ_in_a_sign_have_schedules_of_their_own(fleet: Fleet) -> None:
    fleet.add("east", "Etc/GMT+5")
    fleet.add("west", "Etc/GMT-5")
    assert len({schedule.name for schedule in build_schedules(fleet.districts)}) == 2
    assert len({schedule_name((zone, time(2))) for zone in available_timezones()}) == len(available_timezones())
    dg.Definitions.validate_loadable(build_defs(districts=fleet.districts))


def test_a_start_time_that_is_changed_in_an_editor_counts_at_once_and_what_is_kept_is_not_read_again(
    fleet: Fleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    fleet.add("maple-valley")
    fleet.add("oak-park")
    (fleet.home.root / "reports").mkdir()
    assert [schedule.name for schedule in build_schedules(fleet.districts)] == ["nightly_0200_America_Chicago"]
    path = fleet.registry.path("oak-park")
    path.write_text(path.read_text(encoding="utf-8").replace("02:00", "04:15"), encoding="utf-8")
    read: list[str] = []
    whole = Registry.__getitem__
    monkeypatch.setattr(Registry, "__getitem__", lambda registry, name: read.append(name) or whole(registry, name))
    names = [schedule.name for schedule in build_schedules(fleet.districts)]
    assert names == ["nightly_0200_America_Chicago", "nightly_0415_America_Chicago"]
    assert read == ["oak-park"]


def test_without_districts_there_is_no_schedule_and_the_definitions_load(fleet: Fleet) -> None:
    assert build_schedules(fleet.districts) == []
    dg.Definitions.validate_loadable(build_defs(districts=fleet.districts))


def test_schedules_start_by_themselves_only_where_the_environment_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, status in (("", "STOPPED"), ("yes", "STOPPED"), ("running", "RUNNING")):
        monkeypatch.setenv("ROLLCALL_SCHEDULES", value)
        assert schedules_running().value == status
    monkeypatch.delenv("ROLLCALL_SCHEDULES")
    assert schedules_running().value == "STOPPED"


# --- what a tick starts -------------------------------------------------------------------------------------------


def test_a_tick_starts_the_enabled_districts_of_its_slot_and_registers_them(
    fleet: Fleet, instance: dg.DagsterInstance
) -> None:
    fleet.add("maple-valley")
    fleet.add("oak-park")
    fleet.add("not-enabled", enabled=False)
    fleet.add("on-leave")
    fleet.write("on-leave", pause(DistrictState(enabled=True), why="Summer.", by="Kim"))
    given = fleet.tick(instance, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert requested(given) == ["2026-11-23|maple-valley", "2026-11-23|oak-park"]
    assert [request.run_key for request in given if isinstance(request, dg.RunRequest)] == [
        "maple-valley:2026-11-23:1",
        "oak-park:2026-11-23:1",
    ]
    assert sorted(instance.get_dynamic_partitions("districts")) == ["maple-valley", "oak-park"]


def test_a_tick_without_an_enabled_district_says_so(fleet: Fleet, instance: dg.DagsterInstance) -> None:
    fleet.add("on-leave")
    fleet.write("on-leave", pause(DistrictState(enabled=True), why="Summer.", by="Kim"))
    (given,) = fleet.tick(instance, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert isinstance(given, dg.SkipReason)
    assert given.skip_message == "No enabled district of 02:00 America/Chicago has a night to begin."


def test_a_district_with_a_mistake_stops_neither_the_others_nor_the_definitions(
    fleet: Fleet, instance: dg.DagsterInstance
) -> None:
    fleet.add("maple-valley")
    fleet.add("damaged-state")
    fleet.home.district("damaged-state").state.write_text("{")
    fleet.add("no-zone")
    fleet.registry.path("no-zone").write_text("name: Nowhere\ntime_zone: Nowhere/Land\n")
    fleet.registry.path("not-yaml").write_text("name: [\n")
    fleet.registry.path("not-text").write_bytes(b"\xff\xfe\x00")
    fleet.registry.path("a-folder").mkdir()
    dg.Definitions.validate_loadable(build_defs(districts=fleet.districts))
    assert requested(fleet.tick(instance, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))) == ["2026-11-23|maple-valley"]


def test_a_tick_asks_the_settings_of_now_and_not_those_of_when_it_was_defined(
    fleet: Fleet, instance: dg.DagsterInstance
) -> None:
    fleet.add("maple-valley")
    fleet.add("oak-park")
    (schedule,) = build_schedules(fleet.districts)
    path = fleet.registry.path("oak-park")
    path.write_text(path.read_text().replace("02:00", "04:00"))
    fleet.add("new-one")
    given = fleet.evaluate(schedule, instance, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert requested(given) == ["2026-11-23|maple-valley", "2026-11-23|new-one"]


@pytest.mark.parametrize("start", ["01:30", "02:00", "02:30", "03:00", "23:59", "00:00"])
@pytest.mark.parametrize("change", [date(2027, 3, 14), date(2027, 11, 7)], ids=["spring forward", "fall back"])
def test_every_day_around_a_change_of_the_clocks_starts_once_and_as_its_own_date(
    fleet: Fleet, instance: dg.DagsterInstance, start: str, change: date
) -> None:
    settings = fleet.add("cedar-valley", "America/New_York", start)
    (schedule,) = build_schedules(fleet.districts)
    first = change - timedelta(days=2)
    begin = datetime.combine(first, time(), tzinfo=ZoneInfo("America/New_York"))
    # Dagster's own clockwork, as its daemon runs it.
    ticks = schedule_execution_time_iterator(
        begin.timestamp(), str(schedule.cron_schedule), schedule.execution_timezone, ascending=True
    )
    end = datetime.combine(first + timedelta(days=5), time(), tzinfo=ZoneInfo("America/New_York"))
    moments = list(takewhile(lambda tick: tick < end, ticks))
    dates = [first + timedelta(days=n) for n in range(5)]
    keys = [key for moment in moments for key in requested(fleet.tick(instance, moment))]
    assert keys == [f"{day}|cedar-valley" for day in dates]
    begins = [slot_start(settings, day).astimezone(UTC) for day in dates]
    assert [moment.astimezone(UTC) for moment in moments] == begins, "schedules and commands agree"


def test_new_districts_become_partitions_a_batch_at_a_time(fleet: Fleet, instance: dg.DagsterInstance) -> None:
    sensor = next(sensor for sensor in build_sensors() if sensor.name == "new_districts")
    fleet.registry.folder.mkdir()
    for number in range(MOST_AT_ONCE + 1):
        fleet.registry.path(f"district-{number:03}").touch()

    def evaluate() -> dg.SensorResult | dg.SkipReason:
        with dg.build_sensor_context(instance=instance, resources={"districts": fleet.districts}) as context:
            return sensor(context)

    for expected in (MOST_AT_ONCE, 1):
        found = evaluate()
        assert isinstance(found, dg.SensorResult)
        (request,) = found.dynamic_partitions_requests or ()
        assert len(request.partition_keys) == expected
        instance.add_dynamic_partitions("districts", list(request.partition_keys))
    assert isinstance(evaluate(), dg.SkipReason)


def test_a_name_that_is_no_district_is_forgotten_and_data_without_settings_is_not(
    fleet: Fleet, instance: dg.DagsterInstance
) -> None:
    fleet.add("maple-valley")
    fleet.home.district("gone").make()
    instance.add_dynamic_partitions("districts", ["maple-valley", "maple-vally", "gone"])
    sensor = next(sensor for sensor in build_sensors() if sensor.name == "new_districts")
    with dg.build_sensor_context(instance=instance, resources={"districts": fleet.districts}) as context:
        found = sensor(context)
    assert isinstance(found, dg.SensorResult)
    (request,) = found.dynamic_partitions_requests or ()
    assert isinstance(request, dg.DeleteDynamicPartitionsRequest)
    assert list(request.partition_keys) == ["maple-vally"]


# --- the rule that everybody asks ---------------------------------------------------------------------------------


def test_the_local_date_is_the_districts_own(fleet: Fleet) -> None:
    guam, chicago = fleet.add("tamuning", "Pacific/Guam"), fleet.add("maple-valley")
    moment = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    assert local_date(guam, moment) == date(2026, 11, 24)
    assert local_date(chicago, moment) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("zone", "start", "day", "begins"),
    [
        ("America/Chicago", "02:00", date(2026, 11, 23), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
        ("Pacific/Guam", "02:00", date(2026, 11, 24), datetime(2026, 11, 23, 16, 0, tzinfo=UTC)),
        ("America/New_York", "02:30", date(2027, 3, 14), datetime(2027, 3, 14, 7, 0, tzinfo=UTC)),
        ("America/New_York", "01:30", date(2027, 11, 7), datetime(2027, 11, 7, 6, 30, tzinfo=UTC)),
    ],
)
def test_a_slot_begins_at_its_local_time_or_at_the_first_moment_after_a_gap(
    fleet: Fleet, zone: str, start: str, day: date, begins: datetime
) -> None:
    assert slot_start(fleet.add("cedar-valley", zone, start), day).astimezone(UTC) == begins


def test_a_dates_files_may_be_fetched_until_the_next_slot_begins(fleet: Fleet) -> None:
    settings = fleet.add("maple-valley")
    day = date(2026, 11, 23)
    next_slot = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
    assert may_fetch(settings, day, datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
    assert may_fetch(settings, day, next_slot - timedelta(seconds=1))
    assert not may_fetch(settings, day, next_slot)
    assert not may_fetch(settings, day, next_slot + timedelta(days=30))


def test_a_date_that_has_not_begun_at_the_district_is_refused_in_words(fleet: Fleet) -> None:
    settings = fleet.add("maple-valley")
    evening = datetime(2026, 11, 24, 5, 59, tzinfo=UTC)
    check_date(settings, date(2026, 11, 23), evening)
    check_date(settings, date(2026, 7, 1), evening)
    with pytest.raises(UsageError, match=r"2026-06-30 is too early: the first that can be synced is 2026-07-01"):
        check_date(settings, date(2026, 6, 30), evening)
    with pytest.raises(UsageError) as refused:
        check_date(settings, date(2026, 11, 24), evening)
    assert str(refused.value) == (
        "The sync date 2026-11-24 is in the future: at Maple Valley it is 2026-11-23 (America/Chicago). "
        "Choose today or an earlier date."
    )
    check_date(settings, date(2026, 11, 24), evening + timedelta(minutes=1))
