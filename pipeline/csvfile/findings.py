"""What the raw stage has to say of a file: rows of raw.findings and raw.unreadable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.oneroster.files import RosterFile
from pipeline.warehouse.sessions import Database

FINDING_COLUMNS = ["file", "line", "field", "code", "sourced_id", "value"]


@dataclass(frozen=True)
class Unreadable:
    """A row that does not fit the header, or that the file breaks off in, and what is said of it."""

    line: int
    cells: list[str]
    code: str
    value: str


def rows_in_words(lines: Sequence[int], many: int | None = None) -> str:
    """Return how many rows there are (`many`, where these are only the first), and the first of their lines."""
    first = ", ".join(str(line) for line in lines[:3])
    many = len(lines) if many is None else many
    return f"1 row, on line {first}" if many == 1 else f"{many:,} rows, the first on lines {first}"


def report(
    db: Database,
    file: RosterFile,
    code: str,
    *,
    line: int | None = None,
    field: str | None = None,
    value: str | None = None,
) -> None:
    """Say one thing of a file."""
    db.insert("day.raw.findings", FINDING_COLUMNS, [(file.name, line, field, code, None, value)])


def report_rows(db: Database, file: RosterFile, code: str, rows: Sequence[tuple[int, str | None, str | None]]) -> None:
    """Say the same of many rows, each with its line, column and value."""
    if rows:
        lines, fields, values = zip(*rows, strict=True)
        many = [[said] * len(rows) for said in (file.name, code)]
        db.insert_columns(
            "day.raw.findings",
            {"file": many[0], "code": many[1], "line": lines, "field": fields, "value": values},
        )


def report_unreadable(db: Database, file: RosterFile, unreadable: Sequence[Unreadable]) -> None:
    """Keep the cells of rows that could not be read, so that what they name stays protected, and say why."""
    if not unreadable:
        return
    lines, names = [row.line for row in unreadable], [file.name] * len(unreadable)
    db.insert_columns("day.raw.unreadable", {"file": names, "line": lines, "cells": [row.cells for row in unreadable]})
    codes, values = [row.code for row in unreadable], [row.value for row in unreadable]
    db.insert_columns("day.raw.findings", {"file": names, "line": lines, "code": codes, "value": values})


def keep_unreadable(db: Database, rows: Sequence[tuple[str, int, list[str]]]) -> None:
    """Keep the cells of rows (file, line, cells) that could not be read in a file of another format."""
    if rows:
        files, lines, cells = zip(*rows, strict=True)
        db.insert_columns("day.raw.unreadable", {"file": files, "line": lines, "cells": cells})
