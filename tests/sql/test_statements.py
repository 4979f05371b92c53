"""The SQL files: one statement each, named after what they make, and each of them used."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse.statements import SQL_FOLDER, parameters, schema_tables, statement

FILES = sorted(path.relative_to(SQL_FOLDER).with_suffix("").as_posix() for path in SQL_FOLDER.rglob("*.sql"))
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("pipeline", "assets")
    for path in (SQL_FOLDER.parent / folder).rglob("*.py")
)


def made_by_name(name: str) -> bool:
    """Whether the code finds the file by a pattern: all of the schema, a table for each of the roster's files."""
    patterns = {"raw/{file.table}": r"raw/(users|classes|enrollments|contacts|guardians|student_attributes)"}
    patterns["roster/export_{file.table}"] = r"roster/export_(users|classes|enrollments)"
    patterns["transition/rewind"] = r"transition/rewind_.*"
    patterns["transition/reopen"] = r"transition/reopen_.*"
    patterns["sync/blank_in_{file.table}"] = r"sync/blank_in_(users|classes|enrollments)"
    return name.startswith(("schema/", "migrations/", "macros/")) or any(
        pattern in CODE and re.fullmatch(names, name) for pattern, names in patterns.items()
    )


def test_there_are_statements() -> None:
    assert len(FILES) > 90


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_one_statement_with_a_comment_on_top(name: str) -> None:
    text = statement(name)
    first = text.splitlines()[0]
    assert first.startswith("-- "), "the first line says what the file makes or returns"
    assert len(first) > 12
    assert len(duckdb.extract_statements(text)) == 1


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_used_by_its_name(name: str) -> None:
    assert made_by_name(name) or f'"{name}"' in CODE


@pytest.mark.parametrize("name", [name for name in FILES if "insert into" in statement(name)])
def test_a_file_that_fills_a_table_names_it_on_top(name: str) -> None:
    target = re.search(r"insert into (?:day|book)\.(\w+\.\w+)", statement(name))
    assert target is not None
    assert target.group(1) in statement(name).splitlines()[0]


@pytest.mark.parametrize("name", FILES)
def test_values_are_bound_and_never_written_into_the_text(name: str) -> None:
    assert "{" not in "\n".join(line.split("--")[0] for line in statement(name).splitlines())
    assert all(re.fullmatch(r"[a-z_][a-z0-9_]*", parameter) for parameter in parameters(name))


@pytest.mark.parametrize("database", ["day", "book"])
def test_a_schema_file_makes_the_table_that_it_is_named_after(database: str) -> None:
    for schema, name in schema_tables(database):
        table = Path(name).name
        assert re.search(
            rf"create (table if not exists|or replace view) {database}\.{re.escape(table)}\b", statement(name)
        )
        assert table.startswith(f"{schema}.")


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("schema/")])
def test_no_comment_on_a_column_ends_in_the_middle_of_a_sentence(name: str) -> None:
    assert not [
        line
        for line in statement(name).splitlines()
        # what a list of columns is made of may end in a comma: docs/columns.py
        if "--" in line and line.endswith(",") and not line.lstrip().startswith("-- columns of")
    ]


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("macros/")])
def test_a_macro_bears_the_name_of_its_file_and_is_called(name: str) -> None:
    called = name.removeprefix("macros/")
    assert f"create macro {called}(" in statement(name)
    assert any(f"{called}(" in statement(other) for other in FILES if other != name)
