"""The record of what was sent: in the district's folder, and for the operator in the home, so that a restart knows.

A message is recorded before it is sent and after. If it was started and not finished, a crash came between, and it is
unknown whether it went out: it is sent once more, and then never again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.files.atomic import replace_whole

MOST_TRIES = 2
"""For a message of which it is unknown whether it went out."""


class SentRecord(BaseModel):
    """What was sent to one reader."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str = ""
    """Of the problem that was mailed last; empty: none, or it is resolved."""
    causes: list[str] = []
    """Of a hold that was mailed last: the digests of its causes."""
    night: str = ""
    """Of the last message."""
    is_open: bool = False
    """A problem was mailed, and not yet that it is resolved."""
    sending: str = ""
    """The message that was started."""
    tries: int = 0
    failed: str = ""
    """Why the last message did not go out, in words."""
    failed_at: datetime | None = None


def read_sent(path: Path) -> SentRecord:
    """Return the record in `path`; an empty one where it is missing or damaged: then a message may come once more."""
    try:
        return SentRecord.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return SentRecord()


def write_sent(path: Path, record: SentRecord) -> None:
    """Replace `path`, on the disk before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(path, record.model_dump_json(indent=2) + "\n")
