"""What Dagster shows of a run is what was: figures of the date, a verdict a partition, refusals in words, no ghosts."""

from __future__ import annotations

from datetime import date, timedelta

import dagster as dg
import pytest

from pipeline.definitions import build_defs
from pipeline.errors import RollcallError
from pipeline.partitions import ONE_PARTITION, DistrictDay
from pipeline.resources import Clock, Districts
from pipeline.run_tags import OUTCOME, SYNC
from pipeline.runs import sync_day
from pipeline.status.clock import slot_start
from tests.support.nights import FIRST_NIGHT, Nights

REPEATED = ("raw_users", "raw_classes", "raw_enrollments", "users", "classes", "enrollments", "guardians", "sync_diff")


def metadata(nights: Nights, asset: str, day: date) -> dict[str, object]:
    """The metadata of the newest materialization of a date."""
    (record,) = nights.instance.fetch_materializations(
        dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[f"{day}|{nights.district}"]), limit=1
    ).records
    assert record.asset_materialization is not None
    return {name: value.value for name, value in record.asset_materialization.metadata.items()}


def newest_tags(nights: Nights) -> dict[str, str]:
    return dict(nights.instance.get_runs(limit=1)[0].tags)


def sizes(nights: Nights, day: date) -> tuple[object, object]:
    found = metadata(nights, "roster", day)
    return found["dagster/row_count"], found["active people"]


@pytest.mark.slow("four nights in Dagster")
def test_a_preview_of_an_older_date_has_the_figures_of_that_date(nights: Nights) -> None:
    second, third = nights.night(1), nights.night(2)
    nights.world.advance()
    nights.deliver()
    assert nights.sync(second).outcome == "applied"
    then = sizes(nights, second)
    for _ in range(5):
        nights.world.advance()
    nights.deliver()
    assert nights.sync(third).outcome == "applied"
    assert newest_tags(nights)[OUTCOME] == "applied"
    assert newest_tags(nights)[SYNC] == "3"
    assert sizes(nights, third) != then
    # The next day's clock: the date is older than the newest sync, and its files are in landing.
    report = nights.sync(second, at=slot_start(nights.settings, nights.night(3)))
    assert report.sync_number is None
    assert newest_tags(nights)[OUTCOME] == "preview"
    assert SYNC not in newest_tags(nights)
    assert sizes(nights, second) == then, "the roster as it was on that date"
    assert sizes(nights, third) != then


@pytest.mark.slow("three nights in Dagster")
def test_a_night_that_repeats_another_has_its_row_counts_too(nights: Nights) -> None:
    nights.world.advance()
    nights.deliver()
    nights.sync(nights.night(1))
    for number in (2, 3):
        assert nights.sync(nights.night(number)).outcome == "unchanged"
    for asset in REPEATED:
        counts = [metadata(nights, asset, nights.night(number)).get("dagster/row_count") for number in (1, 2, 3)]
        assert counts == [counts[0]] * 3, asset
        assert counts[0], asset


def test_a_date_before_the_first_sync_is_refused_in_words(nights: Nights) -> None:
    with pytest.raises(RollcallError) as refused:
        nights.sync(FIRST_NIGHT - timedelta(days=3), at=slot_start(nights.settings, nights.night(1)))
    assert str(refused.value) == (
        f"The date {FIRST_NIGHT - timedelta(days=3)} is before the first sync of {nights.district}, which is of "
        f"{FIRST_NIGHT}. Choose that date or a later one."
    )
    assert refused.value.exit_code == 2


def test_the_verdict_of_a_night_is_that_of_its_partition(nights: Nights) -> None:
    (nights.drop / "users.csv").unlink()
    assert nights.sync(nights.night(1)).outcome == "rejected"
    nights.deliver()
    assert nights.sync(nights.night(2)).outcome == "unchanged"
    key = dg.AssetCheckKey(dg.AssetKey("sync_report"), "outcome")
    history = nights.instance.event_log_storage.get_asset_check_execution_history(key, limit=10)
    assert {record.partition: record.status.value for record in history} == {
        f"{nights.night(1)}|{nights.district}": "FAILED",
        f"{nights.night(2)}|{nights.district}": "SUCCEEDED",
    }


def words_of(nights: Nights, **options: object) -> str:
    """Run the job as Dagster's pages may start it; return the words of its failure."""
    districts = Districts(home=str(nights.home.root), settings=str(nights.registry.folder))
    now = slot_start(nights.settings, nights.night(1))
    job = build_defs(districts=districts, clock=Clock(fixed=now.isoformat())).resolve_job_def("daily_sync")
    result = job.execute_in_process(instance=nights.instance, raise_on_error=False, **options)  # type: ignore[arg-type]
    assert not result.success
    (failure,) = [event.step_failure_data for event in result.all_events if event.is_step_failure]
    assert failure.user_failure_data is not None
    return str(failure.user_failure_data.description)


def test_a_run_without_a_partition_or_over_a_range_says_what_to_choose(nights: Nights) -> None:
    assert words_of(nights) == ONE_PARTITION
    nights.instance.add_dynamic_partitions("districts", [nights.district])
    ends = (f"{nights.night(0)}|{nights.district}", f"{nights.night(1)}|{nights.district}")
    tags = dict(zip(("dagster/asset_partition_range_start", "dagster/asset_partition_range_end"), ends, strict=True))
    assert words_of(nights, tags=tags) == ONE_PARTITION


def test_a_district_that_is_not_known_leaves_no_folder(nights: Nights) -> None:
    nights.instance.add_dynamic_partitions("districts", ["no-such"])
    key = DistrictDay("no-such", nights.night(1)).partition_key
    assert 'There is no district "no-such"' in words_of(nights, partition_key=key)
    with pytest.raises(RollcallError, match="no-such"):
        sync_day(
            DistrictDay("no-such", nights.night(1)),
            instance=nights.instance,
            districts=Districts(home=str(nights.home.root), settings=str(nights.registry.folder)),
            clock=Clock(),
        )
    assert not nights.home.district("no-such").root.exists()
