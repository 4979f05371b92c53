"""Reads a file that the fast reader cannot take as a whole: what is plain goes to it, the rest is read with care.

Belongs here: what is forgiven of a row, and what is said of it. Does not belong here: where a record ends
(`records.py`), which lines are plain (`split.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path

from pipeline.csvfile.dialect import Dialect, Refusal
from pipeline.csvfile.fast import read_fast
from pipeline.csvfile.findings import Unreadable, report, report_rows, report_unreadable, rows_in_words
from pipeline.csvfile.header import HeaderCell
from pipeline.csvfile.records import LONGEST_ROW, MOST_CELLS, Data, Record, RecordReader
from pipeline.csvfile.repair import fill, mend
from pipeline.csvfile.split import Parted, part
from pipeline.oneroster.files import USED_FILES, Column, RosterFile
from pipeline.warehouse.sessions import Database

AT_A_TIME = 20_000
"""Records that are in memory at once."""

LONGEST_CELL = 1 << 20
"""Characters of a value; the longest list of schools that we saw has two thousand."""

_KEPT_OF_CELL = 1_000
"""Characters that are kept of a cell of a row that is too long: an id has fewer."""


def read_irregular(
    db: Database,
    file: RosterFile,
    data: Data,
    dialect: Dialect,
    header: Sequence[HeaderCell],
    copy: Path | None,
) -> tuple[int, int]:
    """Read a mapped file and return how many rows it has, and how many of them fit no header.

    `copy` is where the plain lines go, for as long as this takes; without one, nothing is left to the fast reader.
    """
    reader = RecordReader(line_end=dialect.line_end, delimiter=dialect.delimiter, width=len(header))
    # In a file of one column a blank line is a row for the one reader, and none for the other.
    parted = _read_plain(db, file, data, dialect, header, copy, reader) if copy and len(header) > 1 else None
    if parted is None:
        parted = part(data, dialect, reader, None)
    if {b"\n", b"\r\n"} <= parted.line_ends:
        report(db, file, "line_ends_mixed")
    careful = _Careful(db, file, data, dialect, header, reader, parted)
    careful.read()
    rows, unreadable = parted.plain + careful.rows, careful.unreadable
    if not rows and not unreadable:
        raise Refusal("header_only")
    return rows, unreadable


def _read_plain(
    db: Database,
    file: RosterFile,
    data: Data,
    dialect: Dialect,
    header: Sequence[HeaderCell],
    copy: Path,
    reader: RecordReader,
) -> Parted | None:
    """Give the fast reader what is plain; None, and nothing read, where it sees something else there than we do."""
    try:
        parted = part(data, dialect, reader, copy)
        lines = 1 + parted.plain + len(parted.apart)
        plain = replace(dialect, line_end="\n", lines=lines, delimiters=parted.delimiters)
        if not parted.plain or read_fast(db, file, copy, plain, header, apart=parted.apart):
            return parted
    finally:
        copy.unlink(missing_ok=True)
    return None


class _Careful:
    """Reads the records that are not plain, some thousands at a time."""

    def __init__(
        self,
        db: Database,
        file: RosterFile,
        data: Data,
        dialect: Dialect,
        header: Sequence[HeaderCell],
        reader: RecordReader,
        parted: Parted,
    ) -> None:
        self.rows = self.unreadable = 0
        self._db, self._file, self._dialect, self._parted = db, file, dialect, parted
        self._header, self._width = header, len(header)
        self._records = partial(parted.records, data, reader)
        self._spare = 0 if parted.plain else _spare_cells(self._records(), self._width)
        self._schools: dict[int, set[str]] | None = None
        self._keeps_line_breaks = False
        self._fills = self._short_rows_are_whole()
        self._filled: list[int] = []
        self._open_quotes: list[int] = []

    def read(self) -> None:
        left, records = len(self._parted.places), self._records()
        while block := list(islice(records, AT_A_TIME)):
            left -= len(block)
            self._read_block(block, is_last=not left and self._parted.ends_apart)
        if self._spare:
            report(self._db, self._file, "empty_field_at_end")
        if self._keeps_line_breaks:
            report(self._db, self._file, "line_break_kept")
        for code, lines in (("quotation_marks_kept", self._open_quotes), ("blank_cells_at_end", self._filled)):
            if lines:
                report(self._db, self._file, code, line=lines[0], value=rows_in_words(lines))

    def _read_block(self, block: list[Record], *, is_last: bool) -> None:
        unreadable: list[Unreadable] = []
        broken_off = []
        if is_last and not self._dialect.ends_complete:
            how = _cut_off(block[-1], self._width)
            if how is None:
                report(self._db, self._file, "end_without_line_end", line=self._dialect.lines)
            else:
                last = block.pop()
                code = "further_file_cut_off" if self._file in USED_FILES else "file_cut_off"
                broken_off = [Unreadable(last.line, last.cells, code, how)]
        lines: list[int] = []
        rows: list[list[str]] = []
        mended: list[tuple[int, str | None, str | None]] = []
        for record in block:
            too_long = _too_long(record)
            if too_long is not None:
                kept = [cell[:_KEPT_OF_CELL] for cell in record.cells[: self._width]]
                unreadable.append(Unreadable(record.line, kept, "row_too_long", too_long))
                continue
            cells = self._fitted(record, mended)
            if len(cells) == self._width and self._has_open_id(record):
                # a name may begin with a mark, an id does not
                bare = [cell.removeprefix('"') for cell in cells]
                unreadable.append(Unreadable(record.line, bare, "quotation_mark_open", "it stands before an id"))
            elif len(cells) == self._width:
                lines.append(record.line)
                rows.append(cells)
            else:
                code = "quotation_mark_open" if record.stray or record.spans else "field_count"
                unreadable.append(Unreadable(record.line, cells, code, _count_in_words(cells, self._width)))
        self._insert(lines, rows)
        report_unreadable(self._db, self._file, [*broken_off, *unreadable])
        report_rows(self._db, self._file, "row_mended", mended)
        spanning = [record.line for record in block if record.spans and len(record.cells) == self._width]
        report_rows(self._db, self._file, "line_break_in_value", [(line, None, None) for line in spanning])
        self._keeps_line_breaks |= self._dialect.line_end == "\r" and any(
            "\n" in cell for record in block for cell in record.cells
        )
        self._open_quotes += [
            record.line
            for record in block
            if len(record.cells) == self._width and any(record.cells[place].startswith('"') for place in record.stray)
        ]
        self.rows += len(lines)
        self.unreadable += len(broken_off) + len(unreadable)

    def _has_open_id(self, record: Record) -> bool:
        """Say whether a quotation mark that is never closed stands before an id."""
        return len(record.cells) == self._width and any(
            record.cells[place].startswith('"')
            and (column := self._header[place].column) is not None
            and column.kind == "guid"
            for place in record.stray
        )

    def _insert(self, lines: list[int], rows: list[list[str]]) -> None:
        fields = {
            cell.position - 1: cell.column.field
            for cell in self._header
            if cell.column is not None and cell.column.stored
        }
        if lines:
            values = {field: [row[index] for row in rows] for index, field in fields.items()}
            self._db.insert_columns(f"day.raw.{self._file.table}", {"line": lines, **values})

    def _fitted(self, record: Record, mended: list[tuple[int, str | None, str | None]]) -> list[str]:
        """Return the row's cells without blank ones that every row has too many, mended where that is possible."""
        cells = record.cells
        if self._spare and len(cells) == self._width + self._spare and not _beyond(record, self._width):
            return cells[: self._width]
        if len(cells) == self._width or record.spans:
            return cells
        columns = [cell.column for cell in self._header]
        if len(cells) > self._width or self._fills:
            filled = fill(cells, columns, self._dialect.delimiter, self._known_schools(columns))
            if filled is not None:
                self._filled.append(record.line)
                return filled
        read = mend(cells, columns, self._dialect.delimiter, self._known_schools(columns))
        if read is None:
            return cells
        cells, place = read
        column = columns[place]
        mended.append((record.line, column.header if column else "", cells[place][:100]))
        return cells

    def _short_rows_are_whole(self) -> bool:
        """Say whether every row with cells too few is whole but for blank cells at its end.

        Where one of them is not, a row may have been broken into two: then none of them is trusted.
        """
        columns = [cell.column for cell in self._header]
        return all(
            fill(record.cells, columns, self._dialect.delimiter, {}) is not None
            for record in self._records()
            if len(record.cells) < self._width and record.closed
        )

    def _known_schools(self, columns: Sequence[Column | None]) -> dict[int, set[str]]:
        """Return the schools that whole rows name, for each column that names schools."""
        if self._schools is None:
            rows = self._db.rows("raw/schools_named", file=self._file.name) if self._parted.plain else []
            places = [place for place, column in enumerate(columns) if column and column.references == "orgs"]
            self._schools = {place: {row["school_id"] for row in rows if row["school_id"]} for place in places}
            for record in self._records() if places else ():
                if len(record.cells) == self._width:
                    for place in places:
                        named = (part.strip() for part in record.cells[place].split(","))
                        self._schools[place].update(school for school in named if school)
        return self._schools


def _cut_off(last: Record, width: int) -> str | None:
    """Return what shows that the file breaks off in its last record; None where nothing does."""
    if last.closed:
        return None
    if len(last.cells) < width:
        return _count_in_words(last.cells, width)
    if last.open_quote:
        return "a quotation mark that is never closed"
    return None


def _too_long(record: Record) -> str | None:
    """Say what is too long in a row; None where nothing is."""
    if record.too_long > LONGEST_ROW:
        return f"{record.too_long:,} bytes, and at most {LONGEST_ROW:,} are read"
    if record.too_long:
        return f"more than {MOST_CELLS:,} cells"
    lengths = [len(cell) for cell in record.cells]
    if max(lengths, default=0) > LONGEST_CELL:
        return f"a value of {max(lengths):,} characters, and at most {LONGEST_CELL:,} are read"
    return None


def _count_in_words(cells: Sequence[str], width: int) -> str:
    return f"{len(cells)} {'cell' if len(cells) == 1 else 'cells'} where the header has {width}"


def _spare_cells(records: Iterator[Record], width: int) -> int:
    """Return how many blank cells each row has beyond the header: as many delimiters at the end of every row.

    Of a single row that says nothing: a comma in a name moves a blank last cell there, and all others under a wrong
    column.
    """
    widths: set[int] = set()
    for record in records:
        if not record.closed:
            continue
        widths.add(len(record.cells))
        if len(widths) > 1 or _beyond(record, width):
            return 0
    return max(widths.pop() - width, 0) if widths else 0


def _beyond(record: Record, width: int) -> bool:
    """Say whether anything stands in the cells that the row has beyond the header."""
    return any(cell.strip() for cell in record.cells[width:])
