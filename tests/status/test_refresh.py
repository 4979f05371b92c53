"""The index pages after commands, after runs that fail, and every hour: they say what is so now."""

from __future__ import annotations

import re
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipeline.definitions import build_defs
from pipeline.districts.state import DistrictState, write_state
from pipeline.errors import RollcallError
from pipeline.resources import Clock, Districts
from pipeline.status.attempts import read_attempt
from pipeline.status.clock import slot_start

if TYPE_CHECKING:
    from tests.support.nights import Nights, Terminal


def overview(nights: Nights) -> str:
    """The page of all districts, as its words."""
    text = (nights.home.root / "reports" / "index.html").read_text(encoding="utf-8").split("</style>")[1]
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def state_of(nights: Nights) -> str:
    text = (nights.home.root / "reports" / "index.html").read_text(encoding="utf-8")
    return next(iter(re.findall(r'<td class="wide"><span class="(\w+)">', text)))


def dead_links(page: Path) -> list[str]:
    links = re.findall(r'href="([^"#]+)"', page.read_text(encoding="utf-8"))
    return [link for link in links if not (page.parent / link).exists()]


@pytest.fixture
def second_night(night_is_over: Nights) -> Nights:
    """A district after two nights."""
    night_is_over.world.advance()
    night_is_over.deliver()
    assert night_is_over.sync(night_is_over.night(1)).outcome == "applied"
    return night_is_over


def test_the_page_follows_what_commands_change(second_night: Nights, rollcall: Terminal) -> None:
    district = second_night.district
    assert rollcall("district", "enable", district).code == 0
    assert state_of(second_night) == "expected", "a night that began before is not owed"
    rollcall("district", "pause", district, "--reason", "Summer.", "--by", "Kim")
    assert "paused : Summer." in overview(second_night)
    rollcall("district", "resume", district, "--reason", "School begins.", "--by", "Kim")
    assert state_of(second_night) == "expected"
    ran = rollcall("undo", district, "--to", second_night.night(0), "--by", "Kim", "--reason", "Wrong file.")
    assert ran.code == 0
    assert "The roster was restored to sync 1" in overview(second_night)
    calendar = (second_night.folder.root / "reports" / "index.html").read_text(encoding="utf-8")
    assert "<small>undo</small>" in calendar


@pytest.mark.usefixtures("night_is_over")
def test_a_new_district_is_on_the_page_before_its_first_night(nights: Nights, rollcall: Terminal) -> None:
    ran = rollcall(
        "district", "add", "maple-valley", "--name", "Maple", "--time-zone", nights.settings.time_zone,
        "--folder", str(nights.drop), "--school", "0412=Cedar Elementary",
    )  # fmt: skip
    assert ran.code == 0, ran.words
    assert "maple-valley not enabled for the nightly sync : never synced" in overview(nights)
    rollcall("district", "enable", "maple-valley")
    assert "maple-valley expected: the next night is its first" in overview(nights)


def test_a_purge_leaves_no_dead_link(second_night: Nights, rollcall: Terminal) -> None:
    calendar = second_night.folder.root / "reports" / "index.html"
    assert dead_links(calendar) == []
    ran = rollcall("purge", second_night.district, "--older-than", "1", "--by", "Kim", "--yes")
    assert ran.code == 0, ran.words
    assert "report was purged" in calendar.read_text(encoding="utf-8")
    assert dead_links(calendar) == []
    assert dead_links(second_night.home.root / "reports" / "index.html") == []
    rollcall("purge", second_night.district, "--everything", "--by", "Kim", "--yes")
    assert dead_links(second_night.home.root / "reports" / "index.html") == []


def test_a_decision_about_a_hold_is_on_the_page(nights: Nights, rollcall: Terminal) -> None:
    write_state(nights.folder.state, DistrictState(enabled=True))
    for name in ("users.csv", "enrollments.csv"):
        path = next(path for path in nights.drop.iterdir() if path.name == name)
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        path.write_text("".join(lines[: len(lines) * 3 // 5]), encoding="utf-8")
    day = nights.night(1)
    report = nights.sync(day)
    assert report.outcome == "held"
    assert "waiting for a decision" in overview(nights)
    digest = (report.hold_digest or "")[:16]
    ran = rollcall("reject", nights.district, day, digest, "--by", "Kim", "--reason", "Cut off.")
    assert ran.code == 0, ran.words
    # By now its next nights are overdue; what was decided shows where the night is the newest.
    write_state(nights.folder.state, DistrictState(enabled=False))
    rollcall("unblock", nights.district, "X", "Y", "--by", "Kim", "--reason", "Nothing.")
    rollcall("upload", nights.district, nights.drop)
    assert "held: some changes are withheld : rejected by Kim: Cut off." in overview(nights)


def test_a_run_that_fails_says_why_on_the_page_at_once(nights: Nights) -> None:
    write_state(nights.folder.state, DistrictState(enabled=True))
    nights.change_settings("/password", "/no-such-password")
    day = nights.night(1)
    with pytest.raises(RollcallError) as failure:
        nights.sync(day)
    attempt = read_attempt(nights.folder)
    assert attempt is not None
    assert (attempt.sync_date, attempt.ended, attempt.words) == (day, "failed", str(failure.value))
    assert state_of(nights) == "failed"
    assert f"failed: the run ended with an error, and there is no sync (night of {day}): " in overview(nights)


def test_what_a_mistake_of_ours_says_of_a_row_is_not_kept(nights: Nights, monkeypatch: pytest.MonkeyPatch) -> None:
    write_state(nights.folder.state, DistrictState(enabled=True))

    def broken(*_: object, **__: object) -> None:
        raise ValueError("Zoraida Quill")

    monkeypatch.setattr("assets.roster.apply_changes", broken)
    with pytest.raises(RollcallError, match="The step roster failed"):
        nights.sync(nights.night(1))
    attempt = read_attempt(nights.folder)
    assert attempt is not None
    assert attempt.words == "The step roster failed. Dagster's page of the run shows where."
    assert "Zoraida" not in overview(nights)
    monkeypatch.undo()
    # The night is made up for, and the failure is no longer what stands there.
    nights.sync(nights.night(1))
    assert state_of(nights) == "unchanged"


def test_every_hour_the_page_says_who_is_overdue(nights: Nights) -> None:
    write_state(nights.folder.state, DistrictState(enabled=True))
    nights.sync(nights.night(1))
    assert state_of(nights) == "unchanged"
    late = slot_start(nights.settings, nights.night(2)) + timedelta(hours=3)
    job = build_defs(
        districts=Districts(home=str(nights.home.root), settings=str(nights.registry.folder)),
        clock=Clock(fixed=late.astimezone(UTC).isoformat()),
    ).resolve_job_def("look_at_districts")
    assert job.execute_in_process(instance=nights.instance).success
    assert state_of(nights) == "overdue"


def test_a_page_that_cannot_be_written_is_told_and_undoes_nothing(nights: Nights, rollcall: Terminal) -> None:
    page = nights.home.root / "reports" / "index.html"
    page.unlink()
    page.mkdir()
    ran = rollcall("district", "pause", nights.district, "--reason", "Summer.", "--by", "Kim")
    assert ran.code == 0
    assert f"The page of all districts, {page}, could not be updated" in ran.words
    assert "Your command was still carried out" in ran.words
    assert "is paused" in ran.out
    # Nor does it fail a night.
    write_state(nights.folder.state, DistrictState())
    assert nights.sync(nights.night(1)).outcome in {"applied", "unchanged"}


def test_a_command_that_is_refused_writes_nothing(nights: Nights, rollcall: Terminal) -> None:
    page = nights.home.root / "reports" / "index.html"
    before = page.read_bytes()
    rollcall.refused("undo", nights.district, "--to", "2026-09-01", "--by", "Kim", "--reason", "x")
    assert page.read_bytes() == before
