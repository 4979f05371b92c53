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


@dataclass(frozen=True)
class Record:
    """One record: the physical line it starts on (the header is 1), its cells, and whether a line end closes it.

    `spans`: a quoted cell of it goes on over a line end.
    """

    line: int
    cells: list[str]
    closed: bool
    spans: bool = False


def read_records(text: str, *, line_end: LineEnd, delimiter: str, width: int) -> Iterator[Record]:
    """Yield every record of `text`, the header's included; lines with nothing on them are passed over.

    Where the header ends with a lone CR, a LF is part of a value (PowerSchool's exports); otherwise CR LF and LF both
    end a record. Lines count as an editor shows them: CR, LF and CR LF each end one. Where a quoted cell spans lines
    that each have `width` cells by themselves, the record holds all of these cells, and so cannot be taken for a row.
    """
    ends = re.compile("\r" if line_end == "\r" else "\r\n|\n")
    stop = re.compile(f"{re.escape(delimiter)}|{ends.pattern}")
    after_quote = re.compile(f'"(?={re.escape(delimiter)}|{ends.pattern}|\\Z)')
    position, line, size = 0, 1, len(text)
    while position < size:
        begin = position
        cells: list[str] = []
        closed = False
        while True:
            cell, position = _quoted(text, position, after_quote)
            if cell is None:
                found = stop.search(text, position)
                cell, position = (text[position : found.start()], found.start()) if found else (text[position:], size)
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
        if spans and all(len(row) == width for row in rows):
            # A value of several lines, or several rows between two stray marks: nobody can tell, so it is neither.
            cells = [cell for row in rows for cell in row]
        if cells != [""]:
            yield Record(line, cells, closed, spans)
        line += sum(1 for _ in _LINES.finditer(text, begin, position))


def split_row(row: str, delimiter: str) -> list[str]:
    """Return the cells of one line that is known to be a row by itself."""
    stop = re.compile(re.escape(delimiter))
    after_quote = re.compile(f'"(?={re.escape(delimiter)}|\\Z)')
    cells, position = [], 0
    while True:
        cell, end = _quoted(row, position, after_quote)
        if cell is None:
            found = stop.search(row, position)
            end = found.start() if found else len(row)
            cell = row[position:end]
        cells.append(cell)
        if end == len(row):
            return cells
        position = end + len(delimiter)


def _quoted(text: str, start: int, after_quote: re.Pattern[str]) -> tuple[str | None, int]:
    """Return the cell that is quoted from `start` and where it ends; (None, start) where none is."""
    if not text.startswith('"', start):
        return None, start
    place = start + 1
    while True:
        found = after_quote.search(text, place)
        if found is None:
            return None, start
        inner = text[start + 1 : found.start()]
        # The closing quote is the first one that is not half of a doubled one.
        if '"' not in inner.replace('""', ""):
            return inner.replace('""', '"'), found.end()
        if '"' in inner.replace('""', "") and not inner.endswith('"'):
            return None, start
        place = found.end()
