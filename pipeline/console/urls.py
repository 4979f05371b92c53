"""The addresses of the console. A district's begin with its id; a roster's people are numbers in them, never names."""

from __future__ import annotations

from django.urls import include, path, register_converter
from django.views.generic import RedirectView

from pipeline.console.views import (
    accounts,
    audit,
    blocks,
    deliveries,
    district,
    holds,
    overview,
    people,
    reports,
    rostering,
    running,
)
from pipeline.districts.settings import DISTRICT_ID
from pipeline.landing.delivery import FILE_NAME


class _Text:
    """A part of an address that is text."""

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class DistrictId(_Text):
    """The id of a district."""

    regex = DISTRICT_ID.pattern.strip("^$")


class SyncDate(_Text):
    """A sync date."""

    regex = r"\d{4}-\d{2}-\d{2}"


class Digest(_Text):
    """The digest of a cause, as a report has it."""

    regex = "[0-9a-f]{64}"


class Answer(_Text):
    """What someone says of a cause."""

    regex = "|".join(holds.ANSWERS)


class FileName(_Text):
    """The name of a file in a delivery, as landing has it."""

    regex = FILE_NAME.strip("^$")


register_converter(DistrictId, "district")
register_converter(SyncDate, "date")
register_converter(Digest, "digest")
register_converter(Answer, "answer")
register_converter(FileName, "file")

_OF_A_DISTRICT = [
    path("", district.home, name="district"),
    path("history/", district.history, name="history"),
    path("syncs/<int:sync>/", reports.report, name="report"),
    path("syncs/<int:sync>/<slug:name>.csv", reports.rows, name="report_rows"),
    path("syncs/<int:sync>/schools/<slug:name>.html", reports.school_report, name="school_report"),
    path("syncs/<int:sync>/roster.zip", deliveries.processed, name="processed"),
    path("schools/<slug:name>/", reports.school, name="school"),
    path("rostering/<slug:group>/", rostering.rostering, name="rostering"),
    path("sync/", running.sync_now, name="sync_now"),
    path("pause/", running.pause, name="pause"),
    path("withheld/", holds.holds, name="holds"),
    path("withheld/<int:sync>/<digest:cause>/<answer:answer>/", holds.decide, name="decide"),
    path("people/", people.search, name="people"),
    path("people/<int:roster_id>/", people.person, name="person"),
    path("blocks/<int:contact>/<int:student>/", blocks.block_pair, name="block"),
    path("blocks/<int:number>/end/<int:person>/", blocks.unblock, name="unblock"),
    path("deliveries/", deliveries.deliveries, name="deliveries"),
    path("deliveries/<date:sync_date>/<int:number>/<file:file>", deliveries.sent, name="sent"),
    path("audit/", audit.audit, name="audit"),
]

urlpatterns = [
    path("", overview.overview, name="overview"),
    path("districts/<district:district>/", include(_OF_A_DISTRICT)),
    path("account/", accounts.account, name="account"),
    path("account/", include("allauth.account.urls")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("invitations/<slug:token>/", accounts.invitation, name="invitation"),
    path("favicon.ico", RedirectView.as_view(url="/static/console/icon.svg", permanent=True)),
]

handler400 = "pipeline.console.views.errors.bad_request"
handler403 = "pipeline.console.views.errors.forbidden"
handler404 = "pipeline.console.views.errors.not_found"
handler500 = "pipeline.console.views.errors.failed"
