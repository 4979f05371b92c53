"""Index pages: the days of a district as a calendar, and the status of all districts at a glance.

Belongs here: what the two pages show and how they are replaced. Does not belong here: the status of a district
(`pipeline/status/districts.py`), and the reports that they link to, which never change.

Each sync leaves a summary of a few hundred bytes in its district's folder, so that the page of all districts is written
after every sync without reading a thousand histories. All links are relative: the home can be moved.
"""

from __future__ import annotations

import calendar
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from filelock import FileLock

from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.registry import Registry
from pipeline.districts.school_calendar import no_school_or_unknown
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import PermanentError, RollcallError
from pipeline.files.atomic import replace_whole
from pipeline.landing.archive import Landing
from pipeline.report.model import StaleContent, SyncReport
from pipeline.report.page import render
from pipeline.roster.ledger import Sync, read_ledger
from pipeline.status.districts import (
    NIGHTS,
    SUMMARY,
    WORDS,
    NightMark,
    SyncSummary,
    district_statuses,
    read_summary,
)
from pipeline.status.stale import stale_content

INDEX = "index.html"

_LOCK_SECONDS = 30
"""For the page of all districts: a thousand of them are written in a second; whoever holds it longer is stuck."""


_MOST_OF_NIGHTS = 10 * NIGHTS
"""Syncs that are read for the last nights: a date seldom has ten of them."""


@dataclass(frozen=True)
class CalendarDay:
    """A day of a month; without an outcome there was no sync."""

    day: date
    outcome: str | None = None
    page: str | None = None
    word: str | None = None
    """The outcome, or the kind of a sync that is not a day's: an undo is not simply applied."""
    no_school: str | None = None
    """Why there was no school, of a date without a sync."""


def write_district_index(folder: DistrictFolder, district: str, settings: DistrictSettings) -> Path | None:
    """Write the calendar of a district and its summary; return the page, or None where nothing has been synced.

    For the holder of the district's lock.
    """
    syncs = read_ledger(folder).syncs
    if not syncs:
        return None
    reports = folder.root / "reports"
    pages = {sync.number: _page_of(folder, sync) for sync in syncs}
    newest = next((sync for sync in reversed(syncs) if sync.kind == "day"), syncs[-1])
    totals = {sync.number: totals_of(sync) for sync in syncs}
    summary = SyncSummary(
        district=district, name=settings.name, time_zone=settings.time_zone, start_time=settings.start_time,
        sync_number=newest.number, sync_date=newest.sync_date, outcome=newest.outcome, initial=newest.initial,
        page=pages[newest.number] or "", nights=night_marks(syncs), stale=_stale(folder, district, settings, newest),
        **totals[newest.number],
    )  # fmt: skip
    page = render(
        "district.html",
        name=settings.name,
        months=list(months(syncs, pages, lambda day: no_school_or_unknown(settings, day))),
        syncs=list(reversed(syncs)),
        pages=pages,
        totals=totals,
        newest=newest,
    )
    if not (settings.sync.observe_only and _previewed_since(folder, newest)):
        replace_whole(reports / SUMMARY, summary.model_dump_json() + "\n")
    replace_whole(reports / INDEX, page)
    return reports / INDEX


def _stale(folder: DistrictFolder, district: str, settings: DistrictSettings, sync: Sync) -> tuple[StaleContent, ...]:
    if sync.kind != "day" or sync.delivery_number is None:
        return ()
    try:
        delivery = Landing(folder.landing, district).read(sync.sync_date.isoformat(), sync.delivery_number)
        return tuple(stale_content(folder, district, settings, delivery))
    except (RollcallError, OSError):
        # Purged, or damaged: `rollcall landing verify` says so.
        return ()


def _previewed_since(folder: DistrictFolder, newest: Sync) -> bool:
    """Return whether the summary is of a preview on or after the date of the newest sync."""
    try:
        summary = read_summary(folder)
    except PermanentError:
        return False
    return summary is not None and summary.observed and summary.sync_date >= newest.sync_date


def write_look_summary(folder: DistrictFolder, settings: DistrictSettings, report: SyncReport, page: Path) -> None:
    """Write the summary of a district that is only observed: no sync of it will come tonight, and it is not late.

    For the holder of the district's lock.
    """
    reports = folder.root / "reports"
    counts = report.records.values()
    summary = SyncSummary(
        district=report.district, name=settings.name, time_zone=settings.time_zone, start_time=settings.start_time,
        sync_number=report.baseline_sync, sync_date=report.sync_date, outcome=report.outcome, initial=report.initial,
        added=sum(c.added for c in counts), updated=sum(c.updated for c in counts),
        archived=sum(c.archived for c in counts), withheld=sum(c.withheld.total for c in counts),
        page=os.path.relpath(page, reports), observed=True, nights=night_marks(read_ledger(folder).syncs),
    )  # fmt: skip
    replace_whole(reports / SUMMARY, summary.model_dump_json() + "\n")


def write_overview(home: Home, now: datetime, registry: Registry | None = None) -> Path:
    """Write the page of all districts as they are at `now`, and return it. One writer at a time; each sees the last.

    With a registry, districts that have settings and no folder yet are on it too.
    """
    reports = home.root / "reports"
    reports.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(reports / ".lock", timeout=_LOCK_SECONDS, mode=0o600):
        statuses = district_statuses(home, now, registry)
        counts = [(state, sum(status.state == state for status in statuses)) for state in WORDS]
        page = render(
            "overview.html",
            statuses=statuses,
            counts=[(state, count) for state, count in counts if count],
            state_words=WORDS,
            now=now,
        )
        replace_whole(reports / INDEX, page)
    return reports / INDEX


def night_marks(syncs: Sequence[Sync]) -> tuple[NightMark, ...]:
    """Return how the last nights ended, oldest first; of a date with several syncs the last one."""
    last_of = {sync.sync_date: sync for sync in syncs[-_MOST_OF_NIGHTS:]}
    marks = [
        NightMark(sync_date=day, outcome=sync.outcome if sync.kind == "day" else sync.kind)
        for day, sync in sorted(last_of.items())
    ]
    return tuple(marks[-NIGHTS:])


def months(
    syncs: Sequence[Sync], pages: Mapping[int, str | None], no_school: Callable[[date], str | None]
) -> Iterator[tuple[str, list[list[CalendarDay | None]]]]:
    """Yield the months between the first sync and the last, newest first, as weeks from Sunday to Saturday."""
    last_of = {sync.sync_date: sync for sync in syncs}
    first, last = min(last_of), max(last_of)
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month):
        weeks = calendar.Calendar(firstweekday=calendar.SUNDAY).monthdatescalendar(year, month)
        yield (
            f"{calendar.month_name[month]} {year}",
            [
                [_calendar_day(day, last_of, pages, no_school) if day.month == month else None for day in week]
                for week in weeks
            ],
        )
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _calendar_day(
    day: date,
    last_of: Mapping[date, Sync],
    pages: Mapping[int, str | None],
    no_school: Callable[[date], str | None],
) -> CalendarDay:
    sync = last_of.get(day)
    if sync is None:
        return CalendarDay(day, no_school=no_school(day))
    return CalendarDay(day, sync.outcome, pages[sync.number], sync.outcome if sync.kind == "day" else sync.kind)


def _page_of(folder: DistrictFolder, sync: Sync) -> str | None:
    """Return where the report of a sync is, below the district's reports; None where it has been purged."""
    day = sync.sync_date.isoformat()
    return f"{day}/{sync.number}/{INDEX}" if (folder.report(day, sync.number) / INDEX).exists() else None


def totals_of(sync: Sync) -> dict[str, int]:
    """Return what a sync did in all record types together."""
    counts = sync.counts.values()
    withheld = (c.withheld_add + c.withheld_update + c.withheld_restore + c.withheld_archive for c in counts)
    return {name: sum(getattr(c, name) for c in counts) for name in ("added", "updated", "archived")} | {
        "withheld": sum(withheld)
    }
