"""What is known of each district's settings without reading them: when its night begins, and whether they can be read.

A page of a thousand districts, and each run's schedules, need that much of all settings, and reading one file takes
10 ms: what was read well once is kept by the file's time and size, in ROLLCALL_HOME/reports. A file that changes, by a
command or in an editor, is read again.

Belongs here: that index, and the districts whose settings cannot be read, or are gone though the district is enabled:
named, never dropped.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import time
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.districts.folders import Home
from pipeline.districts.registry import Registry
from pipeline.districts.settings import CalendarSettings, DistrictSettings
from pipeline.districts.state import read_state
from pipeline.errors import RollcallError, UsageError
from pipeline.files.atomic import replace_whole

KNOWN = ".settings-read.json"
"""Below the reports of a home: the index."""

LENGTH = 4
"""Of an entry: the mark of the file, time zone, start time, and whether there is a calendar."""


@dataclass(frozen=True)
class KnownSettings:
    """The little that is needed of every district's settings at once."""

    time_zone: str
    start_time: time
    has_calendar: bool
    """Whether they say on which dates there is no school."""

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)


def known_settings(home: Home, registry: Registry) -> tuple[dict[str, KnownSettings], dict[str, str]]:
    """Return what is known of the districts' settings, and why those of some cannot be read, in words."""
    path = home.root / "reports" / KNOWN
    kept = _kept(path)
    now: dict[str, list[Any]] = {}
    known: dict[str, KnownSettings] = {}
    broken: dict[str, str] = {}
    for district in registry.ids():
        mark = _mark(registry.path(district))
        entry = kept.get(district)
        if mark is None or entry is None or len(entry) != LENGTH or entry[0] != mark:
            try:
                entry = [mark, *_entry(registry[district])]
            except RollcallError as failure:
                broken[district] = str(failure)
                continue
        _, time_zone, start, has_calendar = entry
        known[district] = KnownSettings(time_zone, time.fromisoformat(start), has_calendar)
        if mark is not None:
            now[district] = entry
    if now != kept and path.parent.is_dir():
        with suppress(OSError, RollcallError):
            replace_whole(path, json.dumps({"version": version("rollcall"), "read": now}) + "\n")
    return known, broken


def unreadable_districts(home: Home, registry: Registry) -> dict[str, str]:
    """Return the districts whose settings cannot be read, each with why, in words."""
    return known_settings(home, registry)[1] | without_settings(home, registry)


def without_settings(home: Home, registry: Registry) -> dict[str, str]:
    """Return the enabled districts that have data and no settings, each with what to do, in words."""
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


def _entry(settings: DistrictSettings) -> list[Any]:
    return [settings.time_zone, f"{settings.start_time:%H:%M}", settings.calendar != CalendarSettings()]


def _kept(path: Path) -> dict[str, list[Any]]:
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
