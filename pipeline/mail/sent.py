"""What was told already: kept in the district's folder, and for the operator in the home, so that a restart knows.

A message is written down before it is sent and after. What stands there as begun, and not as done, was cut off by a
crash in between, and nobody knows whether it went out: it is sent once more, and then never again.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.files.atomic import replace_whole

MOST_TRIES = 2
"""Of a message of which nobody knows whether it went out."""


class Told(BaseModel):
    """What one reader was told."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    key: str = ""
    """Of the state that was told last; empty: none, or it is settled."""
    night: str = ""
    """Of the last message."""
    is_open: bool = False
    """A problem was told and not yet that it is settled."""
    sending: str = ""
    """The message that was begun."""
    tries: int = 0
    failed: str = ""
    """Why the last message did not go out, in words."""
    failed_at: datetime | None = None


def read_told(path: Path) -> Told:
    """Return what is in `path`; nothing where it is not there or damaged: then a message may come once more."""
    try:
        return Told.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return Told()


def write_told(path: Path, told: Told) -> None:
    """Replace `path`, on the disk before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(path, told.model_dump_json(indent=2) + "\n")
