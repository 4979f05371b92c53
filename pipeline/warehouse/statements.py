"""The SQL files: one statement each, below sql/, found by name and read once."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

SQL_FOLDER = Path(__file__).resolve().parents[2] / "sql"

_PARAMETER = re.compile(r"\$([a-z_][a-z0-9_]*)")


@cache
def statement(name: str) -> str:
    """Return the text of `sql/<name>.sql`, such as `oneroster/users`."""
    return (SQL_FOLDER / f"{name}.sql").read_text(encoding="utf-8")


@cache
def parameters(name: str) -> frozenset[str]:
    """Return the names of the bind parameters of a statement."""
    code = "\n".join(line.split("--")[0] for line in statement(name).splitlines())
    return frozenset(_PARAMETER.findall(code))


@cache
def schema_tables(database: str) -> tuple[tuple[str, str], ...]:
    """Return (schema, statement name) for each table and view of `database` (day, book or check), views last."""
    files = sorted((SQL_FOLDER / "schema" / database).glob("*.sql"))
    found = [(path.name.split(".")[0], f"schema/{database}/{path.stem}") for path in files]
    return tuple(sorted(found, key=lambda table: "create or replace view" in statement(table[1])))


@cache
def macros() -> tuple[str, ...]:
    """Return the statements that make the functions which other statements call."""
    return statements_of("macros/")


@cache
def migration(version: int) -> tuple[str, ...]:
    """Return the statements, in order, that bring a roster from the version before to `version`."""
    folder = SQL_FOLDER / "migrations" / "book" / str(version)
    return tuple(f"migrations/book/{version}/{path.stem}" for path in sorted(folder.glob("*.sql")))


@cache
def statements_of(beginning: str) -> tuple[str, ...]:
    """Return the statements whose names begin like this, such as `transition/rewind`, in the order of their names."""
    folder, _, start = beginning.rpartition("/")
    return tuple(f"{folder}/{path.stem}" for path in sorted((SQL_FOLDER / folder).glob(f"{start}*.sql")))
