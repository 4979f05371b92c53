"""The heartbeat: that Dagster's daemon looks at the nights, for whoever watches from outside.

Belongs here: the file in the home, and the address that is asked each time. Does not belong here: what is looked at
(`pipeline/sensors.py`). A daemon that is dead cannot say so: whatever expects the heartbeat notices.
"""

from __future__ import annotations

import json
import os
import urllib.request
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path

from pipeline.districts.folders import Home
from pipeline.errors import RollcallError
from pipeline.files.atomic import replace_whole

HEARTBEAT = "ROLLCALL_HEARTBEAT"
"""An address (http or https) that is asked with GET at every look, such as one of a dead man's switch."""

SECONDS = 10
"""For the address to answer: the look itself has 60."""

SILENT_AFTER = timedelta(minutes=45)
"""Two looks and as much again: a daemon that starts nights is not silent for so long."""


def heartbeat_file(home: Home) -> Path:
    """Return where the time of the newest look is kept."""
    return home.root / "heartbeat.json"


def beat(home: Home, now: datetime) -> str:
    """Note a look at `now`, and ask the address; return why that failed, without the address, which may be a secret."""
    try:
        home.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_whole(heartbeat_file(home), json.dumps({"looked_at": now.isoformat(timespec="seconds")}) + "\n")
    except (OSError, RollcallError):
        return f"{heartbeat_file(home)} cannot be written."
    address = os.environ.get(HEARTBEAT)
    if not address:
        return ""
    if not address.startswith(("https://", "http://")):
        return f"{HEARTBEAT} is not an address that begins with https:// or http://."
    try:
        with urllib.request.urlopen(address, timeout=SECONDS):  # noqa: S310 - the schemes are checked above
            return ""
    except (OSError, ValueError, HTTPException) as failure:
        return f"The address in {HEARTBEAT} did not answer: {type(failure).__name__}."


def silent_since(home: Home, now: datetime) -> datetime | None:
    """Return since when the daemon has not looked; None where it did lately, or never has in this home."""
    looked = looked_at(home)
    return looked if looked is not None and now - looked > SILENT_AFTER else None


def looked_at(home: Home) -> datetime | None:
    """Return when the daemon looked last; None where it never did in this home."""
    try:
        return datetime.fromisoformat(json.loads(heartbeat_file(home).read_bytes())["looked_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
