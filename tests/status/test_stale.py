"""The same content again and again is an alarm after some school days: of all files, or of one of them."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.settings import DistrictSettings
from pipeline.landing.archive import Landing
from pipeline.report.model import StaleContent
from pipeline.status.stale import stale_content

MONDAY = date(2026, 11, 9)
SAME = {"users.csv": "a", "classes.csv": "b", "enrollments.csv": "c"}


def settings(**more: Any) -> DistrictSettings:
    given = {
        "name": "X",
        "time_zone": "America/Chicago",
        "schools": [{"id": "1", "name": "S"}],
        "folder": {"path": "/"},
    }
    return DistrictSettings.model_validate(given | more)


@pytest.fixture
def folder(tmp_path: Path) -> DistrictFolder:
    return Home(tmp_path).district("maple").make()


def land(folder: DistrictFolder, day: date, files: dict[str, str]) -> None:
    landing = Landing(folder.landing, "maple")
    with landing.receive(day.isoformat(), "folder", "x") as incoming:
        for name, content in files.items():
            path = incoming.folder / f"new-{name}"
            path.write_bytes(content.encode("latin-1"))
            incoming.add(path, file=name, name=name, modified_at=datetime.now(UTC))


def found(folder: DistrictFolder, day: date, **more: Any) -> list[StaleContent]:
    delivery = Landing(folder.landing, "maple").in_force(day.isoformat())
    return stale_content(folder, "maple", settings(**more), delivery)


def nights(folder: DistrictFolder, count: int, **changing: str) -> date:
    """Land the same files on so many nights from Monday on, of which some change; return the last date."""
    for number in range(count):
        land(folder, MONDAY + timedelta(days=number), SAME | {f"{name}.csv": f"{number}" for name in changing})
    return MONDAY + timedelta(days=count - 1)


def test_all_files_that_stay_the_same_are_told_on_the_third_school_day(folder: DistrictFolder) -> None:
    assert found(folder, nights(folder, 3)) == []
    (told,) = found(folder, nights(folder, 4))
    assert told == StaleContent(file=None, since=MONDAY, days=3)
    assert told.line.startswith("All files are the same as on November 9, 2026. They have come again on 3 school days")


def test_one_file_that_stays_the_same_while_others_change_is_told(folder: DistrictFolder) -> None:
    (told,) = found(folder, nights(folder, 4, users="changes"))
    assert (told.file, told.days) == ("enrollments.csv", 3)
    assert found(folder, MONDAY + timedelta(days=3), stale={"files": ["classes.csv"]})[0].file == "classes.csv"
    assert found(folder, MONDAY + timedelta(days=3), stale={"files": []}) == []


def test_weekends_and_days_without_school_do_not_count(folder: DistrictFolder) -> None:
    last = nights(folder, 8)
    assert last.weekday() == 0
    (told,) = found(folder, last)
    assert told.days == 5
    assert found(folder, last, calendar={"dates": ["2026-11-10 to 2026-11-12"]}) == []


def test_a_night_without_files_stops_nothing_and_a_change_does(folder: DistrictFolder) -> None:
    for number in (0, 1, 3, 4):
        land(folder, MONDAY + timedelta(days=number), SAME)
    assert [one.days for one in found(folder, MONDAY + timedelta(days=4))] == [3]
    land(folder, MONDAY + timedelta(days=7), SAME | {"users.csv": "new", "enrollments.csv": "new"})
    assert found(folder, MONDAY + timedelta(days=7)) == []


def test_how_many_days_and_whether_at_all_is_a_setting(folder: DistrictFolder) -> None:
    last = nights(folder, 4)
    assert found(folder, last, stale={"days": 4}) == []
    assert found(folder, last, stale={"days": 0}) == []


def test_a_zip_is_the_same_if_what_is_in_it_is(folder: DistrictFolder, tmp_path: Path) -> None:
    for number in range(4):
        packed = tmp_path / "packed.zip"
        with zipfile.ZipFile(packed, "w") as made:
            for name, content in SAME.items():
                changed = f"{content}{number}" if name == "users.csv" else content
                made.writestr(zipfile.ZipInfo(f"export/{name}", (2026, 11, 9 + number, 0, 0, 0)), changed)
        land(folder, MONDAY + timedelta(days=number), {"delivery.zip": packed.read_bytes().decode("latin-1")})
    (told,) = found(folder, MONDAY + timedelta(days=3))
    assert told.file == "enrollments.csv"
