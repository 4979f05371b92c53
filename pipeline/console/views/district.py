"""A district: its state with the next step, figures, calendar, trend, reports, and the history of its syncs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.http import Http404, HttpRequest, HttpResponse
from pydantic import ValidationError

from pipeline.asked import asked_runs
from pipeline.console.access import Visit, page
from pipeline.console.pages import show, url
from pipeline.console.roles import Permission
from pipeline.console.views.overview import district_rows
from pipeline.console.words import PLOTS
from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.districts.school_calendar import no_school_or_unknown
from pipeline.errors import RollcallError
from pipeline.report.model import SyncReport
from pipeline.report.next_steps import NextSteps, next_steps
from pipeline.report.schools import school_file, schools_with_pages
from pipeline.report.trend import MOST_POINTS, plot
from pipeline.roster.ledger import Sync, SyncCounts, read_ledger
from pipeline.status.districts import SETTLED
from pipeline.status.pages import INDEX, months, totals_of

TILES = ("students", "guardians", "staff", "classes")

MONTHS_SHOWN = 3

HISTORY_SHOWN = 100
"""Syncs on a page of the history: a quarter of a year."""


@dataclass(frozen=True)
class Tile:
    """How many records of a type are active, and what changed last."""

    record_type: str
    active: int
    change: SyncCounts | None
    changed_on: date | None
    sync: int | None


@page(Permission.see_status)
def home(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a district."""
    rows = district_rows(visit, datetime.now(UTC), only={visit.district})
    if not rows:
        raise Http404
    row = rows[0]
    syncs = read_ledger(visit.folder).syncs if row.status.state != "unreadable" else ()
    pages = report_addresses(visit, syncs)
    newest = next((sync for sync in reversed(syncs) if sync.kind == "day"), None)
    shown = [sync for sync in syncs if (syncs[-1].sync_date - sync.sync_date).days < MONTHS_SHOWN * 31]
    return show(
        request,
        "district",
        visit,
        row=row,
        name=row.name,
        newest=newest,
        pages=pages,
        tiles=[_tile(record_type, syncs) for record_type in TILES] if syncs else [],
        steps=_steps(visit.folder, newest) if row.status.state not in SETTLED else None,
        months=list(months(shown, pages, _calendar(visit)))[:MONTHS_SHOWN] if shown else [],
        plots=_plots(syncs),
        schools=_schools(visit),
        recent=list(reversed(syncs[-7:])),
        totals={sync.number: totals_of(sync) for sync in syncs[-7:]},
        count=len(syncs),
        asked=asked_runs(Home.from_environment(), visit.district),
    )


def _calendar(visit: Visit) -> Callable[[date], str | None]:
    """Return what says why there is no school on a date; without settings nothing does."""
    try:
        settings = Registry(settings_folder())[visit.district]
    except RollcallError:
        return lambda _: None
    return lambda day: no_school_or_unknown(settings, day)


@page(Permission.see_status)
def history(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show all syncs of a district, newest first, a hundred at a time."""
    syncs = read_ledger(visit.folder).syncs
    text = request.GET.get("before", "")
    before = int(text) if text.isdecimal() else len(syncs) + 1
    older = [sync for sync in syncs if sync.number < before]
    shown = older[-HISTORY_SHOWN:]
    return show(
        request,
        "history",
        visit,
        name=district_name(visit),
        syncs=list(reversed(shown)),
        pages=report_addresses(visit, shown),
        totals={sync.number: totals_of(sync) for sync in shown},
        count=len(syncs),
        older=shown[0].number if len(older) > len(shown) else None,
        newer=before <= len(syncs),
    )


def district_name(visit: Visit) -> str:
    """Return the name of a district, from its settings; its id where they cannot be read."""
    try:
        return Registry(settings_folder())[visit.district].name
    except RollcallError:
        return visit.district


def report_addresses(visit: Visit, syncs: Sequence[Sync]) -> dict[int, str | None]:
    """Return where the report of each sync is; None where it was purged, or is not for this account."""
    may = visit.may("see_reports")
    return {
        sync.number: url("report", district=visit.district, sync=sync.number)
        if may and (visit.folder.report(sync.sync_date.isoformat(), sync.number) / INDEX).exists()
        else None
        for sync in syncs
    }


def _tile(record_type: str, syncs: Sequence[Sync]) -> Tile:
    active = next((sync.counts[record_type].active_after for sync in reversed(syncs) if record_type in sync.counts), 0)
    for sync in reversed(syncs):
        counts = sync.counts.get(record_type)
        if counts and (counts.added or counts.updated or counts.archived or counts.restored):
            return Tile(record_type, active, counts, sync.sync_date, sync.number)
    return Tile(record_type, active, None, None, None)


def _steps(folder: DistrictFolder, newest: Sync | None) -> NextSteps | None:
    """Return the steps that the newest report names; None where it is gone or an older Rollcall wrote it."""
    if newest is None or newest.outcome in {"applied", "unchanged"}:
        return None
    path = folder.report(newest.sync_date.isoformat(), newest.number) / "report.json"
    try:
        return next_steps(SyncReport.model_validate_json(path.read_bytes()))
    except (OSError, ValidationError):
        return None


def _plots(syncs: Sequence[Sync]) -> list[tuple[str, str]]:
    points = [sync for sync in syncs if sync.kind == "day" and sync.counts][-MOST_POINTS:]
    if len(points) < 2:  # noqa: PLR2004 - one night has no trend
        return []
    students = [sync.counts["students"].active_after for sync in points if "students" in sync.counts]
    totals = [totals_of(sync) for sync in points]
    series = [students, *([total[what] for total in totals] for what in ("archived", "withheld"))]
    return [(title, plot(values, title)) for title, values in zip(PLOTS, series, strict=True) if values]


def _schools(visit: Visit) -> list[tuple[str, str]]:
    """Return the schools with a page of their own that this account may see: name, and the page's name."""
    try:
        settings = Registry(settings_folder())[visit.district]
    except RollcallError:
        return []
    mine = visit.grants.schools(visit.district)
    return [
        (school.name, school_file(school.id))
        for school in schools_with_pages(settings)
        if mine is None or school.id in mine
    ]
