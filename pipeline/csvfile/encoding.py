"""Files that are not UTF-8: read in another encoding where nothing speaks against it.

Belongs here: the decision and the copy in UTF-8. A file that holds both valid UTF-8 characters and other bytes was put
together from two sources, and no single encoding gives what its authors meant: it is refused.
"""

from __future__ import annotations

import re
from pathlib import Path

CHUNK = 1 << 24
"""Bytes turned at a time, so that memory does not grow with the file."""

_UTF8_CHARACTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII = bytes(range(0x80))


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
