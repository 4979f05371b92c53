"""Syncing now, pausing and resuming a district. A page runs nothing itself: it asks for a run (`pipeline/asked.py`)."""

from __future__ import annotations

from datetime import UTC, datetime

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from pipeline.asked import ask_for_run, asked_runs
from pipeline.console.access import Visit, page
from pipeline.console.deciding import Reason, asks_who_it_is, named
from pipeline.console.models import AccessRecord
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name
from pipeline.districts.folders import Home, settings_folder
from pipeline.districts.pausing import pause_district, resume_district
from pipeline.districts.registry import Registry
from pipeline.districts.state import read_state
from pipeline.errors import UsageError
from pipeline.status.clock import check_date, local_date
from pipeline.status.refresh import refresh_pages


@page(Permission.run)
def sync_now(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what a sync now does, and ask for one."""
    home, now = Home.from_environment(), datetime.now(UTC)
    settings = Registry(settings_folder())[visit.district]
    paused = read_state(visit.folder.state).paused
    waiting = asked_runs(home, visit.district)
    if request.method == "POST" and paused is None:
        sync_date = local_date(settings, now)
        try:
            check_date(settings, sync_date, now)
        except UsageError as failure:
            messages.error(request, failure.message)
            return redirect("district", district=visit.district)
        if not waiting:
            ask_for_run(home, visit.district, sync_date, fetch=True, at=now)
        AccessRecord.objects.create(
            email=request.user.email, district=visit.district, page="sync asked for", about=sync_date.isoformat()
        )
        messages.success(request, _("A sync starts within a minute. This page says what became of it."))
        return redirect("district", district=visit.district)
    return show(
        request, "sync_now", visit, name=district_name(visit), paused=paused, waiting=waiting,
        observe_only=settings.sync.observe_only, form=forms.Form(),
    )  # fmt: skip


@page(Permission.run)
@asks_who_it_is
def pause(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what pausing does, or resuming where the district is paused, and do it once a reason is given."""
    paused = read_state(visit.folder.state).paused
    form = Reason(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return show(request, "pause", visit, name=district_name(visit), paused=paused, form=form)
    meant = request.POST.get("resume") == "yes"
    if meant != (paused is not None):
        messages.warning(request, _("Someone else was faster: the district was paused or resumed meanwhile."))
        return redirect("district", district=visit.district)
    asked = {"by": named(request), "why": form.cleaned_data["reason"], "at": datetime.now(UTC)}
    if meant:
        resume_district(visit.folder, visit.district, **asked)
        messages.success(request, _("Resumed. The next night runs again."))
    else:
        pause_district(visit.folder, **asked)
        messages.success(request, _("Paused. No night runs until someone resumes it, and the roster stays."))
    refresh_pages(Home.from_environment(), Registry(settings_folder()), visit.district, datetime.now(UTC))
    return redirect("district", district=visit.district)
