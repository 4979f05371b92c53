"""The SQL files: one statement each, named after what they make, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest
from sqlglot import exp, parse_one

from pipeline.warehouse.statements import SQL_FOLDER, TABLES, parameters, schema_tables, statement

FILES = sorted(path.relative_to(SQL_FOLDER).with_suffix("").as_posix() for path in SQL_FOLDER.rglob("*.sql"))
TABLE_NAMES = {Path(name).name for base in ("day", "book", "check", "formats") for _, name in schema_tables(base)}
PARAMETER = re.compile(r"[a-z_][a-z0-9_]*")
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("pipeline", "assets")
    for path in (SQL_FOLDER.parent / folder).rglob("*.py")
)


def made_by_name(name: str) -> bool:
    """Whether the code finds the file by a pattern: all of the schema, a table for each of the roster's files."""
    tables = "users|classes|enrollments|orgs|academic_sessions|courses|contacts"
    patterns = {"roster/export_{file.table}": rf"roster/export_({tables})"}
    patterns["sync/blank_in_{file.table}"] = r"sync/blank_in_(users|classes|enrollments)"
    return name.startswith(("schema/", "migrations/", "macros/")) or any(
        pattern in CODE and re.fullmatch(names, name) for pattern, names in patterns.items()
    )


def test_there_are_statements() -> None:
    assert len(FILES) > 90


def test_a_file_is_one_statement_with_a_comment_on_top() -> None:
    offenders = []
    for name in FILES:
        text = statement(name)
        first = text.splitlines()[0]
        if not first.startswith("-- ") or len(first) <= 12:
            offenders.append(f"{name}: the first line does not say what the file makes or returns")
        if len(duckdb.extract_statements(text)) != 1:
            offenders.append(f"{name}: not one statement")
    assert offenders == []


def test_a_file_is_used_by_its_name() -> None:
    assert [name for name in FILES if not made_by_name(name) and f'"{name}"' not in CODE] == []


def test_a_file_that_fills_a_table_names_it_on_top() -> None:
    offenders = []
    for name in FILES:
        text = statement(name)
        if "insert into" in text and name not in TABLES:
            target = re.search(r"insert into (?:day|book|target)\.(\w+\.\w+)", text)
            if target is None or target.group(1) not in text.splitlines()[0]:
                offenders.append(name)
    assert offenders == []


def test_a_statement_for_several_tables_is_for_tables_that_exist_and_no_other() -> None:
    there = {f"{base}.{Path(name).name}" for base in ("day", "book") for _, name in schema_tables(base)}
    # the database of a set in another format is attached AS day
    there |= {f"day.{Path(name).name}" for _, name in schema_tables("formats")}
    assert {table for tables in TABLES.values() for table in tables} - there == set()
    assert sorted(name for name in FILES if re.search(r'"(table|target)"', statement(name))) == sorted(TABLES)
    for name, tables in TABLES.items():
        for table in there:
            if table in tables:
                assert table.split(".", 1)[1] in statement(name, table)
                assert not re.search(r'"(table|target)"', statement(name, table))
            else:
                with pytest.raises(ValueError, match=re.escape(f"sql/{name}.sql is not for {table}.")):
                    statement(name, table)
    with pytest.raises(ValueError, match="is not for"):
        statement("roster/users", "book.roster.users")


def test_the_tables_that_a_replay_takes_back_are_all_that_know_of_a_sync() -> None:
    """`sync.withheld` is kept by the digest of what was withheld, not by a sync."""
    of_syncs = [name for _, name in schema_tables("book") if re.search(r"\b(since_sync|sync_number) ", statement(name))]
    taken_back = TABLES["transition/rewind_versions"] + TABLES["transition/rewind_records"]
    assert sorted(f"book.{Path(name).name}" for name in of_syncs) == sorted(taken_back)


def tables_in_header(name: str) -> set[str]:
    """The tables that the header names behind `reads:`; those of the roster with `book.` before them, of the roster
    that a correction moves to with `target.`."""
    found = re.search(r"^-- reads:(.*(?:\n--(?! grain:).*)*)", statement(name), re.MULTILINE)
    words = re.sub(r"\([^)]*\)", "", found.group(1)) if found else ""
    named = set(re.findall(r"\b(?:(?:book|target)\.)?[a-z_]+\.[a-z_]+\b", words))
    return {table for table in named if table.removeprefix("book.").removeprefix("target.") in TABLE_NAMES}


def tables_read(name: str) -> set[str]:
    """The tables of a statement; the one that it fills or changes only where it reads it as well."""
    made = parse_one(statement(name), dialect="duckdb")
    target = (
        made.find(exp.Table)
        if isinstance(made, exp.Insert | exp.Create | exp.Update | exp.Delete | exp.Alter)
        else None
    )
    read = [table for table in made.find_all(exp.Table) if table.catalog and table is not target]
    return {
        (f"{table.catalog}." if table.catalog in {"book", "target"} else "") + f"{table.db}.{table.name}"
        for table in read
    }


def test_a_header_names_the_tables_that_the_statement_reads() -> None:
    offenders = []
    for name in FILES:
        # a migration reads tables that are no more
        if not name.startswith(("macros/", "migrations/")):
            named, read = tables_in_header(name), tables_read(name)
            offenders += [f"{name}: does not read {table}" for table in sorted(named - read)]
            offenders += [f"{name}: does not name {table}" for table in sorted(read - named)]
    assert offenders == []


def test_values_are_bound_and_never_written_into_the_text() -> None:
    offenders = []
    for name in FILES:
        if "{" in "\n".join(line.split("--")[0] for line in statement(name).splitlines()):
            offenders.append(f"{name}: a place to fill in")
        offenders += [f"{name}: ${parameter}" for parameter in parameters(name) if not PARAMETER.fullmatch(parameter)]
    assert offenders == []


@pytest.mark.parametrize("database", ["day", "book"])
def test_a_schema_file_makes_the_table_that_it_is_named_after(database: str) -> None:
    offenders = []
    for schema, name in schema_tables(database):
        table = Path(name).name
        made = rf"create (table if not exists|or replace view) {database}\.{re.escape(table)}\b"
        if not table.startswith(f"{schema}.") or not re.search(made, statement(name)):
            offenders.append(name)
    assert offenders == []


def test_no_comment_on_a_column_ends_in_the_middle_of_a_sentence() -> None:
    offenders = [
        f"{name}: {line}"
        for name in FILES
        if name.startswith("schema/")
        for line in statement(name).splitlines()
        # the template of a list that docs/columns.py writes is no comment on a column
        if "--" in line and line.endswith(",") and not line.lstrip().startswith("-- columns of ")
    ]
    assert offenders == []


def test_a_macro_bears_the_name_of_its_file_and_is_called() -> None:
    offenders = []
    for name in FILES:
        called = name.removeprefix("macros/")
        if called != name:
            if f"create macro {called}(" not in statement(name):
                offenders.append(f"{name}: makes another macro")
            if not any(f"{called}(" in statement(other) for other in FILES if other != name):
                offenders.append(f"{name}: never called")
    assert offenders == []
