"""The log of nights: one line of JSON for each run of a district's day that ended, where ROLLCALL_LOG names a file.

Belongs here: how a line is written. Fields are ids of districts, dates, counts and words of ours: no value of a person.
Does not belong here: Dagster's own log, which says more and for people (`pipeline/dagster.yaml`).
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog

LOG = "ROLLCALL_LOG"
"""The file that lines are added to. Without it there is no log."""

_LINES = structlog.processors.JSONRenderer(sort_keys=False)
_STAMP = structlog.processors.TimeStamper(fmt="iso", utc=True, key="at")


def log_line(event: str, **fields: Any) -> None:
    """Add a line to the log: the event, its fields, and when. A log that cannot be written stops nothing."""
    name = os.environ.get(LOG)
    if not name:
        return
    with suppress(OSError):
        # One write a line: those of several processes do not mix.
        handle = os.open(Path(name), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            logger = structlog.wrap_logger(_Written(handle), processors=[_STAMP, _LINES])
            logger.info(event, **fields)
        finally:
            os.close(handle)


class _Written:
    """What structlog hands a finished line to."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def info(self, line: str) -> None:
        os.write(self._handle, f"{line}\n".encode())
