"""The fingerprint of a sync: two syncs with the same one would do the same, so the second need not be worked out.

Belongs here: what a plan depends on beside the roster. Does not belong here: what follows when nothing moved
(`pipeline/day/unchanged.py`).
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from functools import cache
from pathlib import Path

from pipeline.districts.settings import DistrictSettings
from pipeline.errors import PermanentError

_ROOT = Path(__file__).resolve().parents[2]

_CODE = ("assets", "pipeline", "sql")
"""Folders whose code decides what becomes of a delivery. A folder that is missing is a fault, never an empty one."""

_TELLS_ONLY = frozenset(f"pipeline/{name}" for name in ("cli", "console", "demo", "mail", "report"))
"""Packages that show what became of it, and that no plan depends on."""

_NO_EFFECT = {
    "name", "time_zone", "start_time", "fetch_until", "sftp", "folder", "retention_days", "limits", "rollover", "mail",
    "calendar", "stale",
}  # fmt: skip
"""Settings that say nothing about what becomes of the files once they have landed; limits and rollovers enter as of the
date."""


def fingerprint(settings: DistrictSettings, sync_date: date, delivery_sha256: str | None) -> str:
    """Return the fingerprint (SHA-256, hex) of a sync of this delivery on this date, under these settings."""
    limits = settings.limits.on(sync_date)
    rollover = settings.rollover_on(sync_date)
    content = {
        "delivery": delivery_sha256,
        "settings": settings.model_dump(mode="json", exclude=_NO_EFFECT),
        "limits": {"/".join(key): limit.model_dump() for key, limit in limits.limits.items()},
        "rollover": rollover.model_dump(mode="json") if rollover else None,
        "code": code_version(),
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


@cache
def code_version() -> str:
    """Return a digest (SHA-256, hex) of the code and the statements that decide what becomes of a delivery."""
    return digest_of_code(_ROOT)


def digest_of_code(root: Path) -> str:
    """Return the digest of the code below `root`, a checkout or an installation.

    Raises:
        PermanentError: a folder of the code is missing, so that nothing can be said of it.
    """
    digest = hashlib.sha256()
    for folder in _CODE:
        if not (root / folder).is_dir():
            raise PermanentError(
                f"The folder {folder} of Rollcall's code is missing from {root}.", "Install Rollcall again."
            )
    files = [path for folder in _CODE for path in (root / folder).rglob("*") if path.suffix in {".py", ".sql"}]
    for path in sorted(files):
        name = path.relative_to(root).as_posix()
        if not name.startswith(tuple(f"{package}/" for package in _TELLS_ONLY)):
            digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
