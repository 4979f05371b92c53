"""Reruns: a backfill behind the night's runs, in the order of dates, that can be canceled; and what no run of one does.

That Dagster's daemon runs one was seen with the real daemon; here is what it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.execution.backfill import BulkActionStatus

from pipeline.districts.folders import Home
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.partitions import DistrictDay
from pipeline.reruns import cancel_rerun, has_daemon, landed_days, progress, start_rerun
from pipeline.resources import Districts
from pipeline.run_tags import ATTEMPT, PREVIEW, is_preview, leaves_the_page
from pipeline.starting import _runs

MONDAY, TUESDAY = date(2026, 11, 9), date(2026, 11, 10)


@pytest.fixture
def districts(tmp_path: Path) -> Districts:
    """Give two districts, of which files of two dates have landed for one, and of one date for the other."""
    (tmp_path / "districts").mkdir(mode=0o700)
    home = Home(tmp_path / "var")
    for name, days in (("maple", (TUESDAY, MONDAY)), ("cedar", (TUESDAY,))):
        (tmp_path / "districts" / f"{name}.yaml").write_text(
            "name: X\ntime_zone: America/Chicago\nschools: [{id: '1', name: School}]\nfolder: {path: /nowhere}\n",
            encoding="utf-8",
        )
        for day in days:
            with Landing(home.district(name).make().landing, name).receive(str(day), "folder", "x") as incoming:
                (incoming.folder / "x").write_bytes(b"x")
                now = date.today().isoformat()  # noqa: DTZ011 - any date does
                incoming.add(
                    incoming.folder / "x",
                    file="users.csv",
                    name="users.csv",
                    modified_at=f"{now}T00:00:00Z",  # type: ignore[arg-type]
                )
    return Districts(home=str(home.root), settings=str(tmp_path / "districts"))


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    (tmp_path / "dagster").mkdir()
    with dg.DagsterInstance.local_temp(str(tmp_path / "dagster")) as made:
        yield made


# Dagster's own code uses what it deprecates (1.13.27).
@pytest.mark.filterwarnings("ignore:Function `AssetSelection.sources`:DeprecationWarning")
def test_a_rerun_is_a_backfill_of_what_has_landed_behind_the_nights_runs(
    districts: Districts, instance: dg.DagsterInstance
) -> None:
    assert not has_daemon(instance)
    days = landed_days(districts, ["maple", "cedar"], MONDAY, date.max)
    assert days == [DistrictDay("maple", MONDAY), DistrictDay("cedar", TUESDAY), DistrictDay("maple", TUESDAY)]
    rerun = start_rerun(instance, districts, days)
    (backfill,) = instance.get_backfills()
    assert backfill.backfill_id == rerun
    assert backfill.tags == {"dagster/priority": "-1"}
    assert backfill.title == "Rerun of 2 districts, 2026-11-09 to 2026-11-10"
    assert len(backfill.asset_selection or ()) == 11
    assert progress(instance, rerun, 3).is_over is False
    assert cancel_rerun(instance, rerun)
    assert instance.get_backfills()[0].status is BulkActionStatus.CANCELING
    assert not cancel_rerun(instance, rerun)
    with pytest.raises(UsageError, match='There is no rerun "nobody"'):
        cancel_rerun(instance, "nobody")


def test_a_run_of_a_backfill_is_a_preview_and_no_run_of_its_night(instance: dg.DagsterInstance) -> None:
    assert is_preview({"dagster/backfill": "abc"})
    assert is_preview({PREVIEW: "yes"})
    assert not is_preview({"dagster/partition": "x"})
    assert leaves_the_page({ATTEMPT: "1"})
    assert not leaves_the_page({"dagster/partition": "x"}), "what a person started is on the page at once"
    day = DistrictDay("maple", TUESDAY)

    @dg.op
    def nothing() -> None: ...

    @dg.job
    def some() -> None:
        nothing()

    for tags in ({}, {"dagster/backfill": "abc"}):
        instance.create_run_for_job(some, tags={"dagster/partition": str(day.partition_key), **tags})
    assert len(list(_runs(instance, day))) == 1, "the night is not held back by the other"
