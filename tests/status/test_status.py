"""`rollcall status`: where each district stands this minute, as somebody at a terminal or a script sees it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.districts.state import DistrictState, write_state
from pipeline.heartbeat import beat
from pipeline.status.clock import local_date, next_slot, slot_start
from pipeline.status.districts import DistrictStatus, NightState, district_statuses, exit_code, night_results
from tests.support.nights import FIRST_NIGHT, Nights, Terminal


@pytest.fixture
def tonight(night_is_over: Nights) -> Nights:
    """Give a district that runs nightly, synced for the newest night that has begun."""
    now = datetime.now(UTC)
    today = local_date(night_is_over.settings, now)
    day = (
        today if slot_start(night_is_over.settings, today) + timedelta(minutes=10) <= now else today - timedelta(days=1)
    )
    night_is_over.sync(day)
    write_state(night_is_over.folder.state, DistrictState(enabled=True))
    return night_is_over


def test_a_night_that_went_well_needs_nobody(rollcall: Terminal, tonight: Nights) -> None:
    (found,) = rollcall.json("status")
    assert (found["district"], found["name"], found["state"]) == (tonight.district, "Cedar Valley", "unchanged")
    assert (found["to_do"], found["why"]) == (None, None)
    assert found["newest_sync"]["sync_date"] == found["due"]
    assert datetime.fromisoformat(found["next_night"]) == next_slot(tonight.settings, datetime.now(UTC))
    ran = rollcall("status")
    assert ran.code == 0
    assert "unchanged" in ran.out
    assert "`" not in ran.out


def test_those_that_need_somebody_stand_first_with_what_to_do(rollcall: Terminal, tonight: Nights) -> None:
    for name in ("a-new-one", "z-late"):
        text = tonight.settings_file.read_text(encoding="utf-8")
        (tonight.registry.folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    late = tonight.home.district("z-late").make()
    write_state(late.state, DistrictState(enabled=True))
    summary = (tonight.folder.root / "reports" / "newest.json").read_text(encoding="utf-8")
    day = rollcall.json("status", tonight.district)[0]["due"]
    old = summary.replace(tonight.district, "z-late").replace(day, FIRST_NIGHT.isoformat())
    (late.root / "reports" / "newest.json").write_text(old, encoding="utf-8")
    found = json.loads(rollcall("status", "--format", "json").out)
    states = {one["district"]: one["state"] for one in found}
    assert states == {"z-late": found[0]["state"], "a-new-one": "off", tonight.district: "unchanged"}
    # Two hours after its night began it is overdue.
    assert states["z-late"] in {"overdue", "expected"}
    assert [one["district"] for one in found] == ["z-late", "a-new-one", tonight.district]
    assert found[1]["to_do"] == "`rollcall sync a-new-one` makes its first sync."
    assert found[1]["next_night"] is None


def test_a_pause_is_told_with_its_reason_and_how_it_ends(rollcall: Terminal, tonight: Nights) -> None:
    assert rollcall("district", "pause", tonight.district, "--reason", "New server.", "--by", "Kim Lee").code == 0
    words = rollcall("status", tonight.district).words
    assert f"{tonight.district}: paused: New server. `rollcall district resume {tonight.district}` ends" in words
    assert rollcall.json("status")[0]["next_night"] is None


def test_a_district_that_cannot_be_read_does_not_hide_the_others(rollcall: Terminal, tonight: Nights) -> None:
    broken = tonight.home.district("broken").make()
    broken.state.write_text("{", encoding="utf-8")
    found = rollcall.json("status", code=1)
    assert [(one["district"], one["state"]) for one in found] == [
        ("broken", "unreadable"),
        (tonight.district, "unchanged"),
    ]
    assert "doctor" in found[0]["to_do"]


def test_it_says_what_the_page_of_all_districts_says(rollcall: Terminal, tonight: Nights) -> None:
    now = datetime.now(UTC)
    states = [(night.district, night.state) for night in district_statuses(tonight.home, now)]
    assert [(one["district"], one["state"]) for one in rollcall.json("status")] == states


@pytest.mark.parametrize(
    ("states", "code"),
    [
        (["unchanged", "applied", "observed", "waiting", "begun", "expected", "paused", "off"], 0),
        (["held", "applied"], 3),
        (["missing", "held"], 5),
        (["rejected", "missing", "held"], 4),
        (["ahead", "rejected"], 1),
        (["failed"], 1),
        (["begun", "overdue"], 1),
        ([], 0),
    ],
)
def test_it_ends_with_what_the_most_urgent_district_needs(states: list[NightState], code: int) -> None:
    assert exit_code([DistrictStatus("maple", state, None, None) for state in reversed(states)]) == code


def test_a_daemon_that_has_not_looked_for_long_is_said_on_standard_error(rollcall: Terminal, tonight: Nights) -> None:
    now = datetime.now(UTC)
    beat(tonight.home, now)
    (found,) = rollcall.json("status")
    assert datetime.fromisoformat(found["daemon_looked_at"]) == now.replace(microsecond=0)
    beat(tonight.home, now - timedelta(hours=7))
    ran = rollcall("status")
    assert ran.code == 1
    assert f"has looked at no night since {now - timedelta(hours=7):%Y-%m-%d %H:%M} UTC" in ran.err
    rollcall("district", "pause", tonight.district, "--reason", "New server.", "--by", "Kim Lee")
    assert rollcall("status").err == "", "where no night is to begin, nobody is missed"


def test_a_district_that_is_not_there_is_refused(rollcall: Terminal, tonight: Nights) -> None:
    assert f'Did you mean "{tonight.district}"?' in rollcall.refused("status", tonight.district + "x")


def test_without_any_district_it_says_how_to_add_one(rollcall: Terminal) -> None:
    assert "`rollcall district add --help`" in rollcall("status").out


def test_a_district_that_is_only_observed_is_not_late(rollcall: Terminal, tonight: Nights) -> None:
    with tonight.settings_file.open("a", encoding="utf-8") as settings:
        settings.write("sync: {observe_only: true}\n")
    now = datetime.now(UTC)
    today = local_date(tonight.settings, now)
    tonight.world.advance()
    tonight.deliver()
    report, page = tonight.sync_with_page(today, at=now)
    assert report.observe_only
    (found,) = rollcall.json("status")
    assert (found["state"], found["newest_sync"]["sync_date"]) == ("observed", today.isoformat())
    assert found["newest_sync"]["observed"]
    reports = tonight.folder.root / "reports"
    assert (reports / found["newest_sync"]["page"]).resolve() == page.resolve()
    assert "observed: planned and reported, nothing applied" in rollcall("status").words
    rollcall("district", "pause", tonight.district, "--reason", "New server.", "--by", "Kim Lee")
    assert rollcall("district", "resume", tonight.district).code == 0
    assert rollcall.json("status") == [found], "a command between two looks makes nobody late"
    later = night_results([(tonight.district, tonight.settings, DistrictState(enabled=True))], tonight.home, now)
    assert [standing.state for standing in later] == ["observed"]
    days_later = now + timedelta(days=2)
    late = night_results([(tonight.district, tonight.settings, DistrictState(enabled=True))], tonight.home, days_later)
    assert [standing.state for standing in late] == ["overdue"]
