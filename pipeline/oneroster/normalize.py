"""The oneroster stage: raw text becomes normalized people, classes and enrollments; rows left out become findings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from pipeline.districts.settings import ReadingSettings
from pipeline.oneroster.files import CONTACTS, GUARDIANS, ROSTER_FILES, USERS
from pipeline.oneroster.words import (
    BRACKETS,
    FIRST_YEAR,
    PLACEHOLDER_PATTERN,
    PLACEHOLDERS,
    days_come_first,
    meaning,
    plain_phone,
)
from pipeline.warehouse.sessions import Database

OWN_IDS = ("oneroster/own_user_ids", "oneroster/own_class_ids", "oneroster/own_enrollment_ids")
"""Where an export of ours is read that had to write ids in another form."""

PEOPLE = (
    "oneroster/list_words",
    "oneroster/user_leniencies",
    "oneroster/placeholder_findings",
    "oneroster/cell_states",
    "oneroster/cleaned_users",
    "oneroster/student_numbers",
    "oneroster/user_rows",
)
"""The cells that say nothing, and the rows of users.csv, in order; all but those two only where the file needs them."""

STATEMENTS = (
    "oneroster/repeated_users",
    "oneroster/agents_by_number",
    "oneroster/sent_ids",
    "oneroster/user_findings",
    "oneroster/repeated_user_findings",
    "oneroster/users",
    "oneroster/differing_users",
    "oneroster/class_rows",
    "oneroster/class_findings",
    "oneroster/classes",
    "oneroster/class_titles",
    "oneroster/class_title_findings",
    "oneroster/known",
    "oneroster/unjudged_enrollment_rows",
    "oneroster/enrollment_rows",
    "oneroster/repeated_enrollments",
    "oneroster/enrollment_findings",
    "oneroster/enrollment_leniencies",
    "oneroster/causes",
    "oneroster/set_findings",
    "oneroster/status_findings",
    "oneroster/delta_findings",
    "oneroster/contacts",
    "oneroster/guardians",
    "oneroster/student_attributes",
    "oneroster/left_out",
    "oneroster/further_people",
    "oneroster/further_values",
    "oneroster/further_contact_names",
    "oneroster/further_guardian_names",
    "oneroster/further_findings",
    "oneroster/answer_findings",
    "oneroster/word_findings",
    "oneroster/school_findings",
)
"""What follows, in order. Each of the sets below is left out where it is not needed: planning takes time."""

READ_CELLS = tuple(
    (file, column)
    for file in (*ROSTER_FILES, CONTACTS, GUARDIANS)
    # what contacts.csv and guardians.csv say is about people as well
    for column in {
        known.field: known for known in (*(() if file in ROSTER_FILES else USERS.columns), *file.columns)
    }.values()
    if not column.mark
)
"""The columns whose cells can say something, by file: those of which oneroster.cell_states tells where they do not."""

_BY_NUMBER = frozenset({"oneroster/agents_by_number", "oneroster/sent_ids"})

_REPEATED = frozenset({"oneroster/repeated_users", "oneroster/repeated_user_findings", "oneroster/differing_users"})

_UNTITLED = frozenset({"oneroster/class_titles", "oneroster/class_title_findings"})

_OF_CHANGES = frozenset({"oneroster/known", "oneroster/delta_findings"})

_UNJUDGED = frozenset({"oneroster/unjudged_enrollment_rows"})

_JUDGED = frozenset(
    {
        "oneroster/enrollment_rows",
        "oneroster/repeated_enrollments",
        "oneroster/enrollment_findings",
        "oneroster/enrollment_leniencies",
        "oneroster/causes",
        "oneroster/set_findings",
    }
)

_FURTHER_FILES = {
    "oneroster/contacts": "day.raw.contacts",
    "oneroster/guardians": "day.raw.guardians",
    "oneroster/student_attributes": "day.raw.student_attributes",
}

_FURTHER = frozenset(
    {
        "oneroster/further_people",
        "oneroster/further_values",
        "oneroster/further_contact_names",
        "oneroster/further_guardian_names",
        "oneroster/further_findings",
    }
)


def normalize(
    db: Database,
    *,
    scope: str,
    reading: ReadingSettings,
    sync_date: date,
    student_id: str,
    flags: Collection[str],
    baseline: int = 0,
) -> None:
    """Fill the tables of the oneroster schema from the raw ones; `scope` is district or school.

    `student_id` is what students are known by in all later tables: sourcedId, or identifier, the student number.
    `sync_date` decides which enrollments have ended. Where a file could not be read at all, enrollments are not
    judged: every row would seem to name somebody unknown. Rows of a file of changes may name what the roster after sync
    `baseline` has. `flags` are the columns of contacts.csv and guardians.csv that the rules about guardians ask for:
    what no rule asks for cannot be unreadable.
    """
    db.clear("oneroster")
    refused = bool(db.rows("sync/refusals"))
    if db.value("oneroster/has_made_ids"):
        db.run_each(OWN_IDS, {})
    dates_read_as = _look_words_up(db, reading.country)
    _read_people(db, scope=scope, mobile=reading.mobile, student_id=student_id, flags=flags)
    without = _without_further_files(db) | (_JUDGED if refused else _UNJUDGED)
    if student_id != "identifier":
        without |= _BY_NUMBER
    if not db.value("oneroster/has_repeated_ids"):
        without |= _REPEATED
    if not db.value("oneroster/has_blank_titles"):
        without |= _UNTITLED
    if not db.value("oneroster/has_status"):
        without |= {"oneroster/status_findings"}
    if not db.count("day.raw.deltas"):
        without |= _OF_CHANGES
    values: dict[str, Any] = {
        "baseline": baseline,
        "scope": scope,
        "student_id": student_id,
        "placeholders": list(PLACEHOLDERS),
        "mobile": reading.mobile,
        "ended": reading.ended_enrollments,
        "future": reading.future_enrollments,
        "today": sync_date.isoformat(),
        "opened": [row["file"] for row in db.rows("oneroster/opened_files")],
        "dates_read_as": dates_read_as,
    }
    db.run_each(STATEMENTS, values, without=without)


def _read_people(db: Database, *, scope: str, mobile: str, student_id: str, flags: Collection[str]) -> None:
    """Fill oneroster.cell_states and oneroster.user_rows."""
    placeholders = list(PLACEHOLDERS)
    if db.value("oneroster/has_odd_lists"):
        db.run("oneroster/list_words", placeholders=placeholders, brackets=BRACKETS)
    db.run("oneroster/user_leniencies")
    no_names: dict[str, list[str]] = {"given_name": [], "family_name": []}
    if db.value("oneroster/has_placeholders", placeholder_pattern=PLACEHOLDER_PATTERN):
        for row in db.rows("oneroster/common_placeholders", placeholders=placeholders):
            no_names[row["field"]].append(row["word"])
        db.run(
            "oneroster/placeholder_findings",
            placeholders=placeholders,
            placeholder_pattern=PLACEHOLDER_PATTERN,
            no_given=no_names["given_name"],
            no_family=no_names["family_name"],
        )
    has_oddities = bool(db.value("oneroster/has_oddities"))
    db.run(
        "oneroster/cell_states",
        files=[file.name for file, _ in READ_CELLS],
        headers=[column.header for _, column in READ_CELLS],
        fields=[column.field for _, column in READ_CELLS],
        placeholders=placeholders,
        mobile=mobile,
        flags=sorted({"legal_guardian", "no_contact", *flags}),
        has_oddities=has_oddities,
        has_damaged_names=bool(db.value("oneroster/has_damaged_names")),
    )
    if has_oddities:
        db.run(
            "oneroster/cleaned_users",
            placeholders=placeholders,
            no_given=no_names["given_name"],
            no_family=no_names["family_name"],
        )
    if student_id == "identifier":
        db.run("oneroster/student_numbers")
    db.run(
        "oneroster/user_rows",
        scope=scope,
        mobile=mobile,
        student_id=student_id,
        has_oddities=has_oddities,
        district_orgs=[row["sourced_id"] for row in db.rows("oneroster/district_orgs")],
    )


def _without_further_files(db: Database) -> frozenset[str]:
    """Return the statements for further files that are not there: most districts send none, and planning takes time."""
    without = frozenset(name for name, table in _FURTHER_FILES.items() if not db.count(table))
    return without | _FURTHER if len(without) == len(_FURTHER_FILES) else without


def _look_words_up(db: Database, country: str) -> str:
    """Fill oneroster.words with the distinct values that mean something else than they say.

    Return in which order the parts of a date such as 8/12/2026 were read.
    """
    kinds, sent, meant, states = [], [], [], []
    candidates = db.rows("oneroster/word_candidates", plain_phone=plain_phone(country), first_year=str(FIRST_YEAR))
    day_first = days_come_first((row["sent"] for row in candidates if row["kind"] == "date"), country)
    for row in candidates:
        means, state = meaning(row["kind"], row["sent"], country=country, day_first=day_first)
        if state != "same":
            kinds.append(row["kind"])
            sent.append(row["sent"])
            meant.append(means)
            states.append(state)
    if kinds:
        db.insert_columns("day.oneroster.words", {"kind": kinds, "sent": sent, "meant": meant, "state": states})
    return {True: "day, month, year", False: "month, day, year", None: "what each of them can only be"}[day_first]
