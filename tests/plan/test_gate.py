"""What a sync may archive, and what stays when it may not."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.support.district import (
    FIRST,
    RECORD_TYPES,
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

SECOND, THIRD = date(2026, 9, 2), date(2026, 9, 3)


def crowd(size: int) -> Rows:
    """So many students in one class, each with a mother."""
    return Rows(
        [*(student(f"S{n}") for n in range(size)), teacher("T"), *(contact(f"P{n}", f"S{n}") for n in range(size))],
        [school_class("C")],
        [enrollment("C", "T", "teacher"), *(enrollment("C", f"S{n}") for n in range(size))],
    )


def leaving(size: int, gone: int) -> Rows:
    """The crowd without its last `gone` families."""
    return crowd(size - gone)


@pytest.fixture(scope="session")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a district that took a crowd of twenty on FIRST."""
    folder = tmp_path_factory.mktemp("crowded")
    assert District(folder).sync(crowd(20), FIRST).outcome == "applied"
    return folder


@pytest.fixture
def of_twenty(crowded: Path, tmp_path: Path) -> Callable[..., District]:
    """Returns the district of twenty with the limits that are asked for."""

    def district(**others: dict[str, float]) -> District:
        shutil.copytree(crowded, tmp_path, dirs_exist_ok=True)
        return strict(tmp_path, **others)

    return district


def strict(root: Path, **others: dict[str, float]) -> District:
    """A district that may archive a tenth of each type, however few that are, where `others` does not say more."""
    return District(root, limits={kind: {"percent": 10, "at_least": 0} for kind in RECORD_TYPES} | others)


def test_of_501_students_at_10_percent_50_may_leave_and_51_may_not(tmp_path: Path) -> None:
    district = strict(tmp_path)
    district.sync(crowd(501), FIRST)
    held = district.sync(leaving(501, 51), SECOND)
    hold = next(hold for hold in held.report.holds if hold.record_type == "students")
    assert (held.outcome, hold.archives, hold.allowed, hold.active) == ("held", 51, 50, 501)
    assert held.report.records["students"].withheld.archive == 51
    assert district.active()["students"] == 501
    applied = district.sync(leaving(501, 50), THIRD)
    assert (applied.outcome, applied.report.records["students"].archived) == ("applied", 50)
    assert applied.report.records["guardians"].archived == 50


def test_a_small_district_may_lose_a_few_although_they_are_many_percent(of_twenty: Callable[..., District]) -> None:
    few = {"percent": 10, "at_least": 3}
    district = of_twenty(students=few)
    assert district.sync(leaving(20, 4), SECOND).holds() == {"students": {"archive_limit"}}
    assert district.sync(leaving(20, 3), THIRD).outcome == "applied"


def test_adds_and_updates_are_applied_when_archives_are_held(of_twenty: Callable[..., District]) -> None:
    later = leaving(20, 5)
    later.users.append(student("NEW"))
    later.enrollments.append(enrollment("C", "NEW"))
    later.user("S0")["grades"] = "06"
    night = of_twenty().sync(later, SECOND)
    assert night.outcome == "held"
    assert {
        ("students", "add", "NEW"),
        ("enrollments", "add", "C|NEW|student"),
        ("students", "update", "S0"),
    } == night.applied
    hold = next(hold for hold in night.report.holds if hold.record_type == "students")
    assert hold.message == ("5 of 20 students are missing from the files. The limit is 2, so they were not archived.")
    assert "send the files again" in hold.cure
    assert night.report.summary.startswith("Some changes were withheld")


def test_withheld_students_keep_their_enrollments_links_and_guardians(of_twenty: Callable[..., District]) -> None:
    whole = {"percent": 100}
    district = of_twenty(enrollments=whole, guardians=whole, guardian_links=whole)
    night = district.sync(leaving(20, 5), SECOND)
    assert night.holds() == {"students": {"archive_limit"}}
    assert night.applied == set()
    assert district.active() == {
        "students": 20,
        "staff": 1,
        "guardians": 20,
        "classes": 1,
        "enrollments": 21,
        "guardian_links": 20,
    }
    assert len(night.withheld) == 5 * 4


def test_a_held_type_does_not_hold_another(tmp_path: Path) -> None:
    """Classes go, too many of them; a student who leaves leaves all the same."""
    district = strict(tmp_path, students={"percent": 50})
    rows = crowd(10)
    rows.classes += [school_class(f"X{n}") for n in range(9)]
    rows.enrollments += [enrollment("X8", "S0"), enrollment("X8", "S9")]
    district.sync(rows, FIRST)
    later = leaving(10, 1)
    night = district.sync(later, SECOND)
    assert night.holds() == {"classes": {"archive_limit"}}
    assert ("students", "archive", "S9") in night.applied
    assert ("enrollments", "archive", "X8|S9|student") in night.applied
    assert ("enrollments", "archive", "X8|S0|student") in night.withheld


def test_an_enrollment_of_a_withheld_student_goes_with_a_class_that_goes(tmp_path: Path) -> None:
    district = strict(tmp_path, classes={"percent": 50})
    rows = crowd(10)
    rows.classes.append(school_class("X"))
    rows.enrollments += [enrollment("X", "S8"), enrollment("X", "S9")]
    district.sync(rows, FIRST)
    night = district.sync(leaving(10, 2), SECOND)
    assert night.holds() == {"students": {"archive_limit"}}
    assert ("classes", "archive", "X") in night.applied
    assert ("enrollments", "archive", "X|S9|student") in night.applied
    assert ("enrollments", "archive", "C|S9|student") in night.withheld


def test_no_family_is_torn_a_guardian_stays_with_a_student_who_is_withheld(tmp_path: Path) -> None:
    district = strict(tmp_path, guardians={"percent": 50}, guardian_links={"percent": 50})
    rows = crowd(10)
    rows.user("P9")["agentSourcedIds"] = "S0,S9"
    district.sync(rows, FIRST)
    later = leaving(10, 2)
    night = district.sync(later, SECOND)
    assert night.holds() == {"students": {"archive_limit"}}
    assert {("guardians", "archive", "P9"), ("guardian_links", "archive", "P9|S9")} <= night.withheld
    assert district.person("S9")["agentSourcedIds"] == "P9"


@pytest.mark.parametrize("record_type", ["staff", "classes"])
def test_a_whole_type_that_vanishes_is_held_even_below_the_minimum_count(
    running: District, rows: Rows, record_type: str
) -> None:
    if record_type == "staff":
        rows.users = [row for row in rows.users if row.get("role") != "teacher"]
        rows.enrollments = [row for row in rows.enrollments if row["role"] != "teacher"]
    else:
        rows.classes = [school_class("NEW")]
        rows.enrollments = [enrollment("NEW", "S1")]
    night = running.sync(rows, SECOND)
    assert night.outcome == "held"
    # A class that comes in place of all of them waits with them.
    assert night.holds()[record_type] == {"all_vanished"} | ({"turnover"} if record_type == "classes" else set())
    assert night.report.records[record_type].archived == 0


def test_guardians_who_vanish_as_a_whole_are_held_with_their_links(running: District, rows: Rows) -> None:
    rows.users = [row for row in rows.users if not row["sourcedId"].startswith("P")]
    night = running.sync(rows, SECOND)
    assert night.holds()["guardians"] == {"all_vanished"}
    assert (running.active()["guardians"], running.active()["guardian_links"]) == (3, 4)


def test_the_last_student_of_a_school_may_leave_with_everything(tmp_path: Path) -> None:
    """Enrollments and guardians that follow a student are no vanishing of a type of their own."""
    district = District(tmp_path)
    rows = Rows(
        [student("S1"), student("S2"), teacher("T"), contact("P1", "S1")],
        [school_class("C")],
        [enrollment("C", "S1"), enrollment("C", "S2")],
    )
    district.sync(rows, FIRST)
    night = district.sync(rows.without_user("S1"), SECOND)
    assert (night.outcome, district.active()["guardians"]) == ("applied", 0)


def digest(night: Night) -> str:
    assert night.report.hold_digest is not None
    return night.report.hold_digest


def test_a_hold_has_the_same_digest_while_nothing_moves_and_ends_when_all_are_back(
    of_twenty: Callable[..., District],
) -> None:
    district = of_twenty()
    held = leaving(20, 5)
    first = district.sync(held, SECOND)
    held.user("S0")["grades"] = "07"
    held.users.append(student("NEW"))
    assert digest(district.sync(held, THIRD)) == digest(first)
    held.users = [row for row in held.users if row["sourcedId"] != "S1"]
    assert digest(district.sync(held, date(2026, 9, 4))) != digest(first)
    back = crowd(20)
    back.users.append(student("NEW"))
    ended = district.sync(back, date(2026, 9, 5))
    assert (ended.outcome, ended.report.hold_digest) == ("applied", None)
    assert ended.applied == {("students", "update", "S0")}


@pytest.mark.parametrize("share", [0.65, 0.9])
@pytest.mark.parametrize("file", ["users.csv", "classes.csv", "enrollments.csv"])
def test_a_file_that_is_cut_off_in_a_row_rejects_the_delivery_with_the_reason(
    running: District, rows: Rows, file: str, share: float
) -> None:
    files = rows.files()
    whole = files[file]
    before = running.roster()
    night = running.sync(files | {file: whole[: whole.index(b",", int(len(whole) * share))]}, SECOND)
    assert night.outcome == "rejected"
    (cut_off,) = (found for found in night.report.findings if found.code == "file_cut_off")
    assert f"{file} ends in the middle of this row (" in cut_off.message
    (count,) = (kind for kind in night.report.finding_counts if kind.code == "file_cut_off")
    assert count.cure.startswith("Send the whole file again.")
    assert running.roster() == before


def test_a_file_that_lacks_only_its_last_line_end_is_not_cut_off(running: District, rows: Rows) -> None:
    files = {name: content.rstrip(b"\r\n") for name, content in rows.files().items()}
    night = running.sync(files, SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())
    assert night.codes() == {"end_without_line_end": 3}
