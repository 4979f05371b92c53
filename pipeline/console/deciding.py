"""What every page that decides has in common: who decides and why, a second look at who it is, Dagster's events.

Belongs here: the form of a reason, the name that a decision gets, and the steps around a decision. Does not belong
here: what is decided (`views/holds.py`, `views/blocks.py`), and the decision itself (`pipeline/plan`, `corrections`).
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from pipeline.console.access import Visit
from pipeline.console.models import User
from pipeline.districts.decisions import check_asked
from pipeline.districts.folders import Home
from pipeline.errors import UsageError

LONGEST_REASON = 500


class Reason(forms.Form):
    """Why something is decided. It is kept with the district's decisions for good."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("Whoever looks at this later reads it, with your name and the time."),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why. It cannot be decided without a reason.")},
    )

    def clean_reason(self) -> str:
        """Return the reason, where it has a letter or digit."""
        reason = str(self.cleaned_data["reason"])
        try:
            check_asked(why=reason)
        except UsageError:
            raise forms.ValidationError(gettext("Say why. It cannot be decided without a reason.")) from None
        return reason


def asks_who_it_is(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let only those to a view who have shown within five minutes that it is they who sit at the desk.

    The page before it asks for the password, or for a second factor; `ACCOUNT_REAUTHENTICATION_TIMEOUT` is how long it
    counts.
    """

    @wraps(view)
    def handle(request: HttpRequest, visit: Visit, **address: Any) -> HttpResponse:
        inner = reauthentication_required(lambda _request: view(request, visit, **address))
        answer: HttpResponse = inner(request)
        return answer

    handle.asks_who_it_is = True  # type: ignore[attr-defined] # what the tests of all pages read
    return handle


def named(request: HttpRequest) -> str:
    """Return how a decision names who made it: the name of the account, and its address."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - a page lets no one else in
    return f"{user.name} ({user.email})"


def record_event(district: str, sync_date: date, *, kind: str, sync: int) -> None:
    """Record a decision in Dagster; where that cannot be, the log says so. The decision counts all the same."""
    from pipeline.partitions import DistrictDay  # noqa: PLC0415 - Dagster takes a second to load; most pages need none
    from pipeline.runs import note_correction  # noqa: PLC0415

    failure = note_correction(Home.from_environment(), DistrictDay(district, sync_date), kind=kind, sync=sync)
    if failure:
        logging.getLogger(__name__).warning("Dagster has no event of a decision (%s).", failure)
