"""Clever's CSV set: students, teachers, sections and enrollments, with the contacts in the rows of the students.

Belongs here: the files with their columns, and the order of the statements that make users.csv, classes.csv,
enrollments.csv and contacts.csv from them. Does not belong here: what the rows become (sql/formats/clever_…), how a
name is split (`names.py`).

What the format says otherwise than OneRoster: a student has a row for each contact and each school; teachers stand in
the sections; ids of students, employees and contacts are apart, so that the same id may be three people.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.formats.format import Format, Made, ignored
from pipeline.formats.names import split_name
from pipeline.oneroster.files import CLASSES, CONTACTS, ENROLLMENTS, USERS, Column, RosterFile
from pipeline.oneroster.sets import SetFinding
from pipeline.warehouse.sessions import Database


def _c(header: str, field: str, **more: Any) -> Column:
    return Column(header, field, standard=False, **more)


_SCHOOL = _c(
    *("School_id", "org_sourced_ids"), kind="guid", references="orgs", required=True, required_at_school_level=False
)
_SECTION_SCHOOL = _c(
    *("School_id", "school_sourced_id"), kind="guid", references="orgs", required=True, required_at_school_level=False
)
_PASSWORD = _c("Password", "password", stored=False)
_PERSON = (
    _c("First_name", "given_name", required=True, free_text=True),
    _c("Middle_name", "middle_name", free_text=True),
    _c("Last_name", "family_name", required=True, free_text=True),
    _c("Username", "username"),
    _PASSWORD,
)

STUDENTS = RosterFile(
    "students.csv",
    "students",
    (
        _SCHOOL,
        _c("Student_id", "sourced_id", kind="guid", required=True),
        _c("Student_number", "identifier"),
        *_PERSON,
        _c("Grade", "grades", required=True),
        _c("Home_language", "language"),
        _c("Student_email", "email"),
        _c("Contact_relationship", "contact_relationship"),
        _c("Contact_type", "contact_type"),
        _c("Contact_name", "contact_name", free_text=True),
        _c("Contact_phone", "contact_phone"),
        _c("Contact_phone_type", "contact_phone_type"),
        _c("Contact_email", "contact_email"),
        _c("Contact_sis_id", "contact_sis_id"),
        *ignored(
            *("State_id", "Gender", "Graduation_year", "DOB", "Race", "Hispanic_Latino", "Ell_status", "Frl_status"),
            *("IEP_status", "Section_504_status", "Student_street", "Student_city", "Student_state", "Student_zip"),
            *("Unweighted_gpa", "Weighted_gpa", "Home_language_code", "Gifted_status", "Disability_code"),
        ),
    ),
    rows_needed=True,
)

TEACHERS = RosterFile(
    "teachers.csv",
    "teachers",
    (
        _SCHOOL,
        _c("Teacher_id", "sourced_id", kind="guid", required=True),
        _c("Teacher_number", "identifier"),
        *_PERSON,
        _c("Teacher_email", "email"),
        *ignored("State_teacher_id", "Title"),
    ),
)

STAFF = RosterFile(
    "staff.csv",
    "staff",
    (
        _SCHOOL,
        _c("Staff_id", "sourced_id", kind="guid", required=True),
        *_PERSON,
        _c("Staff_email", "email"),
        *ignored("Department", "Title", "Role", "State_staff_id"),
    ),
)

SECTIONS = RosterFile(
    "sections.csv",
    "sections",
    (
        _SECTION_SCHOOL,
        _c("Section_id", "sourced_id", kind="guid", required=True),
        _c("Teacher_id", "teacher_id"),
        *(_c(f"Teacher_{n}_id", f"teacher_{n}_id") for n in range(2, 11)),
        _c("Name", "title", free_text=True),
        _c("Section_number", "class_code"),
        _c("Grade", "grades"),
        _c("Course_name", "course_name", free_text=True),
        _c("Period", "periods"),
        *ignored("Course_number", "Course_description", "Subject", "Term_name", "Term_start", "Term_end"),
    ),
    rows_needed=True,
)

CLEVER_ENROLLMENTS = RosterFile(
    "enrollments.csv",
    "clever_enrollments",
    (
        _c("School_id", "school_sourced_id", kind="guid", references="orgs"),
        _c("Section_id", "class_sourced_id", kind="guid", required=True),
        _c("Student_id", "user_sourced_id", kind="guid", required=True),
    ),
)

_CONTACT_COLUMNS = {
    "contact_sourced_id": "Contact_sis_id", "student_sourced_id": "Student_id", "relationship": "Contact_relationship",
    "given_name": "Contact_name", "family_name": "Contact_name", "email": "Contact_email", "sms": "Contact_phone",
    "phone": "Contact_phone", "role": "Contact_type",
}  # fmt: skip


def _make(db: Database, columns: Mapping[str, set[str]], values: dict[str, Any]) -> list[Made]:
    """Return the statements that make the files, each with the columns that no sent file has.

    `columns`: file -> the fields that its header has.
    """
    _split_names(db)
    people = {file.name: columns.get(file.name) for file in (STUDENTS, TEACHERS, STAFF)}
    there = set().union(*(fields for fields in people.values() if fields is not None))
    of_users = ("username", "given_name", "family_name", "middle_name", "identifier", "email", "grades", "language")
    headers = {column.field: column.header for column in USERS.columns}
    told = [field for field in of_users if field in there]

    def silent(file: RosterFile) -> str:
        had = people[file.name] or set()
        return ",".join(headers[field] for field in told if field not in had)

    values |= {
        "silent_students": silent(STUDENTS),
        "silent_teachers": silent(TEACHERS),
        # It says of nobody what the work is: who is known keeps the role.
        "silent_staff": ",".join(filter(None, ("role", silent(STAFF)))),
    }
    absent_in_sections = {"class_code", "grades", "periods"} - columns[SECTIONS.name]
    made = [
        Made(USERS, "formats/clever_users", _headers(USERS, set(of_users) - there)),
        Made(
            CLASSES,
            "formats/clever_classes",
            _headers(CLASSES, absent_in_sections),
        ),
        Made(ENROLLMENTS, "formats/clever_enrollments", ()),
    ]
    sent = columns[STUDENTS.name]
    if {"contact_name", "contact_sis_id"} & sent:
        chosen = ("contact_types", "contact_relationships", "has_relationships")
        db.run("formats/clever_contact_rows", **{name: values[name] for name in chosen})
    # With its header only it would be told as a file that says nothing.
    if db.count("day.raw.contact_rows"):
        needs = {"relationship": "contact_relationship", "email": "contact_email", "sms": "contact_phone"}
        absent = {field for field, needed in {**needs, "phone": "contact_phone"}.items() if needed not in sent}
        made.append(Made(CONTACTS, "formats/clever_contacts", _headers(CONTACTS, absent)))
    return made


def _headers(file: RosterFile, fields: set[str]) -> tuple[str, ...]:
    return tuple(column.header for column in file.columns if column.field in fields)


def _split_names(db: Database) -> None:
    """Fill raw.names with the contacts' names, in two parts."""
    rows = db.rows("formats/clever_names")
    if not rows:
        return
    parts = [split_name(row["name"], row["student_family_name"] or "") for row in rows]
    db.insert_columns(
        "day.raw.names",
        {
            "name": [row["name"] for row in rows],
            "student_family_name": [row["student_family_name"] for row in rows],
            "given_name": [given for given, _ in parts],
            "family_name": [family for _, family in parts],
        },
    )


def _tell(db: Database) -> list[SetFinding]:
    found = []
    left_out = db.rows("formats/clever_left_out")
    if left_out and db.count("day.raw.contact_rows"):
        words = ", ".join(f"{row['count']:,} of type {row['type']}" for row in left_out)
        found.append(SetFinding("contacts_not_chosen", STUDENTS.name, words))
    for row in db.rows("formats/clever_ids_apart"):
        file = STUDENTS.name if row["kind"] == "contact" else TEACHERS.name
        found.append(SetFinding("ids_apart", file, f"{row['count']:,}, known as {row['kind']}- and the id"))
    return found


CLEVER = Format(
    name="clever",
    title="Clever's files",
    needed=(STUDENTS, TEACHERS, SECTIONS, CLEVER_ENROLLMENTS),
    further=(STAFF,),
    made_from={
        USERS.name: "students.csv, teachers.csv or staff.csv",
        CLASSES.name: "sections.csv",
        ENROLLMENTS.name: "enrollments.csv or sections.csv",
        CONTACTS.name: "students.csv",
    },
    becomes={
        STUDENTS.name: (USERS.name, CONTACTS.name),
        TEACHERS.name: (USERS.name,),
        STAFF.name: (USERS.name,),
        SECTIONS.name: (CLASSES.name, ENROLLMENTS.name),
        CLEVER_ENROLLMENTS.name: (ENROLLMENTS.name,),
    },
    make=_make,
    tell=_tell,
    headers={
        **{(STUDENTS.name, CONTACTS.name, field): header for field, header in _CONTACT_COLUMNS.items()},
        **{(SECTIONS.name, ENROLLMENTS.name, field): header for field, header in {
            "class_sourced_id": "Section_id", "user_sourced_id": "Teacher_id", "school_sourced_id": "School_id",
        }.items()},
    },
)  # fmt: skip
