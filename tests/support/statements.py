"""One SQL statement as a test: the rows that it reads, given as a small table of text, and the rows that it makes.

A table's first line names the columns, `|` separates them, `-` is null. Columns that must not be null and that a table
does not name get a value that says nothing: 0, false, an empty text or list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import duckdb

from pipeline.warehouse.statements import macros, parameters, schema_tables, statement

Rows = list[tuple[str | None, ...]]

_SAYS_NOTHING = {"VARCHAR": "", "BOOLEAN": "false", "VARCHAR[]": "[]"}


@dataclass(frozen=True)
class Case:
    """What a statement is given, by table (`day.raw.users`), and what it makes of it."""

    name: str
    """What holds, in words."""
    expected: str
    """The rows that the statement makes, in the columns that matter, in any order."""
    given: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name


def table(text: str) -> tuple[list[str], Rows]:
    """Return the column names and the rows of a table."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return lines[0], [tuple(None if cell == "-" else cell for cell in line) for line in lines[1:]]


class Statements:
    """An empty day database and roster in memory, in which one case after another runs."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(":memory:")
        for name in macros():
            self._connection.execute(statement(name))
        for database in ("day", "book"):
            self._connection.execute(f"attach ':memory:' as {database}")
            tables = schema_tables(database)
            for schema in dict.fromkeys(schema for schema, _ in tables):
                self._connection.execute(f"create schema if not exists {database}.{schema}")
            for _, name in tables:
                self._connection.execute(statement(name))

    def close(self) -> None:
        self._connection.close()

    def made(
        self,
        names: str | Sequence[str],
        case: Case,
        *,
        into: str,
        by_way_of: str | None = None,
        where: str = "true",
        **values: Any,
    ) -> Rows:
        """Run statements on what the case gives; return the rows of `into` in the columns that it expects.

        `by_way_of` is a table that they fill on the way; `where` leaves rows out.
        """
        values = {**values, **case.values}
        try:
            for filled, rows in case.given.items():
                self._fill(filled, rows)
            for name in [names] if isinstance(names, str) else names:
                self._connection.execute(
                    statement(name), {key: value for key, value in values.items() if key in parameters(name)}
                )
            columns, _ = table(case.expected)
            listed = ", ".join(f"{column}::varchar" for column in columns)
            return sorted(self._connection.execute(f"select {listed} from {into} where {where}").fetchall(), key=repr)  # noqa: S608
        finally:
            for filled in {into, *case.given, *([by_way_of] if by_way_of else [])}:
                self._connection.execute(f"truncate {filled}")

    def _fill(self, filled: str, text: str) -> None:
        columns, rows = table(text)
        must = {
            name: _SAYS_NOTHING.get(kind, "0")
            for name, kind, null, *_ in self._connection.execute(f"describe {filled}").fetchall()
            if null == "NO" and name not in columns
        }
        marks = ", ".join("?" * (len(columns) + len(must)))
        self._connection.executemany(
            f"insert into {filled} ({', '.join((*columns, *must))}) values ({marks})",  # noqa: S608
            [[*row, *must.values()] for row in rows],
        )


def expected(case: Case) -> Rows:
    """Return the rows that a case expects, in the order in which `made` returns them."""
    return sorted(table(case.expected)[1], key=repr)
