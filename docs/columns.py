"""Writes the columns of users.csv and classes.csv where SQL lists them one by one: `python docs/columns.py`.

In a SQL file such a list is between two comments; the first says what each column becomes there:

    -- columns of users: if(target.{field} is distinct from known.{field}, '{header}', null),
    …
    -- end of columns

The columns "of users" are those of the history table (sql/schema/book/roster.users.sql) between the schools and the
state; those "of users.csv" are all that the catalogue (pipeline/oneroster/files.py) reads from the file. The last line
has no comma where the statement's list ends. docs/adding_a_column.md says how to add one.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.oneroster.files import CLASSES, USERS, RosterFile
from pipeline.warehouse.statements import SQL_FOLDER

FILES = {"users": USERS, "classes": CLASSES}

LIST = re.compile(
    r"^(?P<indent> *)-- columns of (?P<of>users|classes|users\.csv|classes\.csv): (?P<template>.+)\n"
    r"(?:.*\n)*?"
    r"^ *-- end of columns\n(?= *(?P<next>\S*))",
    re.MULTILINE,
)

_COLUMN = re.compile(r"^    (\w+)\s+varchar\b", re.MULTILINE)


def kept_columns(file: RosterFile, sql: Path = SQL_FOLDER) -> list[tuple[str, str]]:
    """Return field and header of the columns whose values the roster keeps as they are read, in the table's order."""
    text = (sql / "schema" / "book" / f"roster.{file.table}.sql").read_text(encoding="utf-8")
    between = re.split(r"^    (?:school_ids?|state)\b.*\n", text, flags=re.MULTILINE)[1]
    headers = {column.field: column.header for column in file.columns}
    return [(field, headers[field]) for field in _COLUMN.findall(between)]


def sent_columns(file: RosterFile) -> list[tuple[str, str]]:
    """Return field and header of the columns that are read from the file, in the order of the catalogue."""
    return [(column.field, column.header) for column in file.columns if column.stored]


def written(text: str, sql: Path = SQL_FOLDER) -> str:
    """Return the text of a SQL file with its lists of columns written out."""

    def lines(found: re.Match[str]) -> str:
        indent, of, template = found.group("indent", "of", "template")
        file = FILES[of.removesuffix(".csv")]
        columns = kept_columns(file, sql) if of == file.table else sent_columns(file)
        made = [template.format(field=field, header=header) for field, header in columns]
        if found.group("next").startswith((")", "]", "from")):
            made[-1] = made[-1].removesuffix(",")
        return "".join(f"{indent}{line}\n" for line in (f"-- columns of {of}: {template}", *made, "-- end of columns"))

    return LIST.sub(lines, text)


def main() -> None:
    """Write every list again."""
    for path in sorted(SQL_FOLDER.rglob("*.sql")):
        text = path.read_text(encoding="utf-8")
        now = written(text)
        if now != text:
            path.write_text(now, encoding="utf-8")


if __name__ == "__main__":
    main()
