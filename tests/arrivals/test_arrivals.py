"""Sets that arrive before a district's first sync, one file after the other, as AutoSend sends them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from pipeline.arrivals.arrival import Arrival, arrived, awaits_first_sync
from pipeline.arrivals.sensor import build_arrivals_sensor
from pipeline.arrivals.tell import tell_arrival
from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.settings import DistrictSettings, FolderSettings, MailSettings, School
from pipeline.mail.server import server_from
from pipeline.resources import Districts
from tests.support.district import small_district
from tests.support.mailbox import Received

RESTS = 0.05
AT = datetime(2026, 9, 1, 6, 20, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "drop").mkdir()
    return Home(tmp_path / "home")


@pytest.fixture
def settings(tmp_path: Path) -> DistrictSettings:
    return DistrictSettings(
        name="Maple Valley",
        time_zone="America/Chicago",
        schools=(School(id="N", name="North"), School(id="M", name="Main")),
        folder=FolderSettings(path=str(tmp_path / "drop"), settle_seconds=0),
        mail=MailSettings(to=("it@example.org",)),
    )


@pytest.fixture
def folder(home: Home) -> DistrictFolder:
    return home.district("maple").make()


class AutoSend:
    """PowerSchool's way: a template for each file, lines that end in CR, and either of two ways to write."""

    def __init__(self, folder: Path, *, temporary: str = "") -> None:
        self.folder = folder
        self.temporary = temporary

    def sends(self, name: str, content: bytes, *, breaks_off: bool = False) -> None:
        content = content.replace(b"\r\n", b"\r")
        path = self.folder / f"{name}{self.temporary}"
        path.write_bytes(content[: len(content) // 2] if breaks_off else content)
        if self.temporary and not breaks_off:
            path.rename(self.folder / name)


def looked(settings: DistrictSettings, folder: DistrictFolder, *, follow: float = RESTS) -> Arrival | None:
    """What a look sees once the files have rested."""
    arrived(settings, folder, rests=RESTS, follow=follow)
    time.sleep(2 * RESTS)
    return arrived(settings, folder, rests=RESTS, follow=follow)


@pytest.fixture
def files() -> Mapping[str, bytes]:
    return small_district().files()


@pytest.mark.parametrize("temporary", ["", ".filepart", ".tmp"])
def test_a_set_has_arrived_when_its_last_file_has_rested(
    settings: DistrictSettings, folder: DistrictFolder, tmp_path: Path, files: Mapping[str, bytes], temporary: str
) -> None:
    power_school = AutoSend(tmp_path / "drop", temporary=temporary)
    assert looked(settings, folder) is None
    for name, content in files.items():
        assert looked(settings, folder) is None, f"before {name}"
        power_school.sends(name, content)
    # it has not rested yet
    assert arrived(settings, folder, rests=RESTS) is None
    arrival = looked(settings, folder)
    assert arrival is not None
    assert set(arrival.files) == {"users.csv", "classes.csv", "enrollments.csv"}


def test_a_file_that_grows_has_not_arrived(
    settings: DistrictSettings, folder: DistrictFolder, tmp_path: Path, files: Mapping[str, bytes]
) -> None:
    power_school = AutoSend(tmp_path / "drop")
    for name, content in files.items():
        power_school.sends(name, content, breaks_off=name == "enrollments.csv")
    arrived(settings, folder, rests=RESTS)
    time.sleep(2 * RESTS)
    power_school.sends("enrollments.csv", files["enrollments.csv"])
    assert arrived(settings, folder, rests=RESTS) is None
    assert looked(settings, folder) is not None


def test_an_upload_under_a_temporary_name_that_broke_off_never_arrives(
    settings: DistrictSettings, folder: DistrictFolder, tmp_path: Path, files: Mapping[str, bytes]
) -> None:
    power_school = AutoSend(tmp_path / "drop", temporary=".filepart")
    for name, content in files.items():
        power_school.sends(name, content, breaks_off=name == "users.csv")
    assert looked(settings, folder) is None


@pytest.mark.whole_day
def test_what_arrived_is_previewed_and_told_once(
    settings: DistrictSettings,
    folder: DistrictFolder,
    home: Home,
    tmp_path: Path,
    files: Mapping[str, bytes],
    received: Received,
) -> None:
    power_school = AutoSend(tmp_path / "drop")
    for name, content in files.items():
        power_school.sends(name, content)
    arrival = looked(settings, folder)
    assert arrival is not None
    report, page, failed = tell_arrival("maple", settings, home, arrival, AT, server_from())
    assert (report.outcome, report.sync_number, failed) == ("applied", None, "")
    assert report.records["students"].added == 6
    assert "nothing was applied" in page.read_text(encoding="utf-8")
    (letter,) = received.messages
    assert letter["Subject"] == "Roster files of Maple Valley have arrived: usable"
    body = letter.get_body(("plain",))
    assert body is not None
    assert "Maple Valley: 3 files arrived." in body.get_content()
    assert "users.csv: " in body.get_content()
    # nothing landed, and the set is not told again
    assert list(folder.landing.iterdir()) == []
    assert awaits_first_sync(folder)
    assert looked(settings, folder) is None
    # the next night's first file is not yet a set: the others follow
    power_school.sends("users.csv", files["users.csv"] + b" ")
    assert looked(settings, folder, follow=60) is None
    assert looked(settings, folder) is not None


def test_the_sensor_starts_one_job_for_a_set(tmp_path: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "settings").mkdir()
    (tmp_path / "settings" / "maple.yaml").write_text(
        'name: Maple\ntime_zone: America/Chicago\nschools:\n  - {id: "N", name: North}\n'
        f"folder: {{path: {tmp_path}, settle_seconds: 0}}\n",
        encoding="utf-8",
    )
    districts = Districts(home=str(tmp_path / "home"), settings=str(tmp_path / "settings"))
    sensor = build_arrivals_sensor(rests=RESTS)

    def ticked() -> list[str | None]:
        context = dg.build_sensor_context(resources={"districts": districts})
        found = sensor.evaluate_tick(context)
        return [request.run_key for request in found.run_requests or ()]

    assert ticked() == []
    time.sleep(2 * RESTS)
    (key,) = ticked()
    assert key is not None
    assert key.startswith("maple ")
