"""Causes: what has one origin is told and decided together, and a change that waits for several waits for each."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.corrections.undo import undo
from pipeline.errors import UsageError
from pipeline.plan.approvals import approve, open_hold, reject
from pipeline.report.model import Hold
from tests.support.district import (
    FIRST,
    USER_COLUMNS,
    District,
    Night,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH, FIFTH = (FIRST + timedelta(days=days) for days in (1, 2, 3, 4))
WHO = {"by": "A. Registrar", "why": "Checked", "at": datetime(2026, 9, 2, 17, tzinfo=UTC)}
SCHOOLS = ("A", "B", "C", "D", "E", "F")


def county() -> Rows:
    """Six schools with ten students in two classes, a teacher, and a mother for each student."""
    numbers = [(school, n) for school in SCHOOLS for n in range(10)]
    return Rows(
        [
            *(student(f"S{school}{n}", school, grades=f"0{n % 2 + 4}") for school, n in numbers),
            *(teacher(f"T{school}", school) for school in SCHOOLS),
            *(contact(f"P{school}{n}", f"S{school}{n}") for school, n in numbers),
        ],
        [school_class(f"C{school}{n}", school) for school in SCHOOLS for n in range(2)],
        [enrollment(f"C{school}{n % 2}", f"S{school}{n}") for school, n in numbers],
    )


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("county")
    assert District(folder, schools=SCHOOLS).sync(county(), FIRST).outcome == "applied"
    return folder


@pytest.fixture
def district(begun: Path, tmp_path: Path) -> District:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return District(tmp_path, schools=SCHOOLS)


def without_schools(rows: Rows, gone: str) -> Rows:
    """The rows of a county from which these schools are missing in every file."""
    later = rows.copy()
    later.users = [row for row in later.users if row["sourcedId"][1] not in gone]
    later.classes = [row for row in later.classes if row["sourcedId"][1] not in gone]
    later.enrollments = [row for row in later.enrollments if row["classSourcedId"][1] not in gone]
    return later


def only(night: Night) -> Hold:
    (hold,) = night.report.holds
    return hold


def test_a_school_that_vanishes_is_one_cause_with_all_that_is_missing_with_it(district: District) -> None:
    hold = only(district.sync(without_schools(county(), "B"), SECOND))
    assert (hold.code, hold.school_id, hold.title) == ("school_vanished", "B", "A school would be left empty")
    assert {name: counts.archive for name, counts in hold.withheld.items()} == {
        "students": 10, "staff": 1, "guardians": 10, "classes": 2, "enrollments": 10, "guardian_links": 10,
    }  # fmt: skip


def test_several_schools_that_vanish_beyond_the_limit_are_missing_from_a_file(district: District) -> None:
    holds = district.sync(without_schools(county(), "BCD"), SECOND).report.holds
    assert [(hold.title, hold.file) for hold in holds] == [
        ("Too many records are missing from users.csv", "users.csv"),
        ("A school would be left empty", "classes.csv"),
        ("A school would be left empty", "classes.csv"),
        ("A school would be left empty", "classes.csv"),
    ]
    assert {reason.school_id for reason in holds[0].reasons if reason.code == "school_vanished"} == {"B", "C", "D"}


def test_the_page_of_a_school_says_its_own_part_of_a_cause(district: District) -> None:
    night = district.sync(without_schools(county(), "BCD"), SECOND)
    page = (night.page.parent / "schools" / f"{_page(night, 'B')}.html").read_text(encoding="utf-8")
    assert "School B (B) would be left without students" in page
    assert "School C" not in page
    other = (night.page.parent / "schools" / f"{_page(night, 'A')}.html").read_text(encoding="utf-8")
    assert "would be left without students" not in other


def _page(night: Night, school: str) -> str:
    return next(p.stem for p in (night.page.parent / "schools").glob("*.html") if p.stem.startswith(school.lower()))


def test_a_new_term_is_one_cause(district: District) -> None:
    rows = county()
    for row in rows.classes:
        row |= {"sourcedId": f"N{row['sourcedId']}", "title": f"New {row['title']}"}
    for row in rows.enrollments:
        row["classSourcedId"] = f"N{row['classSourcedId']}"
    hold = only(district.sync(rows, SECOND))
    assert (hold.code, hold.title) == ("turnover", "Most records of classes.csv would be replaced")
    assert {name: (counts.add, counts.archive) for name, counts in hold.withheld.items()} == {
        "classes": (12, 12), "enrollments": (60, 60),
    }  # fmt: skip
    approved(district, SECOND, hold)
    assert district.sync(rows, SECOND).outcome == "applied"
    assert district.active()["enrollments"] == 60


# What several causes stop


@pytest.fixture
def strict(first_night: Path, tmp_path: Path) -> District:
    """The small district on its second day; it may archive no student and update no class."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    district = District(tmp_path)
    none = {"percent": 0, "at_least": 0}
    district.limit(archive={"students": none}, update={"classes": none})
    return district


def approved(district: District, day: date, *holds: Hold, until: date | None = None) -> None:
    digests = [str(hold.digest) for hold in holds]
    approve(district.folder, "synthetic", day, digests, until=until or day, **WHO)


def held_for(night: Night) -> dict[str, Hold]:
    return {hold.code: hold for hold in night.report.holds}


def with_a_row_of_totals(rows: Rows) -> Rows:
    later = rows.copy()
    later.users.append({"sourcedId": "", "givenName": "Total", "familyName": "11"})
    return later


S3_AND_FAMILY = {
    ("students", "archive", "S3"),
    ("enrollments", "archive", "C1|S3|student"),
    ("guardians", "archive", "P3"),
    ("guardian_links", "archive", "P3|S3"),
}


def test_an_approval_of_one_cause_applies_just_that(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    later.class_("C1")["title"] = "Art"
    held = strict.sync(later, SECOND)
    assert set(held_for(held)) == {"archive_limit", "update_limit"}
    approved(strict, SECOND, held_for(held)["update_limit"])
    night = strict.sync(later, SECOND)
    assert (night.outcome, night.applied, night.withheld) == ("held", {("classes", "update", "C1")}, S3_AND_FAMILY)
    assert only(night).digest == held_for(held)["archive_limit"].digest


def test_the_digest_of_all_that_is_withheld_approves_each_cause(strict: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    later.class_("C1")["title"] = "Art"
    held = strict.sync(later, SECOND)
    approve(strict.folder, "synthetic", SECOND, [str(held.report.hold_digest)[:12]], until=SECOND, **WHO)
    assert strict.sync(later, SECOND).outcome == "applied"


def test_a_change_that_two_causes_stop_waits_for_both_approvals_and_none_is_asked_for_twice(
    strict: District, rows: Rows
) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    held = strict.sync(later, SECOND)
    assert set(held_for(held)) == {"archive_limit", "key_unreadable"}
    approved(strict, SECOND, held_for(held)["archive_limit"])
    half = strict.sync(later, SECOND)
    assert (half.outcome, half.applied, half.withheld) == ("held", set(), S3_AND_FAMILY)
    assert only(half).digest == held_for(held)["key_unreadable"].digest
    approved(strict, SECOND, only(half))
    assert strict.sync(later, SECOND).applied == S3_AND_FAMILY


def test_what_was_approved_for_one_cause_is_not_applied_for_another(strict: District, rows: Rows) -> None:
    """The next night has the same loss, and a row that names no one: that nobody has said anything about."""
    later = rows.without_user("S3")
    held = strict.sync(later, SECOND)
    approved(strict, SECOND, only(held), until=THIRD)
    night = strict.sync(with_a_row_of_totals(later), THIRD)
    assert (night.outcome, night.applied, night.withheld) == ("held", set(), S3_AND_FAMILY)
    assert only(night).code == "key_unreadable"


def test_a_rejection_of_one_of_two_causes_keeps_what_both_stop(strict: District, rows: Rows) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    held = held_for(strict.sync(later, SECOND))
    approved(strict, SECOND, *held.values(), until=THIRD)
    reject(strict.folder, "synthetic", SECOND, [str(held["key_unreadable"].digest)], **WHO)
    night = strict.sync(later, THIRD)
    assert (night.applied, night.withheld) == (set(), S3_AND_FAMILY)
    hold = open_hold(strict.folder, "synthetic")
    assert hold is not None
    assert [(cause.code, cause.decision and cause.decision.kind) for cause in hold.causes] == [
        ("key_unreadable", "reject")
    ]


def test_rows_that_are_no_ones_are_settled_by_an_approval_and_the_losses_of_the_file_applied(
    running: District, rows: Rows
) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    hold = only(running.sync(later, SECOND))
    assert hold.title == "A row of users.csv has no readable id"
    assert hold.answers == [
        "These rows are no one's, tonight and on later nights: whoever is missing from the file has left."
    ]
    approved(running, SECOND, hold)
    night = running.sync(later, SECOND)
    assert (night.outcome, night.applied) == ("applied", S3_AND_FAMILY)


@pytest.mark.slow("five nights")
def test_that_rows_are_no_ones_is_remembered_for_just_these_until_it_is_undone(running: District, rows: Rows) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    approved(running, SECOND, only(running.sync(later, SECOND)))
    running.sync(later, SECOND)
    # the same row in another place, with a column more
    fewer = with_a_row_of_totals(rows.without_user("S3").without_user("S2"))
    fewer.users.insert(0, fewer.users.pop())
    fewer.columns["users.csv"] = [*USER_COLUMNS, "status"]
    assert running.sync(fewer, THIRD).outcome == "applied"
    other = rows.without_user("S3").without_user("S2").without_user("S1")
    other.users.append({"sourcedId": "", "givenName": "Total", "familyName": "10"})
    assert "key_unreadable" in held_for(running.sync(other, FOURTH))
    undo(running.folder, "synthetic", running.settings, to_sync=1, today=FOURTH, **WHO)
    running.last_active = None
    assert "key_unreadable" in held_for(running.sync(later, FIFTH))


def test_what_other_rows_still_name_cannot_be_approved_alone_or_with_the_rest(strict: District, rows: Rows) -> None:
    later = rows.copy()
    later.users = [row for row in later.users if row["sourcedId"] != "S3"]
    held = strict.sync(later, SECOND)
    assert {hold.code: hold.can_be_approved for hold in held.report.holds} == {
        "archive_limit": True, "still_named": False,
    }  # fmt: skip
    with pytest.raises(UsageError, match="cannot be approved: only other files resolve it"):
        approved(strict, SECOND, *held.report.holds)
    approve(strict.folder, "synthetic", SECOND, [str(held.report.hold_digest)], until=SECOND, **WHO)
    night = strict.sync(later, SECOND)
    assert ("students", "archive", "S3") in night.withheld
    assert only(night).code == "still_named"


def test_a_set_that_was_approved_before_causes_were_told_apart_is_approved_for_each(
    strict: District, rows: Rows
) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    held = strict.sync(later, SECOND)
    approved(strict, SECOND, held_for(held)["archive_limit"], until=THIRD)
    with duckdb.connect(str(strict.folder.roster)) as book:
        book.execute("update sync.withheld set origin = null")
    assert strict.sync(later, THIRD).applied == S3_AND_FAMILY


def test_what_each_sync_was_held_for_is_in_the_roster(strict: District, rows: Rows) -> None:
    later = with_a_row_of_totals(rows.without_user("S3"))
    held = held_for(strict.sync(later, SECOND))
    assert strict.query(
        "select sync_number, origin, code, file, changes, digest from book.sync.causes order by all"
    ) == [
        (2, "archive users.csv", "archive_limit", "users.csv", 1, held["archive_limit"].digest),
        (2, "key_unreadable users.csv", "key_unreadable", "users.csv", 1, held["key_unreadable"].digest),
    ]
    assert strict.query("select distinct origin from book.sync.holds order by all") == [
        ("archive users.csv",), ("key_unreadable users.csv",),
    ]  # fmt: skip
