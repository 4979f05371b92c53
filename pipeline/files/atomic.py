"""Files that are replaced as a whole: a reader, and whoever comes after a crash, sees the old or the new, never a half.

Belongs here: how that is done. Does not belong here: what the files say, and files that only grow (`hash_chain.py`).
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from pipeline.files.hash_chain import sync_to_disk


def replace_whole(path: Path, text: str) -> None:
    """Put `text` at `path`, for this account alone, on the disk before this returns. The folder must be there."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    sync_to_disk(path.parent)
