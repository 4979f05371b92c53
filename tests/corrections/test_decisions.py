"""What corrections ask for and what they leave of earlier decisions: names, reasons, approvals, holds, dates."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.corrections.block import apply_blocks, record_block, record_unblock
from pipeline.corrections.replay import ReplayHeldError, replay
from pipeline.corrections.undo import undo, undo_date
from pipeline.districts.decisions import check_asked, read_decisions
from pipeline.errors import PermanentError, UsageError
from pipeline.landing.archive import Landing
from pipeline.plan.approvals import approve, open_hold, reject
from pipeline.roster.ledger import Sync, read_ledger
from tests.support.district import FIRST, District, Rows, csv_bytes, student
from tests.support.families import CONTACT_COLUMNS, listed
from tests.support.lives import AT, standing, undone

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
WHO = {"by": "Kim Lee", "why": "A test."}

FAMILY = [listed("MO", "S4", "Mother", legalGuardian="1"), listed("FA", "S5", "Father")]


def with_contacts(rows: Rows) -> dict[str, bytes]:
    return rows.files() | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, FAMILY)}


@pytest.mark.parametrize("blank", ["", " ", "\t\n", "\u200b", " - ", "…"])
def test_a_blank_name_and_a_blank_reason_are_refused(blank: str) -> None:
    with pytest.raises(UsageError, match="The name"):
        check_asked(blank, "Court order.")
    with pytest.raises(UsageError, match="The reason"):
        check_asked("Kim Lee", blank)
    check_asked("李", "裁判所")


@pytest.mark.parametrize("blank", [{"by": " ", "why": "x"}, {"by": "Kim", "why": " "}])
def test_no_correction_is_made_and_no_decision_recorded_without_a_name_and_a_reason(
    running: District, blank: dict[str, str]
) -> None:
    folder = running.folder
    with pytest.raises(UsageError, match="is blank"):
        undo(folder, running.name, running.settings, to_date=FIRST, **blank, today=SECOND, at=AT)
    with pytest.raises(UsageError, match="is blank"):
        replay(folder, running.name, running.settings, first=FIRST, **blank, today=SECOND, at=AT)
    with pytest.raises(UsageError, match="is blank"):
        record_block(folder, "P1", "S1", **blank, at=AT)
    record_block(folder, "P1", "S1", **WHO, at=AT)
    with pytest.raises(UsageError, match="is blank"):
        record_unblock(folder, running.name, "P1", "S1", **blank, at=AT)
    assert [decision.kind for decision in read_decisions(folder.decisions)] == ["block"]


@pytest.mark.whole_day
def test_holds_of_a_held_sync_are_kept_by_an_undo_to_it_and_by_a_block(running: District, rows: Rows) -> None:
    """A file that stays away is missed on every night, whatever was corrected in between."""
    running.limit(archive={"students": {"percent": 0, "at_least": 0}})
    running.sync(with_contacts(rows), SECOND)
    lacking = rows.without_user("S3")
    held = running.sync(lacking, THIRD)
    assert (held.outcome, held.applied) == ("held", set())
    later = lacking.copy()
    later.user("S2")["grades"] = "06"
    assert running.sync(later, THIRD + timedelta(days=1)).holds() == held.holds()
    undone(running, to=THIRD, today=THIRD + timedelta(days=2))
    hold = open_hold(running.folder, running.name)
    assert hold is not None
    assert hold.sync.number == held.sync
    record_block(running.folder, "P1", "S1", **WHO, at=AT)
    apply_blocks(running.folder, running.name, running.settings, at=AT)
    running.last_active = None
    again = lacking.copy()
    again.user("S2")["grades"] = "07"
    night = running.sync(again, THIRD + timedelta(days=3))
    assert night.holds() == held.holds()
    assert night.report.hold_digest == held.report.hold_digest
    assert {"MO", "FA", "S3"} <= running.people()


@pytest.mark.whole_day
def test_a_rejection_after_the_approval_was_applied_says_so(running: District, rows: Rows) -> None:
    running.limit(archive={"students": {"percent": 0, "at_least": 0}})
    fewer = rows.without_user("S3")
    held = running.sync(fewer, SECOND)
    digest = str(held.report.hold_digest)
    before = reject(running.folder, running.name, SECOND, [digest], **WHO, at=AT)
    assert (before.is_open, before.applied_by) == (True, None)
    approve(running.folder, running.name, SECOND, [digest], **WHO, until=THIRD, at=AT)
    waiting = reject(running.folder, running.name, SECOND, [digest], **WHO, at=AT)
    assert (waiting.is_open, waiting.applied_by) == (True, None)
    approve(running.folder, running.name, SECOND, [digest], **WHO, until=THIRD, at=AT)
    applied = running.run(SECOND)
    assert applied.outcome == "applied"
    late = reject(running.folder, running.name, SECOND, [digest], **WHO, at=AT)
    assert late.applied_by is not None
    assert (late.is_open, late.applied_by.number) == (False, applied.sync)


@pytest.mark.whole_day
def test_an_undo_to_where_one_is_is_refused_and_records_nothing(running: District, rows: Rows) -> None:
    changed = rows.without_user("S3")
    running.sync(changed, SECOND)
    undone(running, to=FIRST, today=SECOND)
    decisions = len(read_decisions(running.folder.decisions))
    for goal in ({"to_sync": 1}, {"to_sync": 3}):
        with pytest.raises(UsageError, match="is already as it was"):
            undone(running, **goal, today=SECOND)  # type: ignore[arg-type]
    assert len(read_decisions(running.folder.decisions)) == decisions
    assert len(read_ledger(running.folder).syncs) == 3
    assert list(running.folder.previews.iterdir()) == []


@pytest.mark.whole_day
def test_a_correction_that_would_break_the_roster_is_stopped_in_words(running: District, rows: Rows) -> None:
    """A damaged history: two enrollments of one person in one class on the day that an undo goes back to."""
    running.sync(rows.without_user("S3"), SECOND)
    with duckdb.connect(str(running.folder.roster)) as connection:
        connection.execute(
            "insert into roster.roster.enrollments select * replace (900 as roster_id, 2 as until_sync) "
            "from roster.roster.enrollments where roster_id = 1 and since_sync = 1"
        )
    before = standing(running)
    with pytest.raises(PermanentError, match=r"The undo was not made: .* Each id, enrollment and link"):
        undone(running, to=FIRST, today=SECOND)
    assert standing(running) == before
    assert not running.folder.decisions.exists()
    assert len(read_ledger(running.folder).syncs) == 2


@pytest.mark.whole_day
def test_a_replay_that_empties_a_record_type_is_held_until_just_that_is_approved(running: District) -> None:
    running.set(manage_guardians=False)
    before = standing(running)
    with pytest.raises(ReplayHeldError, match="would archive 3 of 3 guardians and 4 of 4 guardian links") as held:
        replay(running.folder, running.name, running.settings, first=FIRST, **WHO, today=SECOND, at=AT)
    assert held.value.exit_code == 3
    assert standing(running) == before
    assert not running.folder.decisions.exists()
    digest = held.value.cure.removesuffix(".").split()[-1]
    with pytest.raises(ReplayHeldError):
        replay(
            running.folder, running.name, running.settings, first=FIRST, **WHO, today=SECOND, at=AT, approved="0" * 16
        )
    replay(running.folder, running.name, running.settings, first=FIRST, **WHO, today=SECOND, at=AT, approved=digest)
    assert (running.active()["guardians"], running.flaws()) == (0, {})


def sync_on(day: date) -> Sync:
    return Sync(
        number=1,
        sync_date=day,
        outcome="applied",
        initial=False,
        baseline_sync=0,
        in_roster=True,
        recorded_at=AT,
        counts={},
    )


@pytest.mark.parametrize(
    ("goal", "undone_on", "today", "expected"),
    [
        # as ever, and after days without a sync
        ("2026-09-01", ["2026-09-02"], "2026-09-02", "2026-09-02"),
        ("2026-09-01", ["2026-09-02"], "2026-09-09", "2026-09-09"),
        # the clock was years ahead on one night, and is right again: the nights go on
        ("2026-09-01", ["2031-01-01"], "2026-09-03", "2026-09-03"),
        ("2026-09-01", ["2026-09-02", "2031-01-01", "2031-01-02"], "2026-09-03", "2026-09-03"),
        # the clock is years behind: no past day is dated anew
        ("2026-09-01", ["2026-09-02", "2026-09-03"], "2020-01-01", "2026-09-03"),
        ("2026-09-02", ["2026-09-02"], "2026-09-01", "2026-09-02"),
    ],
)
def test_an_undo_has_a_date_that_makes_sense_whatever_the_clock_did(
    tmp_path: Path, goal: str, undone_on: list[str], today: str, expected: str
) -> None:
    syncs = [sync_on(date.fromisoformat(day)) for day in undone_on]
    landing = Landing(tmp_path, "synthetic")
    found = undo_date(sync_on(date.fromisoformat(goal)), syncs, date.fromisoformat(today), AT, landing)
    assert found == date.fromisoformat(expected)


@pytest.mark.whole_day
def test_a_clock_that_is_days_behind_shows_in_files_that_are_newer_than_now(running: District, rows: Rows) -> None:
    changed = rows.copy()
    changed.users.append(student("S9"))
    running.sync(changed, THIRD)  # its files are of 2026-09-01, 06:00
    (newest,) = read_ledger(running.folder).syncs[1:]
    goal, landing = read_ledger(running.folder).sync(1), Landing(running.folder.landing, running.name)
    behind, right = datetime(2026, 9, 1, 5, tzinfo=UTC), datetime(2026, 9, 2, 5, tzinfo=UTC)
    assert undo_date(goal, [newest], SECOND, behind, landing) == THIRD
    assert undo_date(goal, [newest], SECOND, right, landing) == SECOND


@pytest.mark.whole_day
def test_after_an_undo_of_a_night_that_was_years_ahead_the_nights_go_on(running: District, rows: Rows) -> None:
    ahead = date(2031, 1, 1)
    changed = rows.without_user("S3")
    running.sync(changed, ahead)
    first = standing(running, FIRST)
    report = undone(running, to=FIRST, today=SECOND)
    assert report.sync_date == SECOND
    more = rows.copy()
    more.users.append(student("S9"))
    night = running.sync(more, THIRD)
    assert (night.outcome, night.sync) == ("applied", 4)
    assert standing(running, FIRST) == first
    shutil.rmtree(running.folder.root / "standing")
