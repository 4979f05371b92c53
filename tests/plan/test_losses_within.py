"""Losses that come as updates are judged like archives: values, schools, roles, and the classes of a student."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plan.test_silence import NIGHTS
from tests.support.district import USER_COLUMNS, District, Rows, contact, enrollment, school_class, student

pytestmark = pytest.mark.whole_day


MOTHER = {"relationship": "Mother", "legalGuardian": "true"}


def many(count: int = 60) -> Rows:
    """So many students with two classes each, and a mother with a phone number for every other one."""
    people = [student(f"S{n}", "M,N" if n % 2 else "N") for n in range(count)]
    mothers = [contact(f"P{n}", f"S{n}", **MOTHER, phone=f"202-555-01{n:02d}" if n % 2 else "") for n in range(count)]
    classes = [school_class("C"), school_class("D")]
    enrolled = [enrollment(key, f"S{n}") for n in range(count) for key in ("C", "D")]
    return Rows([*people, *mothers], classes, enrolled)


@pytest.fixture
def district(tmp_path: Path) -> District:
    district = District(tmp_path)
    district.sync(many(), NIGHTS[0])
    return district


def test_cleared_values_are_counted_by_the_records_that_have_one(district: District) -> None:
    later = many()
    for n in range(43):
        later.user(f"P{n}")["phone"] = ""
    # 21 of the 30 who have a number: of all 60 that would be little
    night = district.sync(later, NIGHTS[1])
    assert (night.outcome, night.holds()) == ("held", {"guardians": {"values_lost"}})
    assert district.person("P1")["phone"] == "+12025550101"
    (hold,) = night.report.holds
    assert hold.message.startswith("21 of 30 guardians that have a value in the column phone would lose it")
    fewer = many()
    for n in range(21):
        fewer.user(f"P{n}")["phone"] = ""
    assert district.sync(fewer, NIGHTS[2]).outcome == "applied"
    assert (district.person("P1")["phone"], district.person("P59")["phone"]) == ("", "+12025550159")


def two_schools(count: int = 80) -> Rows:
    """So many students, every fourth one at the small school, and a mother with a phone number for each."""
    people = [student(f"S{n}", "M" if n % 4 == 0 else "N", middleName=f"Ann{n}") for n in range(count)]
    mothers = [contact(f"P{n}", f"S{n}", **MOTHER, phone=f"202-555-01{n:02d}") for n in range(count)]
    rows = Rows([*people, *mothers], [school_class("C")], [enrollment("C", "S1")])
    rows.columns["users.csv"] = [*USER_COLUMNS, "middleName"]
    return rows


def of_small_school(rows: Rows) -> list[str]:
    return [row["sourcedId"][1:] for row in rows.users if row.get("orgSourcedIds") == "M"]


def test_what_one_school_loses_is_judged_by_what_that_school_has(tmp_path: Path) -> None:
    district = District(tmp_path, limits={"students": {"percent": 40}, "guardians": {"percent": 40}})
    district.sync(two_schools(), NIGHTS[0])
    later = two_schools()
    for n in of_small_school(later)[:11]:
        later.user(f"P{n}")["phone"] = ""
        later.user(f"S{n}")["middleName"] = ""
    night = district.sync(later, NIGHTS[1])
    assert (night.outcome, night.holds()) == ("held", {"guardians": {"values_lost"}, "students": {"values_lost"}})
    assert {hold.school_id for hold in night.report.holds} == {"M"}
    assert [hold.message for hold in night.report.holds] == [
        "11 of 20 students of School M (M) that have a value in the column middleName would lose it, or a part of it. "
        "The limit is 10, so they were not changed.",
        "11 of 20 guardians of School M (M) that have a value in the column phone would lose it, or a part of it. "
        "The limit is 10, so they were not changed.",
    ]
    assert district.person("P0")["phone"] == "+12025550100"


def test_one_school_whose_column_changes_nearly_everywhere_is_held_alone(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(two_schools(120), NIGHTS[0])
    later = two_schools(120)
    for n in of_small_school(later)[:29]:
        later.user(f"S{n}")["username"] = f"user{n}"
    later.user("S1")["username"] = "user1"
    night = district.sync(later, NIGHTS[1])
    (hold,) = night.report.holds
    assert (night.outcome, hold.code, hold.school_id, hold.changes) == ("held", "update_limit", "M", 29)
    assert hold.message.startswith("29 of 30 students of School M (M) would change. The limit is 27")
    assert (district.person("S0")["username"], district.person("S1")["username"]) == ("", "user1")
    fewer = two_schools(120)
    for n in of_small_school(later)[:25]:
        fewer.user(f"S{n}")["username"] = f"user{n}"
    night = district.sync(fewer, NIGHTS[2])
    (hold,) = night.report.holds
    assert (hold.code, hold.school_id, hold.column) == ("column_limit", "M", "username")


def test_schools_that_are_taken_from_too_many_people_are_held(district: District) -> None:
    later = many()
    for n in range(60):
        later.user(f"S{n}")["orgSourcedIds"] = "N"
    night = district.sync(later, NIGHTS[1])
    assert (night.outcome, "values_lost" in night.holds()["students"]) == ("held", True)
    assert district.person("S1")["orgSourcedIds"] == "M,N"


def test_roles_that_would_be_weakened_for_too_many_are_held(district: District) -> None:
    later = many()
    for n in range(25):
        later.user(f"P{n}")["legalGuardian"] = "false"
    night = district.sync(later, NIGHTS[1])
    assert (night.outcome, district.person("P3")["role"]) == ("held", "guardian")
    assert night.holds() == {"guardians": {"values_lost"}, "guardian_links": {"values_lost"}}


def test_students_who_would_be_left_without_a_class_are_counted(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = many(100)
    # one class is all that the last thirty have
    alone = {f"S{n}" for n in range(70, 100)}
    rows.enrollments = [r for r in rows.enrollments if r["classSourcedId"] == "C" or r["userSourcedId"] not in alone]
    rows.classes += [school_class(f"E{n}") for n in range(2)]
    rows.enrollments += [enrollment(f"E{n}", f"S{one}") for n in range(2) for one in range(70)]
    district.sync(rows, NIGHTS[0])
    later = rows.copy()
    later.enrollments = [r for r in rows.enrollments if r["userSourcedId"] not in {f"S{n}" for n in range(70, 92)}]
    # 22 of 310 enrollments are few; 22 of 100 students are not
    night = district.sync(later, NIGHTS[1])
    assert (night.outcome, night.holds()) == ("held", {"enrollments": {"left_without_classes"}})
