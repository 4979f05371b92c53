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
    """One record: the physical line it starts on (the header is 1), its cells, and whether a line end closes it."""

    line: int
    cells: list[str]
    closed: bool


def read_records(text: str, *, line_end: LineEnd, delimiter: str) -> Iterator[Record]:
    """Yield every record of `text`, the header's included; lines with nothing on them are passed over.

    Where the header ends with a lone CR, a LF is part of a value (PowerSchool's exports); otherwise CR LF and LF both
    end a record. Lines count as an editor shows them: CR, LF and CR LF each end one.
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
        if cells != [""]:
            yield Record(line, cells, closed)
        line += sum(1 for _ in _LINES.finditer(text, begin, position))


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
