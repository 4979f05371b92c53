"""Runs that a person has asked for on a page: a small file each, until Dagster has made a run of it.

A page never runs a sync itself: it would be gone with its server, and would not wait its turn in the queue. Belongs
here: the files. Does not belong here: the sensor that reads them (`sensors.py`), who may ask (`pipeline/console`).
"""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import Home
from pipeline.files.atomic import replace_whole
from pipeline.files.writing import writing

MOST_BYTES = 4096


class AskedRun(BaseModel):
    """A run of a district's day. It names nobody: who decided is in the district's decisions."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    """Dagster makes one run of a key, however often it is asked."""
    district: str
    sync_date: date
    fetch: bool
    """Whether files are fetched; else those that are there are planned again."""
    at: datetime


def ask_for_run(home: Home, district: str, sync_date: date, *, fetch: bool, at: datetime) -> AskedRun:
    """Write down that a run is wanted, and return it.

    Raises:
        NotWrittenError: the disk refused.
    """
    key = f"asked-{at.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(8)}"
    asked = AskedRun(key=key, district=district, sync_date=sync_date, fetch=fetch, at=at)
    with writing(home.asked):
        home.asked.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_whole(_file(home, key), asked.model_dump_json() + "\n")
    return asked


def asked_runs(home: Home, district: str | None = None) -> list[AskedRun]:
    """Return the runs that are waiting, the oldest first; with `district`, its own. What is no such file is skipped."""
    found = []
    for path in sorted(home.asked.glob("asked-*.json")):
        try:
            with path.open("rb") as file:
                asked = AskedRun.model_validate_json(file.read(MOST_BYTES))
        except (OSError, ValidationError):
            continue
        if asked.key == path.stem and district in {None, asked.district}:
            found.append(asked)
    return found


def forget(home: Home, asked: AskedRun) -> None:
    """Remove what Dagster has made a run of."""
    _file(home, asked.key).unlink(missing_ok=True)


def _file(home: Home, key: str) -> Path:
    return home.asked / f"{key}.json"
