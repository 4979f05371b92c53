"""Reports in place: what a sync wrote for the district, for each school, and its CSV files.

They are the pages that the sync wrote, in the console's frame: one text of a night, wherever it is read.
"""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from markupsafe import Markup

from pipeline.console.access import Visit, page
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name
from pipeline.report.page import PageParts, parts_of
from pipeline.report.schools import FOLDER, school_file
from pipeline.roster.ledger import Sync, read_ledger
from pipeline.status.pages import INDEX

SCHOOL_HISTORY = 30

_ALL_DAYS = Markup('<li><a href="../../index.html">All days</a></li>')
"""Of a page in a file system: here the frame leads there."""


@page(Permission.see_reports, people="report")
def report(request: HttpRequest, visit: Visit, sync: int) -> HttpResponse:
    """Show the report of a sync."""
    syncs = read_ledger(visit.folder).syncs
    found, folder = _report_of(visit, syncs, sync)
    written = _parts(folder / INDEX)
    visit.about = f"sync {sync}"
    return show(
        request, "report", visit, name=district_name(visit), sync=found, written=written,
        header=written.header.replace(_ALL_DAYS, Markup()), before=_neighbor(visit, syncs, sync, -1),
        after=_neighbor(visit, syncs, sync, 1),
    )  # fmt: skip


@page(Permission.see_reports, people="rows of a report")
def rows(request: HttpRequest, visit: Visit, sync: int, name: str) -> HttpResponse:  # noqa: ARG001 - a view's signature
    """Return a CSV file of a report."""
    _, folder = _report_of(visit, read_ledger(visit.folder).syncs, sync)
    path = folder / f"{name}.csv"
    if path not in set(folder.glob("*.csv")):
        raise Http404
    visit.about = f"sync {sync}, {name}.csv"
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"{visit.district}-sync-{sync}-{path.name}")


@page(Permission.see_school, people="report of a school")
def school_report(request: HttpRequest, visit: Visit, sync: int, name: str) -> HttpResponse:
    """Show what a sync meant for one school."""
    _check_school(visit, name)
    found, folder = _report_of(visit, read_ledger(visit.folder).syncs, sync)
    written = _parts(folder / FOLDER / f"{name}.html")
    visit.about = f"sync {sync}, school {name}"
    return show(request, "school_report", visit, name=district_name(visit), sync=found, written=written, school=name)


@page(Permission.see_school, people="report of a school")
def school(request: HttpRequest, visit: Visit, name: str) -> HttpResponse:
    """Show the newest report of a school, and the way to the earlier ones."""
    _check_school(visit, name)
    syncs = read_ledger(visit.folder).syncs
    paths = {
        sync.number: visit.folder.report(sync.sync_date.isoformat(), sync.number) / FOLDER / f"{name}.html"
        for sync in syncs[-SCHOOL_HISTORY:]
    }
    with_page = [sync for sync in reversed(syncs[-SCHOOL_HISTORY:]) if paths[sync.number].exists()]
    if not with_page and not _is_school_of(visit, name):
        raise Http404
    visit.about = f"school {name}"
    return show(
        request, "school", visit, name=district_name(visit), school=name, syncs=with_page,
        written=_parts(paths[with_page[0].number]) if with_page else None,
    )  # fmt: skip


def _check_school(visit: Visit, name: str) -> None:
    """Refuse the page of a school that is not this account's."""
    mine = visit.grants.schools(visit.district)
    if mine is not None and name not in {school_file(school) for school in mine}:
        raise PermissionDenied


def _is_school_of(visit: Visit, name: str) -> bool:
    mine = visit.grants.schools(visit.district)
    return mine is not None and name in {school_file(school) for school in mine}


def _report_of(visit: Visit, syncs: tuple[Sync, ...], number: int) -> tuple[Sync, Path]:
    """Return a sync and the folder of its report."""
    if not 1 <= number <= len(syncs):
        raise Http404
    sync = syncs[number - 1]
    return sync, visit.folder.report(sync.sync_date.isoformat(), sync.number)


def _parts(path: Path) -> PageParts:
    try:
        return parts_of(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise Http404 from None


def _neighbor(visit: Visit, syncs: tuple[Sync, ...], number: int, step: int) -> int | None:
    """Return the number of the next sync in this direction that has a report."""
    number += step
    while 1 <= number <= len(syncs):
        sync = syncs[number - 1]
        if (visit.folder.report(sync.sync_date.isoformat(), number) / INDEX).exists():
            return number
        number += step
    return None
