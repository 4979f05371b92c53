"""All districts: what needs whom to do what, the last nights as marks, and the next run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext
from markupsafe import Markup

from pipeline.console.access import Visit, page
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.districts.folders import Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.errors import RollcallError
from pipeline.report.icons import MARKS
from pipeline.report.schools import school_file
from pipeline.status.clock import HasSlot, next_slot
from pipeline.status.districts import NIGHTS, DistrictStatus, district_statuses

LIVE_SECONDS, QUIET_SECONDS = 5, 60
"""How often the page asks for newer figures: while a night runs, and otherwise."""

FILTERS = ("all", "district", "operator", "no one")


@dataclass(frozen=True)
class Row:
    """A district on the page."""

    status: DistrictStatus
    name: str
    nights: list[tuple[date, str | None]]
    begins: datetime | None

    @property
    def owner(self) -> str:
        """Who acts next."""
        return self.status.next_step[0]

    @property
    def signs(self) -> Markup:
        """The last nights as signs."""
        language = get_language() or ""
        return Markup().join(_sign(day, outcome, language) for day, outcome in self.nights)

    @property
    def night_counts(self) -> list[tuple[str, int]]:
        """How many of the last nights ended how, in words."""
        return Counter(outcome or "no sync" for _, outcome in self.nights).most_common()


@page(None)
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show the districts of this account; whoever has one alone goes there at once."""
    alone = _only_page(visit)
    if alone is not None:
        return alone
    now = datetime.now(UTC)
    rows = district_rows(visit, now)
    owners = Counter(row.owner for row in rows)
    wanted = request.GET.get("show", "all")
    words = request.GET.get("find", "").lower().split()
    shown = [
        row
        for row in rows
        if wanted in {"all", row.owner} and all(word in f"{row.name} {row.status.district}".lower() for word in words)
    ]  # fmt: skip
    return show(
        request,
        "districts_table" if request.headers.get("HX-Request") == "true" else "overview",
        visit,
        rows=shown,
        count=len(rows),
        owners=owners,
        wanted=wanted if wanted in FILTERS else "all",
        find=request.GET.get("find", ""),
        seconds=LIVE_SECONDS
        if any(row.status.state in {"begun", "expected", "waiting"} for row in rows)
        else QUIET_SECONDS,
        running=[row for row in rows if row.status.state == "begun"],
        here=request.get_full_path(),
        schools=sorted(
            (scope.district, scope.school, school_file(scope.school)) for scope in visit.grants.scopes if scope.school
        ),
    )


def district_rows(visit: Visit, now: datetime, *, only: Collection[str] | None = None) -> list[Row]:
    """Return the districts that an account sees, or of these those of `only`, the most urgent first."""
    home, registry = Home.from_environment(), Registry(settings_folder())
    if only is None and not visit.grants.everywhere:
        only = {one for one in visit.grants.districts if visit.grants.may(Permission.see_status, one)}
    return [
        Row(status, _name(status), night_dates(status), next_night(status, registry, now))
        for status in district_statuses(home, now, registry, only=only)
    ]


def night_dates(status: DistrictStatus) -> list[tuple[date, str | None]]:
    """Return the last dates with how each ended, oldest first; None where there was no sync."""
    summary = status.summary
    if summary is None:
        return []
    last = max(status.due, summary.sync_date) if status.runs_nightly and status.due else summary.sync_date
    known = {mark.sync_date: mark.outcome for mark in summary.nights} | {summary.sync_date: summary.outcome}
    return [(day, known.get(day)) for day in (last - timedelta(days=n) for n in range(NIGHTS - 1, -1, -1))]


@lru_cache(maxsize=4096)
def _sign(day: date, outcome: str | None, language: str) -> Markup:  # noqa: ARG001 - a sign for each language
    """Return the sign of a night. Not in a template: a page of 300 districts has 4,200 of them."""
    word = gettext(outcome or "no sync")
    return Markup('<i class="{}" title="{}: {}">{}</i>').format(
        outcome or "none", date_format(day, "M j"), word, MARKS.get(outcome, "◇") if outcome else "–"
    )


def next_night(status: DistrictStatus, registry: Registry, now: datetime) -> datetime | None:
    """Return when the schedule syncs a district next; None where it does not, or its settings have a mistake.

    Reading one file of settings takes 10 ms: it is read where it is newer than what the last sync left of it.
    """
    if not status.runs_nightly:
        return None
    try:
        slot: HasSlot | None = status.summary
        if slot is None or _is_newer(status, registry):
            slot = registry[status.district]
    except (OSError, RollcallError):
        return None
    return next_slot(slot, now)


def _is_newer(status: DistrictStatus, registry: Registry) -> bool:
    written = Home.from_environment().district(status.district).root / "reports" / "newest.json"
    try:
        return registry.path(status.district).stat().st_mtime_ns > written.stat().st_mtime_ns
    except OSError:
        return False


def _name(status: DistrictStatus) -> str:
    return status.summary.name if status.summary else status.district


def _only_page(visit: Visit) -> HttpResponse | None:
    """Return where an account belongs that sees one district, or one school of one, and nothing else."""
    grants = visit.grants
    if grants.everywhere or len(grants.districts) != 1:
        return None
    district = next(iter(grants.districts))
    schools = grants.schools(district)
    if grants.may(Permission.see_status, district):
        return redirect("district", district=district)
    if schools is not None and len(schools) == 1:
        return redirect("school", district=district, name=school_file(next(iter(schools))))
    return None
