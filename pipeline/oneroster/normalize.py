"""The oneroster stage: raw text becomes normalized people, classes and enrollments; rows left out become findings."""

from __future__ import annotations

from datetime import date
from typing import Any

from pipeline.districts.settings import ReadingSettings
from pipeline.oneroster.words import PLACEHOLDER_PATTERN, PLACEHOLDERS, meaning, plain_phone
from pipeline.warehouse.sessions import Database

_PEOPLE_AND_CLASSES = (
    "oneroster/user_rows",
    "oneroster/user_findings",
    "oneroster/users",
    "oneroster/class_rows",
    "oneroster/class_findings",
    "oneroster/classes",
)
_STUDENT_NUMBERS = ("oneroster/student_numbers",)
_AGENTS_BY_NUMBER = ("oneroster/agents_by_number",)
_ENROLLMENTS = (
    "oneroster/enrollment_rows",
    "oneroster/repeated_enrollments",
    "oneroster/enrollment_findings",
    "oneroster/enrollment_leniencies",
    "oneroster/causes",
    "oneroster/set_findings",
)
_FURTHER_FILES = {
    "day.raw.contacts": "oneroster/contacts",
    "day.raw.guardians": "oneroster/guardians",
    "day.raw.student_attributes": "oneroster/student_attributes",
}
_FURTHER = (
    "oneroster/further_people",
    "oneroster/further_blanks",
    "oneroster/further_contact_names",
    "oneroster/further_guardian_names",
    "oneroster/further_findings",
)
_AT_LAST = ("oneroster/word_findings", "oneroster/school_findings")


def normalize(
    db: Database,
    *,
    scope: str,
    reading: ReadingSettings,
    sync_date: date,
    student_id: str,
) -> None:
    """Fill the tables of the oneroster schema from the raw ones; `scope` is district or school.

    `student_id` is what students are known by in all later tables: sourcedId, or identifier, the student number.
    `sync_date` decides which enrollments have ended. Where a file could not be read at all, enrollments are not
    judged: every row would seem to name somebody unknown.
    """
    db.clear("oneroster")
    refused = bool(db.rows("sync/refusals"))
    values: dict[str, Any] = {
        "scope": scope,
        "student_id": student_id,
        "placeholders": list(PLACEHOLDERS),
        "placeholder_pattern": PLACEHOLDER_PATTERN,
        "plain_phone": plain_phone(reading.country),
        "mobile": reading.mobile,
        "ended": reading.ended_enrollments,
        "future": reading.future_enrollments,
        "today": sync_date.isoformat(),
    }
    _look_words_up(db, reading.country, plain=values["plain_phone"])
    db.run("oneroster/user_leniencies", **values)
    values["has_oddities"] = bool(db.value("oneroster/has_oddities"))
    by_number = student_id == "identifier"
    for name in (
        *(_STUDENT_NUMBERS if by_number else ()),
        _PEOPLE_AND_CLASSES[0],
        *(_AGENTS_BY_NUMBER if by_number else ()),
        *_PEOPLE_AND_CLASSES[1:],
        *(("oneroster/unjudged_enrollment_rows",) if refused else _ENROLLMENTS),
        *_of_further_files(db),
        *_AT_LAST,
    ):
        db.run(name, **values)


def _of_further_files(db: Database) -> tuple[str, ...]:
    """Return the statements for the further files that are there: most districts send none, and planning takes time."""
    there = [name for table, name in _FURTHER_FILES.items() if db.count(table)]
    return (*there, *_FURTHER) if there else ()


def _look_words_up(db: Database, country: str, *, plain: str) -> None:
    """Fill oneroster.words with the distinct values that mean something else than they say."""
    kinds, sent, meant, states = [], [], [], []
    for row in db.rows("oneroster/word_candidates", plain_phone=plain):
        means, state = meaning(row["kind"], row["sent"], country=country)
        if state != "same":
            kinds.append(row["kind"])
            sent.append(row["sent"])
            meant.append(means)
            states.append(state)
    if kinds:
        db.insert_columns("day.oneroster.words", {"kind": kinds, "sent": sent, "meant": meant, "state": states})
