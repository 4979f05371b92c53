"""The fault that ended a district's night: kept in its folder, so that pages can say why there is no sync.

Belongs here: the newest fault, in words that name nobody. Does not belong here: where it is noticed
(`pipeline.jobs`), and whether the night has a sync after all (`standing.py`).
"""

from __future__ import annotations

import os
import tempfile
from datetime import date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder


class Fault(BaseModel):
    """What ended the run of a sync date, and when (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sync_date: date
    at: datetime
    words: str


def note_fault(folder: DistrictFolder, fault: Fault) -> None:
    """Keep the fault in place of the last one; a reader sees the old or the new, never a half."""
    handle, temporary = tempfile.mkstemp(dir=folder.root, prefix=".fault-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(fault.model_dump_json(indent=2) + "\n")
        Path(temporary).replace(folder.fault)
    finally:
        Path(temporary).unlink(missing_ok=True)


def read_fault(folder: DistrictFolder) -> Fault | None:
    """Return the newest fault; None where there was none, or what is kept of it cannot be read."""
    try:
        return Fault.model_validate_json(folder.fault.read_bytes())
    except (OSError, ValidationError):
        return None
