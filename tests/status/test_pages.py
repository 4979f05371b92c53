"""The index pages: the days of a district, and the last night of all districts."""

from __future__ import annotations

import re
import shutil
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.districts.folders import Home
from pipeline.districts.state import DistrictState, pause, write_state
from pipeline.status.districts import district_statuses
from pipeline.status.pages import write_overview
from tests.support.district import FIRST, District, Rows, contact, small_district

pytestmark = pytest.mark.whole_day

MORNING = datetime(2026, 9, 1, 14, tzinfo=UTC)
"""Nine in the morning in Chicago."""


def district_at(home: Path, name: str, *, enabled: bool = True) -> District:
    """A district in its place below a home."""
    district = District(home / "districts", name=f"District {name}")
    shutil.move(district.folder.root, home / "districts" / name)
    district.name = name
    district.folder = Home(home).district(name).make()
    district.sent = home / "sent" / name
    district.sent.parent.mkdir(exist_ok=True)
    write_state(district.folder.state, DistrictState(enabled=enabled))
    return district


def links(page: Path) -> list[Path]:
    found = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
    return [page.parent / link for link in found]


def test_the_calendar_shows_each_day_with_its_outcome_and_leads_to_its_report(running: District, rows: Rows) -> None:
    running.sync({}, FIRST + timedelta(days=1))
    rows.users = [row for row in rows.users if not row["sourcedId"].startswith("P")]
    running.sync(rows, FIRST + timedelta(days=33))
    page = running.folder.root / "reports" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"<caption>(\w+ 2026)</caption>", text) == ["October 2026", "September 2026"]
    days = re.findall(r'<a class="(\w+)" href="([\d-]+)/\d+/index.html">(\d+)<small>', text)
    assert days == [("held", "2026-10-04", "4"), ("applied", "2026-09-01", "1"), ("missing", "2026-09-02", "2")]
    assert all(link.exists() for link in links(page))


def test_a_purged_report_is_no_dead_link(running: District) -> None:
    shutil.rmtree(running.folder.root / "reports" / FIRST.isoformat())
    running.sync({}, FIRST + timedelta(days=1))
    page = running.folder.root / "reports" / "index.html"
    assert "report was purged" in page.read_text(encoding="utf-8")
    assert all(link.exists() for link in links(page))


@pytest.fixture(scope="module")
def first_morning(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with six districts on the morning of the first day."""
    home = tmp_path_factory.mktemp("first-morning").resolve() / "home"
    (home / "districts").mkdir(parents=True)
    district_at(home, "applied").sync(small_district())
    late = district_at(home, "late")
    late.sync(small_district(), FIRST - timedelta(days=1))
    district_at(home, "missing").sync({})
    paused = district_at(home, "paused")
    paused.sync(small_district())
    write_state(paused.folder.state, pause(DistrictState(enabled=True), why="summer", by="A. Operator"))
    held = district_at(home, "held")
    held.sync(small_district(), FIRST - timedelta(days=1))
    rows = small_district()
    rows.users = [row for row in rows.users if not row["sourcedId"].startswith("P")]
    rows.users.append(contact("P99", "S1", relationship="Mother"))
    held.sync(rows)
    district_at(home, "new", enabled=False)
    return home


@pytest.fixture
def home(first_morning: Path, tmp_path: Path) -> Path:
    return shutil.copytree(first_morning, tmp_path.resolve() / "home")


def test_the_page_of_all_districts_says_what_to_look_at_first(home: Path) -> None:
    states = {night.district: night.state for night in district_statuses(Home(home), MORNING)}
    assert states == {
        "applied": "applied", "held": "held", "late": "overdue", "missing": "missing", "new": "off", "paused": "paused",
    }  # fmt: skip
    page = write_overview(Home(home), MORNING)
    text = page.read_text(encoding="utf-8")
    order = re.findall(r'<td class="wide"><span class="(\w+)">', text)
    assert order == ["overdue", "missing", "held", "paused", "off", "applied"]
    assert "of 2026-09-01" in text
    assert all(link.exists() for link in links(page))


def test_before_its_start_a_district_is_not_late(home: Path) -> None:
    before = datetime(2026, 9, 1, 6, 59, tzinfo=UTC)
    just_begun = datetime(2026, 9, 1, 7, 30, tzinfo=UTC)
    states = [{n.district: n.state for n in district_statuses(Home(home), now)}["late"] for now in (before, just_begun)]
    assert states == ["applied", "expected"]


def test_a_run_that_began_and_left_no_sync_is_named(home: Path) -> None:
    Home(home).district("late").day(date(2026, 9, 1).isoformat()).touch()
    assert {n.district: n.state for n in district_statuses(Home(home), MORNING)}["late"] == "begun"


def test_a_district_that_cannot_be_read_does_not_hide_the_others(home: Path) -> None:
    (home / "districts" / "held" / "reports" / "newest.json").write_text("{", encoding="utf-8")
    states = {night.district: night.state for night in district_statuses(Home(home), MORNING)}
    assert (states["held"], states["late"]) == ("unreadable", "overdue")


def test_the_home_can_be_moved(home: Path) -> None:
    write_overview(Home(home), MORNING)
    moved = home.with_name("moved")
    home.rename(moved)
    assert all(link.exists() for link in links(moved / "reports" / "index.html"))


def test_writers_at_once_leave_a_whole_page_and_nothing_else(home: Path) -> None:
    writers = [threading.Thread(target=write_overview, args=(Home(home), MORNING)) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert {path.name for path in (home / "reports").iterdir()} <= {"index.html", ".lock"}
    assert (home / "reports" / "index.html").read_text(encoding="utf-8").rstrip().endswith("</html>")
