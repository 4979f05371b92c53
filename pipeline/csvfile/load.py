"""The raw stage: reads each file of a delivery into its raw table, every cell as text with its source line.

The fast reader is DuckDB's, told exactly what the file looks like; its counts of records and delimiters must equal
those that we made ourselves. Whatever does not fit goes to the careful reader (`records.py`) as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.csvfile.dialect import Dialect, Refusal, inspect, opened
from pipeline.csvfile.header import HeaderCell, read_header
from pipeline.csvfile.records import Record, read_records
from pipeline.oneroster.files import ROSTER_FILES, RosterFile
from pipeline.warehouse.sessions import Database, WarehouseError

LONGEST_LINE = 1 << 20
"""Bytes of the longest line that the fast reader takes; a longer one goes to the careful reader."""

_FINDING_COLUMNS = ["file", "line", "field", "code", "sourced_id", "value"]
_COLUMN_COLUMNS = ["file", "position", "header", "field", "state"]


@dataclass(frozen=True)
class FileRead:
    """What was read of one file: rows under the header's columns, and rows that do not fit the header."""

    file: str
    rows: int
    unreadable: int


def read_delivery(db: Database, paths: Mapping[str, Path], *, scope: str) -> list[FileRead]:
    """Read the files of a delivery (`users.csv` -> where it is) into the raw tables.

    A file that is not there or cannot be read at all is a finding. Nothing is raised for what a district sent.
    """
    db.clear("raw")
    return [_read_file(db, file, paths.get(file.name), scope) for file in ROSTER_FILES]


def _read_file(db: Database, file: RosterFile, path: Path | None, scope: str) -> FileRead:
    try:
        if path is None:
            raise Refusal("file_missing")  # noqa: TRY301 - all refusals of a file end in one place
        with opened(path) as data:
            dialect = inspect(data, file)
    except Refusal as refusal:
        _report(db, file, refusal.code, field=refusal.field, value=refusal.value)
        return FileRead(file.name, 0, 0)
    header = read_header(dialect.header, file)
    _record_header(db, file, header)
    if not _header_is_sound(db, file, header, scope):
        return FileRead(file.name, 0, 0)
    if dialect.regular and _read_regular(db, file, path, dialect, header):
        return FileRead(file.name, dialect.lines - 1, 0)
    return _read_irregular(db, file, path, dialect, header)


def _header_is_sound(db: Database, file: RosterFile, header: list[HeaderCell], scope: str) -> bool:
    sound = True
    for column in file.columns:
        cells = [cell.header for cell in header if cell.column == column]
        if len(cells) > 1:
            _report(db, file, "column_twice", field=column.header, value=" and ".join(cells))
            sound = False
        if not cells and column.is_required(scope):
            _report(
                db,
                file,
                "column_missing",
                field=column.header,
                value=", ".join(c.header for c in header)[:500],
            )
            sound = False
        if cells and not column.stored:
            _report(db, file, "password_dropped", field=column.header)
    for cell in header:
        if cell.column is None and cell.header.strip():
            _report(db, file, "column_unknown", value=cell.header[:100])
    return sound


def _read_regular(db: Database, file: RosterFile, path: Path, dialect: Dialect, header: list[HeaderCell]) -> bool:
    """Let DuckDB read the file; False (and nothing read) where it disagrees with what we saw."""
    names = [cell.column.field if cell.column and cell.column.stored else f"extra_{cell.position}" for cell in header]
    how = {
        "path": str(path),
        "columns": dict.fromkeys(names, "VARCHAR"),
        "names": names,
        "delimiter": dialect.delimiter,
        "quote": '"' if dialect.quotes else "",
        "line_end": {"\r": "\\r", "\n": "\\n", "\r\n": "\\r\\n"}[dialect.line_end],
        "longest_line": LONGEST_LINE,
    }
    try:
        with db.transaction():
            db.run(f"raw/{file.table}", **how)
            if db.count(f"day.raw.{file.table}") != dialect.lines - 1:
                raise _CountsDiffer  # noqa: TRY301 - rolls the insert back
            # DuckDB passes over blank cells at the end of a row that is too long, such as one with a comma in a name
            within_values = db.value("raw/delimiters_within_values", **how) if dialect.quotes else 0
            if dialect.delimiters != dialect.lines * (len(header) - 1) + within_values:
                raise _CountsDiffer  # noqa: TRY301 - the same
    except (WarehouseError, _CountsDiffer):
        return False
    return True


class _CountsDiffer(Exception):  # noqa: N818 - never leaves this module
    pass


def _read_irregular(db: Database, file: RosterFile, path: Path, dialect: Dialect, header: list[HeaderCell]) -> FileRead:
    text = path.read_bytes().decode("utf-8-sig")
    fields = {cell.position - 1: cell.column.field for cell in header if cell.column is not None and cell.column.stored}
    width = len(header)
    lines: list[int] = []
    values: dict[str, list[str]] = {field: [] for field in fields.values()}
    unreadable: list[tuple[int, list[str]]] = []
    records = list(read_records(text, line_end=dialect.line_end, delimiter=dialect.delimiter, width=width))[1:]
    spare = _spare_cells(records, width)
    cut_off = None
    for record in records:
        cells = record.cells
        if spare and len(cells) == width + spare:
            cells = cells[:width]
        if len(cells) != width:
            unreadable.append((record.line, cells))
            if not record.closed and len(cells) < width:
                cut_off = record.line
            continue
        lines.append(record.line)
        for index, field in fields.items():
            values[field].append(cells[index])
    if lines:
        db.insert_columns(f"day.raw.{file.table}", {"line": lines, **values})
    if unreadable:
        _report_unreadable(db, file, unreadable, width, cut_off)
    spanning = [record.line for record in records if record.spans and len(record.cells) == width]
    if spanning:
        db.insert_columns(
            "day.raw.findings",
            {
                "file": [file.name] * len(spanning),
                "line": spanning,
                "code": ["line_break_in_value"] * len(spanning),
            },
        )
    if not lines and not unreadable:
        _report(db, file, "header_only")
    return FileRead(file.name, len(lines), len(unreadable))


def _spare_cells(records: Sequence[Record], width: int) -> int:
    """Return how many blank cells each row has beyond the header: as many delimiters at the end of every row.

    Of a single row that says nothing: a comma in a name moves a blank last cell there, and all others under a wrong
    column.
    """
    widths = {len(record.cells) for record in records if record.closed}
    blank = all(not cell.strip() for record in records for cell in record.cells[width:])
    return max(widths.pop() - width, 0) if len(widths) == 1 and blank else 0


def _report_unreadable(
    db: Database, file: RosterFile, unreadable: list[tuple[int, list[str]]], width: int, cut_off: int | None
) -> None:
    lines = [line for line, _ in unreadable]
    db.insert_columns(
        "day.raw.unreadable",
        {"file": [file.name] * len(lines), "line": lines, "cells": [cells for _, cells in unreadable]},
    )
    db.insert_columns(
        "day.raw.findings",
        {
            "file": [file.name] * len(lines),
            "line": lines,
            "code": ["file_cut_off" if line == cut_off else "field_count" for line in lines],
            "value": [f"{len(cells)} cells where the header has {width}" for _, cells in unreadable],
        },
    )


def _record_header(db: Database, file: RosterFile, header: list[HeaderCell]) -> None:
    db.insert(
        "day.raw.columns",
        _COLUMN_COLUMNS,
        [
            (file.name, cell.position, cell.header, cell.column.field if cell.column else None, cell.state)
            for cell in header
        ],
    )


def _report(db: Database, file: RosterFile, code: str, *, field: str | None = None, value: str | None = None) -> None:
    db.insert("day.raw.findings", _FINDING_COLUMNS, [(file.name, None, field, code, None, value)])
