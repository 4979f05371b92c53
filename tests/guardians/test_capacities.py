"""One person, one record: staff and students who are guardians too, and people whose type changes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.corrections.replay import replay
from pipeline.corrections.undo import undo
from tests.guardians.test_bars import AT, WHO, links
from tests.support.district import (
    FIRST,
    District,
    Rows,
    contact,
    csv_bytes,
    enrollment,
    given,
    school_class,
    student,
    teacher,
)
from tests.support.families import CONTACT_COLUMNS, Row, listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH = (FIRST + timedelta(days=n) for n in (1, 2, 3))

T1 = teacher("T1", givenName="Mina", familyName="Farrow", email="mina@school.example")
MINA = {"givenName": "Mina", "familyName": "Farrow"}


def files(
    users: list[Row], contacts: list[Row] | None = None, enrollments: list[Row] | None = None
) -> dict[str, bytes]:
    people = [*(student(f"S{n}") for n in range(1, 5)), *(teacher(f"T{n}") for n in range(2, 7)), *users]
    made = Rows(people, [school_class("C")], [enrollment("C", "S1"), *(enrollments or [])]).files()
    if contacts is not None:
        made["contacts.csv"] = csv_bytes(CONTACT_COLUMNS, contacts)
    return made


def types(district: District) -> dict[str, tuple[str, str]]:
    """Every active person by id, with record type and role."""
    rows = district.query(
        "select ids.sourced_id, users.record_type, users.role from book.roster.users as users"
        " inner join book.roster.ids as ids on users.roster_id = ids.roster_id and ids.until_sync is null"
        " where users.until_sync is null and users.state = 'active'"
    )
    assert len(rows) == len({row[0] for row in rows})
    return {row[0]: (row[1], row[2]) for row in rows}


def roster_id(district: District, key: str) -> int:
    """The one record that has ever had an id."""
    found = {number for number, sourced_id in district.query("select roster_id, sourced_id from book.roster.ids")
             if sourced_id == key}  # fmt: skip
    (number,) = found
    return int(number)


def test_a_staff_member_who_is_a_contact_is_linked_like_any_other(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother = T1 | {"agentSourcedIds": "S1", "relationship": "Mother", "legalGuardian": "true"}
    night = district.sync(files([mother, contact("P2", "S2")], [listed("T2", "S3", "Father")]))
    assert links(district) == {"T1-S1", "T2-S3", "P2-S2"}
    assert types(district)["T1"] == ("staff", "teacher")
    exported = [row for row in district.roster()["users.csv"] if row["sourcedId"] == "T1"]
    assert [(row["role"], row["orgSourcedIds"], row["agentSourcedIds"]) for row in exported] == [("teacher", "N", "S1")]
    assert night.outcome == "applied"
    assert night.report.guardians is not None
    assert "Of the staff, 2 are guardians too." in night.report.guardians.lines


def test_a_student_may_be_anothers_guardian_by_flag_or_relationship_never_by_role(tmp_path: Path) -> None:
    district = District(tmp_path)
    told = [listed("S1", "S2", legalGuardian="true"), listed("S3", "S4", "Mother"), listed("S4", "S4", "Mother")]
    night = district.sync(files([contact("P2", "S2")], told))
    assert links(district) == {"S1-S2", "S3-S4", "P2-S2"}
    assert types(district)["S1"] == ("students", "student")
    assert ("contact_is_oneself", "S4") in {(found.code, found.sourced_id) for found in night.report.findings}


def test_a_parent_who_is_hired_keeps_the_children_and_the_record(tmp_path: Path) -> None:
    district = District(tmp_path)
    parents = [contact(f"P{n}", f"S{n}") for n in (2, 3, 4)]
    mother = contact("P1", "S1", legalGuardian="true", **MINA, email="mina@example.org")
    district.sync(files([mother, *parents]))
    before = roster_id(district, "P1")
    hired = mother | {"role": "teacher", "orgSourcedIds": "N"}
    night = district.sync(files([hired, *parents], enrollments=[enrollment("C", "P1", "teacher")]), SECOND)
    assert night.outcome == "applied"
    assert ("staff", "update", "P1") in night.applied
    assert "P1-S1" in links(district)
    assert types(district)["P1"] == ("staff", "teacher")
    assert roster_id(district, "P1") == before
    counts = {name: (one.added, one.updated, one.archived) for name, one in night.report.records.items()}
    assert (counts["staff"], counts["guardians"]) == ((1, 0, 0), (0, 0, 1))
    assert (counts["enrollments"], counts["guardian_links"]) == ((1, 0, 0), (0, 0, 0))


def test_a_parent_whom_contacts_csv_names_is_hired(tmp_path: Path) -> None:
    district = District(tmp_path)
    told = [listed(f"P{n}", f"S{n}", "Mother", sms=f"202555010{n}") for n in range(1, 5)]
    district.sync(files([], told))
    night = district.sync(files([teacher("P1", givenName=given("P1"), familyName="Kin", email="")], told), SECOND)
    assert night.outcome == "applied"
    assert types(district)["P1"] == ("staff", "teacher")
    assert "P1-S1" in links(district)
    # what contacts.csv says of her goes on being said
    assert district.person("P1")["sms"] == "+12025550101"


def test_a_teacher_who_leaves_and_stays_a_parent_stays_a_person(tmp_path: Path) -> None:
    district = District(tmp_path)
    told = [listed("T1", "S1", "Mother", **MINA), listed("P2", "S2", "Mother"), listed("P3", "S3", "Mother")]
    mine = [enrollment("C", "T1", "teacher")]
    district.sync(files([T1], told, mine))
    before = roster_id(district, "T1")
    night = district.sync(files([], told), SECOND)
    assert night.outcome == "applied"
    assert types(district)["T1"] == ("guardians", "parent")
    assert links(district) == {"T1-S1", "P2-S2", "P3-S3"}
    assert roster_id(district, "T1") == before
    assert not [row for row in district.roster()["enrollments.csv"] if row["userSourcedId"] == "T1"]
    district.sync(files([T1], told, mine), THIRD)
    assert types(district)["T1"] == ("staff", "teacher")
    assert roster_id(district, "T1") == before


def test_a_teacher_who_leaves_while_contacts_csv_is_silent_stays_a_parent(tmp_path: Path) -> None:
    district = District(tmp_path)
    told = [listed("T1", "S1", "Mother", **MINA), listed("P2", "S2", "Mother"), listed("P3", "S3", "Mother")]
    district.sync(files([T1], told))
    district.sync(files([]), SECOND)
    assert types(district)["T1"] == ("guardians", "parent")
    assert "T1-S1" in links(district)
    assert district.sync(files([teacher("T9")]), THIRD).report.records["guardians"].not_reported == 3


@pytest.mark.slow("four nights")
def test_a_teacher_is_staff_until_the_days_have_passed(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.set(archive_after_days=2)
    told = [listed("T1", "S1", "Mother", **MINA), listed("P2", "S2", "Mother")]
    district.sync(files([T1], told))
    district.sync(files([], told), SECOND)
    assert types(district)["T1"] == ("staff", "teacher")
    district.sync(files([], told), THIRD)
    assert types(district)["T1"] == ("staff", "teacher")
    district.sync(files([], told), FOURTH)
    assert types(district)["T1"] == ("guardians", "parent")


def test_a_student_who_becomes_staff_is_one_update(tmp_path: Path) -> None:
    district = District(tmp_path)
    names = {"givenName": "Ada", "familyName": "Arden"}
    rest = [student(f"S{n}") for n in range(6, 12)]
    district.sync(files([student("S5", **names), *rest, contact("P5", "S5"), contact("P2", "S2")],
                        enrollments=[enrollment("C", "S5")]))  # fmt: skip
    night = district.sync(files([teacher("S5", role="aide", **names), *rest, contact("P5", "S5"), contact("P2", "S2")],
                                enrollments=[enrollment("C", "S5", "aide")]), SECOND)  # fmt: skip
    assert types(district)["S5"] == ("staff", "aide")
    assert ("staff", "update", "S5") in night.applied
    assert links(district) == {"P2-S2"}
    assert "P5" not in types(district)
    roles = [row["role"] for row in district.roster()["enrollments.csv"] if row["userSourcedId"] == "S5"]
    assert roles == ["aide"]


def test_changes_of_type_count_as_losses_of_the_old_type(tmp_path: Path) -> None:
    district = District(tmp_path)
    staff = [teacher(f"A{n}") for n in range(10)]
    district.sync(files([*staff, contact("P1", "S1")]))
    turned = [contact(f"A{n}", "S1", givenName=f"GivenA{n}", familyName="Teacher") for n in range(10)]
    night = district.sync(files([*turned, contact("P1", "S1")]), SECOND)
    assert night.outcome == "held"
    assert sum(1 for key, (kind, _) in types(district).items() if key.startswith("A") and kind == "staff") == 10
    district.sync_approved(files([*turned, contact("P1", "S1")]), THIRD)
    assert sum(1 for key, (kind, _) in types(district).items() if key.startswith("A") and kind == "guardians") == 10


def test_an_undo_and_a_replay_go_over_a_change_of_type(tmp_path: Path) -> None:
    district = District(tmp_path)
    parents = [contact(f"P{n}", f"S{n}") for n in (2, 3, 4)]
    mother = contact("P1", "S1", legalGuardian="true", **MINA)
    district.sync(files([mother, *parents]))
    exported = district.roster()
    hired = files(
        [mother | {"role": "teacher", "orgSourcedIds": "N"}, *parents], None, [enrollment("C", "P1", "teacher")]
    )
    district.sync(hired, SECOND)
    undo(district.folder, district.name, district.settings, to_date=FIRST, **WHO, today=THIRD, at=AT)
    district.last_active = None
    assert district.roster() == exported
    assert types(district)["P1"][0] == "guardians"
    replay(district.folder, district.name, district.settings, first=FIRST, **WHO, today=THIRD, at=AT)
    assert district.flaws() == {}


def test_a_role_follows_the_links_that_something_keeps(tmp_path: Path) -> None:
    """The files drop the flag and the first child of legal guardians: links that the gate keeps keep the role."""
    district = District(tmp_path)
    pupils = [student(f"K{n}{m}") for n in range(6) for m in range(2)]
    before = [contact(f"P{n}", f"K{n}0,K{n}1", relationship="", legalGuardian="true") for n in range(6)]
    after = [contact(f"P{n}", f"K{n}1") for n in range(6)]
    district.limit(archive={"guardian_links": {"percent": 0, "at_least": 0}})
    district.sync(files([*pupils, *before]))
    night = district.sync(files([*pupils, *after]), SECOND)
    assert night.outcome == "held"
    assert {types(district)[f"P{n}"] for n in range(6)} == {("guardians", "guardian")}


def test_no_findings_about_families_whose_contacts_are_ignored(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.set(manage_guardians=False)
    night = district.sync(files([contact("P2", "S2")]))
    assert "student_without_guardian" not in {found.code for found in night.report.findings}
