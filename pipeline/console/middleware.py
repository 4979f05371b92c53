"""What holds for every page: a strict content policy, sessions that end, a second factor where a role demands it."""

from __future__ import annotations

import time
from collections.abc import Callable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from django.utils.translation import gettext as _

from pipeline.console.access import grants_of

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    # The picture of a QR code is part of its page.
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

_SECONDS_BETWEEN_NOTES = 60
"""A session is written once a minute at most."""

_OPEN_WITHOUT_SECOND_FACTOR = ("/account/", "/static/")


def strict_policy(get_response: Handler) -> Handler:
    """Let a page run our own scripts and styles alone, and let no page of an account be kept by a browser or proxy."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        if not request.path.startswith(settings.STATIC_URL):
            add_never_cache_headers(response)
            patch_vary_headers(response, ["HX-Request"])
        return response

    return handle


def session_ages(get_response: Handler) -> Handler:
    """End a session that nobody used for half an hour, or that is older than a working day.

    A page that refreshes its figures on its own is not used by anybody.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            began = request.session.setdefault("began", now)
            seen = request.session.setdefault("seen", now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_MOST_SECONDS:
                logout(request)
                messages.info(request, _("You were signed out because the session had ended. Please sign in again."))
            elif not is_refresh(request) and now - seen > _SECONDS_BETWEEN_NOTES:
                request.session["seen"] = now
        return get_response(request)

    return handle


def second_factor(get_response: Handler) -> Handler:
    """Let those whose role demands a second factor set one up before anything else."""

    def handle(request: HttpRequest) -> HttpResponse:
        if (
            request.user.is_authenticated
            and not request.path.startswith(_OPEN_WITHOUT_SECOND_FACTOR)
            and grants_of(request).needs_second_factor
            and not get_adapter().is_mfa_enabled(
                request.user, [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
            )
        ):  # fmt: skip
            messages.info(
                request, _("Your role needs a second factor when you sign in. Set one up before you go on.")
            )  # fmt: skip
            return redirect("mfa_index")
        return get_response(request)

    return handle


def is_refresh(request: HttpRequest) -> bool:
    """Return whether a page asks on its own for newer figures."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Trigger") == "live"
