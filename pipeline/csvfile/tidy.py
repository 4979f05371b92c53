"""Characters that a spreadsheet, a database or an editor left in a file and that nobody means: gone before it is read.

Belongs here: what is removed, and the copy without it. Rows keep their lines, and what was removed is told. Does not
belong here: what a value means (`pipeline/oneroster`), files in another encoding (`encoding.py`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.csvfile.encoding import CHUNK
from pipeline.csvfile.records import Data

_CONTROLS = bytes({*range(1, 9), *range(0x0B, 0x0D), *range(0x0E, 0x20), 0x7F})
"""Control characters that are no part of any text; tabs, which may separate cells, and line ends are not among them."""

_CHARACTERS = (
    rb"(?<!\xc3[\x82-\x85])\xc2[\x80-\xa0\xad]",  # C1 controls, no-break space, soft hyphen; not in Ã\xad for í
    rb"\xe2\x80[\x80-\x8b\x8e\x8f\xa8-\xaf]",  # wide and thin spaces, direction marks, separators, overrides
    # joiners beside letters of ASCII alone: words of Persian and Hindi need them
    rb"(?<![\x80-\xff])\xe2\x80[\x8c\x8d](?![\x80-\xff])",
    rb"\xe2\x81[\x9f-\xa9\xaa-\xaf]",  # mathematical space, word joiner, invisible operators, isolates
    rb"\xe3\x80\x80|\xe3\x85\xa4|\xe1\x85[\x9f\xa0]|\xef\xbe\xa0|\xe2\xa0\x80",  # ideographic and blank letters
    rb"\xe1\xa0\x8e|\xcd\x8f|\xef\xb8[\x80-\x8f]",  # Mongolian separator, grapheme joiner, variation selectors
    rb"\xef\xbb\xbf|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80\x81][\x80-\xbf]",  # byte order mark, annotations, tags
)
"""What nobody sees, and nobody means."""

_INVISIBLE = re.compile(b"|".join([b"[%s]" % re.escape(_CONTROLS), *_CHARACTERS]))
_EACH_INVISIBLE = [re.compile(character) for character in _CHARACTERS]
"""One by one: a search that begins with a byte is many times quicker than one for any of several."""

_BLANKS = frozenset(
    {b"\x0b", b"\x0c", b"\t", *(sign.encode() for sign in "\x85\xa0\u2028\u2029\u202f\u205f\u3000\u3164\u2800")}
    | {chr(space).encode() for space in range(0x2000, 0x200B)}
)
"""Those that part two words: a space is put in their place."""

_START, _STOP = rb"(?:(?<=[,;|\t\r\n])|\A)", rb"(?=[,;|\t\r\n]|\Z)"

_FORMULA = re.compile(_START + rb'(?:"=""(?P<quoted>[^"\r\n]*)"""|="(?P<bare>[^",;|\t\r\n]*)")' + _STOP)
"""A text as a spreadsheet's formula: ="00001" keeps the zeros there."""

_APOSTROPHE = re.compile(_START + rb"(?P<mark>\"?)'(?P<number>[0-9]+)(?P=mark)" + _STOP)
"""A number with the apostrophe that makes it text in a spreadsheet: '00001."""

_WITH_DECIMAL = re.compile(_START + rb"(?P<mark>\"?)(?P<number>[0-9]+)\.0(?P=mark)" + _STOP)
"""A whole number as programs write it that take a column with blank cells for fractions, such as pandas: 101.0."""

_DECIMALS = tuple(b".0" + behind for behind in (b",", b'"', b"\r", b"\n", b";", b"|", b"\t"))

_LOST_LETTER = re.compile(rb"\xc2[\x80-\x9f]")

_ESCAPED = re.compile(_START + rb'"(?P<text>(?:[^"\\\r\n]++|\\[^\r\n])*+)"' + _STOP)
"""A quoted cell in which a backslash stands before what is no mark of the file, as MySQL and PHP write it."""

_LINES = re.compile(rb"\r\n|\r|\n")
_NUMBER_BEHIND_APOSTROPHE = re.compile(rb"'[0-9]")
_TAB = re.compile(rb"\t")


_VALUES = (b"E+", b"E-", b"#N/A", b"#NAME?", b"#REF!", b"#VALUE!", b"#DIV/0!", b"#NUM!", b"#NULL!")


@dataclass
class Removed:
    """What was removed of one kind: the finding's code, and the lines that had it."""

    code: str
    lines: list[int] = field(default_factory=list)


def tidied(data: Data, target: Path) -> list[Removed]:
    """Write a file's bytes without what nobody means to `target`, and return what that was.

    Where there is nothing of the kind, nothing is written. The header has a reader of its own (`header.py`).
    """
    text: Data = data
    found: dict[str, Removed] = {}
    for code, pattern, meant in _kinds(data):
        kind = found.setdefault(code, Removed(code))
        pieces = b"".join(_replaced(text, pattern, meant, kind))
        text = pieces if kind.lines else text
    removed = [kind for kind in found.values() if kind.lines]
    if removed:
        target.write_bytes(text[:])
    return removed


def may_have_been_opened(data: Data) -> bool:
    """Say whether the bytes hold what a spreadsheet writes in the place of long numbers, and of what it cannot read."""
    return any(data.find(value) >= 0 for value in _VALUES)


def _kinds(data: Data) -> Iterator[tuple[str, re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]]]:
    """Give what there may be in the file: a search for a few bytes is far quicker than one for a pattern."""
    if data.find(b"=") >= 0 and data.find(b'="') >= 0:
        yield "opened_in_spreadsheet", _FORMULA, _of_formula
    if _NUMBER_BEHIND_APOSTROPHE.search(data):
        yield "opened_in_spreadsheet", _APOSTROPHE, lambda found: found["mark"] + found["number"] + found["mark"]
    if any(data.find(decimal) >= 0 for decimal in _DECIMALS) or data[-2:] == b".0":
        yield "decimals_removed", _WITH_DECIMAL, lambda found: found["mark"] + found["number"] + found["mark"]
    if data.find(b"\\") >= 0 and data.find(b'\\"') >= 0:
        yield "backslashes_read", _ESCAPED, _unescaping(data)
    if _has_invisible(data):
        yield "invisible_characters", _INVISIBLE, _visible
    if data.find(b"\t") >= 0 and b"\t" not in _LINES.split(data[: 1 << 16], maxsplit=1)[0]:
        yield "invisible_characters", _TAB, _visible


def _body(data: Data) -> int:
    """Return the byte behind the first line."""
    end = _LINES.search(data)
    return end.end() if end else len(data)


def _has_invisible(data: Data) -> bool:
    start = _body(data)
    for place in range(start, len(data), CHUNK):
        # a character of three bytes may lie across the border of two pieces
        piece = data[max(place - 2, start) : place + CHUNK]
        if len(piece.translate(None, _CONTROLS)) < len(piece):
            return True
        if not piece.isascii() and any(character.search(piece) for character in _EACH_INVISIBLE):
            return True
    return False


def _replaced(
    data: Data, pattern: re.Pattern[bytes], meant: Callable[[re.Match[bytes]], bytes], kind: Removed
) -> Iterator[bytes]:
    """Give the text in pieces, with what the pattern finds as it is meant; note the lines that become another text."""
    last, line = _body(data), 2
    yield data[:last]
    for found in pattern.finditer(data, last):
        text = meant(found)
        if text == found.group():
            continue
        before = data[last : found.start()]
        line += sum(1 for _ in _LINES.finditer(before))
        if kind.lines[-1:] != [line]:
            kind.lines.append(line)
        yield before
        yield text
        last = found.end()
    yield data[last:]


def _of_formula(found: re.Match[bytes]) -> bytes:
    return found["bare"] if found["quoted"] is None else b'"' + found["quoted"] + b'"'


def _unescaping(data: Data) -> Callable[[re.Match[bytes]], bytes]:
    r"""Return what reads backslashes before quotation marks, except in lines that are good rows without that.

    `"\","` is a backslash and a comma in two cells where a backslash means itself, and half a cell where it does not.
    """
    header = data[: _body(data)]
    delimiter = max(",;|\t", key=lambda one: header.count(one.encode()))
    cells = header.count(delimiter.encode()) + 1
    last, is_row = (0, 0), False

    def unescaped(found: re.Match[bytes]) -> bytes:
        nonlocal last, is_row
        if b'\\"' not in found["text"]:
            return found.group()
        if not last[0] <= found.start() < last[1]:
            start = max(data.rfind(end, 0, found.start()) for end in (b"\r", b"\n")) + 1
            end = _LINES.search(data, found.end())
            last = start, end.start() if end else len(data)
            is_row = _cells(data[slice(*last)], delimiter) == cells
        if is_row:
            return found.group()
        return b'"' + found["text"].replace(b'\\"', b'""').replace(b"\\\\", b"\\") + b'"'

    return unescaped


def _cells(line: bytes, delimiter: str) -> int:
    """Return how many cells a line has in which a backslash means itself; 0 where it is no row."""
    try:
        return len(next(csv.reader([line.decode("latin-1")], delimiter=delimiter, strict=True), ()))
    except csv.Error:
        return 0


def _visible(found: re.Match[bytes]) -> bytes:
    character = found.group()
    if character in _BLANKS:
        return b" "
    # a C1 control was a letter in another encoding
    return "\ufffd".encode() if _LOST_LETTER.fullmatch(character) else b""
