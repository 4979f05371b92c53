"""SIS Rostering: a district's settings, group by group. The same file as ever, changed at the places that differ."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from pipeline.console.access import Visit, page
from pipeline.console.models import AccessRecord
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.rostering import GROUPS, LEFT_TO_FILE, Entered, Group, as_they_are, changed, rows_of, seen
from pipeline.console.views.district import district_name
from pipeline.districts.editing import Edit
from pipeline.districts.folders import Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.errors import UsageError
from pipeline.status.refresh import refresh_pages


@page(Permission.change_settings)
def rostering(request: HttpRequest, visit: Visit, group: str) -> HttpResponse:
    """Show a group of settings; show what a change of them comes to; write it once that is confirmed."""
    found = next((one for one in GROUPS if one.name == group), None)
    if found is None:
        raise Http404
    if found.of_the_source and not visit.may(Permission.change_source):
        raise PermissionDenied
    registry = Registry(settings_folder())
    if request.method != "POST":
        return _form(request, visit, registry, found, as_they_are(registry, visit.district, found))
    try:
        entered, edit = changed(registry, visit.district, found, request.POST.dict())
        if request.POST.get("seen") != seen(registry, visit.district):
            entered = Entered(
                entered.values, problem=_("Someone else changed the settings while this form was open. Look at them.")
            )
            edit = None
        if edit is None or (edit.changes_something and request.POST.get("confirmed") != "yes"):
            return _form(request, visit, registry, found, entered, edit)
        if not edit.changes_something:
            messages.info(request, _("Nothing was changed."))
            return redirect("rostering", district=visit.district, group=group)
        edit.write()
    except UsageError as failure:
        messages.error(request, failure.message)
        return redirect("district", district=visit.district)
    AccessRecord.objects.create(email=request.user.email, district=visit.district, page="settings changed", about=group)
    refresh_pages(Home.from_environment(), registry, visit.district, datetime.now(UTC))
    messages.success(request, _("Saved. It counts from the next sync on."))
    return redirect("rostering", district=visit.district, group=group)


def _form(
    request: HttpRequest,
    visit: Visit,
    registry: Registry,
    group: Group,
    entered: Entered,
    edit: Edit | None = None,
) -> HttpResponse:
    there = as_they_are(registry, visit.district, group)
    groups = [one for one in GROUPS if not one.of_the_source or visit.may(Permission.change_source)]
    return show(
        request, "rostering", visit, name=district_name(visit), groups=groups, group=group, entered=entered,
        seen=seen(registry, visit.district), edit=edit, sent=request.POST.dict() if edit else {},
        counts={rows.key: rows_of(rows, there) for rows in group.rows},
        left=LEFT_TO_FILE if group is GROUPS[-1] or not visit.may(Permission.change_source) else {},
    )  # fmt: skip
