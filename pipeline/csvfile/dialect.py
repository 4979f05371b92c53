"""From the bytes of a file to its dialect: how lines end, what separates cells, whether quotes are used.

Nothing is guessed by a library's sniffer: those turn a file with one stray comma into a single column without a word.
"""

from __future__ import annotations

import codecs
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.csvfile.header import clean_cell
from pipeline.oneroster.files import RosterFile

DELIMITERS = (",", "\t", ";", "|")
"""Comma first: it wins where two delimiters explain a header equally well."""

CHUNK = 1 << 24
"""Bytes decoded at a time when UTF-8 is checked, so that memory does not grow with the file."""

_MOST_ABOVE = 5
"""Lines above a header that are looked behind: a title, a date, a blank line."""

LONGEST_HEADER = 1 << 16
"""Bytes within which the first line must end; a real header has a few hundred."""

_WORD = re.compile(r"[A-Za-z]+")

_LINE_END_BYTES = (b"\r", b"\n")

LineEnd = Literal["\r", "\n", "\r\n"]


class Refusal(Exception):  # noqa: N818 - it is a verdict on the file, and no failure of ours
    """A file that cannot be read at all: the finding's code and what it speaks of."""

    def __init__(self, code: str, value: str | None = None, field: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.value = value
        self.field = field


@dataclass(frozen=True)
class Dialect:
    """How a file is written.

    `regular`: every line is one row as far as line ends tell, so that the fast reader may try; `lines` counts the
    physical lines, the header's included; `delimiters` counts them, those within quotes included; `ends_complete`: the
    last line is closed by a line end; `has_rows`: something follows the header.
    """

    line_end: LineEnd
    delimiter: str
    header: tuple[str, ...]
    quotes: bool
    regular: bool
    lines: int
    delimiters: int
    ends_complete: bool
    has_rows: bool


@contextmanager
def opened(path: Path) -> Iterator[mmap.mmap | bytes]:
    """Map the file's bytes."""
    if path.stat().st_size == 0:
        yield b""
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        yield data


def inspect(data: mmap.mmap | bytes, file: RosterFile) -> Dialect:
    """Return the dialect of a file.

    Raises:
        Refusal: the file is empty, or is something else than CSV text.
    """
    if len(data) == 0 or not data[: min(len(data), 4096)].strip(b"\xef\xbb\xbf \t\r\n"):
        raise Refusal("file_empty")
    refuse_other_formats(data)
    start = 3 if data[:3] == codecs.BOM_UTF8 else 0
    line_end, header_end = _header_line(data, start)
    header_text = bytes(data[start:header_end]).decode("utf-8")
    delimiter = _delimiter(header_text, file, _lines_below(data, header_end))
    if re.fullmatch(r'"[^"]*"', header_text.strip()) and delimiter in header_text:
        raise Refusal("not_csv", "each of its lines is in quotation marks as a whole, so that it is a single value")
    crlf = count_bytes(data, b"\r\n")
    lone_cr = count_bytes(data, b"\r") - crlf
    lone_lf = count_bytes(data, b"\n") - crlf
    ends_complete = data[-1:] in _LINE_END_BYTES
    lines = crlf + lone_cr + lone_lf + (0 if ends_complete else 1)
    body = bytes(data[header_end : header_end + 4096]).strip(b'\r\n\t ,;|"')
    end = line_end.encode()
    return Dialect(
        line_end=line_end,
        delimiter=delimiter,
        header=tuple(split_header(header_text, delimiter)),
        quotes=data.find(b'"') >= 0,
        regular=sum(bool(n) for n in (crlf, lone_cr, lone_lf)) == 1 and data.find(end + end) < 0,
        lines=lines,
        delimiters=count_bytes(data, delimiter.encode()),
        ends_complete=ends_complete,
        has_rows=bool(body) or header_end + 4096 < len(data),
    )


def split_header(text: str, delimiter: str) -> list[str]:
    """Return the header's cells without the quotes around them."""
    return [cell.strip().removeprefix('"').removesuffix('"') for cell in text.split(delimiter)]


def refuse_other_formats(data: mmap.mmap | bytes) -> None:
    """Raise Refusal for what is no CSV text: archives, web pages, UTF-16, binary data."""
    head = bytes(data[:512])
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith(b"PK\x03\x04"):
        raise Refusal("not_csv", "it is a ZIP archive or an Excel workbook")
    if head.startswith(b"\x1f\x8b"):
        raise Refusal("not_csv", "it is compressed with gzip")
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refusal("not_csv", "it is UTF-16 text; UTF-8 is required")
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise Refusal("not_csv", "it is a web page or XML")
    if text.startswith((b"{", b"[")):
        raise Refusal("not_csv", "it is JSON")
    place = data.find(b"\0")
    if place >= 0:
        raise Refusal("not_csv", f"it contains bytes that are not text, the first on line {_line_of(data, place)}")


def is_utf8(path: Path) -> bool:
    """Return whether all of a file is valid UTF-8; what is no text at all is left to `inspect`."""
    with opened(path) as data:
        return bytes(data[:2]) in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) or _first_not_utf8(data) is None


def first_line_not_utf8(data: mmap.mmap | bytes) -> int:
    """Return the line of the first byte that is no UTF-8."""
    return _line_of(data, _first_not_utf8(data) or 0)


def _line_of(data: mmap.mmap | bytes, place: int) -> int:
    """Return the line of a byte, as an editor counts them."""
    before = bytes(data[:place])
    return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1


def _first_not_utf8(data: mmap.mmap | bytes) -> int | None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        pending = len(decoder.getstate()[0])
        if chunk.isascii() and not pending:
            continue
        try:
            decoder.decode(chunk, final=start + CHUNK >= len(data))
        except UnicodeDecodeError as failure:
            return max(start + failure.start - pending, 0)
    return None


def _header_line(data: mmap.mmap | bytes, start: int) -> tuple[LineEnd, int]:
    head = bytes(data[start : start + LONGEST_HEADER])
    ends = [place for place in (head.find(b"\r"), head.find(b"\n")) if place >= 0]
    if not ends:
        if len(head) == LONGEST_HEADER:
            raise Refusal("not_csv", "its first line is too long")
        return "\n", len(data)
    place = min(ends)
    if head[place : place + 2] == b"\r\n":
        return "\r\n", start + place
    return ("\r" if head[place : place + 1] == b"\r" else "\n"), start + place


def _lines_below(data: mmap.mmap | bytes, end: int) -> list[str]:
    """Return the lines that follow the first one and may be the header instead."""
    return bytes(data[end : end + LONGEST_HEADER]).decode("utf-8", "replace").splitlines()[1 : 1 + _MOST_ABOVE]


def _known_names(header: str, file: RosterFile, delimiter: str) -> int:
    return sum(clean_cell(cell, file) is not None for cell in split_header(header, delimiter))


def _delimiter(header: str, file: RosterFile, below: list[str]) -> str:
    known = {delimiter: _known_names(header, file, delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: known[delimiter])
    if known[best] <= 1:
        for line, text in enumerate(below, start=2):
            if max(_known_names(text, file, delimiter) for delimiter in DELIMITERS) > known[best] + 1:
                above = "a line with sep=" if header.strip().casefold().startswith("sep=") else "something else"
                raise Refusal("line_above_header", f"{above} is above the header, which is on line {line}")
    if known[best] == 0 and sum(clean_cell(word, file) is not None for word in _WORD.findall(header)) > 1:
        raise Refusal(
            "not_csv",
            "its first line has the expected column names, but without commas between them, or in other marks than the "
            "double quotation marks of CSV",
        )
    if known[best] == 0:
        raise Refusal(
            "not_csv",
            "its first line has none of the expected column names (is the header turned off in the export?)",
        )
    return best


def count_bytes(data: mmap.mmap | bytes, what: bytes) -> int:
    """Return how often one or two bytes occur."""
    if isinstance(data, bytes):
        return data.count(what)
    # mmap has no count(); slices of a few megabytes do, and a pair that straddles two slices is looked at apart
    total = 0
    for start in range(0, len(data), CHUNK):
        total += data[start : start + CHUNK].count(what)
        if len(what) > 1 and start + CHUNK < len(data) and data[start + CHUNK - 1 : start + CHUNK + 1] == what:
            total += 1
    return total
