"""What is withheld, cause by cause, and deciding about it: approve, reject, or say that an id is another person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from pipeline.asked import ask_for_run, asked_runs
from pipeline.console.access import Visit, page
from pipeline.console.deciding import Reason, asks_who_it_is, named, record_event
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name, report_addresses
from pipeline.districts.folders import Home, settings_folder
from pipeline.districts.lock import district_lock
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.errors import BusyError, UsageError
from pipeline.plan.approvals import OpenCause, OpenHold, approve, open_hold, reject
from pipeline.plan.identity import IDS_IN_DOUBT
from pipeline.report.archive import read_report
from pipeline.report.holds import people_lines, waiting_words
from pipeline.roster.ledger import read_ledger
from pipeline.status.clock import local_date

if TYPE_CHECKING:
    from pipeline.report.model import Hold

ANSWERS = ("approve", "same", "another", "reject")
"""What can be said of a cause; `same` and `another` of ids in doubt, `approve` of all others."""


@dataclass(frozen=True)
class Card:
    """A cause with what the report says of it."""

    cause: OpenCause
    found: Hold | None

    @property
    def answers(self) -> tuple[str, ...]:
        """What can be said of it."""
        if not self.cause.kind.can_be_approved:
            return ("reject",)
        return (*(("same", "another") if self.cause.code in IDS_IN_DOUBT else ("approve",)), "reject")

    @property
    def waiting(self) -> str:
        """What waits for it, in words."""
        return waiting_words(self.found) if self.found else ""

    @property
    def people(self) -> list[str]:
        """Both sides of each id in doubt, masked as the district's settings say."""
        return people_lines(self.found) if self.found else []


@page(Permission.see_reports)
def holds(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what the newest sync withheld, cause by cause."""
    hold = open_hold(visit.folder, visit.district)
    return show(
        request, "holds", visit, name=district_name(visit), hold=hold, cards=_cards(visit, hold),
        asked=asked_runs(Home.from_environment(), visit.district),
        report=report_addresses(visit, [hold.sync])[hold.sync.number] if hold else None,
    )  # fmt: skip


@page(Permission.decide)
@asks_who_it_is
def decide(request: HttpRequest, visit: Visit, sync: int, cause: str, answer: str) -> HttpResponse:
    """Show what an answer to a cause will do, and do it once a reason is given."""
    hold = open_hold(visit.folder, visit.district)
    card = next((one for one in _cards(visit, hold) if one.cause.digest == cause), None)
    if hold is None or hold.sync.number != sync or card is None or answer not in card.answers:
        messages.warning(request, _("What is withheld has changed meanwhile. Nothing was decided: look at it again."))
        return redirect("holds", district=visit.district)
    form = Reason(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return _decided(request, visit, hold, card.cause, answer, form.cleaned_data["reason"])
    return show(
        request, "decide", visit, name=district_name(visit), hold=hold, card=card, answer=answer, form=form
    )  # fmt: skip


def _cards(visit: Visit, hold: OpenHold | None) -> list[Card]:
    if hold is None:
        return []
    report = read_report(visit.folder, hold.sync)
    said = {found.digest: found for found in (report.holds if report else [])}
    return [Card(cause, said.get(cause.digest)) for cause in hold.causes]


def _decided(
    request: HttpRequest, visit: Visit, hold: OpenHold, cause: OpenCause, answer: str, reason: str
) -> HttpResponse:
    """Record the answer, ask for the run that applies it, and say what happens now."""
    settings, now, sync_date = Registry(settings_folder())[visit.district], datetime.now(UTC), hold.sync.sync_date
    by = named(request)
    if answer != "reject" and read_state(visit.folder.state).paused is not None:
        messages.error(request, _("The district is paused. Nothing was decided: whoever runs Rollcall resumes it."))
        return redirect("holds", district=visit.district)
    try:
        with district_lock(visit.folder):
            if answer == "reject":
                reject(visit.folder, visit.district, sync_date, [cause.digest], by=by, why=reason, at=now)
            else:
                approve(
                    visit.folder, visit.district, sync_date, [cause.digest], by=by, why=reason, at=now,
                    until=max(local_date(settings, now), sync_date), as_new_person=answer == "another",
                )  # fmt: skip
    except BusyError:
        messages.error(request, _("A sync of the district is running right now. Nothing was decided: try again soon."))
    except UsageError:
        messages.error(request, _("What is withheld has changed meanwhile. Nothing was decided: look at it again."))
    else:
        if answer == "reject":
            messages.success(request, _("Rejected. It is not applied, and waits until the files change."))
        else:
            record_event(visit.district, sync_date, kind="approve", sync=hold.sync.number)
            messages.success(request, _apply(visit, hold, observe_only=settings.sync.observe_only, now=now))
    return redirect("holds", district=visit.district)


def _apply(visit: Visit, hold: OpenHold, *, observe_only: bool, now: datetime) -> str:
    """Ask for the run that applies an approval, where its date is the newest; return what is said of it."""
    newest = max(sync.sync_date for sync in read_ledger(visit.folder).syncs)
    if newest != hold.sync.sync_date or observe_only:
        return _("Approved. The next sync that withholds the same changes applies them.")
    ask_for_run(Home.from_environment(), visit.district, hold.sync.sync_date, fetch=False, at=now)
    return _("Approved. A sync that applies it starts within a minute, and its report says what it did.")
