"""Copies of files whose bytes are not those that the readers take: in another encoding, or with a mark at the end.

Belongs here: the decision and the copy. A file that holds both valid UTF-8 characters and other bytes was put
together from two sources, and no single encoding gives what its authors meant: it is refused.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

CHUNK = 1 << 24
"""Bytes turned at a time, so that memory does not grow with the file."""

_LONGEST_END = 64
"""Bytes at the end of a file among which a mark may be: it stands last, but for a line end or two."""

_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = bytes(range(0x80))
_ONLY_IN_WINDOWS = bytes(range(0x80, 0xA0))


def without_end_mark(path: Path, target: Path) -> bool:
    """Write the file without the Ctrl-Z with which DOS ends a text, and return whether there was one."""
    size = path.stat().st_size
    with path.open("rb") as source:
        source.seek(max(size - _LONGEST_END, 0))
        tail = source.read()
        text = tail.rstrip(b"\x1a\r\n")
        mark = tail.find(b"\x1a", len(text))
        if mark < 0:
            return False
        source.seek(0)
        with target.open("wb") as out:
            shutil.copyfileobj(source, out, CHUNK)
            out.truncate(size - len(tail) + mark)
    return True


def encoding_meant(path: Path, encoding: str) -> str:
    """Return what a file is really written in where iso-8859-1 is named: its bytes 80 to 9F are no text there.

    They are the curly quotation marks and dashes of windows-1252, which has all other characters in common with it.
    """
    if encoding != "iso-8859-1":
        return encoding
    with path.open("rb") as source:
        while piece := source.read(CHUNK):
            if len(piece.translate(None, _ONLY_IN_WINDOWS)) < len(piece):
                return "windows-1252"
    return encoding


def to_utf8(path: Path, encoding: str, target: Path) -> int | None:
    """Write the file anew in UTF-8 and return how many characters that concerned; None where it is not `encoding`.

    `encoding` has one byte a character.
    """
    concerned = 0
    with path.open("rb") as source, target.open("wb") as out:
        while piece := source.read(CHUNK):
            if _UTF8_CHARACTER.search(piece):
                return None
            try:
                text = piece.decode(encoding)
            except UnicodeDecodeError:
                return None
            concerned += len(piece.translate(None, _BEYOND_ASCII))
            out.write(text.encode())
    return concerned
