"""The files and columns that Rollcall reads: OneRoster 1.1's users, classes and enrollments, and what exports add.

Columns are named as in the standard ("header") and as in our tables ("field"). Source: OneRoster 1.1 CSV, tables of
users.csv, classes.csv and enrollments.csv; the columns after the standard's are those of PowerSchool's export.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Column:
    """One column of a file.

    `required`: without the column the file is refused; `required_at_school_level` is False where a school that sends
    its own files may leave it out all the same. `stored` is False for what is never kept.
    """

    header: str
    field: str
    required: bool = False
    required_at_school_level: bool = True
    stored: bool = True

    def is_required(self, scope: str) -> bool:
        """Return whether a file of a district of this scope must have the column."""
        return self.required and (scope == "district" or self.required_at_school_level)


@dataclass(frozen=True)
class RosterFile:
    """One file of the standard: its name, the table that its rows are read into, its columns."""

    name: str
    table: str
    columns: tuple[Column, ...]
    also_known: tuple[tuple[str, str], ...] = ()

    def column(self, header: str) -> Column | None:
        """Return the column that a cleaned header names, upper and lower case alike, or None."""
        wanted = header.casefold()
        wanted = dict(self.also_known).get(wanted, wanted)
        return next((column for column in self.columns if column.header.casefold() == wanted), None)


_EVERY_FILE = (
    Column("sourcedId", "sourced_id", required=True),
    Column("status", "status"),
    Column("dateLastModified", "date_last_modified"),
)

USERS = RosterFile(
    "users.csv",
    "users",
    (
        *_EVERY_FILE,
        Column("enabledUser", "enabled_user"),
        Column("orgSourcedIds", "org_sourced_ids", required=True, required_at_school_level=False),
        Column("role", "role", required=True),
        Column("username", "username"),
        Column("userIds", "user_ids"),
        Column("givenName", "given_name", required=True),
        Column("familyName", "family_name", required=True),
        Column("middleName", "middle_name"),
        Column("identifier", "identifier"),
        Column("email", "email"),
        Column("sms", "sms"),
        Column("phone", "phone"),
        Column("agentSourcedIds", "agent_sourced_ids"),
        Column("grades", "grades"),
        Column("password", "password", stored=False),
        Column("language", "language"),
        Column("relationship", "relationship"),
        Column("legalGuardian", "legal_guardian"),
    ),
    also_known=(
        ("sourceid", "sourcedid"),
        ("languages", "language"),
        ("metadata.language", "language"),
        ("metadata.relationship", "relationship"),
        ("metadata.legalguardian", "legalguardian"),
    ),
)

CLASSES = RosterFile(
    "classes.csv",
    "classes",
    (
        *_EVERY_FILE,
        Column("title", "title", required=True),
        Column("grades", "grades"),
        Column("courseSourcedId", "course_sourced_id"),
        Column("classCode", "class_code"),
        Column("classType", "class_type"),
        Column("location", "location"),
        Column("schoolSourcedId", "school_sourced_id", required=True, required_at_school_level=False),
        Column("termSourcedIds", "term_sourced_ids"),
        Column("subjects", "subjects"),
        Column("subjectCodes", "subject_codes"),
        Column("periods", "periods"),
    ),
    also_known=(("sourceid", "sourcedid"),),
)

ENROLLMENTS = RosterFile(
    "enrollments.csv",
    "enrollments",
    (
        # Many exports give an enrollment no id: the key is (class, user, role).
        Column("sourcedId", "sourced_id"),
        Column("status", "status"),
        Column("dateLastModified", "date_last_modified"),
        Column("classSourcedId", "class_sourced_id", required=True),
        Column("schoolSourcedId", "school_sourced_id"),
        Column("userSourcedId", "user_sourced_id", required=True),
        Column("role", "role", required=True),
        Column("primary", "is_primary"),
        Column("beginDate", "begin_date"),
        Column("endDate", "end_date"),
    ),
    also_known=(("sourceid", "sourcedid"),),
)

ROSTER_FILES = (USERS, CLASSES, ENROLLMENTS)
"""The three files that every delivery must have, in the order of every report."""

FILE_NAMES = tuple(file.name for file in ROSTER_FILES)


def roster_file(name: str) -> RosterFile:
    """Return the file of that name."""
    return next(file for file in ROSTER_FILES if file.name == name)
