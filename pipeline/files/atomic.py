"""Files that are replaced as a whole: a reader, and whoever comes after a crash, sees the old or the new, never a half.

Belongs here: how that is done. Does not belong here: what the files say, and files that only grow (`hash_chain.py`).
"""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from pipeline.files.writing import sync_to_disk, write_all, writing


def replace_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Put `text` at `path`, on the disk before this returns. The folder must be there.

    `mode`: who may do what with it; without it, this account alone.

    Raises:
        NotWrittenError: the disk refused; `path` is as it was.
    """
    with writing(path):
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            try:
                os.fchmod(handle, mode)
                write_all(handle, text.encode(), path)
            finally:
                os.close(handle)
            Path(temporary).replace(path)
        finally:
            with suppress(OSError):
                Path(temporary).unlink(missing_ok=True)
        sync_to_disk(path.parent)
