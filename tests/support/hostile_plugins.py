"""What real servers hold besides: awkward names, histories, several rows for one thing. The truth follows."""

from __future__ import annotations

from typing import Any

import polars as pl

from tests.support.school_server import AIDE, CO_TEACHER, HOME, MOBILE, YEAR, SchoolServer, in_days

# A free block of ids, far from those of the district.
FREE = 900_000


def make_hostile(server: SchoolServer) -> None:
    """Put awkward people, classes and histories onto a server."""
    awkward_names(server)
    contacts_who_do_not_count(server)
    contacts_in_several_rows(server)
    people_who_are_elsewhere(server)
    staff_of_a_section(server)
    enrollments_in_several_rows(server)


def set_true(server: SchoolServer, frame: str, sourced_id: str, **values: str) -> None:
    """Change a row of the truth."""
    for column, value in values.items():
        changed = pl.when(pl.col("sourcedId") == sourced_id).then(pl.lit(value)).otherwise(pl.col(column))
        server.true[frame] = server.true[frame].with_columns(changed.alias(column))


def add_true(server: SchoolServer, frame: str, **values: Any) -> None:
    """Add a row to the truth."""
    schema = server.true[frame].schema
    server.true[frame] = pl.concat([server.true[frame], pl.DataFrame([values], schema=schema)])


def a_guardian(server: SchoolServer, place: int) -> tuple[str, str]:
    """Return contact and student of a true link."""
    link = server.truth()["guardian_links"].row(place, named=True)
    return link["contact"], link["student"]


def awkward_names(server: SchoolServer) -> None:
    student, teacher = (server.truth()[frame]["sourcedId"][3] for frame in ("students", "staff"))
    contact, _ = a_guardian(server, 5)
    named = "update {} set {} = ?, {} = ? where {} = ?"
    server.change(named.format("students", "first_name", "last_name", "dcid"), 'Ana "Nena"', "Quill, Jr.", student[1:])
    set_true(server, "students", student, givenName='Ana "Nena"', familyName="Quill, Jr.")
    server.change(named.format("users", "first_name", "last_name", "dcid"), "Łucja", "O'Brien-Šimić, PhD", teacher[1:])
    set_true(server, "staff", teacher, givenName="Łucja", familyName="O'Brien-Šimić, PhD")
    server.change(named.format("person", "firstname", "lastname", "id"), '"AJ"', "De\rla\nCruz", contact[1:])
    set_true(server, "guardians", contact, givenName='"AJ"', familyName="De la Cruz")
    section = server.truth()["classes"]["sourcedId"][0]
    server.change("update courses set course_name = ? where course_number = ?", '\tArt, "Music" & Drama', f"C{section}")
    set_true(server, "classes", section, title='Art, "Music" & Drama - 1')
    server.change("update sections set room = ? where id = ?", "Hall, East", section)
    set_true(server, "classes", section, location="Hall, East")


def contacts_who_do_not_count(server: SchoolServer) -> None:
    """A link that has ended, one that is to begin, one of the past alone; a person who is inactive; a student's own."""
    mother = server.code("Mother")
    for place, ends in enumerate((-1, None, None, None), start=1):
        server.insert("person", (FREE + place, "Gone", None, "Quill", 1 if place < 4 else 0))
        server.link(FREE + place, FREE + place, place, mother, legal=True, end=ends)
    begin = "update studentcontactdetail set {} where studentcontactassocid = ?"
    server.change(begin.format(f"startdate = date '{in_days(20)}'"), FREE + 2)
    server.change(begin.format("isactive = 0"), FREE + 3)
    server.link(FREE + 5, 1_000_001, 1, mother, legal=True)


def contacts_in_several_rows(server: SchoolServer) -> None:
    """The same contact twice for one student: as emergency contact, and as what makes a guardian."""
    contact, student = a_guardian(server, 8)
    server.link(FREE + 10, int(contact[1:]), int(student[1:]), server.code("Emergency"), legal=False)
    server.change("update studentcontactassoc set contactpriorityorder = 0 where studentcontactassocid = ?", FREE + 10)
    # mother of one, aunt of another: linked to the first alone
    other = next(s for s in server.truth()["students"]["sourcedId"] if s != student)
    if (contact, other) not in set(server.truth()["guardian_links"].select("contact", "student").iter_rows()):
        server.link(FREE + 11, int(contact[1:]), int(other[1:]), server.code("Aunt"), legal=False)
    # a code of the district's own that the screens show in other words
    server.insert("codeset", (FREE, "Relationship", " FATHER ", "Dad"))
    server.insert("person", (FREE + 12, "Omar", None, "Quill", 1))
    server.link(FREE + 12, FREE + 12, int(student[1:]), FREE, legal=False)
    server.insert("emailaddress", (FREE, "omar.quill@example.org"))
    server.insert("personemailaddressassoc", (FREE + 12, FREE, 1, None))
    server.insert("phonenumber", (FREE, "2025550143", 0), (FREE + 1, "2025550144", None))
    server.insert("personphonenumberassoc", (FREE + 12, FREE, MOBILE, 1, 0), (FREE + 12, FREE + 1, HOME, 1, 0))
    add_true(
        server,
        "guardians",
        sourcedId=f"C{FREE + 12}",
        role="parent",
        givenName="Omar",
        familyName="Quill",
        email="omar.quill@example.org",
        sms="2025550143",
        phone="2025550144",
    )
    add_true(server, "guardian_links", contact=f"C{FREE + 12}", student=student, role="parent")


def people_who_are_elsewhere(server: SchoolServer) -> None:
    """A student who went to another district with mother, class and all; one of next year; graduates; lunch staff."""
    school = server.db.execute("select min(school_number) from schools").fetchall()[0][0]
    for place, (status, at) in enumerate(((2, school), (-1, school), (0, 999_999)), start=20):
        dcid = FREE + place
        server.insert("students", (dcid, dcid, None, dcid, "Gone", "Quill", None, 5, at, status, None))
        server.insert("person", (dcid, "Mother", None, "Quill", 1))
        server.link(dcid, dcid, dcid, server.code("Mother"), legal=True)
        server.insert("cc", (dcid, dcid, 1, school, YEAR + 1, in_days(-60), in_days(200)))
    for place, (status, kind) in enumerate(((1, 3), (1, 4), (2, 1)), start=30):
        dcid = FREE + place
        server.insert("users", (dcid, "Gone", "Quill", None, None, None, None, None, "Cook"))
        server.insert("schoolstaff", (dcid, dcid, school, status, kind))


def staff_of_a_section(server: SchoolServer) -> None:
    """A co-teacher, an aide, one who taught it last term, and the lead teacher a second time under another school."""
    section = int(server.truth()["classes"]["sourcedId"][0])
    taught = server.truth()["enrollments"].filter(pl.col("role") == "teacher")
    lead = taught.filter(pl.col("classSourcedId") == str(section))["userSourcedId"][0]
    co_teacher, aide, former = [s for s in server.truth()["staff"]["sourcedId"] if s != lead][:3]
    for place, (who, role, end) in enumerate(
        ((co_teacher, CO_TEACHER, 200), (aide, AIDE, None), (former, CO_TEACHER, -20), (lead, CO_TEACHER, 200)),
        start=40,
    ):
        staff_id = 20_000 + 10 * int(who[1:])
        end_date = None if end is None else in_days(end)
        server.insert("sectionteacher", (FREE + place, staff_id, section, role, in_days(-60), end_date))
    add_true(server, "enrollments", classSourcedId=str(section), userSourcedId=co_teacher, role="teacher")
    add_true(server, "enrollments", classSourcedId=str(section), userSourcedId=aide, role="aide")


def enrollments_in_several_rows(server: SchoolServer) -> None:
    """A stint that is over and one that overlaps, of students who are in the class."""
    first = server.truth()["enrollments"].filter(pl.col("role") == "student").row(0, named=True)
    section, student = int(first["classSourcedId"]), int(first["userSourcedId"][1:]) + 7000
    term = YEAR + section % 2
    school = server.db.execute("select min(school_number) from schools").fetchall()[0][0]
    server.insert("cc", (FREE, student, section, school, term, in_days(-60), in_days(-30)))
    server.insert("cc", (FREE + 1, student, section, school, term, in_days(-20), in_days(150)))
