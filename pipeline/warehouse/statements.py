"""The SQL files: one statement each, below sql/, found by name and read once.

A few are written for one of several tables, which they call "table"; TABLES is the list of what may take its place.
Such a statement may call the same table of the roster that a correction moves to "target".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SQL_FOLDER = Path(__file__).resolve().parents[2] / "sql"

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


VERSIONED = (
    "book.roster.absences",
    "book.roster.bars",
    "book.roster.classes",
    "book.roster.enrollments",
    "book.roster.guardian_links",
    "book.roster.guardian_support",
    "book.roster.ids",
    "book.roster.link_support",
    "book.roster.sources",
    "book.roster.users",
)
"""The tables of the roster whose rows are in force from one sync to another."""

MOVED = tuple(table for table in VERSIONED if table != "book.roster.bars")
"""Those that a correction moves to its target state. A bar stays whatever state the roster is moved to."""

RECORDS = ("book.roster.classes", "book.roster.enrollments", "book.roster.guardian_links", "book.roster.users")
"""Those whose rows are active or archived."""

TABLES: Mapping[str, tuple[str, ...]] = {
    "gate/forget": (
        "day.sync.holds",
        "day.sync.measured",
        "day.sync.school_sizes",
        "day.sync.stopped",
        "day.sync.subjects",
    ),
    "raw/rows": (
        "day.raw.classes",
        "day.raw.clever_enrollments",
        "day.raw.contacts",
        "day.raw.enrollments",
        "day.raw.guardians",
        "day.raw.roles",
        "day.raw.sections",
        "day.raw.staff",
        "day.raw.student_attributes",
        "day.raw.students",
        "day.raw.teachers",
        "day.raw.user_profiles",
        "day.raw.users",
        "day.raw.users_without_roles",
    ),
    "raw/spreadsheet_values": (
        "day.raw.classes",
        "day.raw.contacts",
        "day.raw.enrollments",
        "day.raw.guardians",
        "day.raw.student_attributes",
        "day.raw.users",
    ),
    "roster/digest_of_all": (
        "book.meta.district",
        "book.meta.version",
        *VERSIONED,
        "book.sync.causes",
        "book.sync.changes",
        "book.sync.counts",
        "book.sync.holds",
        "book.sync.syncs",
        "book.sync.withheld",
    ),
    "sync/withhold": (
        "day.sync.classes",
        "day.sync.enrollments",
        "day.sync.guardian_links",
        "day.sync.users",
    ),
    "transition/archived_files": ("book.roster.guardian_links", "book.roster.users"),
    "transition/close_versions": MOVED,
    "transition/differs": ("book.roster.guardian_support", "book.roster.ids", "book.roster.link_support"),
    "transition/gone": RECORDS,
    "transition/open_versions": MOVED,
    "transition/renumber": (
        "book.roster.classes",
        "book.roster.enrollments",
        "book.roster.guardian_links",
        "book.roster.guardian_support",
        "book.roster.ids",
        "book.roster.link_support",
        "book.roster.users",
    ),
    "transition/renumber_pairs": ("book.roster.bars", "book.roster.guardian_links"),
    "transition/reopen_versions": VERSIONED,
    "transition/rewind_records": ("book.sync.causes", "book.sync.changes", "book.sync.counts", "book.sync.holds"),
    "transition/rewind_versions": VERSIONED,
}
"""The statements for one of several tables, with those tables: DuckDB binds no name of a table."""

_TABLE, _TARGET = '"table"', '"target"'


@cache
def statement(name: str, table: str | None = None) -> str:
    """Return the text of `sql/<name>.sql`, such as `oneroster/users`, for `table` where it is for one of several.

    Raises:
        ValueError: the statement is not for this table.
    """
    text = (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    if table is None:
        return text
    if table not in TABLES.get(name, ()):
        raise ValueError(f"sql/{name}.sql is not for {table}.")
    return text.replace(_TABLE, table).replace(_TARGET, f"target.{table.split('.', 1)[1]}")


@cache
def parameters(name: str) -> frozenset[str]:
    """Return the names of the bind parameters of a statement."""
    code = "\n".join(line.split("--")[0] for line in statement(name).splitlines())
    return frozenset(_PARAMETER.findall(code))


@cache
def schema_tables(database: str) -> tuple[tuple[str, str], ...]:
    """Return (schema, statement name) for each table and view of `database` (a folder of sql/schema), views last."""
    files = sorted((SQL_FOLDER / "schema" / database).glob("*.sql"))
    found = [(path.name.split(".")[0], f"schema/{database}/{path.stem}") for path in files]
    return tuple(sorted(found, key=lambda table: "create or replace view" in statement(table[1])))


@cache
def macros() -> tuple[str, ...]:
    """Return the statements that make the functions which other statements call."""
    return tuple(f"macros/{path.stem}" for path in sorted((SQL_FOLDER / "macros").glob("*.sql")))


def migration(version: int) -> tuple[str, ...]:
    """Return the statements, in order, that bring a roster from the version before to `version`."""
    folder = SQL_FOLDER / "migrations" / "book" / str(version)
    return tuple(f"migrations/book/{version}/{path.stem}" for path in sorted(folder.glob("*.sql")))
