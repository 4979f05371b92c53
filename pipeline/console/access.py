"""How a page says who may see it, and how it is recorded who saw people.

Belongs here: the one way to a view. Does not belong here: which role may what (`roles.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext

from pipeline.console.models import AccessRecord
from pipeline.console.roles import Grants, Permission
from pipeline.districts.folders import DistrictFolder, Home, settings_folder
from pipeline.districts.registry import Registry
from pipeline.errors import RollcallError

View = Callable[..., HttpResponse]

MOST_ABOUT = 500


@dataclass
class Visit:
    """Who asks for what: the account's grants, and the district that the address names."""

    grants: Grants
    district: str = ""
    about: str = ""
    """What the record of access says was seen, as the view names it; blank where it showed no one."""

    @property
    def folder(self) -> DistrictFolder:
        """Where the district's data is."""
        return Home.from_environment().district(self.district)

    def may(self, permission: str) -> bool:
        """Whether this account may do something in the district."""
        return self.grants.may(Permission(permission), self.district)


def page(permission: Permission | None, *, people: str = "") -> Callable[[View], View]:
    """Make a view of a function of a request and a visit. It is for those who are signed in and have the permission.

    `permission`: in the district that the address names; None: for everybody with an account. `people`: the view shows
    people of a roster or hands out files, and this is what the record of access calls it.

    A district that someone has no role in does not exist for them.
    """

    def made(view: View) -> View:
        @wraps(view)
        def handle(request: HttpRequest, **address: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _to_login(request)
            visit = Visit(grants_of(request), address.pop("district", ""))
            if visit.district:
                if not visit.grants.sees(visit.district) or not exists(visit.district):
                    raise Http404
                if permission is not None and not visit.grants.may(permission, visit.district):
                    raise PermissionDenied
            try:
                Home.from_environment().check_private(visit.district or None)
                response = view(request, visit, **address)
            except RollcallError as failure:
                return _in_words(request, visit, failure)
            if people and visit.about and response.status_code == 200:  # noqa: PLR2004 - an answer with content
                AccessRecord.objects.create(
                    email=request.user.email, district=visit.district, page=people, about=visit.about[:MOST_ABOUT]
                )
            return response

        handle.permission = permission  # type: ignore[attr-defined] # what the tests of all pages read
        handle.people = people  # type: ignore[attr-defined]
        return handle

    return made


def grants_of(request: HttpRequest) -> Grants:
    """Return what the account of a request may do; read once a request, so that a role taken away is gone at once."""
    found: Grants | None = getattr(request, "_grants", None)
    if found is None:
        found = Grants.of(request.user.memberships.all() if request.user.is_authenticated else ())
        request._grants = found  # noqa: SLF001 - ours
    return found


def exists(district: str) -> bool:
    """Return whether there is such a district: it has settings or data."""
    return (
        Registry(settings_folder()).path(district).exists() or Home.from_environment().district(district).root.is_dir()
    )


def _in_words(request: HttpRequest, visit: Visit, failure: RollcallError) -> HttpResponse:
    """Return the page for data that cannot be read: in full for those who run Rollcall, who can cure it."""
    from pipeline.console.pages import show  # noqa: PLC0415 - it asks here who may what

    told = visit.may(Permission.see_causes) if visit.district else visit.grants.is_operator
    text = str(failure) if told else gettext("The people who run Rollcall have to check it.")
    return show(request, "message", visit, status=503, title=gettext("This cannot be shown right now"), text=text)


def _to_login(request: HttpRequest) -> HttpResponse:
    if request.headers.get("HX-Request") == "true":
        # A part of a page cannot be replaced by the page to sign in: the whole page goes there.
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    login = resolve_url(settings.LOGIN_URL)
    return redirect(f"{login}?{urlencode({'next': request.get_full_path()})}" if request.path != "/" else login)
