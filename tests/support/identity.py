"""People of a roster and of tonight's files, given one by one, and what the checks of identity claim about their ids.

The roster and the normalized tables are filled directly, so that thousands of people are compared within a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb

from pipeline.districts.settings import GuardianSettings
from pipeline.oneroster.files import USERS
from pipeline.plan.identity import find_claims, find_moved_ids
from pipeline.plan.sources import Sources
from pipeline.warehouse.sessions import Database
from pipeline.warehouse.statements import macros, schema_tables, statement

TONIGHT = date(2026, 9, 30)

KINDS = {"students": "student", "staff": "staff", "guardians": "contact"}


@dataclass(frozen=True)
class Person:
    """One person as a roster or a file has them."""

    id: str
    given: str | None
    family: str | None
    kind: str = "students"
    number: str | None = None
    email: str | None = None
    sms: str | None = None
    username: str | None = None
    middle: str | None = None
    school: str = "N"
    children: tuple[str, ...] = ()
    archived_on: date | None = None
    """Of a person of the roster who is in it no longer."""

    def but(self, **values: Any) -> Person:
        return replace(self, **values)


def student(key: str, given: str | None, family: str | None, **values: Any) -> Person:
    return Person(key, given, family, **values)


def guardian(key: str, given: str | None, family: str | None, *children: str, **values: Any) -> Person:
    return Person(key, given, family, kind="guardians", children=children, **values)


def staff(key: str, given: str | None, family: str | None, **values: Any) -> Person:
    return Person(key, given, family, kind="staff", **values)


@dataclass(frozen=True)
class Claim:
    """One claim, in the ids of the district."""

    cause: str
    id: str
    is_held: bool
    other: str | None
    field: str | None
    school: str | None
    cycle: int | None
    facts: int | None


@contextmanager
def empty_databases() -> Iterator[tuple[Database, duckdb.DuckDBPyConnection]]:
    """Give an empty day database and roster in memory."""
    with duckdb.connect(":memory:") as connection:
        for name in macros():
            connection.execute(statement(name))
        for database in ("day", "book"):
            connection.execute(f"attach ':memory:' as {database}")
            tables = schema_tables(database)
            for schema in dict.fromkeys(schema for schema, _ in tables):
                connection.execute(f"create schema if not exists {database}.{schema}")
            for _, name in tables:
                connection.execute(statement(name))
        yield Database(connection), connection


def claims_of(known: Iterable[Person], tonight: Iterable[Person], *, approved: Iterable[str] = ()) -> list[Claim]:
    """Return what is claimed where tonight's files say `tonight` to a roster that has `known`."""
    with empty_databases() as (db, connection):
        fill(db, list(known), list(tonight))
        if keys := list(approved):
            db.insert("day.sync.approved", ["origin", "record_type", "operation", "key", "content"],
                      [("id_moved " + kind, kind, "add", key, "") for key in keys for kind in KINDS])  # fmt: skip
        check(db)
        rows = connection.execute(
            "select cause, sourced_id, is_held, other_sourced_id, field, school_id, cycle, facts "
            "from day.sync.claims order by all"
        ).fetchall()
    return [Claim(*row) for row in rows]


def held(claims: Iterable[Claim]) -> dict[str, set[str]]:
    """Return the ids that are held, by cause."""
    found: dict[str, set[str]] = {}
    for claim in claims:
        if claim.is_held:
            found.setdefault(claim.cause, set()).add(claim.id)
    return found


PEOPLE = ("sync/departures", "sync/matched_links", "sync/unlinked", "sync/contact_values", "sync/users")
"""The part of the plan that is about people."""

USERS_ALONE = Sources(
    said=frozenset((USERS.name, column.field) for column in USERS.columns),
    absent=frozenset(), retired=frozenset(), new=frozenset(), without=frozenset(), partial=frozenset(),
)  # fmt: skip


def check(db: Database) -> None:
    """Match, plan people and check their ids, as a night does."""
    values = {
        "baseline": 1, "sync_date": TONIGHT, "manage_guardians": True, "absent": [], "absent_in_contacts": [],
        "absent_in_guardians": [], "appeared": [], "update_contact_details": True, "update_language": True,
        "archive_after_days": 0, "released_ids": [], "released_files": [], "deltas": [],
        **USERS_ALONE.parameters(GuardianSettings()),
    }  # fmt: skip
    db.run("sync/matched_users", baseline=1, students_by_number=False)
    find_moved_ids(db, baseline=1, sync_date=TONIGHT)
    db.run_each(PEOPLE, values)
    find_claims(db, baseline=1)


def fill(db: Database, known: list[Person], tonight: list[Person]) -> None:
    """Fill the roster and the tables of a night."""
    ids = {person.id: number for number, person in enumerate(known, 1)}
    dates = sorted({date(2026, 9, 1), *(p.archived_on for p in known if p.archived_on)})
    numbers = {day: -number for number, day in enumerate(reversed(dates))}
    db.insert_columns("book.roster.users", {
        "roster_id": list(ids.values()), "record_type": [p.kind for p in known],
        "role": [KINDS[p.kind] for p in known], "school_ids": [schools(p) for p in known], **values_of(known),
        "state": ["archived" if p.archived_on else "active" for p in known],
        "since_sync": [numbers[p.archived_on or date(2026, 9, 1)] for p in known],
    })  # fmt: skip
    db.insert_columns("book.roster.ids", {
        "roster_id": list(ids.values()), "record_type": [p.kind for p in known], "sourced_id": list(ids),
        "since_sync": [-99] * len(known),
    })  # fmt: skip
    for day, number in numbers.items():
        row = {
            "number": number, "kind": "day", "sync_date": day, "outcome": "applied", "initial": False,
            "baseline_sync": 0, "decisions": 0, "in_roster": True, "recorded_at": day, "previous_sha256": "",
        }  # fmt: skip
        db.insert("book.sync.syncs", list(row), [tuple(row.values())])
    links = [(ids[p.id], ids[child]) for p in known for child in p.children if child in ids]
    if links:
        db.insert_columns("book.roster.guardian_links", {
            "roster_id": range(1, len(links) + 1), "contact_roster_id": [a for a, _ in links],
            "student_roster_id": [b for _, b in links], "role": ["parent"] * len(links), "rule": [""] * len(links),
            "state": ["active"] * len(links), "since_sync": [-99] * len(links),
        })  # fmt: skip
    db.insert_columns("day.oneroster.users", {
        "file": ["users.csv"] * len(tonight), "line": range(2, len(tonight) + 2),
        "sourced_id": [p.id for p in tonight], "record_kind": [KINDS[p.kind] for p in tonight],
        "role": [KINDS[p.kind] for p in tonight], "school_ids": [schools(p) for p in tonight], **values_of(tonight),
    })  # fmt: skip
    pairs = [(p.id, child) for p in tonight for child in p.children]
    if pairs:
        db.insert_columns("day.guardians.guardians", {
            "contact_id": [a for a, _ in pairs], "student_id": [b for _, b in pairs], "role": ["contact"] * len(pairs),
            "rule_position": [1] * len(pairs), "verdict": ["linked"] * len(pairs), "is_barred": [False] * len(pairs),
            "reason": ["mother"] * len(pairs), "file": ["users.csv"] * len(pairs), "line": [2] * len(pairs),
            "named": [1] * len(pairs), "role_source": [4] * len(pairs), "role_columns": [1] * len(pairs),
        })  # fmt: skip


def schools(person: Person) -> list[str]:
    return [] if person.kind == "guardians" else [person.school]


def values_of(people: list[Person]) -> Mapping[str, list[str | None]]:
    return {
        "given_name": [p.given for p in people], "family_name": [p.family for p in people],
        "middle_name": [p.middle for p in people], "identifier": [p.number for p in people],
        "username": [p.username for p in people], "email": [p.email for p in people], "sms": [p.sms for p in people],
    }  # fmt: skip
