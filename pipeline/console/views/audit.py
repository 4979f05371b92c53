"""The audit of a district: what people decided, and who saw people of the roster or took files."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from pipeline.console.access import Visit, page
from pipeline.console.models import AccessRecord
from pipeline.console.pages import show
from pipeline.console.roles import Permission
from pipeline.console.views.district import district_name
from pipeline.districts.decisions import read_decisions
from pipeline.report.names import HIDDEN

RECORDS_SHOWN = 100


@page(Permission.see_audit)
def audit(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show decisions and access. A reason may name people: only those who may see people read it."""
    records = Paginator(AccessRecord.objects.filter(district=visit.district), RECORDS_SHOWN)
    return show(
        request, "audit", visit, name=district_name(visit),
        decisions=read_decisions(visit.folder.decisions)[::-1], records=records.get_page(request.GET.get("page")),
        hidden=None if visit.may(Permission.see_people) else HIDDEN,
    )  # fmt: skip
