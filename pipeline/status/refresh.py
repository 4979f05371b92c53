"""Keeps the index pages up to date: they are written again after whatever changes them.

Belongs here: writing them in a way that never stops, or seems to undo, what was done before. Does not belong here: what
the pages say (`pages.py`). Asked by commands (`pipeline.cli.changing`), by runs of a person, every 15 minutes.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.districts.folders import Home
from pipeline.districts.lock import district_lock
from pipeline.districts.registry import Registry
from pipeline.errors import BusyError, RollcallError
from pipeline.status.pages import INDEX, write_district_index, write_overview


def refresh_overview(home: Home, registry: Registry, now: datetime) -> str:
    """Write the page of all districts; return why it could not be written, in words; nothing where it was."""
    page = home.root / "reports" / INDEX
    try:
        home.check_private()
        write_overview(home, now, registry)
    except (OSError, RollcallError) as failure:
        return (
            f"The page of all districts, {page}, could not be updated: {_why(failure)} Your command was still "
            "carried out. The page is updated after the next command, and every 15 minutes."
        )
    return ""


def refresh_calendar(home: Home, registry: Registry, district: str) -> str:
    """Write the calendar of a district; return why it could not be written, in words; nothing where it was.

    Where a run of the district is under way, that run writes it.
    """
    folder = home.district(district)
    if not folder.root.is_dir():
        return ""
    try:
        home.check_private(district)
        with district_lock(folder):
            write_district_index(folder, district, registry[district])
    except BusyError:
        return ""
    except (OSError, RollcallError) as failure:
        return (
            f"The calendar of {district} could not be updated: {_why(failure)} Your command was still carried out. The "
            "calendar is updated after the next sync."
        )
    return ""


def refresh_pages(home: Home, registry: Registry, district: str | None, now: datetime) -> list[str]:
    """Write the calendar of a district that was changed and the page of all; return what could not be, in words."""
    found = [refresh_calendar(home, registry, district)] if district else []
    return [words for words in (*found, refresh_overview(home, registry, now)) if words]


def _why(failure: OSError | RollcallError) -> str:
    if isinstance(failure, RollcallError):
        return str(failure)
    if isinstance(failure, TimeoutError):
        return "another process is using it."
    return f"{failure.strerror or type(failure).__name__}."
