"""Districts whose settings cannot be read, or are gone though the district is enabled: named, never dropped.

A page of a thousand districts is written after every sync, and reading one file of settings takes 10 ms: what was read
well once is known by the file's time and size, in ROLLCALL_HOME/reports.
"""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError, UsageError
from pipeline.files.atomic import replace_whole

KNOWN = ".settings-read.json"
"""Below the reports of a home: which files of settings were read well, as they are."""


def unreadable_districts(home: Home, registry: Registry) -> dict[str, str]:
    """Return the districts whose settings cannot be read, each with why, in words."""
    path = home.root / "reports" / KNOWN
    known = _known(path)
    read: dict[str, list[int]] = {}
    found: dict[str, str] = {}
    for district in registry.ids():
        mark = _mark(registry.path(district))
        if mark is None or known.get(district) != mark:
            try:
                registry[district]
            except RollcallError as failure:
                found[district] = str(failure)
                continue
        if mark is not None:
            read[district] = mark
    if read != known and path.parent.is_dir():
        with suppress(OSError, RollcallError):
            replace_whole(path, json.dumps({"version": version("rollcall"), "read": read}) + "\n")
    return found | _without_settings(home, registry)


def _without_settings(home: Home, registry: Registry) -> dict[str, str]:
    """Return the enabled districts that have data and no settings."""
    found = {}
    root = home.root / "districts"
    for folder in root.iterdir() if root.is_dir() else ():
        district = folder.name
        if district.startswith(".") or registry.path(district).exists() or not folder.is_dir():
            continue
        try:
            is_enabled = read_state(home.district(district).state).enabled
        except RollcallError:
            is_enabled = True
        if is_enabled:
            failure = UsageError(
                f"{district} is enabled, but its settings are gone: {registry.path(district)} does not exist.",
                f"Restore that file, or remove the data: `rollcall purge {district} --everything --by NAME`.",
            )
            found[district] = str(failure)
    return found


def _known(path: Path) -> dict[str, list[int]]:
    try:
        content = json.loads(path.read_bytes())
        return dict(content["read"]) if content["version"] == version("rollcall") else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _mark(path: Path) -> list[int] | None:
    """Return what changes with every change of a file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return [found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns]
