"""Reads a file as the standard has it: UTF-8, commas, RFC 4180, the header's exact names in their order.

Belongs here: text rules and the header. Each fault is a finding, and whatever can still be read is read, so that all
that is wrong is told at once. Does not belong here: what values may be (sql/check), what a sync forgives (`load.py`).
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.csvfile.dialect import (
    DELIMITERS,
    LONGEST_HEADER,
    LineEnd,
    Refusal,
    count_bytes,
    opened,
    refuse_other_formats,
)
from pipeline.csvfile.header import HeaderCell, clean_cell, read_header
from pipeline.csvfile.records import Record, read_records
from pipeline.csvfile.split import LONGEST_LINE
from pipeline.oneroster.files import RosterFile
from pipeline.warehouse.sessions import Database, WarehouseError

EXTENSION = re.compile(r"metadata\.\S+")
"""The only columns that may be added, to the right of the standard's."""

_LINE_END = re.compile(b"\r\n|\r|\n")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\udc80-\udcff]")

_FINDINGS = ("file", "line", "field", "code", "value")


@dataclass
class _Found:
    """Findings of one file, column by column."""

    file: str
    rows: list[tuple[int | None, str | None, str, str | None]] = field(default_factory=list)

    def add(self, code: str, *, line: int | None = None, column: str | None = None, value: str | None = None) -> None:
        self.rows.append((line, column, code, value[:200] if value else value))

    def write(self, db: Database) -> None:
        if not self.rows:
            return
        lines, columns, codes, values = zip(*self.rows, strict=True)
        made = (([self.file] * len(self.rows)), lines, columns, codes, values)
        db.insert_columns("day.sent.findings", dict(zip(_FINDINGS, made, strict=True)))


def read_to_the_letter(db: Database, file: RosterFile, path: Path) -> None:
    """Read one file into the tables `sent.columns` and `sent.rows`, and what is wrong with it into `sent.findings`."""
    found = _Found(file.name)
    try:
        with opened(path) as data:
            _read(db, file, path, data, found)
    except Refusal as refusal:
        found.add(refusal.code, value=refusal.value)
    found.write(db)


def _read(db: Database, file: RosterFile, path: Path, data: mmap.mmap | bytes, found: _Found) -> None:
    if not data[: min(len(data), 4096)].strip(b"\xef\xbb\xbf \t\r\n") and len(data) <= LONGEST_HEADER:
        raise Refusal("file_empty")
    has_nul = data.find(b"\0") >= 0
    if not has_nul or data[:512].count(b"\0") > 1:
        refuse_other_formats(data)
    start = 3 if data[:3] == codecs.BOM_UTF8 else 0
    head = bytes(data[start : start + LONGEST_HEADER])
    end = re.search(b"\r\n|\r|\n", head)
    if end is None and len(head) == LONGEST_HEADER:
        raise Refusal("not_csv", "its first line is too long")
    line_end: LineEnd = end.group().decode() if end else "\n"  # type: ignore[assignment]
    first_line = head[: end.start()] if end else head
    delimiter = _delimiter(first_line.decode("utf-8", "surrogateescape"), file)
    if delimiter != ",":
        found.add("delimiter_not_comma", line=1, value={"\t": "tabs", ";": "semicolons", "|": "bars"}[delimiter])
    first = next(read_records(first_line, line_end=line_end, delimiter=delimiter, width=0, errors="surrogateescape"))
    _check_text(first, [None] * len(first.cells), found)
    names = [_without_surrogates(cell) for cell in first.cells]
    header = read_header(tuple(names), file)
    _check_header(names, header, file, found)
    columns = _columns(header, file)
    db.insert(
        "day.sent.columns",
        ["file", "position", "header", "field"],
        [
            (file.name, cell.position, cell.header, column if column != "password" else None)
            for cell, column in zip(header, columns, strict=True)
        ],
    )
    if end is None or start + end.end() >= len(data):
        found.add("header_only")
        return
    if delimiter == "," and not has_nul and _read_lines(db, file, path, data, line_end):
        return
    _check_blank_lines(bytes(data[start:]), found)
    records = read_records(
        data, line_end=line_end, delimiter=delimiter, width=len(names), start=start, errors="surrogateescape"
    )
    _read_records(db, file, records, columns, found)


def _delimiter(header: str, file: RosterFile) -> str:
    """Return what separates the header's cells: the comma, where it shows any name that we know."""
    known = {
        delimiter: sum(clean_cell(cell.strip().strip('"'), file) is not None for cell in header.split(delimiter))
        for delimiter in DELIMITERS
    }
    best = max(DELIMITERS, key=lambda delimiter: known[delimiter])
    if known[best] == 0:
        raise Refusal("header_missing")
    return best


def _check_header(names: list[str], header: list[HeaderCell], file: RosterFile, found: _Found) -> None:
    """Compare the header with the standard's: exact names, each once, in order, extensions to the right of them."""
    expected = [column.header for column in file.standard_columns]
    last = max((place for place, name in enumerate(names) if name in expected), default=-1)
    seen: set[str] = set()
    for place, name in enumerate(names):
        if name in seen:
            found.add("column_repeated", line=1, column=name)
        elif EXTENSION.fullmatch(name):
            if place < last:
                found.add("extension_not_last", line=1, column=name)
        elif name not in expected:
            meant = header[place].column
            hint = f" (did you mean {meant.header}?)" if meant and meant.standard and meant.header not in names else ""
            found.add("column_not_standard", line=1, column=name, value=f'"{name}"{hint}')
        seen.add(name)
    for name in expected:
        if name not in names:
            found.add("standard_column_missing", line=1, column=name, value=name)
    there = [name for name in dict.fromkeys(names) if name in expected]
    for is_there, should in zip(there, [name for name in expected if name in there], strict=True):
        if is_there != should:
            found.add("column_order", line=1, column=is_there, value=f"{is_there} is where {should} should be")


def _columns(header: list[HeaderCell], file: RosterFile) -> list[str | None]:
    """Return the standard's column for each cell of the header, each at most once; the exact name goes first."""
    expected = {column.header for column in file.standard_columns}
    taken: set[str] = set()
    columns: list[str | None] = [None] * len(header)
    for exact in (True, False):
        for place, cell in enumerate(header):
            name = cell.header if exact else cell.column.header if cell.column else ""
            if columns[place] is None and name in expected and name not in taken:
                columns[place] = name
                taken.add(name)
    return columns


def _read_lines(db: Database, file: RosterFile, path: Path, data: mmap.mmap | bytes, line_end: LineEnd) -> bool:
    """Let DuckDB read a file in which every line is one row of RFC 4180; False, and nothing read, where one is not."""
    crlf, end = count_bytes(data, b"\r\n"), line_end.encode()
    ends = {"\r\n": crlf, "\r": count_bytes(data, b"\r") - crlf, "\n": count_bytes(data, b"\n") - crlf}
    if sum(bool(count) for count in ends.values()) != 1 or data.find(end + end) >= 0 or data.find(b"\1") >= 0:
        return False
    expected = ends[line_end] - (data[-1:] in (b"\r", b"\n"))
    try:
        with db.transaction():
            db.run(
                "check/lines",
                file=file.name,
                path=str(path),
                columns={"text": "VARCHAR"},
                line_end={"\r": "\\r", "\n": "\\n", "\r\n": "\\r\\n"}[line_end],
                longest_line=LONGEST_LINE,
            )
            if db.value("check/row_count", file=file.name) != expected:
                raise _CountsDiffer  # noqa: TRY301 - rolls the insert back
            if db.value("check/has_control", file=file.name):
                raise _CountsDiffer  # noqa: TRY301 - the same
    except (WarehouseError, _CountsDiffer):
        return False
    return True


class _CountsDiffer(Exception):  # noqa: N818 - never leaves this module
    pass


def _read_records(
    db: Database, file: RosterFile, records: Iterator[Record], columns: list[str | None], found: _Found
) -> None:
    next(records, None)
    lines: list[int] = []
    cells: list[list[str]] = []
    for record in records:
        _check_text(record, columns, found)
        lines.append(record.line)
        cells.append([_without_surrogates(cell) for cell in record.cells])
    if not lines:
        found.add("header_only")
        return
    db.insert_columns("day.sent.rows", {"file": [file.name] * len(lines), "line": lines, "cells": cells})


def _check_blank_lines(text: bytes, found: _Found) -> None:
    lines = _LINE_END.split(text.rstrip(b"\r\n"))
    for number, line in enumerate(lines, start=1):
        if not line:
            found.add("blank_line", line=number)
    ends = _LINE_END.findall(text[len(text.rstrip(b"\r\n")) :])
    if len(ends) > 1:
        found.add("blank_line_at_end", line=len(lines) + 1)


def _check_text(record: Record, columns: list[str | None], found: _Found) -> None:
    """Find marks that quote nothing, line breaks, control characters and bytes that are no UTF-8 in a record."""
    fits = len(record.cells) == len(columns)
    for place, cell in enumerate(record.cells):
        column = columns[place] if fits else None
        if place in record.stray:
            found.add("quotation_mark_stray", line=record.line, column=column)
        if "\r" in cell or "\n" in cell:
            found.add("line_break_in_field", line=record.line, column=column)
        if _CONTROL.search(cell):
            found.add("control_character", line=record.line, column=column)
        if _SURROGATE.search(cell):
            found.add("byte_not_utf8", line=record.line, column=column)


def _without_surrogates(cell: str) -> str:
    return _SURROGATE.sub("\ufffd", cell)
