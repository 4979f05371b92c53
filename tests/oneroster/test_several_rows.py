"""Several rows about one person or class are one record, with a warning where they differ."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Night, Rows, contact, enrollment, school_class, student, teacher

pytestmark = pytest.mark.whole_day

SECOND = FIRST + timedelta(days=1)

ROWS = [
    student("S1", "M", identifier="1001", grades="10"),
    student("S1", "N", identifier="1001", grades="11", email="s1@example.org"),
    student("S1", "ELSEWHERE", identifier="9", grades="12", email="other@example.org", username="other"),
]


def with_users(*rows: dict[str, str]) -> Rows:
    return Rows(
        [*rows, student("S2"), teacher("T1")],
        [school_class("C1"), school_class("C2", "M")],
        [enrollment("C1", "S1"), enrollment("C2", "S1"), enrollment("C1", "T1", "teacher")],
    )


def said(night: Night, code: str) -> list[str]:
    return [finding.message for finding in night.report.findings if finding.code == code]


def test_a_student_of_two_schools_whose_rows_differ_is_one_student(tmp_path: Path) -> None:
    district = District(tmp_path)
    night = district.sync(with_users(*ROWS[:2]))
    assert night.outcome == "applied"
    assert night.codes("users.csv") == {"rows_differ": 1}
    assert said(night, "rows_differ") == [
        "Line 2: The rows of this person say different things: lines 2 and 3 differ in email, grades."
    ]
    person = district.person("S1")
    assert (person["orgSourcedIds"], person["grades"], person["email"]) == ("M,N", "11", "s1@example.org")
    assert {("enrollments", "add", "C1|S1|student"), ("enrollments", "add", "C2|S1|student")} <= night.applied


def test_the_order_of_the_rows_decides_nothing(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(with_users(*ROWS))
    for days, rows in enumerate(list(permutations(ROWS))[1::2], start=1):
        night = district.sync(with_users(*rows), FIRST + timedelta(days=days))
        assert (night.outcome, night.plan) == ("unchanged", frozenset())


def test_what_only_one_of_the_rows_says_is_not_lost(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(
        with_users(
            student("S1", email="s1@example.org", username="s1", grades="10"),
            student("S1", "M", identifier="1001", grades="11"),
        )
    )
    person = district.person("S1")
    assert [person[column] for column in ("email", "username", "identifier", "grades")] == [
        *("s1@example.org", "s1", "1001", "10"),
    ]


@pytest.mark.parametrize("row", [teacher, student])
def test_a_row_of_a_school_that_does_not_take_part_never_blocks_a_good_one(tmp_path: Path, row: object) -> None:
    assert callable(row)
    other = row("S1", "ELSEWHERE", givenName="Somebody", familyName="Else")
    for place, rows in enumerate([(student("S1"), other), (other, student("S1"))]):
        district = District(tmp_path / str(place))
        night = district.sync(with_users(*rows))
        assert (night.outcome, night.codes("users.csv")) == ("applied", {"school_aside": 1})
        assert district.person("S1")["givenName"] == "GivenS1"


@pytest.mark.parametrize(
    "second",
    [
        student("S1", "M", givenName="Somebody"),
        student("S1", "M", familyName="Else"),
        teacher("S1", "M", familyName="Pupil"),
    ],
    ids=["given name", "family name", "role"],
)
def test_one_id_for_two_people_is_still_rejected(tmp_path: Path, second: dict[str, str]) -> None:
    night = District(tmp_path).sync(with_users(student("S1"), second))
    assert night.codes("users.csv") == {"id_repeated": 2}
    assert ("students", "add", "S1") not in night.applied


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ("GIVENS1", "PUPIL"),
        ("GivenS1 Marie", "Pupil"),
        ("GivenS1", "Pupil-Reed"),
        ("GivenS1", "O'Brien Pupil"),
        ("", "Púpil"),
    ],
)
def test_another_spelling_of_a_name_is_the_same_person(tmp_path: Path, given: str, family: str) -> None:
    night = District(tmp_path).sync(with_users(student("S1"), student("S1", "M", givenName=given, familyName=family)))
    assert night.codes("users.csv") == {"rows_differ": 1}
    assert ("students", "add", "S1") in night.applied


def test_a_contact_with_a_row_for_each_student_may_have_two_numbers(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = with_users(student("S1"), contact("P1", "S1", sms="202-555-0102"), contact("P1", "S2", sms="202-555-0101"))
    night = district.sync(rows)
    assert said(night, "rows_differ") == [
        "Line 3: The rows of this person say different things: lines 3 and 4 differ in sms."
    ]
    assert district.person("P1")["sms"] == "+12025550101"
    assert {("guardian_links", "add", "P1|S1"), ("guardian_links", "add", "P1|S2")} <= night.applied


@pytest.mark.parametrize(
    "other",
    [{"title": "Class C1 "}, {"location": "  "}, {"periods": ' "1"'}, {"grades": " "}, {"schoolSourcedId": " N "}],
)
def test_class_rows_that_differ_only_by_blanks_are_the_same_row(tmp_path: Path, other: dict[str, str]) -> None:
    rows = with_users(student("S1"))
    rows.classes.append(school_class("C1") | other)
    night = District(tmp_path).sync(rows)
    assert night.codes("classes.csv") == {"row_repeated": 1}
    assert ("classes", "add", "C1") in night.applied


def test_a_class_row_of_another_school_never_blocks_a_good_one(tmp_path: Path) -> None:
    rows = with_users(student("S1"))
    rows.classes.insert(0, school_class("C1", "ELSEWHERE", title="Another"))
    district = District(tmp_path)
    night = district.sync(rows)
    assert night.codes("classes.csv") == {"school_aside": 1}
    assert district.query("select title from day.oneroster.classes where sourced_id = 'C1'", FIRST) == [("Class C1",)]


def test_class_rows_that_really_differ_are_rejected(tmp_path: Path) -> None:
    rows = with_users(student("S1"))
    rows.classes.append(school_class("C1", title="Another"))
    night = District(tmp_path).sync(rows)
    assert night.codes("classes.csv") == {"id_repeated": 2}
