"""The fingerprint of a sync: two syncs with the same one would do the same, so the second need not be worked out.

Belongs here: what a plan depends on beside the roster. Does not belong here: what follows when nothing moved
(`repeat.py`).
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

from pipeline.districts.settings import DistrictSettings
from pipeline.warehouse.statements import SQL_FOLDER

_PIPELINE = Path(__file__).resolve().parents[1]

_CODE = ("csvfile", "oneroster", "guardians", "sync", "warehouse")
"""The subjects whose code decides what becomes of a delivery."""

_NO_EFFECT = {"name", "time_zone", "start_time", "sftp", "folder", "retention_days", "limits", "mail"}
"""Settings that say nothing about what becomes of the files once they have landed; the limits enter as of the date."""


def fingerprint(settings: DistrictSettings, sync_date: date, delivery_sha256: str | None) -> str:
    """Return the fingerprint (SHA-256, hex) of a sync of this delivery on this date, under these settings."""
    limits = settings.limits.on(sync_date)
    content = {
        "delivery": delivery_sha256,
        "settings": settings.model_dump(mode="json", exclude=_NO_EFFECT),
        "limits": {"/".join(key): limit.model_dump() for key, limit in limits.limits.items()},
        "vanished": limits.vanished,
        "code": code_version(),
        # Only then does the day itself decide which rows count.
        "date": sync_date.isoformat() if settings.reading.depends_on_date else None,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_version() -> str:
    """Return a digest of the code and the statements that decide what becomes of a delivery."""
    digest = hashlib.sha256()
    files = [path for subject in _CODE for path in (_PIPELINE / subject).rglob("*.py")] + [*SQL_FOLDER.rglob("*.sql")]
    for path in sorted(files):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
