"""Going back to an earlier roster: a new sync, nothing erased, and not applied again by itself."""

from __future__ import annotations

import json
import random
import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.corrections.replay import replay
from pipeline.districts.decisions import read_decisions, record_decision
from pipeline.districts.state import read_state
from pipeline.errors import UsageError
from pipeline.plan.approvals import approvals_in_force
from pipeline.report.model import SyncReport
from pipeline.roster.history import open_history
from pipeline.roster.ledger import read_ledger
from tests.support.district import FIRST, District, Rows, student
from tests.support.lives import AT, day_of, files_of, links, standing, synthetic, undone
from tests.support.matrices import WHOLE

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH = date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4)


def changed(rows: Rows) -> Rows:
    """A night in which somebody comes, goes, and changes."""
    later = rows.without_user("S3")
    later.users.append(student("S9"))
    later.user("S1")["grades"] = "06"
    return later


def test_an_undo_brings_back_what_stood_as_a_new_sync(running: District, rows: Rows) -> None:
    before, before_links = standing(running), links(running)
    running.sync(changed(rows), SECOND)
    after = standing(running)
    report = undone(running, to=FIRST, today=SECOND)
    assert (report.kind, report.outcome, report.sync_number, report.target_sync) == ("undo", "applied", 3, 1)
    assert standing(running) == before
    assert links(running) == before_links
    assert standing(running, FIRST) == before
    assert read_ledger(running.folder).sync(2).outcome == "applied"
    assert running.flaws() == {}
    # The undone sync answers as it did.
    undone(running, to_sync=2, today=SECOND)
    assert standing(running) == after


def test_the_report_of_an_undo_says_what_it_did_who_asked_and_why(running: District, rows: Rows) -> None:
    running.sync(changed(rows), SECOND)
    report = undone(running, to=FIRST, today=SECOND)
    counts = report.records["students"]
    assert (counts.restored, counts.archived, counts.updated, counts.active_after) == (1, 1, 1, 6)
    assert report.why == "Asked for by Kim: A test."
    assert "restored to what it was after sync 1" in report.summary
    folder = running.folder.report(SECOND.isoformat(), 3)
    assert SyncReport.model_validate_json((folder / "report.json").read_bytes()) == report
    assert "Asked for by Kim: A test." in (folder / "index.html").read_text(encoding="utf-8")
    assert {(c.record_type, c.operation, c.key) for c in report.changes} >= {
        ("students", "restore", "S3"),
        ("students", "archive", "S9"),
        ("students", "update", "S1"),
    }


def test_a_value_keeps_the_file_and_line_that_it_came_from(running: District, rows: Rows) -> None:
    source = "select delivery_sha256, line from book.roster.users where until_sync is null and given_name = 'GivenS1'"
    before = running.query(source)
    running.sync(changed(rows), SECOND)
    assert running.query(source) != before
    undone(running, to=FIRST, today=SECOND)
    assert running.query(source) == before


def test_what_was_undone_is_not_applied_again_and_the_district_is_paused(running: District, rows: Rows) -> None:
    before = standing(running)
    running.sync(changed(rows), SECOND)
    undone(running, to=FIRST, today=SECOND)
    paused = read_state(running.folder.state).paused
    assert paused is not None
    assert (paused.by, paused.needs_reason) == ("Kim", True)
    again = running.sync(changed(rows), THIRD)
    assert again.outcome == "held"
    assert again.applied == set()
    assert {code for codes in again.holds().values() for code in codes} == {"undone_content"}
    assert standing(running) == before
    # Mended files are.
    mended = changed(rows)
    mended.user("S9")["grades"] = "04"
    assert running.sync(mended, FOURTH).outcome == "applied"


def test_the_content_that_was_gone_back_to_is_the_last_one(running: District, rows: Rows) -> None:
    running.sync(changed(rows), SECOND)
    undone(running, to=FIRST, today=SECOND)
    assert running.sync(rows, THIRD).outcome == "unchanged"


def approval(district: District, digest: str) -> None:
    record_decision(
        district.folder.decisions, "approve", by="Kim", why="x", at=AT,
        sync_date=FIRST, sync=1, hold_digest=digest, until=FOURTH,
    )  # fmt: skip


def test_an_undo_ends_the_approvals_given_after_the_sync_that_it_goes_back_to_and_no_earlier_ones(
    running: District, rows: Rows
) -> None:
    approval(running, "a" * 64)
    running.sync(changed(rows), SECOND)
    approval(running, "b" * 64)
    again = changed(rows)
    again.user("S2")["grades"] = "07"
    running.sync(again, THIRD)
    undone(running, to=SECOND, today=THIRD)
    decisions = read_decisions(running.folder.decisions)
    assert [decision.kind for decision in decisions] == ["approve", "approve", "undo"]
    assert approvals_in_force(decisions, FOURTH) == ("a" * 64,)
    undone(running, to=FIRST, today=THIRD)
    assert approvals_in_force(read_decisions(running.folder.decisions), FOURTH) == ()


@pytest.mark.parametrize("goal", [{"to_sync": 9}, {"to_sync": 0}, {"to": date(2026, 8, 1)}])
def test_where_one_cannot_go_back_to_is_said_in_words(running: District, goal: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="has no sync"):
        undone(running, **goal, today=SECOND)  # type: ignore[arg-type]
    assert len(open_history(running.folder, running.name).syncs) == 1
    assert not running.folder.decisions.exists()


def test_the_newest_sync_cannot_be_gone_back_to(running: District) -> None:
    with pytest.raises(UsageError, match="is already as it was after sync 1 of 2026-09-01"):
        undone(running, to=FIRST, today=SECOND)


@pytest.mark.slow("many days of sixty students, gone back to, and replayed")
def test_many_days_can_be_undone_to_any_and_led_forward_again(tmp_path: Path) -> None:
    days = 30 if WHOLE else 7
    district, world = synthetic(tmp_path)
    stood = {}
    for number in range(days):
        if number:
            world.advance()
        night = district.sync(files_of(world, tmp_path / "files"), day_of(number))
        assert night.outcome in {"applied", "unchanged", "held"}
        stood[number] = standing(district)
    newest, newest_links = standing(district), links(district)
    for goal in random.Random(5).sample(range(days - 1), 4 if WHOLE else 1):
        undone(district, to_sync=goal + 1, today=day_of(days - 1))
        assert standing(district) == stood[goal]
        assert district.flaws() == {}
        undone(district, to_sync=days, today=day_of(days - 1))
        assert standing(district) == newest
        assert links(district) == newest_links
    for number, roster in stood.items():
        if number < days - 1:
            assert standing(district, day_of(number)) == roster
    # Lived once more from any day on, with all the undos, it comes to the same.
    again, _ = replay(
        district.folder, district.name, district.settings,
        first=day_of(days // 3), by="Kim", why="A test.", today=day_of(days - 1), at=AT,
    )  # fmt: skip
    assert again.outcome == "unchanged"
    assert standing(district) == newest
    assert links(district) == newest_links


def test_days_lived_one_by_one_and_replayed_under_other_settings(tmp_path: Path) -> None:
    """What a replay gives is what the days would have given, row for row."""
    district, world = synthetic(tmp_path / "lived")
    other, _ = synthetic(tmp_path / "other")
    changes = {"guardians": {"rules": [{"legal_guardian": True, "role": "guardian"}]}}
    settings = type(district.settings).model_validate(json.loads(district.settings.model_dump_json()) | changes)
    other.settings = settings
    for number in range(6):
        if number:
            world.advance()
        files = files_of(world, tmp_path / "files")
        district.sync(files, day_of(number))
        other.sync(files, day_of(number))
    assert standing(district) != standing(other)
    district.settings = settings
    report, _ = replay(
        district.folder, district.name, settings, first=FIRST, by="Kim", why="Other rules.", today=day_of(5), at=AT
    )
    assert (report.kind, report.outcome, report.target_sync) == ("replay", "applied", 0)
    assert standing(district) == standing(other)
    assert links(district) == links(other)
    assert district.flaws() == {}
    assert report.records["guardians"].archived > 0
    # The days before answer as they did, and the next night goes on from here.
    district.last_active = None
    world.advance()
    files = files_of(world, tmp_path / "files")
    assert district.sync(files, day_of(6)).plan == other.sync(files, day_of(6)).plan


def test_a_replay_that_lacks_a_delivery_changes_nothing_and_says_so(running: District, rows: Rows) -> None:
    running.sync(changed(rows), SECOND)
    shutil.rmtree(running.folder.landing / SECOND.isoformat())
    before = standing(running)
    with pytest.raises(
        UsageError, match="Delivery 1 of 2026-09-02, which sync 2 was made from, is no longer in landing"
    ):
        replay(
            running.folder, running.name, running.settings,
            first=FIRST, by="Kim", why="A test.", today=SECOND, at=AT,
        )  # fmt: skip
    assert standing(running) == before
    assert len(read_ledger(running.folder).syncs) == 2
    assert list(running.folder.previews.iterdir()) == []
