"""Losses that no limit sees: most of a small district, a school that all move out of, a roster replaced by another."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, enrollment, school_class, student, teacher

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
OPEN = {"percent": 100, "at_least": 1000}


def school(key: str, size: int) -> Rows:
    """Students in one class with its teacher."""
    return Rows(
        [*(student(f"{key}{n}", key) for n in range(size)), teacher(f"T{key}", key)],
        [school_class(f"C{key}", key)],
        [enrollment(f"C{key}", f"{key}{n}") for n in range(size)],
    )


def together(*schools: Rows) -> Rows:
    return Rows(
        [row for rows in schools for row in rows.users],
        [row for rows in schools for row in rows.classes],
        [row for rows in schools for row in rows.enrollments],
    )


@pytest.mark.parametrize(("left", "outcome"), [(9, "applied"), (10, "held")])
def test_more_than_half_of_a_type_never_goes_silently_however_small_the_district(
    tmp_path: Path, left: int, outcome: str
) -> None:
    district = District(tmp_path, schools=["N"])
    district.sync(school("N", 18))
    rows = school("N", 18)
    for n in range(left):
        rows = rows.without_user(f"N{n}")
    night = district.sync(rows, SECOND)
    assert night.outcome == outcome
    assert night.report.records["students"].archived == (left if outcome == "applied" else 0)


def test_more_than_half_of_a_school_never_goes_silently(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(together(school("N", 40), school("M", 6)))
    night = district.sync(together(school("N", 40), school("M", 2)), SECOND)
    assert night.outcome == "held"
    (hold,) = (hold for hold in night.report.holds if hold.record_type == "students")
    assert (hold.code, hold.school_id, hold.changes, hold.allowed) == ("school_limit", "M", 4, 3)


def test_one_schools_id_in_every_row_empties_no_school(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = together(school("N", 12), school("M", 12))
    district.sync(rows)
    for row in rows.users:
        row["orgSourcedIds"] = "N"
    for row in rows.classes:
        row["schoolSourcedId"] = "N"
    night = district.sync(rows, SECOND)
    assert night.outcome == "held"
    assert "school_emptied" in night.holds()["students"]
    assert not [change for change in night.applied if change[0] == "students"]
    assert {row["orgSourcedIds"] for row in district.roster()["users.csv"] if row["sourcedId"] == "M1"} == {"M"}
    hold = next(hold for hold in night.report.holds if hold.code == "school_emptied")
    assert hold.message == "12 of 12 students of School M (M) would move to other schools, so they were not changed."


def test_a_few_who_change_schools_are_no_emptied_school(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = together(school("N", 12), school("M", 12))
    district.sync(rows)
    for n in range(3):
        rows.user(f"M{n}")["orgSourcedIds"] = "N"
    night = district.sync(rows, SECOND)
    assert night.outcome == "applied"
    assert night.report.records["students"].updated == 3


def test_another_districts_files_under_the_right_school_add_nobody(tmp_path: Path) -> None:
    district = District(tmp_path, schools=["N"])
    district.sync(school("N", 30))
    rows = school("N", 12)
    for row in rows.users:
        row["sourcedId"] = f"X{row['sourcedId']}"
        row["familyName"] = "Stranger"
    for row in rows.enrollments:
        row["userSourcedId"] = f"X{row['userSourcedId']}"
    before = district.people()
    night = district.sync(rows, SECOND)
    assert night.outcome == "held"
    assert {"all_vanished", "turnover"} <= night.holds()["students"]
    assert district.people() == before


def test_of_a_turnover_neither_half_is_applied_where_a_limit_stops_the_other(tmp_path: Path) -> None:
    """Limits that let archives pass and few adds: most students would be enrolled in nothing."""
    district = District(tmp_path, schools=["N"])
    rows = school("N", 60)
    rows.classes = [school_class(f"C{n}", "N") for n in range(3)]
    rows.enrollments = [enrollment(f"C{max(0, n - 57)}", f"N{n}") for n in range(60)]
    district.sync(rows)
    district.limit(
        archive={"classes": OPEN, "enrollments": OPEN},
        archive_per_school={"classes": OPEN, "enrollments": OPEN},
        add={"enrollments": {"percent": 10, "at_least": 5}},
    )
    rows.classes[0] = school_class("C2027", "N")
    for row in rows.enrollments[:58]:
        row["classSourcedId"] = "C2027"
    night = district.sync(rows, SECOND)
    assert night.outcome == "held"
    assert night.holds() == {"classes": {"turnover"}, "enrollments": {"add_limit"}}
    assert district.active()["enrollments"] == 60


def test_newcomers_come_in_while_a_few_who_left_wait(tmp_path: Path) -> None:
    district = District(tmp_path, schools=["N"])
    district.limit(archive={"students": {"percent": 5, "at_least": 1}})
    district.sync(school("N", 40))
    rows = school("N", 45)
    for n in range(5):
        rows = rows.without_user(f"N{n}")
    night = district.sync(rows, SECOND)
    assert night.outcome == "held"
    assert {("students", "add", f"N{n}") for n in range(40, 45)} <= night.applied


def test_those_who_come_back_count_with_those_who_are_new(tmp_path: Path) -> None:
    district = District(tmp_path, schools=["N"])
    district.limit(
        archive={"students": OPEN, "enrollments": OPEN},
        archive_per_school={"students": OPEN, "enrollments": OPEN},
    )
    district.sync(school("N", 64))
    assert district.sync(school("N", 34), SECOND).report.records["students"].archived == 30
    night = district.sync(school("N", 64), THIRD)
    assert night.outcome == "held"
    assert "add_limit" in night.holds()["students"]
    assert district.active()["students"] == 34
