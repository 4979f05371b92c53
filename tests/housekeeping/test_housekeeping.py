"""Housekeeping: what is too old goes, stored deliveries are read again, and old events leave the status as it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sql
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable
from dagster._core.storage.event_log.sql_event_log import SqlEventLogStorage

from pipeline.definitions import ASSETS, defs
from pipeline.districts.folders import Home
from pipeline.districts.head import note_head
from pipeline.districts.lock import district_lock
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, read_state
from pipeline.housekeeping.districts import due_dates, keep_retention, read_again
from pipeline.housekeeping.events import KEEP, prune_events
from pipeline.instance import open_instance
from pipeline.landing.archive import Landing
from pipeline.partitions import DISTRICT_DAYS, DistrictDay
from pipeline.resources import Clock, Districts
from tests.support.parts import NIGHTS, Made

pytestmark = pytest.mark.dagster_run

KEYS = [key for asset in ASSETS for key in asset.keys]

A_YEAR_ON = datetime(2027, 11, 25, 18, tzinfo=UTC)


def with_retention(made: Made) -> list[tuple[str, DistrictSettings, DistrictState]]:
    path = made.root / "settings" / "alpha.yaml"
    path.write_text(path.read_text().replace("time_zone:", "retention_days: 30\ntime_zone:"))
    return districts_of(made).readable()


def districts_of(made: Made) -> Districts:
    return Districts(home=str(made.home.root), settings=str(made.root / "settings"))


def dates(made: Made) -> list[str]:
    return Landing(made.folder.landing, "alpha").dates()


def due_night(day: str) -> date:
    """The night of a week on which the deliveries of a date are read again."""
    return next(night for n in range(7) if due_dates([day], night := date(2026, 11, 30) + timedelta(days=n)))


def test_each_date_is_read_again_on_one_of_seven_nights() -> None:
    days = [(date(2026, 9, 1) + timedelta(days=n)).isoformat() for n in range(280)]
    week = [due_dates(days, date(2026, 11, 30) + timedelta(days=n)) for n in range(7)]
    assert sorted(day for night in week for day in night) == days
    assert max(map(len, week)) < 2 * len(days) / 7


def test_a_file_that_is_not_as_it_came_is_named_on_its_night_and_one_that_is_gone_every_night(made: Made) -> None:
    path = made.folder.landing / NIGHTS[0] / "1" / "users.csv"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    night = due_night(NIGHTS[0])
    found = read_again(["alpha", "beta"], made.home, night)
    assert [words.split(":")[0] for words in found.wrong] == [f"alpha, {NIGHTS[0]}, delivery 1, users.csv"]
    assert read_again(["alpha"], made.home, night + timedelta(days=1)).wrong == []
    path.parent.rename(made.root / "gone")
    for later in range(7):
        (words,) = read_again(["alpha"], made.home, night + timedelta(days=later)).wrong
        assert "it is missing" in words


def test_retention_reaches_a_district_that_is_not_synced_any_more_where_the_clock_is_right(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.landing.purge.KEEP_NIGHTS", 1)
    districts = with_retention(made)
    # The clock alone says that a year has gone by.
    assert keep_retention(districts, made.home, A_YEAR_ON).wrong == []
    assert dates(made) == list(NIGHTS)
    note_head(made.home.district("beta"), sync_date=A_YEAR_ON.date() - timedelta(days=1))
    with district_lock(made.folder):
        assert keep_retention(districts, made.home, A_YEAR_ON).done == ["alpha is busy: tomorrow."]
    assert dates(made) == list(NIGHTS)
    assert keep_retention(districts, made.home, A_YEAR_ON).wrong == []
    assert dates(made) == [NIGHTS[2]]
    assert made.run("landing", "verify", "alpha").code == 0


def test_nothing_goes_of_a_district_in_doubt(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.landing.purge.KEEP_NIGHTS", 1)
    districts = with_retention(made)
    note_head(made.home.district("beta"), sync_date=A_YEAR_ON.date())
    made.folder.ledger.unlink()
    (words,) = keep_retention(districts, made.home, A_YEAR_ON).wrong
    assert words.startswith("alpha: ")
    assert dates(made) == list(NIGHTS)


def statuses(home: Home) -> dict[str, dict[str, Any]]:
    """What Dagster makes of each partition of each asset, worked out from its record of events."""
    keys = [DistrictDay("alpha", date.fromisoformat(night)).partition_key for night in NIGHTS]
    with open_instance(home) as instance:
        return {
            key.to_user_string(): dict(instance.get_status_by_partition(key, keys, DISTRICT_DAYS) or {}) for key in KEYS
        }


def events(instance: dg.DagsterInstance) -> dict[str | None, int]:
    """How many events of each kind there are."""
    storage, kind = instance.event_log_storage, SqlEventLogStorageTable.c.dagster_event_type
    assert isinstance(storage, SqlEventLogStorage)
    with storage.index_connection() as connection:
        rows = connection.execute(sql.select(kind, sql.func.count()).group_by(kind)).fetchall()
    return dict(rows)


@pytest.mark.slow("a night that fails")
def test_old_events_go_and_the_status_of_every_partition_stays(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    # A command that ran in this process has named its own home.
    monkeypatch.setenv("DAGSTER_HOME", str(made.home.dagster))
    # One night that failed at its first step, behind the two that were applied and the one that was held.
    (made.folder.landing / NIGHTS[2] / "1" / "users.csv").unlink()
    assert made.run("sync", "alpha", "--date", NIGHTS[2]).code == 1
    before = statuses(made.home)
    said = {status.value for of_asset in before.values() for status in of_asset.values() if status is not None}
    assert said >= {"MATERIALIZED", "FAILED"}
    with open_instance(made.home) as instance:
        had = events(instance)
        assert prune_events(instance, datetime.now(UTC)) == 0, "nothing is old yet"
        gone = prune_events(instance, datetime.now(UTC) + KEEP + timedelta(days=1))
        left = events(instance)
        instance.wipe_asset_cached_status(KEYS)
        assert gone == sum(had.values()) - sum(left.values())
        assert gone > sum(had.values()) / 3
        assert all(left[kind] == had[kind] for kind in left)
        assert {"ASSET_MATERIALIZATION", "ASSET_MATERIALIZATION_PLANNED", "PIPELINE_FAILURE", "STEP_FAILURE"} <= {*left}
    assert statuses(made.home) == before


def test_the_job_does_all_of_it_though_one_task_finds_something_wrong(made: Made) -> None:
    (made.folder.landing / NIGHTS[0] / "1" / "delivery.json").unlink()
    clock = Clock(fixed=datetime.combine(due_night(NIGHTS[0]), datetime.min.time(), UTC).isoformat())
    with dg.DagsterInstance.ephemeral() as instance:
        ended = defs.get_job_def("housekeeping").execute_in_process(
            instance=instance, resources={"districts": districts_of(made), "clock": clock}, raise_on_error=False
        )
    failed = {event.step_key for event in ended.all_events if event.is_step_failure}
    done = {event.step_key for event in ended.all_events if event.is_step_success}
    assert (failed, done) == ({"check_deliveries"}, {"apply_retention", "prune_old_events"})
    assert read_state(made.folder.state).enabled


@pytest.mark.slow("four commands")
def test_a_district_is_restored_as_the_page_says(made: Made) -> None:
    """The newest backup, without days/: nothing is lost by it."""
    backup = made.root / "backup"
    made.copy(backup)
    made.folder.root.rename(made.root / "away")
    restored = Made(backup).folder
    for day in restored.root.glob("days/*"):
        day.unlink()
    restored.root.rename(made.folder.root)
    assert "All are as received" in made.right("landing", "verify", "alpha").words
    assert not [line for line in made.run("doctor").out.splitlines() if line.startswith("wrong district alpha")]
    made.right("sync", "alpha", "--date", NIGHTS[2], code=3)
