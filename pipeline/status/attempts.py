"""How the newest run of a district's night ended that left no sync: it failed, or no files came.

Belongs here: the note in the district's folder, in words that name nobody, so that pages can say why there is no sync.
Does not belong here: where it is noticed (`pipeline/runs.py`, `pipeline/sensors.py`, `assets/delivery.py`), whether the
night has a sync after all (`districts.py`), whether another run is started (`nights.py`).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.files.atomic import replace_whole


class Attempt(BaseModel):
    """How the run of a sync date ended, and when (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sync_date: date
    at: datetime
    ended: Literal["failed", "waiting", "no school"]
    words: str
    may_pass: bool
    """Trying again can help: a line that broke, a process that was lost, files that have not come yet."""
    until: datetime | None = None
    """Until when the night waits for its files (UTC)."""


def note_attempt(folder: DistrictFolder, attempt: Attempt) -> None:
    """Keep the attempt in place of the last one, unless that one is of a later date."""
    last = read_attempt(folder)
    if last is None or last.sync_date <= attempt.sync_date:
        replace_whole(folder.attempt, attempt.model_dump_json(indent=2) + "\n")


def read_attempt(folder: DistrictFolder) -> Attempt | None:
    """Return the newest attempt; None where there was none, or what is kept of it cannot be read."""
    try:
        return Attempt.model_validate_json(folder.attempt.read_bytes())
    except (OSError, ValidationError):
        return None
