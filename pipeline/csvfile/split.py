"""Parts an irregular file: lines that are plainly one row each, for the fast reader, and the rest, record by record.

One row with a comma too many among millions must not send all of them to the careful reader. What is plain is copied
to a file of its own, in which an empty row stands for every line that is not, so that rows keep their line numbers.
"""

from __future__ import annotations

import codecs
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from pipeline.csvfile.dialect import Dialect
from pipeline.csvfile.records import Data, Record, RecordReader

LONGEST_LINE = 1 << 20
"""Bytes of the longest line that the fast reader takes; a longer one goes to the careful reader."""

_BLOCK = 1 << 16
"""Lines that are written to the copy at a time."""


@dataclass
class Parted:
    """A file in two parts.

    `plain`: rows in the copy that are rows of the file. `apart`: lines of the copy that are not, and only keep the
    place. `places` and `lines`: where the careful reader's records begin, by byte and by line; the header is neither's.
    """

    plain: int = 0
    apart: array[int] = field(default_factory=lambda: array("q"))
    places: array[int] = field(default_factory=lambda: array("q"))
    lines: array[int] = field(default_factory=lambda: array("q"))
    # Delimiters in the copy, those within quotes included.
    delimiters: int = 0
    # Line ends that end a row: CR LF, or the last byte alone.
    line_ends: set[bytes] = field(default_factory=set)
    # The last record of the file is one of the careful reader's.
    ends_apart: bool = False

    def records(self, data: Data, reader: RecordReader) -> Iterator[Record]:
        """Read the careful reader's records; may be asked again."""
        for place, line in zip(self.places, self.lines, strict=True):
            record, _ = reader.record_at(data, place, line)
            if record is not None:
                yield record


def part(data: Data, dialect: Dialect, reader: RecordReader, copy: Path | None) -> Parted:
    """Part the mapped file `data`, the plain lines going to `copy` (LF ends them); without one, no line is plain."""
    parted = Parted()
    start = len(codecs.BOM_UTF8) if data[:3] == codecs.BOM_UTF8 else 0
    _, position = reader.record_at(data, start, 1)
    line = 1 + reader.lines_between(data, start, position)
    with _Copy(copy, len(dialect.header), dialect.delimiter) as out:
        out.keep_places(line - 1)
        parted.apart.extend(range(2, line))
        plain = _PlainLines(data, dialect)
        while position < len(data):  # each round takes one line, or one record
            found = plain.at(position) if copy else None
            if found is not None:
                text, behind = found
                parted.line_ends.add(data[position + len(text) : behind])
                position = behind
                out.add(text)
                parted.plain += 1
                parted.ends_apart = False
                line += 1
                continue
            record, behind = reader.record_at(data, position, line)
            lines = max(reader.lines_between(data, position, behind), 1)
            if record is not None:
                if record.closed:
                    parted.line_ends.add(b"\r\n" if data[behind - 2 : behind] == b"\r\n" else data[behind - 1 : behind])
                parted.places.append(position)
                parted.lines.append(line)
                parted.ends_apart = True
            parted.apart.extend(range(line, line + lines))
            out.keep_places(lines)
            position, line = behind, line + lines
    parted.delimiters = out.delimiters
    return parted


class _PlainLines:
    """Knows the lines that are one row each, whoever reads them: all cells there, and quoted by RFC 4180 or not."""

    def __init__(self, data: Data, dialect: Dialect) -> None:
        self._data = data
        self._delimiter = dialect.delimiter.encode()
        self._width = len(dialect.header)
        self._end, self._other = (b"\r", b"\n") if dialect.line_end == "\r" else (b"\n", b"\r")
        bare = re.escape(self._delimiter)
        cell = rb'(?:"[^"]*+(?:""[^"]*+)*+"|[^"' + bare + rb"]*+)"
        self._row = re.compile(cell + rb"(?:" + bare + cell + rb"){%d}" % (self._width - 1))

    def at(self, position: int) -> tuple[bytes, int] | None:
        """Return the line that begins at `position`, and the byte behind its end; None where it is not plain."""
        stop = self._data.find(self._end, position, position + LONGEST_LINE)
        if stop < 0:
            return None
        text, behind = self._data[position:stop], stop + 1
        if self._end == b"\n":
            text = text.removesuffix(b"\r")
        elif self._data[behind : behind + 1] == b"\n":
            behind += 1
        if self._other in text:
            return None
        if b'"' in text:
            return (text, behind) if self._row.fullmatch(text) else None
        return (text, behind) if text.count(self._delimiter) == self._width - 1 else None


class _Copy:
    """The file of plain lines; nothing is written without a path."""

    def __init__(self, path: Path | None, width: int, delimiter: str) -> None:
        self._file = path.open("wb") if path else None
        self._delimiter = delimiter.encode()
        self._place = self._delimiter * (width - 1)
        self.delimiters = 0
        self._block: list[bytes] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._write()
        if self._file:
            self._file.close()

    def add(self, line: bytes) -> None:
        self._block.append(line)
        self.delimiters += line.count(self._delimiter)
        if len(self._block) >= _BLOCK:
            self._write()

    def keep_places(self, lines: int) -> None:
        """Write empty rows in the place of so many lines."""
        for _ in range(lines):
            self.add(self._place)

    def _write(self) -> None:
        if self._file and self._block:
            self._file.write(b"\n".join(self._block) + b"\n")
        self._block.clear()
