"""What is an alarm on a school day is none on a day without school; content that stays the same is one."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import DistrictState, write_state
from pipeline.mail.night import due_mails
from pipeline.report.model import StaleContent
from pipeline.roster.ledger import Ledger, Sync, record
from pipeline.status.attempts import Attempt, note_attempt
from pipeline.status.districts import SUMMARY, SyncSummary, district_statuses, exit_code, night_results
from pipeline.status.metrics import metrics_text

FRIDAY = date(2026, 11, 20)
"""There is no school in the week after it."""

BEGUN = datetime(2026, 9, 1, tzinfo=UTC)


class World:
    """An enabled district whose newest sync is one that a test writes."""

    def __init__(self, home: Home, registry: Registry) -> None:
        self.home, self.registry = home, registry
        self.folder: DistrictFolder = home.district("maple").make()
        write_state(self.folder.state, DistrictState(enabled=True, nightly_since=BEGUN))

    def synced(self, day: date, outcome: Any, *, stale: tuple[StaleContent, ...] = ()) -> None:
        sync = Sync(
            number=1, sync_date=day, outcome=outcome, initial=False, baseline_sync=0, in_roster=False,
            recorded_at=datetime(day.year, day.month, day.day, 9, tzinfo=UTC), counts={},
        )  # fmt: skip
        record(self.folder, Ledger(), sync)
        summary = SyncSummary(
            district="maple", name="Maple", time_zone="America/Chicago", start_time="02:00", sync_number=1,
            sync_date=day, outcome=outcome, initial=False, added=0, updated=0, archived=0, withheld=0, page="",
            stale=stale,
        )  # fmt: skip
        (self.folder.root / "reports" / SUMMARY).write_text(summary.model_dump_json(), encoding="utf-8")

    def on(self, day: date) -> tuple[str, str, int, int]:
        """Return on the morning of a day: the state, that by which mails go out, the exit code, and how many mails."""
        now = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        (status,) = district_statuses(self.home, now, self.registry)
        enabled = [("maple", self.registry["maple"], DistrictState(enabled=True, nightly_since=BEGUN))]
        (result,) = night_results(enabled, self.home, now)
        mails = due_mails(enabled, self.home, now, ("operator@example.org",))
        return status.state, result.state, exit_code([status]), len(mails)


@pytest.fixture
def world(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    (tmp_path / "districts").mkdir(mode=0o700)
    (tmp_path / "districts" / "maple.yaml").write_text(
        "name: Maple\ntime_zone: America/Chicago\nschools: [{id: '1', name: School}]\nfolder: {path: /nowhere}\n"
        "calendar: {weekends: off, dates: [2026-11-23 to 2026-11-27]}\nmail: {to: [it@example.org]}\n",
        encoding="utf-8",
    )
    monkeypatch.setenv("ROLLCALL_DISTRICTS", str(tmp_path / "districts"))
    return World(Home(tmp_path / "var"), Registry(tmp_path / "districts"))


SATURDAY, WEDNESDAY, MONDAY = (FRIDAY + timedelta(days=days) for days in (1, 5, 10))
STALE = (StaleContent(file=None, since=date(2026, 11, 16), days=3),)


@pytest.mark.parametrize(("outcome", "code"), [("missing", 5), ("rejected", 4)])
def test_what_was_an_alarm_on_friday_is_none_until_there_is_school_again(world: World, outcome: str, code: int) -> None:
    world.synced(FRIDAY, outcome)
    assert world.on(FRIDAY) == (outcome, outcome, code, 2)
    for day in (SATURDAY, WEDNESDAY):
        assert world.on(day) == ("no_school", "no_school", 0, 0), day
    assert world.on(MONDAY)[:3] == ("overdue", "overdue", 1)


def test_a_break_after_a_good_night_is_quiet_and_the_first_school_day_is_owed(world: World) -> None:
    world.synced(FRIDAY, "applied")
    assert world.on(WEDNESDAY) == ("no_school", "no_school", 0, 0)
    assert world.on(MONDAY)[0] == "overdue"


def test_a_server_that_is_down_in_the_break_is_no_alarm_and_a_password_that_is_wrong_is(world: World) -> None:
    world.synced(FRIDAY, "applied")
    at = datetime(2026, 11, 25, 9, tzinfo=UTC)
    for may_pass, expected in ((True, ("no_school", "no_school", 0)), (False, ("failed", "failed", 1))):
        failed = Attempt(sync_date=WEDNESDAY, at=at, ended="failed", words="It did not answer.", may_pass=may_pass)
        note_attempt(world.folder, failed)
        assert world.on(WEDNESDAY)[:3] == expected


def test_content_that_stays_the_same_is_mailed_once_and_is_a_state_and_a_figure(world: World) -> None:
    world.synced(FRIDAY, "unchanged", stale=STALE)
    assert world.on(FRIDAY) == ("stale", "stale", 5, 2)
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    enabled = [("maple", world.registry["maple"], DistrictState(enabled=True, nightly_since=BEGUN))]
    mail, digest = due_mails(enabled, world.home, now, ("operator@example.org",))
    assert mail.mail.subject == "Roster of Maple, 2026-11-20: stale"
    assert "All files are the same as on November 16, 2026." in digest.mail.parts[0].points[0]
    world.folder.mail.write_text(mail.then.model_dump_json(), encoding="utf-8")
    assert [due.mail.reader for due in due_mails(enabled, world.home, now, ())] == []
    assert 'rollcall_stale_school_days{district="maple",file="all"} 3.0' in metrics_text(
        world.home, world.registry, now
    )
    assert world.on(SATURDAY)[:3] == ("no_school", "no_school", 0)


def test_a_calendar_that_cannot_be_read_rings_the_alarm_and_says_so(world: World) -> None:
    world.synced(FRIDAY, "missing")
    path = world.registry.path("maple")
    path.write_text(path.read_text(encoding="utf-8").replace("weekends: off", "file: gone.ics"), encoding="utf-8")
    now = datetime(2026, 11, 21, 15, tzinfo=UTC)
    (status,) = district_statuses(world.home, now, world.registry)
    assert status.state == "overdue"
    assert "gone.ics cannot be read" in str(status.why)
