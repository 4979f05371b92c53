"""DuckDB sessions: a connection in memory with the day database attached AS day and the roster AS book.

Belongs here: how files are opened, what a session may touch, and turning DuckDB's errors into ours.
Does not belong here: any statement over rows (sql/), what a stage does with them (the subjects).
DuckDB's messages quote the data they fail on, so none of them leaves this module.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import PermanentError, TransientError
from pipeline.warehouse.statements import TABLES, macros, parameters, schema_tables, statement

MEMORY_LIMIT = "2500MB"
"""DuckDB takes 80 % of the machine by default; several districts run side by side.

With 2 GB the first plan of a million students runs out of it."""

QUESTION_SPILLS = "2GB"
"""What a person's question may put on the disk beside its memory: a mistaken join must not fill it before a night."""

_OF_A_ROSTER = tuple(
    f"macros/{name}" for name in ("contact_key", "in_force", "key_part", "standard_id", "standard_ids", "tidy_list")
)
"""The functions that statements over the roster call."""

ONE_CORE = 4 << 20
"""Bytes of a delivery up to which a second core only costs: sharing out a few thousand rows takes longer than them."""

SAYS_NO_VALUES = (duckdb.BinderException, duckdb.CatalogException, duckdb.ParserException)
"""Errors about our own SQL: their text holds names, never data."""


class WarehouseError(PermanentError):
    """DuckDB refused a statement or a file. The message never holds a value of a row."""


class NoSpaceError(TransientError):
    """The disk is full. Nothing was half done: the roster is replaced as a whole or not at all."""


class Database:
    """One open session. Statements are named after their files in sql/."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def attach(self, name: str, path: Path, *, write: bool = False, new_block_size: int | None = None) -> None:
        """Attach a database file AS `name` (day or book), read-only unless it is to be written.

        `new_block_size` (bytes) is for a file that does not exist yet.

        Raises:
            WarehouseError: the file is damaged, or another process has it open for writing.
        """
        _attach(self._connection, name, path, write=write, new_block_size=new_block_size)

    def detach(self, name: str) -> None:
        """Let go of an attached database file."""
        self._execute(name, f"detach {name}", {})

    def is_attached(self, name: str) -> bool:
        """Return whether a database is attached AS `name`."""
        self._execute(name, "select count(*) from duckdb_databases() where database_name = $name", {"name": name})
        row = self._connection.fetchone()
        return bool(row and row[0])

    def run(self, name: str, *, table: str | None = None, **values: Any) -> None:
        """Run `sql/<name>.sql` with a value for each of its bind parameters, and no other.

        `table` is for a statement for one of several tables: `pipeline/warehouse/statements.py` lists them.

        Raises:
            TypeError: a value has no parameter, or a parameter no value.
            ValueError: the statement is not for this table, or for one of several and none is named.
            WarehouseError, NoSpaceError: in place of any error of DuckDB's.
        """
        if table is None and name in TABLES:
            raise ValueError(f"sql/{name}.sql is for one of several tables; name it.")
        _check_values(name, values)
        self._execute(name, statement(name, table), values)

    def run_each(
        self,
        names: Sequence[str],
        values: Mapping[str, Any],
        *,
        own: Mapping[str, Mapping[str, Any]] | None = None,
        without: Collection[str] = (),
    ) -> None:
        """Run statements in their order, each with those of the shared `values` that it has parameters for.

        `own` are the values of one statement alone, before the shared ones; `without` names those that are not needed
        this time.

        Raises:
            TypeError: no statement of the list takes one of the values, a parameter has no value, or `own` or
                `without` names a statement that is not in the list.
        """
        own = own or {}
        others = sorted({*own, *without} - set(names))
        if others:
            raise TypeError(f"These statements are not in the list: {', '.join(others)}.")
        unused = sorted(values.keys() - frozenset[str]().union(*(parameters(name) for name in names)))
        if unused:
            raise TypeError(f"No statement of the list has a parameter {_marked(unused)}: {', '.join(names)}.")
        for name in names:
            if name not in without:
                shared = {key: value for key, value in values.items() if key in parameters(name)}
                self.run(name, **(shared | dict(own.get(name, {}))))

    def rows(self, name: str, **values: Any) -> list[dict[str, Any]]:
        """Run `sql/<name>.sql` and return its rows as dictionaries."""
        self.run(name, **values)
        names = [column[0] for column in self._connection.description or ()]
        return [dict(zip(names, row, strict=True)) for row in self._fetched(name)]

    def value(self, name: str, **values: Any) -> Any:
        """Run `sql/<name>.sql` and return the one value of its one row."""
        self.run(name, **values)
        row = self._guard(name, self._connection.fetchone)
        return row[0] if row else None

    def insert(self, table: str, columns: list[str], rows: list[tuple[Any, ...]]) -> None:
        """Insert a few rows of our own making (settings, the catalogue) into `table`."""
        if rows:
            # One statement for all rows: a statement for each would take a millisecond of planning each.
            marks = ", ".join([f"({', '.join('?' * len(columns))})"] * len(rows))
            text = f"insert into {table} ({', '.join(columns)}) values {marks}"  # noqa: S608 - names of our own
            self._guard(table, lambda: self._connection.execute(text, [value for row in rows for value in row]))

    def insert_columns(self, table: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Insert many rows that Python made, given column by column; all columns have the same length."""
        parts = ", ".join(f"unnest(${name}) as {name}" for name in columns)
        text = f"insert into {table} by name select {parts}"
        self._execute(table, text, {name: list(values) for name, values in columns.items()})

    def copy_out(self, name: str, path: Path, *, without: Sequence[str] = (), **values: Any) -> None:
        """Run `sql/<name>.sql`, a SELECT, and write its rows to `path` as CSV (RFC 4180, UTF-8, LF).

        `without` are columns of it that are left out; `values` may have more than the statement takes.
        """
        values = {key: value for key, value in values.items() if key in parameters(name)}
        _check_values(name, values)
        text = statement(name)
        if without:
            left_out = ", ".join(f'"{column}"' for column in without)
            text = f"select * exclude ({left_out}) from ({text})"  # noqa: S608 - columns of ours
        text = f"copy ({text}) to '{_quoted(path)}' (format csv, header true)"
        self._execute(name, text, values)

    def clear(self, schema: str) -> None:
        """Empty all tables of a stage's schema in the day database, so that the stage can run again."""
        for table_schema, name in schema_tables("day"):
            if table_schema == schema and "create or replace view" not in statement(name):
                self._execute(name, f"truncate day.{name.rsplit('/', 1)[1]}", {})

    def count(self, table: str) -> int:
        """Return how many rows `database.schema.table` has."""
        self._execute(table, f"select count(*) from {table}", {})  # noqa: S608 - name of ours
        row = self._guard(table, self._connection.fetchone)
        return int(row[0]) if row else 0

    def columns(self, table: str) -> list[tuple[str, str]]:
        """Return the columns of `database.schema.table` as (name, type)."""
        self._execute(table, f"describe {table}", {})
        return [(str(row[0]), str(row[1])) for row in self._fetched(table)]

    def create_schema(self, database: str, schema: str) -> None:
        """Create a schema of ours where it is not there yet."""
        self._execute(schema, f"create schema if not exists {database}.{schema}", {})

    @contextmanager
    def cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Give DuckDB's own cursor, for what a person asks (`pipeline/warehouse/query.py`); its errors quote data."""
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def alongside(self) -> Iterator[Database]:
        """Give a second connection to the same databases, for a statement that runs beside another."""
        cursor = self._connection.cursor()
        try:
            yield Database(cursor)
        finally:
            cursor.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit on the way out, roll back on any exception."""
        self._execute("begin", "begin", {})
        try:
            yield
        except BaseException:
            # An error that has ended the transaction by itself is the one to tell.
            with suppress(WarehouseError, NoSpaceError):
                self._execute("rollback", "rollback", {})
            raise
        self._execute("commit", "commit", {})

    def _execute(self, name: str, text: str, values: dict[str, Any]) -> None:
        self._guard(name, lambda: self._connection.execute(text, values))

    def _fetched(self, name: str) -> list[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = self._guard(name, self._connection.fetchall)
        return rows

    @staticmethod
    def _guard(name: str, action: Any) -> Any:
        try:
            return action()
        except duckdb.Error as failure:
            in_words = _in_words(name, failure)
        raise in_words  # here, so that not even its context holds DuckDB's message


def _check_values(name: str, values: Mapping[str, Any]) -> None:
    """Raise a TypeError unless the values are those of the statement's parameters; the message holds names alone."""
    wanted = parameters(name)
    unknown, missing = sorted(values.keys() - wanted), sorted(wanted - values.keys())
    if unknown:
        there = f"it has {_marked(sorted(wanted))}" if wanted else "it has none"
        raise TypeError(f"sql/{name}.sql has no parameter {_marked(unknown)}; {there}.")
    if missing:
        raise TypeError(f"sql/{name}.sql needs a value for {_marked(missing)}.")


def _marked(names: Sequence[str]) -> str:
    return ", ".join(f"${name}" for name in names)


def _in_words(name: str, failure: duckdb.Error) -> WarehouseError | NoSpaceError:
    """Return what to raise in place of an error of DuckDB's."""
    if isinstance(failure, SAYS_NO_VALUES):
        return WarehouseError(f"sql/{name}.sql does not fit this database: {failure}")
    if isinstance(failure, duckdb.OutOfMemoryException):
        return NoSpaceError(
            f"Memory or disk ran out in sql/{name}.sql.",
            "Free some up, then run it again: nothing was applied.",
        )
    if isinstance(failure, duckdb.IOException):
        if "No space left" in str(failure):
            return NoSpaceError(
                f"The disk is full (in sql/{name}.sql).",
                "Free up some space, then run it again: nothing was applied.",
            )
        return WarehouseError(f"A database file cannot be read or written (in sql/{name}.sql).")
    return WarehouseError(
        f"sql/{name}.sql failed with {type(failure).__name__}.",
        "The values are not shown because they are people's data.",
    )


@contextmanager
def session(
    root: Path,
    *,
    day: Path | None = None,
    book: Path | None = None,
    write: str | None = None,
    new_block_size: int | None = None,
    files: bool = True,
    size: int | None = None,
) -> Iterator[Database]:
    """Open a session that can touch nothing outside `root`, or, without `files`, nothing but the two databases.

    `day` and `book` are attached under those names, read-only except the one named by `write`: a transaction of
    DuckDB's can write one attached file only. `new_block_size` (bytes) is for a file that is not there yet. `size` is
    how many bytes were delivered: a small delivery is worked out on one core.

    Raises:
        WarehouseError: a file is damaged, or another process has it open for writing.
    """
    # One for each session: what DuckDB keeps there has names that two sessions would share.
    spill = root / ".spill" / f"{os.getpid()}-{secrets.token_hex(4)}"
    with suppress(OSError):
        spill.parent.mkdir(mode=0o700, exist_ok=True)
    config: dict[str, Any] = {
        "allow_community_extensions": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_persistent_secrets": False,
        "python_enable_replacements": False,
        "memory_limit": MEMORY_LIMIT,
        "threads": 1 if size is not None and size <= ONE_CORE else min(4, os.cpu_count() or 1),
        "temp_directory": str(spill),
    }
    if not files:
        config["max_temp_directory_size"] = QUESTION_SPILLS
    connection = duckdb.connect(":memory:", config=config)
    try:
        # Only what fills a day reads cells; making the functions takes a quarter of the time of opening a session.
        for name in macros() if write == "day" else _OF_A_ROSTER if book else ():
            connection.execute(statement(name))
        if files:
            # Nothing below this line can reach a file outside the district's folder, load an extension or undo that.
            connection.execute(f"set allowed_directories = ['{_quoted(root)}/']")
            connection.execute("set enable_external_access = false")
        for name, path in (("day", day), ("book", book)):
            if path is not None:
                _attach(connection, name, path, write=write == name, new_block_size=new_block_size)
        if not files:
            connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield Database(connection)
    finally:
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)


def _attach(
    connection: duckdb.DuckDBPyConnection, name: str, path: Path, *, write: bool, new_block_size: int | None
) -> None:
    options = "read_only"
    if write:
        is_new = new_block_size is not None and not path.exists()
        options = f"block_size {new_block_size}" if is_new else "read_write"
    try:
        connection.execute(f"attach '{_quoted(path)}' as {name} ({options})")
    except duckdb.Error:
        pass
    else:
        return
    if name == "day" and not path.exists():
        raise WarehouseError(
            f"There is no day database for this date yet ({path} does not exist).",
            "Materialize delivery first, or sync the date.",
        )
    raise WarehouseError(
        f"The database {path} cannot be opened.",
        "Either another process has it open for writing, or it is damaged. A day database is made again by "
        "syncing its date; for the roster see docs/operating.md, 'Backup and restore'.",
    )


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
