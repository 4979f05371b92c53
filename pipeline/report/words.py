"""The words for records and numbers that every text shares: one row and two rows, one student and two students.

Belongs here: singular and plural. Does not belong here: what a report says (`holds.py`, `next_steps.py`, `text.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

RECORD_WORDS = {
    "students": "students",
    "staff": "staff",
    "guardians": "guardians",
    "classes": "classes",
    "enrollments": "enrollments",
    "guardian_links": "guardian links",
}
"""The record types as headings, in the order of every report."""

RECORD_WORD = {
    "students": "student",
    "staff": "staff member",
    "guardians": "guardian",
    "classes": "class",
    "enrollments": "enrollment",
    "guardian_links": "guardian link",
}
"""One record of each type."""

_MANY = RECORD_WORDS | {"staff": "staff members"}


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 row, 2 rows; `many` where an s does not do."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def records(number: int, record_type: str) -> str:
    """Return a number of records in words: 1 class, 2 classes."""
    return counted(number, RECORD_WORD[record_type], _MANY[record_type])


def records_of(number: int, base: int, record_type: str) -> str:
    """Return a part of all records of a type in words: 62 of 587 students."""
    return f"{number:,} of {records(base, record_type)}"


def many_of(record_type: str) -> str:
    """Return the plural of a record type within a sentence."""
    return _MANY[record_type]


def listed(parts: Sequence[str], last: str = "and") -> str:
    """Return parts as a list within a sentence: one, two and three."""
    return f" {last} ".join([part for part in (", ".join(parts[:-1]), *parts[-1:]) if part])
