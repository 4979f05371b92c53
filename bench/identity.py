"""What the checks of identity cost with a million people: an ordinary night, and nights on which everything moves.

`python bench/identity.py [people]`. The people are those of `sync.py`: a student, two contacts each, and staff. The
roster is filled from the tables of day 1, so that only matching, the plan for people and the checks run.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Self

import duckdb
from rich.console import Console
from rich.table import Table
from sync import _LINKS, _PEOPLE, _STUDENTS, CLASSES_A_SCHOOL, STUDENTS_A_SCHOOL

from pipeline.plan.identity import find_claims, find_moved_ids
from pipeline.warehouse.sessions import MEMORY_LIMIT, Database
from pipeline.warehouse.statements import macros, schema_tables, statement

PEOPLE = 1_000_000
TONIGHT = date(2026, 9, 2)

_ROSTER = (
    """
    insert into book.roster.users by name
    select
        row_number() over () as roster_id,
        if(record_kind = 'student', 'students', if(record_kind = 'staff', 'staff', 'guardians')) as record_type,
        coalesce(role, 'parent') as role, school_ids, given_name, family_name, identifier, username, email, sms, phone,
        grades, language, 'active' as state, 1 as since_sync
    from day.oneroster.users
    """,
    """
    insert into book.roster.ids by name
    select roster_id, record_type, sourced_id, 1 as since_sync
    from (select row_number() over () as roster_id, sourced_id from day.oneroster.users)
    inner join book.roster.users using (roster_id)
    """,
    """
    insert into book.roster.guardian_links by name
    select
        row_number() over () as roster_id, contacts.roster_id as contact_roster_id,
        students.roster_id as student_roster_id, role, reason as rule, 'active' as state, 1 as since_sync
    from day.guardians.guardians
    inner join book.roster.ids as contacts on contact_id = contacts.sourced_id
    inner join book.roster.ids as students on student_id = students.sourced_id
    """,
    """
    insert into book.sync.syncs by name
    select 1 as number, 'day' as kind, date '2026-09-01' as sync_date, 'applied' as outcome, true as initial,
        0 as baseline_sync, 0 as decisions, true as in_roster, now() as recorded_at, '' as previous_sha256
    """,
)

# What a night does to the people of day 1, beside the ordinary one, which is day 2 of sync.py.
_NIGHTS = {
    "ordinary": (),
    "everybody has a new e-mail domain": (
        "update day.oneroster.users set email = replace(email, '@example.org', '@new.example.org')",
    ),
    "a quarter is renamed": (
        """
        update day.oneroster.users
        set
            given_name = 'Renamed' || hash(sourced_id, 'a') % 4001,
            family_name = 'Other' || hash(sourced_id, 'b') % 40009
        where hash(sourced_id, 'renamed') % 4 = 0
        """,
    ),
    "every row has slipped": (
        """
        create or replace table day.oneroster.users as
        select
            * replace (
                lag(given_name) over kinds as given_name, lag(family_name) over kinds as family_name,
                lag(identifier) over kinds as identifier, lag(email) over kinds as email, lag(sms) over kinds as sms
            )
        from day.oneroster.users
        window kinds as (partition by record_kind order by line)
        """,
    ),
    "every id is new": (
        "update day.oneroster.users set sourced_id = 'new' || sourced_id",
        "update day.guardians.guardians set contact_id = 'new' || contact_id, student_id = 'new' || student_id",
    ),
}

_PLAN = {
    "baseline": 1, "sync_date": TONIGHT, "manage_guardians": True, "absent": [], "absent_in_contacts": [],
    "absent_in_guardians": [], "appeared": [], "update_contact_details": True, "update_language": True,
    "archive_after_days": 0, "released_ids": [], "released_files": [], "deltas": [],
    "complete_named": 3, "complete_record": 1, "complete_email": 1, "complete_sms": 1,
    "complete_phone": 1, "complete_language": 1, "silent_users": 0, "silent_contacts": 255,
    "silent_guardians": 255, "silent_from": 99,
}  # fmt: skip

_OF_PEOPLE = ("sync/departures", "sync/matched_links", "sync/unlinked", "sync/contact_values", "sync/users")


def fill(connection: duckdb.DuckDBPyConnection, students: int, day: int) -> None:
    """Write the people and links of day 1 or 2 of `sync.py`; every guardian has a mobile."""
    schools = max(1, students // STUDENTS_A_SCHOOL)
    values = {"day": day, "students": students, "schools": schools, "classes": schools * CLASSES_A_SCHOOL}
    connection.execute("drop table if exists temp.students")
    # A night before may have made the table itself, without its constraints.
    connection.execute("drop table if exists day.oneroster.users")
    connection.execute(statement("schema/day/oneroster.users"))
    connection.execute("truncate day.guardians.guardians")
    for text in (_STUDENTS, _PEOPLE, _LINKS):
        connection.execute(text, {name: value for name, value in values.items() if f"${name}" in text})
    connection.execute(
        "update day.oneroster.users set sms = '+1202' || (5550100 + hash(sourced_id) % 900000) "
        "where record_kind = 'contact'"
    )


class Clock:
    """Seconds that passed within its blocks, and seconds that processors worked."""

    def __init__(self) -> None:
        self.seconds = self.worked = 0.0

    def __enter__(self) -> Self:
        self.seconds -= time.perf_counter()
        self.worked -= time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds += time.perf_counter()
        self.worked += time.process_time()


def measure(connection: duckdb.DuckDBPyConnection, night: str, students: int) -> tuple[Clock, Clock, dict[str, int]]:
    """Return what a night's plan for people and its checks took, and how many ids each cause claims."""
    plan, checks = Clock(), Clock()
    db = Database(connection)
    fill(connection, students, 1)
    for table in ("users", "ids", "guardian_links"):
        connection.execute(f"truncate book.roster.{table}")
    connection.execute("truncate book.sync.syncs")
    for text in _ROSTER:
        connection.execute(text)
    if night == "ordinary":
        fill(connection, students, 2)
    for text in _NIGHTS[night]:
        connection.execute(text)
    db.clear("sync")
    db.run("sync/matched_users", baseline=1, students_by_number=False)
    with checks:
        find_moved_ids(db, baseline=1, sync_date=TONIGHT)
    with plan:
        db.run_each(_OF_PEOPLE, _PLAN)
    with checks:
        find_claims(db, baseline=1)
    rows = connection.execute("select cause || if(is_held, '', ' (told)'), count(*) from day.sync.claims group by 1")
    return plan, checks, dict(rows.fetchall())


def main() -> None:
    """Print a table of all nights."""
    students = (int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE) // 3
    out = Console(highlight=False, soft_wrap=True)
    out.print(
        f"{platform.machine()}, {os.cpu_count()} cores, duckdb {duckdb.__version__} with a memory limit of "
        f"{MEMORY_LIMIT}, load before {os.getloadavg()[0]:.1f}"
    )
    table = Table("night", "plan for people s", "checks s", "checks CPU s", "claims", box=None)
    with tempfile.TemporaryDirectory(prefix="rollcall-bench-") as root:
        config = {"memory_limit": MEMORY_LIMIT, "temp_directory": root}
        with duckdb.connect(":memory:", config=config) as connection:
            for name in macros():
                connection.execute(statement(name))
            for database in ("day", "book"):
                connection.execute(f"attach '{Path(root) / database}.duckdb' as {database}")
                tables = schema_tables(database)
                for schema in dict.fromkeys(schema for schema, _ in tables):
                    connection.execute(f"create schema if not exists {database}.{schema}")
                for _, name in tables:
                    connection.execute(statement(name))
            for night in _NIGHTS:
                plan, checks, claims = measure(connection, night, students)
                told = ", ".join(f"{count:,} {cause}" for cause, count in sorted(claims.items())) or "none"
                table.add_row(night, f"{plan.seconds:.1f}", f"{checks.seconds:.1f}", f"{checks.worked:.1f}", told)
    out.print(table)


if __name__ == "__main__":
    main()
