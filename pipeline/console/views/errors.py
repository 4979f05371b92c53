"""Pages for what cannot be shown: each says what to do, and none what it would have shown."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pipeline.console.pages import show


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Return the page for a request that makes no sense. Without a frame: its host may be foreign."""
    return HttpResponse(_("This request cannot be answered."), status=400, content_type="text/plain; charset=utf-8")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001
    """Return the page for what a role does not include."""
    return show(
        request, "message", status=403, title=_("Your role does not include this page"),
        text=_("If you need it, ask the owner of your district or the people who run Rollcall."),
    )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Return the page for an address that is unknown, or that is not for this account: they look the same."""
    return show(
        request, "message", status=404, title=_("This page does not exist"),
        text=_("Check the address, or go back to the districts."),
    )  # fmt: skip


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Return the page for a failure that nobody foresaw. Plain text: whatever failed may be the pages themselves."""
    return HttpResponse(
        _("The console met a failure that it does not know. The log of the console names the place."),
        status=500, content_type="text/plain; charset=utf-8",
    )  # fmt: skip


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Return the page for a form that did not come from a page of ours, or from one that was open too long."""
    return show(
        request, "message", status=403, title=_("The form has expired"),
        text=_("Go back, load the page again, and send the form once more."),
    )  # fmt: skip
