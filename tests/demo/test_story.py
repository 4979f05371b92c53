"""The demo's story: it ends well where everything came out as it happened, and loudly where one change did not."""

from __future__ import annotations

import stat
import sys
from datetime import UTC, datetime, time, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl
import pytest

import pipeline.demo.story
from pipeline.cli.main import main
from pipeline.demo.story import CAST, NIGHTS
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.landing.archive import Landing
from pipeline.report.archive import newest_report
from pipeline.resources import Districts
from pipeline.roster.history import roster_as_of
from pipeline.schedules import build_schedules
from pipeline.status.clock import local_date
from pipeline.status.districts import district_statuses, last_night
from tests.support.nights import preserved_environment

if TYPE_CHECKING:
    from pathlib import Path

# A night is recorded in Dagster, and there are up to twelve of them.
pytestmark = [pytest.mark.dagster_run, pytest.mark.timeout(600)]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = tmp_path / "home"
    monkeypatch.setenv("ROLLCALL_HOME", str(home))
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "districts"))
    monkeypatch.setenv("DAGSTER_HOME", str(home / "dagster"))
    return Home(home)


def tell(monkeypatch: pytest.MonkeyPatch, students: int = 50) -> int:
    """Run the demo as the command does; return what it ends with."""
    monkeypatch.setattr(sys, "argv", ["rollcall", "demo", "--students", str(students)])
    with preserved_environment(), pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code if isinstance(ended.value.code, int) else 0


@pytest.mark.slow("the whole demo: four nights of three districts")
def test_the_story_ends_well_and_shows_its_bad_nights(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tell(monkeypatch, students=200) == 0
    told = capfd.readouterr().out
    assert "Checked: every change of the good nights" in told
    assert "the export of Cedar Valley Public Schools stops halfway through users.csv" in told
    assert "the upload of Saguaro Schools is cut off in the middle of a row" in told
    assert "users.csv ends in the middle of this row (" in told
    assert "classes.csv is missing." in told
    assert (told.count("held "), told.count("rejected "), told.count("missing ")) == (1, 2, 0)
    registry = Registry(tmp_path / "districts")
    assert registry.ids() == sorted(cast.district for cast in CAST)
    assert len({registry[cast.district].time_zone for cast in CAST}) == 3
    assert len(build_schedules(Districts())) == 3, "the demo has something to show under Automation"
    for cast in CAST:
        folder = home.district(cast.district)
        assert read_state(folder.state).enabled
        assert roster_as_of(folder, cast.district).sync_number == NIGHTS
        assert (newest_report(folder, cast.district) / "index.html").exists()
    assert "PowerSchool's AutoSend puts three files on our drop server, minutes apart." in told
    landing = Landing(home.district(CAST[0].district).landing, CAST[0].district)
    for day in landing.dates():
        sent = landing.in_force(day)
        assert sent is not None
        assert (sent.source, len(sent.files), len(sent.sent_by)) == ("folder", 3, 1)
        dates = sorted(file.modified_at for file in sent.files)
        assert dates[2] - dates[0] == timedelta(minutes=8)
        assert b"\n" not in landing.path(sent, "users.csv").read_bytes(), "its lines end in CR"
    assert "rollcall dev" in told
    assert stat.S_IMODE((home.root / "demo" / f"{CAST[0].district}.password").stat().st_mode) == 0o600


@pytest.mark.slow("whole nights of three districts")
def test_the_demo_ends_with_one_page_to_open_which_shows_districts_on_time(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pipeline.demo.story, "NIGHTS", 2)
    assert tell(monkeypatch) == 0
    page = home.root / "reports" / "index.html"
    assert capfd.readouterr().out.endswith(f"\nOpen this page:\n  {page.as_uri()}\n")
    registry, now = Registry(tmp_path / "districts"), datetime.now(UTC)
    nights = district_statuses(home, now, registry)
    assert [(night.state, night.lacks_sync) for night in nights] == [("applied", False)] * len(CAST)
    (newest,) = {night.summary.sync_date for night in nights if night.summary}
    assert newest == min(local_date(registry[cast.district], now) for cast in CAST)
    assert f"As of {now:%A, %B %-d, %Y}" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("month", [1, 7])
def test_the_newest_night_of_the_demo_is_on_time_at_every_hour_of_a_day(month: int) -> None:
    slots = [
        SimpleNamespace(start_time=time.fromisoformat(cast.start_time), zone=ZoneInfo(cast.time_zone)) for cast in CAST
    ]
    midnight = datetime(2027, month, 15, tzinfo=UTC)
    for minutes in range(0, 24 * 60, 15):
        now = midnight + timedelta(minutes=minutes)
        newest = min(local_date(slot, now) for slot in slots)
        assert [slot for slot in slots if last_night(slot, now) > newest] == [], f"at {now:%H:%M} UTC"


@pytest.mark.slow("whole nights of three districts")
def test_one_change_that_did_not_happen_fails_the_story(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    honest = SyntheticDistrict.advance
    told: list[SyntheticDistrict] = []

    def lie_once(self: SyntheticDistrict) -> pl.DataFrame:
        changes = honest(self)
        told.append(self)
        return changes.head(changes.height - 1) if len(told) == 1 else changes

    monkeypatch.setattr(pipeline.demo.story, "NIGHTS", 2)
    monkeypatch.setattr(pipeline.demo.story, "CAST", CAST[:1])
    monkeypatch.setattr(SyntheticDistrict, "advance", lie_once)
    assert tell(monkeypatch) == 1
    loud = capfd.readouterr().err
    assert "The demo's rosters differ from what really happened:" in loud
    assert len([line for line in loud.splitlines() if "planned, but not true: " in line]) == 1, "one lie is one line"
    assert home.district(CAST[0].district).roster.exists(), "what was synced can be looked into"


@pytest.mark.slow("whole nights of three districts")
def test_one_person_who_is_different_in_the_roster_fails_the_story(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    honest = SyntheticDistrict.truth

    def lie(self: SyntheticDistrict) -> dict[str, pl.DataFrame]:
        truth = honest(self)
        first = pl.int_range(pl.len()) == 0
        truth["students"] = truth["students"].with_columns(
            pl.when(first).then(pl.lit("Nobody")).otherwise("givenName").alias("givenName")
        )
        return truth

    monkeypatch.setattr(pipeline.demo.story, "NIGHTS", 1)
    monkeypatch.setattr(pipeline.demo.story, "CAST", CAST[:1])
    monkeypatch.setattr(SyntheticDistrict, "truth", lie)
    assert tell(monkeypatch) == 1
    loud = capfd.readouterr().err
    assert "people: 1 rows stand in the roster and are not true, 1 are true and do not stand there" in loud
    assert home.root.exists()
