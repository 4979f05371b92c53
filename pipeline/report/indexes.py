"""Index pages: the days of a district as a calendar, and the last night of all districts at a glance.

Belongs here: what the two pages know and how they are replaced. Does not belong here: the reports that they link to,
which never change.

Each sync leaves a summary of a few hundred bytes in its district's folder, so that the page of all districts is written
after every sync without reading a thousand histories. All links are relative: the home can be moved.
"""

from __future__ import annotations

import calendar
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from filelock import FileLock
from pydantic import ValidationError

from pipeline.districts.chain import sync_to_disk
from pipeline.districts.folders import DistrictFolder, Home
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import DistrictState, read_state
from pipeline.errors import RollcallError
from pipeline.report.model import ReportPart
from pipeline.report.page import render
from pipeline.sync.due import is_overdue, local_date, slot_start
from pipeline.sync.ledger import Sync, read_ledger

INDEX = "index.html"

SUMMARY = "newest.json"

NightState = Literal[
    "overdue", "begun", "unreadable", "rejected", "missing", "held", "expected", "paused", "off", "applied", "unchanged"
]

WORDS: dict[NightState, str] = {
    "overdue": "overdue: its night has begun, and there is no sync",
    "begun": "begun, and no sync yet: its run is under way, or a fault ended it",
    "unreadable": "cannot be read: `rollcall doctor` says why",
    "rejected": "rejected: the last good roster stands",
    "missing": "missing: nothing was delivered",
    "held": "held: changes wait for a decision (`rollcall holds`)",
    "expected": "expected: its night has just begun",
    "paused": "paused",
    "off": "not enabled for the nightly sync",
    "applied": "applied",
    "unchanged": "unchanged",
}
"""In the order in which somebody should look at them."""


class DistrictSummary(ReportPart):
    """What the page of all districts says of one: its slot, and its newest sync of a day."""

    district: str
    name: str
    time_zone: str
    start_time: time
    sync_number: int
    sync_date: date
    outcome: Literal["applied", "unchanged", "held", "rejected", "missing"]
    initial: bool
    added: int
    updated: int
    archived: int
    withheld: int
    page: str
    """Of its report, below the district's reports."""

    @property
    def zone(self) -> ZoneInfo:
        """The district's time zone."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True)
class Night:
    """A district in the page of all districts."""

    district: str
    state: NightState
    due: date | None
    summary: DistrictSummary | None
    why: str | None = None


@dataclass(frozen=True)
class CalendarDay:
    """A day of a month; without an outcome there was no sync."""

    day: date
    outcome: str | None = None
    page: str | None = None


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
    totals = {sync.number: _totals(sync) for sync in syncs}
    summary = DistrictSummary(
        district=district, name=settings.name, time_zone=settings.time_zone, start_time=settings.start_time,
        sync_number=newest.number, sync_date=newest.sync_date, outcome=newest.outcome, initial=newest.initial,
        page=pages[newest.number] or "", **totals[newest.number],
    )  # fmt: skip
    page = render(
        "district.html",
        name=settings.name,
        months=list(_months(list(syncs), pages)),
        syncs=list(reversed(syncs)),
        pages=pages,
        totals=totals,
        newest=newest,
    )
    _replace(reports / SUMMARY, summary.model_dump_json() + "\n")
    _replace(reports / INDEX, page)
    return reports / INDEX


def write_overview(home: Home, now: datetime) -> Path:
    """Write the page of all districts as they are at `now`, and return it. One writer at a time; each sees the last."""
    reports = home.root / "reports"
    reports.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(reports / ".lock", mode=0o600):
        order = list(WORDS)
        nights = sorted(nights_of(home, now), key=lambda night: (order.index(night.state), night.district))
        counts = [(state, sum(night.state == state for night in nights)) for state in order]
        page = render(
            "overview.html",
            nights=nights,
            counts=[(state, count) for state, count in counts if count],
            state_words=WORDS,
            now=now,
        )
        _replace(reports / INDEX, page)
    return reports / INDEX


def nights_of(home: Home, now: datetime) -> Iterator[Night]:
    """Yield how every district that has a folder stands at `now`."""
    districts = home.root / "districts"
    for root in sorted(districts.iterdir()) if districts.is_dir() else ():
        if not root.is_dir() or root.name.startswith("."):
            continue
        folder = DistrictFolder(root)
        try:
            state = read_state(folder.state)
            text = (root / "reports" / SUMMARY).read_bytes()
            yield _night(folder, DistrictSummary.model_validate_json(text), state, now)
        except FileNotFoundError:
            yield Night(root.name, "off" if not state.enabled else "expected", None, None, "never synced")
        except (OSError, ValidationError, RollcallError):
            yield Night(root.name, "unreadable", None, None)


def _night(folder: DistrictFolder, summary: DistrictSummary, state: DistrictState, now: datetime) -> Night:
    today = local_date(summary, now)
    due = today if slot_start(summary, today) <= now else today - timedelta(days=1)
    found: NightState = summary.outcome
    if state.runs_nightly and summary.sync_date < due:
        has_begun = folder.day(due.isoformat()).exists()
        found = "begun" if has_begun else "overdue" if is_overdue(summary, due, now) else "expected"
    elif state.paused is not None:
        found = "paused"
    elif not state.enabled and summary.outcome in {"applied", "unchanged"}:
        found = "off"
    return Night(summary.district, found, due, summary, state.paused.why if state.paused else None)


def _months(syncs: list[Sync], pages: dict[int, str | None]) -> Iterator[tuple[str, list[list[CalendarDay | None]]]]:
    """Yield the months between the first sync and the last, newest first, as weeks from Sunday to Saturday."""
    last_of = {sync.sync_date: sync for sync in syncs}
    first, last = min(last_of), max(last_of)
    year, month = last.year, last.month
    while (year, month) >= (first.year, first.month):
        weeks = calendar.Calendar(firstweekday=calendar.SUNDAY).monthdatescalendar(year, month)
        yield (
            f"{calendar.month_name[month]} {year}",
            [[_calendar_day(day, last_of, pages) if day.month == month else None for day in week] for week in weeks],
        )
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)


def _calendar_day(day: date, last_of: dict[date, Sync], pages: dict[int, str | None]) -> CalendarDay:
    sync = last_of.get(day)
    return CalendarDay(day, sync.outcome, pages[sync.number]) if sync else CalendarDay(day)


def _page_of(folder: DistrictFolder, sync: Sync) -> str | None:
    """Return where the report of a sync is, below the district's reports; None where it has been purged."""
    day = sync.sync_date.isoformat()
    return f"{day}/{sync.number}/{INDEX}" if (folder.report(day, sync.number) / INDEX).exists() else None


def _totals(sync: Sync) -> dict[str, int]:
    counts = sync.counts.values()
    withheld = (c.withheld_add + c.withheld_update + c.withheld_restore + c.withheld_archive for c in counts)
    return {name: sum(getattr(c, name) for c in counts) for name in ("added", "updated", "archived")} | {
        "withheld": sum(withheld)
    }


def _replace(path: Path, text: str) -> None:
    """Put `text` at `path` so that a reader sees the old or the new, never a half."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    sync_to_disk(path.parent)
