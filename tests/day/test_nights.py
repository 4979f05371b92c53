"""Nights with nothing to take, looks at older dates, and the roster's file."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.errors import PermanentError, UsageError
from pipeline.report.archive import newest_report
from pipeline.roster.ledger import read_ledger
from tests.support.district import FIRST, District, Files, Rows, small_district, student

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH = date(2026, 9, 2), date(2026, 9, 3), date(2026, 9, 4)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_night_without_a_delivery_is_recorded_and_the_roster_stands(running: District) -> None:
    before = running.roster()
    night = running.sync({}, SECOND)
    assert (night.outcome, night.sync) == ("missing", 2)
    assert night.codes() == {"file_missing": 3}
    assert running.roster() == before
    recorded = read_ledger(running.folder).sync(2)
    assert (recorded.outcome, recorded.delivery_number, recorded.delivery_sha256) == ("missing", None, None)
    running.sync(small_district().without_user("S3"), THIRD)
    assert running.query("select outcome, delivery_number from book.sync.syncs where number = 2") == [("missing", None)]


@pytest.mark.parametrize("missing", ["users.csv", "classes.csv", "enrollments.csv"])
def test_one_file_missing_is_a_rejected_delivery(running: District, rows: Rows, missing: str) -> None:
    files = rows.files()
    del files[missing]
    before = running.roster()
    night = running.sync(files, SECOND)
    assert (night.outcome, night.sync) == ("rejected", 2)
    assert night.codes(missing) == {"file_missing": 1}
    assert night.report.findings[0].message == f"{missing} is missing."
    assert running.roster() == before


def test_after_a_rejected_night_the_next_one_goes_on_where_the_roster_stands(running: District, rows: Rows) -> None:
    running.sync({}, SECOND)
    running.sync(rows.files() | {"users.csv": b""}, THIRD)
    night = running.sync(rows.without_user("S3"), FOURTH)
    assert (night.outcome, night.report.baseline_sync, night.sync) == ("applied", 3, 4)
    assert "S3" not in running.people()


def test_the_first_sync_that_takes_somebody_in_is_the_initial_one(district: District, rows: Rows) -> None:
    first = district.sync({}, FIRST)
    second = district.sync(rows, SECOND)
    third = district.sync(rows, THIRD)
    assert [night.report.initial for night in (first, second, third)] == [True, True, False]
    assert "initial sync" not in first.report.summary
    assert second.report.summary.startswith("All changes were applied. This was the initial sync")


def test_an_older_date_is_a_look_that_changes_nothing(running: District, rows: Rows) -> None:
    running.sync(rows.without_user("S3"), THIRD)
    before = fingerprint(running.folder.roster)
    look = running.sync(rows.without_user("S1"), SECOND)
    assert (look.sync, look.report.sync_number, look.report.baseline_sync) == (None, None, 1)
    assert ("students", "archive", "S1") in look.applied
    assert ("students", "archive", "S3") not in look.applied
    assert fingerprint(running.folder.roster) == before
    assert look.page.is_relative_to(running.folder.previews)
    assert not (running.folder.root / "reports" / SECOND.isoformat()).exists()


def test_a_look_before_the_first_date_is_compared_with_nothing(running: District, rows: Rows) -> None:
    look = running.sync(rows, date(2026, 8, 1))
    assert (look.report.baseline_sync, look.report.initial) == (0, True)
    assert look.report.records["students"].added == 6


def test_a_look_at_an_older_date_sees_the_values_of_that_time(running: District, rows: Rows) -> None:
    later = rows.copy()
    later.user("S1")["grades"] = "06"
    running.sync(later, THIRD)
    look = running.sync(rows, SECOND)
    assert (look.outcome, look.sync) == ("unchanged", None)


def test_the_same_date_again_is_a_further_sync(running: District, rows: Rows) -> None:
    night = running.sync(rows.without_user("S3"), FIRST)
    assert (night.sync, night.report.delivery) == (2, 2)
    assert newest_report(running.folder, "synthetic", FIRST).name == "2"


def test_a_plan_that_another_sync_has_overtaken_is_refused(running: District, rows: Rows) -> None:
    running.plan(rows.without_user("S3"), SECOND)
    running.sync(rows.without_user("S6"), THIRD)
    before = fingerprint(running.folder.roster)
    with pytest.raises(PermanentError, match=r"made against sync 1; sync 2 has been recorded since"):
        running.apply(SECOND)
    assert fingerprint(running.folder.roster) == before


def test_a_plan_is_applied_once(running: District, rows: Rows) -> None:
    running.plan(rows.without_user("S3"), SECOND)
    assert running.apply(SECOND) == 2
    with pytest.raises(PermanentError):
        running.apply(SECOND)


def test_a_reader_keeps_the_roster_that_it_opened(running: District, rows: Rows) -> None:
    with duckdb.connect() as reader:
        reader.execute(f"attach '{running.folder.roster}' as book (read_only)")
        active = "select count(*) from book.roster.users where until_sync is null and state = 'active'"
        assert reader.execute(active).fetchone() == (11,)
        running.sync(rows.without_user("S3"), SECOND)
        assert reader.execute(active).fetchone() == (11,)
    assert len(running.people()) == 9


def test_the_roster_of_each_past_day_stays_answerable(running: District, rows: Rows) -> None:
    first = running.roster(FIRST)
    running.sync(rows.without_user("S3"), SECOND)
    running.sync({}, THIRD)
    fourth = rows.copy()
    fourth.user("S3")["grades"] = "07"
    running.sync(fourth, FOURTH)
    assert running.roster(FIRST) == first
    assert "S3" not in {row["sourcedId"] for row in running.roster(SECOND)["users.csv"]}
    assert running.roster(THIRD) == running.roster(SECOND)
    assert running.person("S3")["grades"] == "07"
    with pytest.raises(UsageError, match="has no sync on 2026-08-31 or before"):
        running.roster(date(2026, 8, 31))


def test_each_version_says_where_it_comes_from(running: District, rows: Rows) -> None:
    rows.user("S3")["grades"] = "06"
    running.sync(rows, SECOND)
    assert running.query(
        """select users.since_sync, users.until_sync, users.line, users.delivery_sha256 = syncs.delivery_sha256
        from book.roster.users join book.roster.ids using (roster_id) join book.sync.syncs on number = users.since_sync
        where sourced_id = 'S3' order by 1"""
    ) == [(1, 2, 4, True), (2, None, 4, True)]


def test_the_roster_and_the_days_are_for_the_owners_eyes_only(running: District) -> None:
    files = [running.folder.roster, running.day_file(FIRST), *(running.folder.root / "reports").rglob("*.*")]
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


KEYS = ("1", "01", "7", "x y", "é", "NULL")


@st.composite
def rosters(draw: st.DrawFn) -> Rows:
    """A small random delivery: people, families, classes and enrollments over few keys, so that two of them overlap."""
    keys = list(KEYS)
    pupils = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
    values = st.sampled_from(["", "a", "B", "null", "0"])
    schools = st.sampled_from(["N", "M", "M,N", "ELSEWHERE"])
    rows = Rows(users=[student("ALWAYS")], classes=[{"sourcedId": "C", "title": "C", "schoolSourcedId": "N"}])
    rows.enrollments.append({"classSourcedId": "C", "userSourcedId": "ALWAYS", "role": "student"})
    for key in pupils:
        role = draw(st.sampled_from(["student", "student", "student", "teacher"]))
        cells = {"grades": draw(values), "email": draw(values), "orgSourcedIds": draw(schools)}
        rows.users.append(student(key) | {"role": role} | cells)
        if draw(st.booleans()):
            rows.enrollments.append(
                {"classSourcedId": draw(st.sampled_from(["C", "D"])), "userSourcedId": key, "role": role}
            )
    for number in draw(st.lists(st.integers(1, 3), unique=True)):
        named = draw(st.lists(st.sampled_from(keys), min_size=1, unique=True))
        relationship = draw(st.sampled_from(["Mother", "father ", "Uncle", ""]))
        rows.users.append(
            {
                "sourcedId": f"P{number}",
                "familyName": draw(st.sampled_from(["Kin", "Other"])),
                "agentSourcedIds": ",".join(named),
                "relationship": relationship,
                "legalGuardian": draw(st.sampled_from(["0", "1"])),
            }
        )
    if draw(st.booleans()):
        rows.classes.append({"sourcedId": "D", "title": "D", "schoolSourcedId": draw(st.sampled_from(["N", "M"]))})
    return rows


def content(files: dict[str, list[dict[str, str]]]) -> Files:
    return {name: repr(sorted(tuple(row.items()) for row in rows)).encode() for name, rows in files.items()}


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(old=rosters(), new=rosters())
def test_whatever_stood_before_the_roster_afterwards_is_what_the_files_say(
    tmp_path_factory: pytest.TempPathFactory, old: Rows, new: Rows
) -> None:
    def fresh() -> District:
        limit = {"percent": 100, "at_least": 1000}
        kinds = ("students", "staff", "guardians", "classes", "enrollments", "guardian_links")
        return District(tmp_path_factory.mktemp("property"), limits=dict.fromkeys(kinds, limit))

    def night(district: District, rows: Rows, day: date) -> str:
        verdict, _ = district.plan(rows, day)
        district.apply(day)
        assert district.flaws() == {}
        return verdict.outcome

    district, alone = fresh(), fresh()
    night(district, old, FIRST)
    if night(district, new, SECOND) != "held":  # everybody of one type is gone: nothing to compare with
        night(alone, new, FIRST)
        assert content(district.roster()) == content(alone.roster())
        assert district.plan(new, THIRD)[0].outcome == "unchanged"
