"""The raw stage: reads each file of a delivery into its raw table, every cell as text with its source line.

The fast reader is DuckDB's, told exactly what the file looks like; its counts of records and delimiters must equal
those that we made ourselves. Whatever does not fit goes to the careful reader (`records.py`) as a whole.
"""

from __future__ import annotations

import mmap
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pipeline.csvfile.dialect import (
    Dialect,
    Refusal,
    first_line_not_utf8,
    inspect,
    is_utf8,
    opened,
    refuse_other_formats,
)
from pipeline.csvfile.encoding import to_utf8
from pipeline.csvfile.header import HeaderCell, read_header
from pipeline.csvfile.mending import mend
from pipeline.csvfile.records import Record, read_records
from pipeline.oneroster.files import ROSTER_FILES, STUDENT_ATTRIBUTES, USED_FILES, Column, RosterFile
from pipeline.oneroster.findings import CATALOGUE
from pipeline.oneroster.sets import SetFinding
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


@dataclass(frozen=True)
class _Unreadable:
    """A row that does not fit the header, or that the file breaks off in, and what is said of it."""

    line: int
    cells: list[str]
    code: str
    value: str


def read_delivery(
    db: Database,
    paths: Mapping[str, Path],
    *,
    scope: str,
    closed_before: frozenset[str] = frozenset(),
    said: Sequence[SetFinding] = (),
    encoding: str = "windows-1252",
    scratch: Path | None = None,
) -> list[FileRead]:
    """Read the files of a delivery (`users.csv` -> where it is) into the raw tables.

    `closed_before` names the files whose previous delivery ended with a line end: without one, such a file was cut off
    even where its last row has all its cells. `said` are the findings about the set. A file that is not UTF-8 is read
    in `encoding`, from a copy in the folder `scratch` (the file's own, without one). A file that is not there or cannot
    be read at all is a finding. Nothing is raised for what a district sent.
    """
    db.clear("raw")
    db.insert("day.raw.findings", _FINDING_COLUMNS, [(s.file, None, None, s.code, None, s.value) for s in said])
    # Where the set itself could not be opened, that its files are missing is no news.
    is_refused = any(CATALOGUE[finding.code].refuses for finding in said)
    files = [file for file in ROSTER_FILES if file.name in paths or not is_refused]
    files += [file for file in USED_FILES if file.name in paths]

    def read(file: RosterFile) -> FileRead:
        path = paths.get(file.name)
        with db.alongside() as own:
            return _read_file(own, file, path, scope, encoding, scratch, closed_before=file.name in closed_before)

    # Numbering the rows of a file takes one core, whatever the machine has: two files are read at a time.
    with ThreadPoolExecutor(max_workers=2) as pool:
        return list(pool.map(read, files))


def _read_file(
    db: Database,
    file: RosterFile,
    path: Path | None,
    scope: str,
    encoding: str,
    scratch: Path | None,
    *,
    closed_before: bool,
) -> FileRead:
    copy: Path | None = None
    try:
        if path is None:
            raise Refusal("file_missing")  # noqa: TRY301 - all refusals of a file end in one place
        if not is_utf8(path):
            copy = (scratch or path.parent) / f".utf8-{file.name}"
            path = _recoded(db, file, path, encoding, copy)
        with opened(path) as data:
            dialect = inspect(data, file)
            cut_off = not dialect.ends_complete and (closed_before or _ends_in_open_quote(data, dialect))
        return _read_text(db, file, path, dialect, scope, closed_before=closed_before, cut_off=cut_off)
    except Refusal as refusal:
        if file is STUDENT_ATTRIBUTES:
            # Nothing of the roster hangs on it.
            _report(db, file, "file_not_usable", value=refusal.value or refusal.code.replace("_", " "))
        else:
            _report(db, file, refusal.code, field=refusal.field, value=refusal.value)
        return FileRead(file.name, 0, 0)
    finally:
        if copy is not None:
            copy.unlink(missing_ok=True)


def _recoded(db: Database, file: RosterFile, path: Path, encoding: str, copy: Path) -> Path:
    """Return a copy in UTF-8 of a file that is written in `encoding`."""
    with opened(path) as data:
        refuse_other_formats(data)
        concerned = to_utf8(path, encoding, copy)
        if concerned is None:
            raise Refusal("not_utf8", f"on line {first_line_not_utf8(data)}")
    _report(db, file, "encoding_not_utf8", value=f"{encoding}; {concerned:,} characters are concerned")
    return copy


def _read_text(
    db: Database, file: RosterFile, path: Path, dialect: Dialect, scope: str, *, closed_before: bool, cut_off: bool
) -> FileRead:
    header = read_header(dialect.header, file)
    _record_header(db, file, header)
    if not _header_is_sound(db, file, header, scope):
        return FileRead(file.name, 0, 0)
    if dialect.ends_mixed:
        _report(db, file, "line_ends_mixed")
    if dialect.regular and not cut_off and _read_regular(db, file, path, dialect, header):
        if not dialect.ends_complete:
            _report(db, file, "end_without_line_end", line=dialect.lines)
        return FileRead(file.name, dialect.lines - 1, 0)
    return _read_irregular(db, file, path, dialect, header, closed_before=closed_before)


def _ends_in_open_quote(data: mmap.mmap | bytes, dialect: Dialect) -> bool:
    """Say whether the last line of a regular file that no line end closes breaks off within a quoted cell."""
    if not (dialect.regular and dialect.quotes):
        return False
    end = dialect.line_end.encode()
    last = bytes(data[data.rfind(end) + len(end) :]).decode("utf-8")
    width = len(dialect.header)
    records = read_records(last, line_end=dialect.line_end, delimiter=dialect.delimiter, width=width)
    return any(record.open_quote for record in records)


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
    mapped = [cell.header for cell in header if cell.column and cell.header != cell.column.header]
    if mapped:
        _report(db, file, "labels_mapped", value=", ".join(mapped)[:500])
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


def _read_irregular(
    db: Database,
    file: RosterFile,
    path: Path,
    dialect: Dialect,
    header: list[HeaderCell],
    *,
    closed_before: bool = False,
) -> FileRead:
    text = path.read_bytes().decode("utf-8-sig")
    fields = {cell.position - 1: cell.column.field for cell in header if cell.column is not None and cell.column.stored}
    width = len(header)
    lines: list[int] = []
    values: dict[str, list[str]] = {field: [] for field in fields.values()}
    unreadable: list[_Unreadable] = []
    records = list(read_records(text, line_end=dialect.line_end, delimiter=dialect.delimiter, width=width))[1:]
    if records and (how := _cut_off(records[-1], width, closed_before=closed_before and not dialect.ends_complete)):
        last = records.pop()
        unreadable.append(_Unreadable(last.line, last.cells, "file_cut_off", how))
    elif not dialect.ends_complete:
        _report(db, file, "end_without_line_end", line=dialect.lines)
    mender = _Mender(records, header, dialect.delimiter)
    for record in records:
        cells = mender.fitted(record)
        if len(cells) != width:
            unreadable.append(_Unreadable(record.line, cells, "field_count", _count_in_words(cells, width)))
            continue
        lines.append(record.line)
        for index, field in fields.items():
            values[field].append(cells[index])
    if lines:
        db.insert_columns(f"day.raw.{file.table}", {"line": lines, **values})
    if unreadable:
        _report_unreadable(db, file, unreadable)
    _report_leniencies(db, file, dialect, records, mender)
    if not lines and not unreadable:
        _report(db, file, "header_only")
    return FileRead(file.name, len(lines), len(unreadable))


def _report_leniencies(
    db: Database, file: RosterFile, dialect: Dialect, records: Sequence[Record], mender: _Mender
) -> None:
    width = len(dialect.header)
    if _spare_cells(records, width):
        _report(db, file, "empty_field_at_end")
    for line, field, value in mender.done:
        _report(db, file, "row_mended", line=line, field=field, value=value)
    _report_line_breaks(db, file, [record.line for record in records if record.spans and len(record.cells) == width])
    if dialect.line_end == "\r" and any("\n" in cell for record in records for cell in record.cells):
        _report(db, file, "line_break_kept")


class _Mender:
    """Mends rows of one file, and remembers what it did: line, column, and the value put together again."""

    def __init__(self, records: Sequence[Record], header: Sequence[HeaderCell], delimiter: str) -> None:
        self.done: list[tuple[int, str, str]] = []
        self._records = records
        self._columns = [cell.column for cell in header]
        self._delimiter = delimiter
        self._schools: dict[int, set[str]] | None = None
        self._spare = _spare_cells(records, len(header))

    def fitted(self, record: Record) -> list[str]:
        """Return the row's cells without blank ones that every row has too many, mended where that is possible."""
        width = len(self._columns)
        if self._spare and len(record.cells) == width + self._spare:
            return record.cells[:width]
        return self._mended(record) if len(record.cells) > width and not record.spans else record.cells

    def _mended(self, record: Record) -> list[str]:
        """Return the row's cells, mended where exactly one reading is possible, else as they are."""
        if self._schools is None:
            self._schools = _schools(self._records, self._columns)
        read = mend(record.cells, self._columns, self._delimiter, self._schools)
        if read is None:
            return record.cells
        cells, place = read
        column = self._columns[place]
        self.done.append((record.line, column.header if column else "", cells[place][:100]))
        return cells


def _schools(records: Sequence[Record], columns: Sequence[Column | None]) -> dict[int, set[str]]:
    """Return the schools that whole rows name, for each column that names schools."""
    places = [place for place, column in enumerate(columns) if column and column.references == "orgs"]
    whole = [record.cells for record in records if len(record.cells) == len(columns)]
    return {place: {part.strip() for cells in whole for part in cells[place].split(",")} for place in places}


def _cut_off(last: Record, width: int, *, closed_before: bool) -> str | None:
    """Return what shows that the file breaks off in its last record; None where nothing does."""
    if last.closed:
        return None
    if len(last.cells) < width:
        return _count_in_words(last.cells, width)
    if last.open_quote:
        return "a quotation mark that nothing closes"
    return "no line end, which the delivery before had" if closed_before else None


def _count_in_words(cells: Sequence[str], width: int) -> str:
    return f"{len(cells)} cells where the header has {width}"


def _spare_cells(records: Sequence[Record], width: int) -> int:
    """Return how many blank cells each row has beyond the header: as many delimiters at the end of every row.

    Of a single row that says nothing: a comma in a name moves a blank last cell there, and all others under a wrong
    column.
    """
    widths = {len(record.cells) for record in records if record.closed}
    blank = all(not cell.strip() for record in records for cell in record.cells[width:])
    return max(widths.pop() - width, 0) if len(widths) == 1 and blank else 0


def _report_unreadable(db: Database, file: RosterFile, unreadable: list[_Unreadable]) -> None:
    lines = [row.line for row in unreadable]
    db.insert_columns(
        "day.raw.unreadable",
        {"file": [file.name] * len(lines), "line": lines, "cells": [row.cells for row in unreadable]},
    )
    db.insert_columns(
        "day.raw.findings",
        {
            "file": [file.name] * len(lines),
            "line": lines,
            "code": [row.code for row in unreadable],
            "value": [row.value for row in unreadable],
        },
    )


def _report_line_breaks(db: Database, file: RosterFile, lines: list[int]) -> None:
    if lines:
        db.insert_columns(
            "day.raw.findings",
            {"file": [file.name] * len(lines), "line": lines, "code": ["line_break_in_value"] * len(lines)},
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


def _report(
    db: Database,
    file: RosterFile,
    code: str,
    *,
    line: int | None = None,
    field: str | None = None,
    value: str | None = None,
) -> None:
    db.insert("day.raw.findings", _FINDING_COLUMNS, [(file.name, line, field, code, None, value)])
