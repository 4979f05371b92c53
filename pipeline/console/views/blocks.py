"""Blocking a contact from a student on a person's page, and ending that."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from pipeline.console.access import Visit, page
from pipeline.console.deciding import Reason, asks_who_it_is, named, record_event
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name
from pipeline.corrections.block import block, record_unblock
from pipeline.districts.decisions import read_decisions
from pipeline.districts.folders import settings_folder
from pipeline.districts.registry import Registry
from pipeline.errors import BusyError, PermanentError, UsageError
from pipeline.guardians.blocks import Block, blocks_in_force
from pipeline.trace.person import Person, person_of


def blocks_of(visit: Visit, person: Person) -> list[Block]:
    """Return the blocks in force that a person is in, as contact or as student, under whatever id."""
    return [
        found
        for found in blocks_in_force(read_decisions(visit.folder.decisions))
        if person.roster_id in {found.contact_roster_id, found.student_roster_id} or person.sourced_id in found.pair
    ]


@page(Permission.block, people="block")
@asks_who_it_is
def block_pair(request: HttpRequest, visit: Visit, contact: int, student: int) -> HttpResponse:
    """Show what blocking a contact from a student does, and do it once a reason is given."""
    pair = [person_of(visit.folder, visit.district, roster_id) for roster_id in (contact, student)]
    if pair[0] is None or pair[1] is None:
        raise Http404
    guardian, child = pair[0], pair[1]
    visit.about = f"{contact} {student}"
    form = Reason(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return show(
            request, "block", visit, name=district_name(visit), contact=guardian, student=child, form=form, ends=False
        )  # fmt: skip
    try:
        _blocked, applied = block(
            visit.folder, visit.district, Registry(settings_folder())[visit.district],
            guardian.sourced_id, child.sourced_id,
            by=named(request), why=form.cleaned_data["reason"], at=datetime.now(UTC),
        )  # fmt: skip
    except BusyError:
        messages.warning(
            request,
            _(
                "Blocked. A sync of the district is running right now and may have started before: look again when it "
                "is over, and block the two again if they are still linked."
            ),
        )
    except UsageError as failure:
        messages.error(request, failure.message)
    except PermanentError:
        messages.error(
            request,
            _("Blocked, but the link could not be removed now. The people who run Rollcall have to look at it."),
        )
    else:
        if applied is not None:
            report = applied.report
            record_event(visit.district, report.sync_date, kind="block", sync=report.sync_number or 0)
        if applied is not None and applied.pairs:
            messages.success(request, _("Blocked. The two are no longer linked, and no file links them again."))
        else:
            messages.success(request, _("Blocked. The two are not linked, and no file links them."))
        if applied is not None and applied.twins:
            messages.warning(
                request,
                _(
                    "Another contact seems to be the same person and was taken off the student too. If they are two "
                    "people, end the block on that contact's page."
                ),
            )
    return redirect("person", district=visit.district, roster_id=student)


@page(Permission.block, people="end of a block")
@asks_who_it_is
def unblock(request: HttpRequest, visit: Visit, number: int, person: int) -> HttpResponse:
    """Show what ending a block does, and do it once a reason is given. `number` is that of the decision."""
    found = next((one for one in blocks_in_force(read_decisions(visit.folder.decisions)) if one.number == number), None)
    if found is None:
        messages.warning(request, _("This block has ended already."))
        return redirect("person", district=visit.district, roster_id=person)
    visit.about = str(person)
    form = Reason(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return show(
            request, "block", visit, name=district_name(visit), block=found, person=person, form=form, ends=True
        )  # fmt: skip
    record_unblock(
        visit.folder, visit.district, *found.pair,
        by=named(request), why=form.cleaned_data["reason"], at=datetime.now(UTC),
    )  # fmt: skip
    messages.success(request, _("The block has ended. From the next sync on, the files decide about the two again."))
    return redirect("person", district=visit.district, roster_id=person)
