"""Formats that are recognized and not read: their names, how they show, and what to export instead.

A set is recognized by the headers of its files, for names such as users.csv are everybody's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

_ONEROSTER = "Export OneRoster 1.1 or 1.2 as CSV from the student information system."


@dataclass(frozen=True)
class UnreadFormat:
    """A format that is not read.

    `signs`: any of them shows it. Each is a set of headers, in small letters, that one file has together.
    """

    title: str
    signs: tuple[frozenset[str], ...]
    instead: str = _ONEROSTER

    def shows_in(self, headers: Mapping[str, frozenset[str]]) -> bool:
        """Return whether one of the files has the headers of a sign."""
        return any(sign <= found for sign in self.signs for found in headers.values())


def _sign(*headers: str) -> frozenset[str]:
    return frozenset(headers)


UNREAD = (
    UnreadFormat(
        "Microsoft School Data Sync v1",
        (
            _sign("sis id", "school sis id"),
            _sign("section sis id", "sis id"),
            _sign("sis id", "name", "school number"),
            _sign("sis id", "name"),
        ),
    ),
    UnreadFormat(
        "Microsoft School Data Sync v2.1",
        (
            _sign("usersourcedid", "orgsourcedid", "role", "isprimary"),
            _sign("usersourcedid", "orgsourcedid", "role", "sessionsourcedid"),
            _sign("usersourcedid", "orgsourcedid", "role", "rolestartdate"),
            _sign("usersourcedid", "relationshipusersourcedid"),
        ),
    ),
    UnreadFormat(
        "Microsoft School Data Sync v2",
        (
            _sign("sourcedid", "orgsourcedid", "title"),
            _sign("sourcedid", "orgsourcedid", "role", "username"),
            _sign("sourcedid", "activedirectorymatchid"),
            _sign("usersourcedid", "orgsourcedid", "role", "grade"),
        ),
    ),
    UnreadFormat(
        "Canvas SIS import",
        (
            _sign("user_id", "login_id"),
            _sign("course_id", "short_name", "long_name"),
            _sign("section_id", "course_id", "name", "status"),
            _sign("user_id", "role", "section_id", "status"),
            _sign("course_id", "user_id", "role", "status"),
        ),
    ),
    UnreadFormat(
        "ParentSquare",
        (
            _sign("school_id", "student_id", "first_name", "last_name", "grade_level"),
            _sign("parent_id", "student_id"),
            _sign("school_id", "staff_id", "first_name", "last_name", "email"),
            _sign("school_id", "school_name", "principal_first_name", "principal_last_name"),
        ),
        "Export OneRoster 1.1 or 1.2 as CSV, or Clever's files, from the student information system.",
    ),
    UnreadFormat(
        "PowerSchool tables",
        (
            _sign("dcid", "student_number"),
            _sign("dcid", "lastfirst"),
            _sign("dcid", "teachernumber"),
            _sign("dcid", "sectionid", "studentid"),
            _sign("dcid", "course_number"),
            _sign("students.student_number", "students.lastfirst"),
            _sign("student_number", "lastfirst"),
            _sign("studentid", "sectionid", "dateenrolled"),
            _sign("course_number", "section_number", "termid"),
        ),
        "Install Rollcall's plug-in in PowerSchool and export its queries: `rollcall plugin build` makes it.",
    ),
)
"""The more special ones first."""
