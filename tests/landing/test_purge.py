"""A purge removes what it shows, nothing else, and writes down what went, when and by whom, without a person's data."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from pipeline.districts.folders import Home
from pipeline.files.hash_chain import BrokenChainError, read_chain
from pipeline.landing.purge import apply_retention, carry_out, everything, older_than

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.districts.folders import DistrictFolder

CANARY = "Casey-Canary"
DATES = ("2026-09-01", "2026-09-02", "2026-10-01")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    for district in ("maple", "red-maple"):
        folder = home.district(district).make()
        for day in DATES:
            for name in (f"landing/{day}/1/users.csv", f"reports/{day}/1/users.csv", f"previews/{day}/a/index.html"):
                path = folder.root / name
                path.parent.mkdir(parents=True)
                path.write_text(CANARY)
            folder.day(day).write_text(CANARY)
        (folder.root / "days" / "2026-09-01.duckdb.wal").write_text(CANARY)
        folder.roster.write_text(CANARY)
        folder.state.write_text("{}")
    return home


@pytest.fixture
def maple(home: Home) -> DistrictFolder:
    return home.district("maple")


def everything_in(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def lines(path: Path) -> list[dict[str, Any]]:
    return read_chain(path)


def test_what_is_older_goes_and_the_roster_stays(home: Home, maple: DistrictFolder) -> None:
    before, other = everything_in(maple.root), everything_in(home.district("red-maple").root)
    purge = older_than(maple, "maple", date(2026, 10, 1))
    assert everything_in(maple.root) == before, "to look is not to remove"
    assert (purge.files, purge.bytes) == (9, 9 * len(CANARY))
    assert purge.dates == dict.fromkeys(("landing", "days", "reports", "previews"), DATES[:2])
    carry_out(purge, maple, maple.purges, by="Kim")
    assert set(everything_in(maple.root)) == {
        "landing/2026-10-01/1/users.csv",
        "days/2026-10-01.duckdb",
        "reports/2026-10-01/1/users.csv",
        "previews/2026-10-01/a/index.html",
        "roster.duckdb",
        "state.json",
        "purges.jsonl",
    }
    assert everything_in(home.district("red-maple").root) == other


def test_the_record_says_what_when_and_by_whom_and_nothing_of_anybody(maple: DistrictFolder) -> None:
    carry_out(older_than(maple, "maple", date(2026, 9, 2)), maple, maple.purges, by="Kim")
    carry_out(older_than(maple, "maple", date(2026, 10, 1)), maple, maple.purges, by="Alex")
    begun, done, again, end = lines(maple.purges)
    assert [begun["event"], done["event"]] == ["purge begun", "purge done"]
    assert {key: done[key] for key in ("by", "district", "scope", "before", "files")} == {
        "by": "Kim",
        "district": "maple",
        "scope": "older",
        "before": "2026-09-02",
        "files": 5,
    }
    assert done["dates"]["landing"] == ["2026-09-01"]
    assert done["at"].endswith("+00:00")
    assert (again["by"], end["by"]) == ("Alex", "Alex")
    assert CANARY not in maple.purges.read_text()
    assert maple.purges.stat().st_mode & 0o777 == 0o600


def test_a_district_is_erased_as_a_whole_and_only_it(home: Home, maple: DistrictFolder) -> None:
    other = everything_in(home.district("red-maple").root)
    purge = everything(maple, "maple")
    assert purge.files == 15
    carry_out(purge, maple, home.purges, by="Kim")
    assert [path.name for path in (home.root / "districts").iterdir()] == ["red-maple"]
    assert everything_in(home.district("red-maple").root) == other
    assert lines(home.purges)[-1]["scope"] == "everything"
    assert CANARY not in home.purges.read_text()


def test_nothing_that_is_old_is_nothing_to_write_down(maple: DistrictFolder) -> None:
    carry_out(older_than(maple, "maple", date(2026, 9, 1)), maple, maple.purges, by="Kim")
    assert not maple.purges.exists()


def test_a_purge_that_was_cut_off_is_ended_by_the_next(
    home: Home, maple: DistrictFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as crashing, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        crashing.setattr("pipeline.landing.purge.shutil.rmtree", crash)
        carry_out(older_than(maple, "maple", date(2026, 9, 2)), maple, maple.purges, by="Kim")
    assert not (maple.landing / "2026-09-01").exists(), "it is gone for everybody at once"
    assert [line["event"] for line in lines(maple.purges)] == ["purge begun"]
    carry_out(older_than(maple, "maple", date(2026, 9, 2)), maple, maple.purges, by="Kim")
    assert list(maple.root.glob(".purged-*")) == []

    with monkeypatch.context() as crashing, pytest.raises(KeyboardInterrupt):  # noqa: PT012
        crashing.setattr("pipeline.landing.purge.shutil.rmtree", crash)
        carry_out(everything(maple, "maple"), maple, home.purges, by="Kim")
    assert not maple.root.exists()
    carry_out(everything(maple, "maple"), maple, home.purges, by="Kim")
    assert [path.name for path in (home.root / "districts").iterdir()] == ["red-maple"]


def test_a_link_is_removed_and_what_it_leads_to_stays(maple: DistrictFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    (maple.landing / "2026-08-01").symlink_to(elsewhere)
    (maple.landing / "2026-09-01" / "1" / "link").symlink_to(elsewhere)
    carry_out(older_than(maple, "maple", date(2026, 9, 2)), maple, maple.purges, by="Kim")
    assert not (maple.landing / "2026-08-01").is_symlink()
    assert (elsewhere / "kept").exists()


def test_retention_leaves_the_newest_nights_whatever_their_dates_say(maple: DistrictFolder) -> None:
    apply_retention(maple, "maple", before=date(2099, 9, 2))
    assert (maple.landing / "2026-09-01").exists()


def test_retention_is_written_down_as_such(maple: DistrictFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.landing.purge.KEEP_NIGHTS", 1)
    apply_retention(maple, "maple", before=date(2026, 9, 2))
    assert {line["by"] for line in lines(maple.purges)} == {"retention_days"}
    assert not (maple.landing / "2026-09-01").exists()


def test_a_record_that_was_changed_by_hand_is_noticed_before_anything_goes(maple: DistrictFolder) -> None:
    carry_out(older_than(maple, "maple", date(2026, 9, 2)), maple, maple.purges, by="Kim")
    maple.purges.write_text(maple.purges.read_text().replace("Kim", "Alex"))
    with pytest.raises(BrokenChainError, match="line 1 was changed after it was written"):
        carry_out(older_than(maple, "maple", date(2026, 10, 1)), maple, maple.purges, by="Kim")
    assert (maple.landing / "2026-09-02").exists()
