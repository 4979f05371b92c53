"""The fault that ended a district's night: kept in its folder, so that pages can say why there is no sync.

Belongs here: the newest fault, in words that name nobody. Does not belong here: where it is noticed
(`pipeline.jobs`), and whether the night has a sync after all (`districts.py`).
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.files.atomic import replace_whole


class Fault(BaseModel):
    """What ended the run of a sync date, and when (UTC)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    sync_date: date
    at: datetime
    words: str


def note_fault(folder: DistrictFolder, fault: Fault) -> None:
    """Keep the fault in place of the last one."""
    replace_whole(folder.fault, fault.model_dump_json(indent=2) + "\n")


def read_fault(folder: DistrictFolder) -> Fault | None:
    """Return the newest fault; None where there was none, or what is kept of it cannot be read."""
    try:
        return Fault.model_validate_json(folder.fault.read_bytes())
    except (OSError, ValidationError):
        return None
