"""People of a roster: the search, and one person's page, which is their trace.

What was typed is sent in a form and never in an address: neither a log nor a browser's history has a name. The record
of access has the numbers that the roster gave to those who were seen.
"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from pipeline.console.access import Visit, page
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.blocks import blocks_of
from pipeline.console.views.district import district_name, report_addresses
from pipeline.errors import UsageError
from pipeline.roster.ledger import read_ledger
from pipeline.trace.find import find_people
from pipeline.trace.page import MOST_OF_A_LINE, contact_line, event_line
from pipeline.trace.person import person_of
from pipeline.trace.trace import Trace, TraceEvent, trace

MOST_FOUND = 100


@page(Permission.see_people, people="search of people")
def search(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show a form, and after it was sent whom it found."""
    asked = request.POST.get("find", "") if request.method == "POST" else ""
    problem, found = "", []
    if request.method == "POST":
        try:
            found = find_people(visit.folder, visit.district, asked[:200])
        except UsageError as failure:
            problem = str(failure)
    shown = found[:MOST_FOUND]
    if request.method == "POST":
        visit.about = " ".join(str(one.roster_id) for one in shown) or "no one found"
    return show(
        request, "people", visit, name=district_name(visit), asked=asked, found=shown, count=len(found),
        problem=problem, searched=request.method == "POST",
    )  # fmt: skip


@page(Permission.see_people, people="person")
def person(request: HttpRequest, visit: Visit, roster_id: int) -> HttpResponse:
    """Show one person: who, guardians or students with the rule, classes, and what each sync did."""
    found = person_of(visit.folder, visit.district, roster_id)
    if found is None:
        raise Http404
    traced = trace(visit.folder, visit.district, found.sourced_id)
    visit.about = str(roster_id)
    return show(
        request,
        "person",
        visit,
        name=district_name(visit),
        person=found,
        blocks=blocks_of(visit, found),
        nights=_by_sync(traced),
        pages=report_addresses(visit, read_ledger(visit.folder).syncs),
        contacts=[contact_line(contact) for contact in traced.contacts],
        findings=traced.findings,
        looked_at=traced.looked_at,
        most=MOST_OF_A_LINE,
    )


def _by_sync(traced: Trace) -> list[tuple[TraceEvent, list[str]]]:
    """Return the first event of each sync with the lines of all of them, the newest sync first."""
    nights: list[tuple[TraceEvent, list[str]]] = []
    for event in traced.events:
        if not nights or nights[-1][0].sync_number != event.sync_number:
            nights.append((event, []))
        nights[-1][1].append(event_line(event))
    return nights[::-1]
