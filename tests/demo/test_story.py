"""The demo's story: it ends well where everything came out as it happened, and loudly where one change did not."""

from __future__ import annotations

import stat
import sys
from typing import TYPE_CHECKING

import polars as pl
import pytest

import pipeline.demo.story
from pipeline.cli.main import main
from pipeline.demo.story import CAST
from pipeline.demo.synthetic import SyntheticDistrict
from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.report.archive import newest_report
from pipeline.resources import Districts
from pipeline.roster.history import roster_as_of
from pipeline.schedules import build_schedules
from tests.support.nights import preserved_environment

if TYPE_CHECKING:
    from pathlib import Path


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


def test_the_story_ends_well_and_shows_its_bad_days(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    assert tell(monkeypatch, students=200) == 0
    told = capfd.readouterr().out
    assert "Checked: every change of the good days" in told
    assert "the upload of Cedar Valley Public Schools is cut off in the middle of users.csv" in told
    assert "users.csv ends in the middle of this row, so the upload was probably interrupted." in told
    assert "classes.csv is not there." in told
    assert (told.count("held "), told.count("rejected "), told.count("missing ")) == (1, 1, 0)
    registry = Registry(tmp_path / "districts")
    assert registry.ids() == sorted(cast.district for cast in CAST)
    assert len({registry[cast.district].time_zone for cast in CAST}) == 3
    assert len(build_schedules(Districts())) == 3, "the demo has something to show under Automation"
    for cast in CAST:
        folder = home.district(cast.district)
        assert read_state(folder.state).enabled
        assert roster_as_of(folder, cast.district).sync_number == 6
        assert (newest_report(folder, cast.district) / "index.html").exists()
        assert str(folder.root / "reports") in told
    assert "make dev" in told
    assert stat.S_IMODE((home.root / "demo" / f"{CAST[0].district}.password").stat().st_mode) == 0o600


def test_one_change_that_did_not_happen_fails_the_story(
    home: Home, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    honest = SyntheticDistrict.advance
    told: list[SyntheticDistrict] = []

    def lie_once(self: SyntheticDistrict) -> pl.DataFrame:
        changes = honest(self)
        told.append(self)
        return changes.head(changes.height - 1) if len(told) == 1 else changes

    monkeypatch.setattr(pipeline.demo.story, "DAYS", 2)
    monkeypatch.setattr(pipeline.demo.story, "CAST", CAST[:1])
    monkeypatch.setattr(SyntheticDistrict, "advance", lie_once)
    assert tell(monkeypatch) == 1
    loud = capfd.readouterr().err
    assert "The demo's rosters differ from what really happened:" in loud
    assert len([line for line in loud.splitlines() if "planned, but not true: " in line]) == 1, "one lie is one line"
    assert home.district(CAST[0].district).roster.exists(), "what was synced can be looked into"


def test_one_person_who_stands_otherwise_in_the_roster_fails_the_story(
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

    monkeypatch.setattr(pipeline.demo.story, "DAYS", 1)
    monkeypatch.setattr(pipeline.demo.story, "CAST", CAST[:1])
    monkeypatch.setattr(SyntheticDistrict, "truth", lie)
    assert tell(monkeypatch) == 1
    loud = capfd.readouterr().err
    assert "people: 1 rows stand in the roster and are not true, 1 are true and do not stand there" in loud
    assert home.root.exists()
