"""The careful reader: record by record, for a file that the fast reader found irregular.

A quotation mark opens a quoted cell only where a closing one is followed by the end of the cell; otherwise it is a
character like any other, as in exports that put no quotes around values ("AJ" Smith).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.csvfile.dialect import LineEnd

_LINES = re.compile("\r\n|\r|\n")

_REST_OF_QUOTED = re.compile('[^"]*+(?:""[^"]*+)*+"')
"""From behind the opening quotation mark to the closing one: the first that is not half of a doubled one."""


@dataclass(frozen=True)
class Record:
    """One record: the physical line it starts on (the header is 1), its cells, and whether a line end closes it.

    `spans`: a quoted cell of it goes on over a line end. `open_quote`: the text ends in it, and a quotation mark that
    begins a cell of it was never closed. `stray`: positions (from 0) of cells that hold quotation marks and are not
    quoted as RFC 4180 has it.
    """

    line: int
    cells: list[str]
    closed: bool
    spans: bool = False
    open_quote: bool = False
    stray: tuple[int, ...] = ()


def read_records(text: str, *, line_end: LineEnd, delimiter: str, width: int) -> Iterator[Record]:
    """Yield every record of `text`, the header's included; lines with nothing on them are passed over.

    Where the header ends with a lone CR, CR and CR LF end a record, and a LF by itself is part of a value (as in
    PowerSchool's exports); otherwise CR LF and LF both end a record. Lines count as an editor shows them: CR, LF and
    CR LF each end one. Where a quoted cell spans lines that are rows by themselves (`_swallows_rows`), the record holds
    the cells of all its lines, and so cannot be taken for a row.
    """
    ends = re.compile("\r\n?" if line_end == "\r" else "\r\n|\n")
    stop = re.compile(f"{re.escape(delimiter)}|{ends.pattern}")
    after_cell = re.compile(f"{stop.pattern}|\\Z")
    position, line, size = 0, 1, len(text)
    while position < size:
        begin = position
        cells: list[str] = []
        closed = open_quote = False
        stray: list[int] = []
        while True:
            cell, position, is_quoted = _cell(text, position, stop, after_cell)
            if not is_quoted and '"' in cell:
                stray.append(len(cells))
            open_quote = open_quote or (not is_quoted and _is_open(cell))
            cells.append(cell)
            found = stop.match(text, position)
            if found is None:
                break
            position = found.end()
            if found.group() != delimiter:
                closed = True
                break
        body = text[begin : position - len(found.group()) if found and closed else position]
        spans = ends.search(body) is not None
        rows = [split_row(row, delimiter) for row in ends.split(body)] if spans else []
        if spans and _swallows_rows([len(row) for row in rows], width):
            # A value of several lines, or several rows between two stray marks: nobody can tell, so it is neither.
            cells = [cell for row in rows for cell in row]
            open_quote = _is_open(rows[-1][-1])
        if cells != [""] or not closed:
            yield Record(line, cells, closed, spans, open_quote and not closed, tuple(stray))
        line += sum(1 for _ in _LINES.finditer(text, begin, position))


def split_row(row: str, delimiter: str) -> list[str]:
    """Return the cells of one line that is known to be a row by itself."""
    stop = re.compile(re.escape(delimiter))
    after_cell = re.compile(f"{stop.pattern}|\\Z")
    cells, position = [], 0
    while True:
        cell, end, _ = _cell(row, position, stop, after_cell)
        cells.append(cell)
        if end == len(row):
            return cells
        position = end + len(delimiter)


def _swallows_rows(widths: list[int], width: int) -> bool:
    """Say whether a quoted cell that goes on over lines with so many cells each may have begun at a stray mark.

    A blank line or one that is too long does not speak against it, as long as both ends of the record are rows by
    themselves, or any line between them is one.
    """
    if all(found == width for found in widths):
        return True
    return width > 1 and (widths[0] == widths[-1] == width or width in widths[1:-1])


def _is_open(cell: str) -> bool:
    """Say whether a cell that is not quoted begins with a quotation mark that another one should have closed."""
    return cell.startswith('"') and cell.count('"') % 2 == 1


def _cell(text: str, start: int, stop: re.Pattern[str], after_cell: re.Pattern[str]) -> tuple[str, int, bool]:
    """Return the cell that begins at `start`, where it ends, and whether it is quoted."""
    cell, end = _quoted(text, start, after_cell)
    if cell is not None:
        return cell, end, True
    found = stop.search(text, start)
    end = found.start() if found else len(text)
    return text[start:end], end, False


def _quoted(text: str, start: int, after_cell: re.Pattern[str]) -> tuple[str | None, int]:
    """Return the cell that is quoted from `start` and where it ends; (None, start) where none is.

    Takes time in proportion to the text in all: the search from one stray mark ends at the next one.
    """
    if not text.startswith('"', start):
        return None, start
    found = _REST_OF_QUOTED.match(text, start + 1)
    if found is None or after_cell.match(text, found.end()) is None:
        return None, start
    return text[start + 1 : found.end() - 1].replace('""', '"'), found.end()
