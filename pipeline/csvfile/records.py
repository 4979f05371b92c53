"""The careful reader: record by record, for what the fast reader cannot take.

A quotation mark opens a quoted cell only where a closing one is followed by the end of the cell; otherwise it is a
character like any other, as in exports that put no quotes around values ("AJ" Smith). It reads bytes (a mapped file):
all marks that give a file its structure are single bytes in UTF-8 and in no other character.
"""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.csvfile.dialect import LineEnd

_LINES = re.compile(rb"\r\n|\r|\n")

_REST_OF_QUOTED = re.compile(rb'[^"]*+(?:""[^"]*+)*+"')
"""From behind the opening quotation mark to the closing one: the first that is not half of a doubled one."""

LONGEST_ROW = 1 << 24
"""Bytes of a record. Nobody has a row of 16 MB; a mark that is never closed may make one of a whole file."""

MOST_CELLS = 10_000
"""Of a record. What goes on after them is not taken apart: a file that is one row of commas has millions."""

_MOST_LINES = 1_000
"""Of one record that are looked at as rows by themselves."""

Data = mmap.mmap | bytes


@dataclass(frozen=True)
class Record:
    """One record: the physical line it starts on (the header is 1), its cells, and whether a line end closes it.

    `spans`: a quoted cell of it goes on over a line end. `open_quote`: the text ends in it, and a quotation mark that
    begins a cell of it was never closed. `stray`: positions (from 0) of cells that hold quotation marks and are not
    quoted as RFC 4180 has it. `too_long`: how many bytes it has, where it is not taken apart for that; `cells` are then
    its first ones.
    """

    line: int
    cells: list[str]
    closed: bool
    spans: bool = False
    open_quote: bool = False
    stray: tuple[int, ...] = ()
    too_long: int = 0


def read_records(
    data: Data, *, line_end: LineEnd, delimiter: str, width: int, start: int = 0, errors: str = "strict"
) -> Iterator[Record]:
    """Yield every record from byte `start` on, the header's included; lines with nothing on them are passed over.

    `errors` says what becomes of bytes that are no UTF-8, as in `bytes.decode`.
    """
    reader = RecordReader(line_end=line_end, delimiter=delimiter, width=width, errors=errors)
    position, line, size = start, 1, len(data)
    while position < size:
        record, end = reader.record_at(data, position, line)
        if record is not None:
            yield record
        line += reader.lines_between(data, position, end)
        position = end


class RecordReader:
    """Reads the record that begins at a place.

    Where the header ends with a lone CR, CR and CR LF end a record, and a LF by itself is part of a value (as in
    PowerSchool's exports); otherwise CR LF and LF both end a record. Lines count as an editor shows them: CR, LF and
    CR LF each end one. Where a quoted cell spans lines that are rows by themselves (`_swallows_rows`), the record holds
    the cells of all its lines, and so cannot be taken for a row.
    """

    def __init__(self, *, line_end: LineEnd, delimiter: str, width: int, errors: str = "strict") -> None:
        self._ends = re.compile(rb"\r\n?" if line_end == "\r" else rb"\r\n|\n")
        self._delimiter = delimiter.encode()
        self._cell = _CellReader(re.escape(self._delimiter) + b"|" + self._ends.pattern)
        self._cell_of_row = _CellReader(re.escape(self._delimiter))
        self._width = width
        self._errors = errors

    def record_at(self, data: Data, begin: int, line: int) -> tuple[Record | None, int]:
        """Return the record (None: a line with nothing on it) and the byte behind it."""
        position = begin
        cells: list[bytes] = []
        closed = open_quote = False
        stray: list[int] = []
        while True:
            cell, position, is_quoted = self._cell.read(data, position)
            if not is_quoted and b'"' in cell:
                stray.append(len(cells))
                open_quote = open_quote or _is_open(cell)
            cells.append(cell)
            if len(cells) > MOST_CELLS:
                end = self._ends.search(data, position)
                body_end, position = (end.start(), end.end()) if end else (len(data), len(data))
                return self._cut(line, cells, body_end - begin, closed=end is not None), position
            found = self._cell.stop.match(data, position)
            if found is None:
                body_end = position
                break
            body_end, position = position, found.end()
            if found.group() != self._delimiter:
                closed = True
                break
        if body_end - begin > LONGEST_ROW:
            return self._cut(line, cells, body_end - begin, closed=closed), position
        spans = self._ends.search(data, begin, body_end) is not None
        rows = [self._row(row) for row in self._some_lines(data[begin:body_end])] if spans else []
        if spans and _swallows_rows([len(row) for row in rows], self._width):
            # A value of several lines, or several rows between two stray marks: nobody can tell, so it is neither.
            cells = [cell for row in rows for cell in row]
            open_quote = _is_open(rows[-1][-1])
        if cells == [b""] and closed:
            return None, position
        texts = [cell.decode("utf-8", self._errors) for cell in cells]
        return Record(line, texts, closed, spans, open_quote and not closed, tuple(stray)), position

    def _some_lines(self, text: bytes) -> list[bytes]:
        """Return the lines of a record; of very many the first ones and the last, which say the same."""
        *lines, rest = self._ends.split(text, maxsplit=_MOST_LINES)
        return [*lines, self._ends.split(rest)[-1] if len(lines) == _MOST_LINES else rest]

    def _cut(self, line: int, cells: list[bytes], size: int, *, closed: bool) -> Record:
        """Return a record that is too long to be taken apart."""
        few = [cell[:100].decode("utf-8", "replace") for cell in cells[: self._width]]
        few += ["more"] * (len(few) == self._width)  # it is no row, whatever its first cells look like
        return Record(line, few, closed, too_long=size)

    @staticmethod
    def lines_between(data: Data, begin: int, end: int) -> int:
        """Return how many physical lines end between two bytes."""
        return sum(1 for _ in _LINES.finditer(data, begin, end))

    def _row(self, row: bytes) -> list[bytes]:
        """Return the cells of one line that is looked at as a row by itself."""
        cells, position = [], 0
        while True:
            cell, end, _ = self._cell_of_row.read(row, position)
            cells.append(cell)
            if end == len(row):
                return cells
            position = end + len(self._delimiter)


class _CellReader:
    """Reads one cell; `stop` is what ends it."""

    def __init__(self, stop: bytes) -> None:
        self.stop = re.compile(stop)
        self._after = re.compile(stop + rb"|\Z")

    def read(self, data: Data, start: int) -> tuple[bytes, int, bool]:
        """Return the cell that begins at `start`, where it ends, and whether it is quoted.

        Takes time in proportion to the text in all: the search from one stray mark ends at the next one.
        """
        if data[start : start + 1] == b'"':
            quoted = _REST_OF_QUOTED.match(data, start + 1)
            if quoted is not None and self._after.match(data, quoted.end()) is not None:
                return data[start + 1 : quoted.end() - 1].replace(b'""', b'"'), quoted.end(), True
        found = self.stop.search(data, start)
        end = found.start() if found else len(data)
        return data[start:end], end, False


def _swallows_rows(widths: list[int], width: int) -> bool:
    """Say whether a quoted cell that goes on over lines with so many cells each may have begun at a stray mark.

    A blank line or one that is too long does not speak against it, as long as both ends of the record are rows by
    themselves, or any line between them is one.
    """
    if all(found == width for found in widths):
        return True
    return width > 1 and (widths[0] == widths[-1] == width or width in widths[1:-1])


def _is_open(cell: bytes) -> bool:
    """Say whether a cell that is not quoted begins with a quotation mark that another one should have closed."""
    return cell.startswith(b'"') and cell.count(b'"') % 2 == 1
