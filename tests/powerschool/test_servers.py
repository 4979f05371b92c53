"""How real servers keep their data, one way after the other: the export loses no person, no class and no role by it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.demo.synthetic import SyntheticDistrict
from tests.support.hostile_plugins import FREE
from tests.support.school_server import (
    AIDE,
    CO_TEACHER,
    HOME,
    LEAD,
    MOBILE,
    OBSERVER,
    WORK,
    YEAR,
    SchoolServer,
    in_days,
    plugin_queries,
)

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def filled() -> SchoolServer:
    return SchoolServer(SyntheticDistrict(seed=11, students=60))


@pytest.fixture
def server(filled: SchoolServer) -> Iterator[SchoolServer]:
    """Give a server whose changes are taken back after the test."""
    filled.change("begin transaction")
    yield filled
    filled.change("rollback")


def rows(server: SchoolServer, name: str, *, student_email_from: str = "person") -> Rows:
    queries = plugin_queries(student_email_from=student_email_from)
    query = next(query for query in queries if query.name.endswith(name))
    return [dict(zip(query.labels, row, strict=True)) for row in server.run(query)]


def by_id(server: SchoolServer, name: str = "users", **options: str) -> dict[str, dict[str, Any]]:
    return {row["sourcedId"]: row for row in rows(server, name, **options)}


def teachers(server: SchoolServer) -> set[tuple[str, str, str, str]]:
    """Return class, person, role and primary of each enrollment of staff."""
    return {
        (row["classSourcedId"], row["userSourcedId"], row["role"], row["primary"])
        for row in rows(server, "enrollments")
        if row["role"] != "student"
    }


def is_in(row: dict[str, Any], section: int) -> bool:
    return bool(row["classSourcedId"] == str(section))


def a_section(server: SchoolServer) -> tuple[int, int, int]:
    """Return a section, the schoolstaff id of its teacher and its school."""
    found = server.db.execute("select id, teacher, schoolid from sections where termid >= ? order by id", [YEAR])
    section, lead, school = found.fetchall()[0]
    return section, lead, school


def another_teacher(server: SchoolServer, lead: int) -> int:
    """Return the schoolstaff id of another person who teaches."""
    found = server.db.execute(
        """
        select min(id) from schoolstaff
        where
            staffstatus = 1 and status = 1 and schoolid <> 0
            and users_dcid not in (select users_dcid from schoolstaff where id = ?)
        """,
        [lead],
    )
    return int(found.fetchall()[0][0])


# --- the staff of a section -----------------------------------------------------------------------------------------


def test_every_class_has_one_primary_teacher_whatever_the_roles_are_called(server: SchoolServer) -> None:
    before = teachers(server)
    primaries = [section for section, _, _, primary in before if primary == "true"]
    assert sorted(primaries) == sorted(by_id(server, "classes"))
    server.change("update roledef set name = case id when 1 then 'Aide-de-camp' else 'Grown-up ' || id end")
    assert teachers(server) == before


def test_a_lead_whose_end_date_is_of_another_year_still_teaches_and_has_no_end(server: SchoolServer) -> None:
    before = teachers(server)
    server.change("update sectionteacher set end_date = ? where roleid = ?", in_days(-90), LEAD)
    assert teachers(server) == before
    assert {row["endDate"] for row in rows(server, "enrollments") if row["role"] == "teacher"} == {None}


def test_a_co_teacher_does_not_lead_where_the_end_date_of_the_lead_is_of_another_year(server: SchoolServer) -> None:
    section, lead, _ = a_section(server)
    before = teachers(server)
    server.change("update sectionteacher set end_date = ? where sectionid = ?", in_days(-90), section)
    server.insert("sectionteacher", (-1, another_teacher(server, lead), section, CO_TEACHER, in_days(-60), None))
    added = teachers(server) - before
    assert before < teachers(server)
    assert [(role, primary) for _, _, role, primary in added] == [("teacher", "false")]


def test_after_a_change_of_teachers_the_new_lead_is_primary_and_the_former_one_is_gone(server: SchoolServer) -> None:
    section, lead, _ = a_section(server)
    follower = another_teacher(server, lead)
    server.change("update sectionteacher set end_date = ? where sectionid = ?", in_days(-5), section)
    server.insert("sectionteacher", (FREE, follower, section, LEAD, in_days(-4), in_days(200)))
    assert [(role, primary) for s, _, role, primary in teachers(server) if s == str(section)] == [("teacher", "true")]


def test_aides_are_known_by_the_key_of_the_role_or_by_the_districts_own_name_for_it(server: SchoolServer) -> None:
    section, lead, _ = a_section(server)
    own = 77
    server.insert("roledef", (own, "Paraprofessional 1:1", None))
    server.change("update roledef set name = 'Helper' where id = ?", AIDE)
    other = another_teacher(server, lead)
    server.insert("sectionteacher", (FREE, other, section, AIDE, in_days(-9), None))
    server.insert("sectionteacher", (FREE + 1, other, section + 1, own, in_days(-9), None))
    added = {(s, role) for s, _, role, _ in teachers(server) if role == "aide"}
    assert added == {(str(section), "aide"), (str(section + 1), "aide")}


def test_a_class_observer_is_no_teacher(server: SchoolServer) -> None:
    section, lead, _ = a_section(server)
    before = teachers(server)
    server.insert("sectionteacher", (FREE, another_teacher(server, lead), section, OBSERVER, in_days(-9), None))
    assert teachers(server) == before


def test_a_teacher_without_any_role_in_the_section_counts(server: SchoolServer) -> None:
    before = teachers(server)
    server.change("update sectionteacher set roleid = null")
    assert teachers(server) == before


@pytest.mark.parametrize("status", [0, 4])
def test_substitutes_and_those_without_a_status_who_have_sections_are_teachers(
    server: SchoolServer, status: int
) -> None:
    users, before = by_id(server), teachers(server)
    server.change("update schoolstaff set staffstatus = ? where staffstatus = 1", status)
    assert teachers(server) == before
    after = by_id(server)
    teaching = {person for _, person, _, _ in before}
    assert {s: after[s] for s in teaching} == {s: users[s] for s in teaching}


def test_substitutes_without_a_section_and_those_who_left_are_not_exported(server: SchoolServer) -> None:
    users = set(by_id(server))
    section, _, school = a_section(server)
    for place, (active, status) in enumerate(((1, 4), (1, 3), (1, 0), (2, 1))):
        dcid = FREE + place
        server.insert("users", (dcid, "Gone", "Quill", None, None, None, None, None, None))
        server.insert("schoolstaff", (dcid, dcid, school, active, status))
    server.insert("sectionteacher", (FREE, FREE, section, CO_TEACHER, in_days(-90), in_days(-9)))
    server.insert("sectionteacher", (FREE + 3, FREE + 3, section, CO_TEACHER, in_days(-90), None))
    assert set(by_id(server)) == users


def test_who_only_helps_in_a_section_is_an_aide(server: SchoolServer) -> None:
    section, _, school = a_section(server)
    server.insert("users", (FREE, "Ada", "Quill", None, None, None, None, None, None))
    server.insert("schoolstaff", (FREE, FREE, school, 1, 0))
    server.insert("sectionteacher", (FREE, FREE, section, AIDE, in_days(-90), None))
    assert by_id(server)[f"T{FREE}"]["role"] == "aide"


# --- classes --------------------------------------------------------------------------------------------------------


def test_a_course_number_in_letters_of_another_case_loses_no_class(server: SchoolServer) -> None:
    before = by_id(server, "classes")
    server.change("update sections set course_number = lower(course_number) || ' ' where id % 2 = 0")
    assert by_id(server, "classes") == before


def test_a_course_number_that_is_there_twice_gives_each_class_once(server: SchoolServer) -> None:
    before = rows(server, "classes")
    server.change("insert into courses select lower(course_number), 'Zoology' from courses")
    assert rows(server, "classes") == before


def test_a_class_whose_course_is_not_in_the_catalog_has_the_number_as_its_title(server: SchoolServer) -> None:
    section, _, _ = a_section(server)
    before = by_id(server, "classes")
    server.change("update sections set course_number = 'X-99' where id = ?", section)
    assert by_id(server, "classes") == {**before, str(section): {**before[str(section)], "title": "X-99 - 1"}}


@pytest.mark.parametrize(
    ("words", "periods"),
    [("P1(A-E)", "P1"), ("Block A(1,3) Block B(2)", '"Block A,Block B"'), (" ", None), ("HR", "HR")],
)
def test_periods_are_in_the_schools_own_words_where_it_has_some(
    server: SchoolServer, words: str, periods: str | None
) -> None:
    section, _, _ = a_section(server)
    before = by_id(server, "classes")[str(section)]["periods"]
    server.change("update sections set external_expression = ? where id = ?", words, section)
    assert by_id(server, "classes")[str(section)]["periods"] == (periods or before)


# --- students -------------------------------------------------------------------------------------------------------


def test_an_enrollment_without_a_day_of_leaving_goes_on(server: SchoolServer) -> None:
    before = rows(server, "enrollments")
    server.change("update cc set dateleft = null where sectionid > 0 and dateleft = ?", in_days(200))
    after = rows(server, "enrollments")
    assert [{**row, "endDate": None} for row in after] == [{**row, "endDate": None} for row in before]
    assert {row["endDate"] for row in after if row["role"] == "student"} == {None}


def test_of_several_stints_in_a_class_one_without_an_end_has_the_say(server: SchoolServer) -> None:
    section, lead, school = a_section(server)
    server.insert("students", (FREE, FREE, None, FREE, "Ana", "Quill", None, 5, school, 0, None))
    server.insert("cc", (FREE, FREE, section, school, YEAR, in_days(-60), in_days(50)))
    server.insert("cc", (FREE + 1, FREE, section, school, YEAR, in_days(-20), None))
    server.insert("sectionteacher", (FREE, lead, section, CO_TEACHER, in_days(-20), None))
    ends = {row["userSourcedId"]: row["endDate"] for row in rows(server, "enrollments") if is_in(row, section)}
    assert ends[f"S{FREE}"] is None
    assert {end for person, end in ends.items() if person[0] == "T"} == {None}


def test_a_student_of_grade_13_is_in_grade_13(server: SchoolServer) -> None:
    server.change("update students set grade_level = 13 where dcid = 1")
    server.change("update students set grade_level = 14 where dcid = 2")
    users = by_id(server)
    assert [users[s]["grades"] for s in ("S1", "S2")] == ["13", "PS"]
    taken = {row["classSourcedId"] for row in rows(server, "enrollments") if row["userSourcedId"] == "S1"}
    assert all("13" in row["grades"] for s, row in by_id(server, "classes").items() if s in taken)


def test_a_student_with_a_section_at_another_school_belongs_to_both_and_so_do_the_guardians(
    server: SchoolServer,
) -> None:
    before = by_id(server)
    link = server.truth()["guardian_links"].row(0, named=True)
    student, contact = link["student"], link["contact"]
    home = int(before[student]["orgSourcedIds"])
    elsewhere = home + 55
    server.insert("terms", (YEAR, elsewhere, 1, in_days(-60), in_days(200)))
    server.insert("sections", (FREE, elsewhere, YEAR, "C1", "9", "1(A)", None, 0, None, None))
    server.insert("cc", (FREE, int(student[1:]) + 7000, FREE, elsewhere, YEAR, in_days(-60), in_days(200)))
    users = by_id(server)
    assert users[student]["orgSourcedIds"] == f'"{home},{elsewhere}"'
    assert str(elsewhere) in users[contact]["orgSourcedIds"]
    changed = {s for s in users if users[s] != before[s]}
    assert changed == {student} | {c for c in changed if c.startswith("C") and student in users[c]["agentSourcedIds"]}


def test_a_placeholder_gives_way_to_the_email_address_as_the_username(server: SchoolServer) -> None:
    with_email = [s for s, row in by_id(server).items() if row["email"]]
    student, teacher = (next(s for s in with_email if s[0] == kind) for kind in "ST")
    server.change("update students set student_web_id = '##' || student_web_id where dcid = ?", student[1:])
    server.change("update users set teacherloginid = '~~' || dcid where dcid = ?", teacher[1:])
    users = by_id(server)
    for person in (student, teacher):
        assert users[person]["username"] == users[person]["email"]


def test_older_servers_keep_the_email_addresses_of_students_in_the_gradebook(server: SchoolServer) -> None:
    before = by_id(server)
    server.insert("psm_studentcontacttype", (1, "Self"), (2, "Mother"))
    for dcid, address in ((int(s[1:]), row["email"]) for s, row in before.items() if s[0] == "S" and row["email"]):
        server.insert("sync_studentmap", (dcid + 33, dcid))
        server.insert("psm_studentcontact", (dcid, dcid + 33, 1, address), (FREE, dcid + 33, 2, "a.mother@example.org"))
    server.change("update students set person_id = null")
    assert {row["email"] for s, row in by_id(server).items() if s[0] == "S"} == {None}
    after = by_id(server, student_email_from="gradebook")
    assert {s: row["email"] for s, row in after.items()} == {s: row["email"] for s, row in before.items()}


# --- telephones -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Cell", "cellular", "CELL PHONE", "Mobile "])
@pytest.mark.parametrize("column", ["code", "displayvalue"])
def test_a_mobile_number_is_known_by_any_word_for_it(server: SchoolServer, word: str, column: str) -> None:
    before = {s: row["sms"] for s, row in by_id(server).items()}
    assert any(before.values())
    other = {"code": "displayvalue", "displayvalue": "code"}[column]
    server.change(f"update codeset set {column} = ?, {other} = 'M' where codesetid = ?", word, MOBILE)  # noqa: S608
    assert {s: row["sms"] for s, row in by_id(server).items()} == before


def test_a_number_that_takes_texts_is_mobile_and_comes_first_and_the_preferred_mark_is_for_the_others(
    server: SchoolServer,
) -> None:
    server.insert("students", (FREE, FREE, FREE, FREE, "Ana", "Quill", None, 5, 401, 0, None))
    numbers = [
        # type, priority, preferred, takes texts
        ("2025550101", MOBILE, 1, 1, 0),
        ("2025550102", HOME, 4, 0, 1),
        ("2025550103", HOME, 2, 0, 0),
        ("2025550104", WORK, 3, 1, None),
    ]
    for place, (number, kind, priority, preferred, texts) in enumerate(numbers):
        server.insert("phonenumber", (FREE + place, number, texts))
        server.insert("personphonenumberassoc", (FREE, FREE + place, kind, priority, preferred))
    student = by_id(server)[f"S{FREE}"]
    assert (student["sms"], student["phone"]) == ("2025550102", "2025550104")


# --- contacts -------------------------------------------------------------------------------------------------------


def test_legal_guardian_as_a_relationship_is_not_the_flag_and_contacts_csv_says_both(server: SchoolServer) -> None:
    server.insert("person", (FREE, "Nora", None, "Quill", 1))
    server.link(FREE, FREE, 1, server.code("Legal Guardian"), legal=False)
    assert f"C{FREE}" not in by_id(server)
    (contact,) = [row for row in rows(server, "contacts") if row["contactSourcedId"] == f"C{FREE}"]
    assert (contact["relationship"], contact["legalGuardian"]) == ("Legal Guardian", "false")
