"""One's own account, and taking up an invitation. Signing in, second factors and sessions are django-allauth's."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters

from pipeline.console.access import Visit, page
from pipeline.console.models import Invitation, Membership, User
from pipeline.console.pages import show


class NewAccount(forms.Form):
    """The name and the password of someone who was invited."""

    name = forms.CharField(
        label=gettext_lazy("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=gettext_lazy("A password of at least 12 characters"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        strip=False,
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        """Return the password, where it is good enough for the name and the address."""
        password = str(self.cleaned_data["password"])
        validate_password(password, User(email=self.email, name=self.cleaned_data.get("name", "")))
        return password


@page(None)
def account(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show whose account it is, what it may do, and the ways to its password, second factors and sessions."""
    return show(request, "account", visit, memberships=list(visit.grants.scopes))


@sensitive_post_parameters("password")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let someone who was invited make an account, or add the role to the one they have. A link works once."""
    now = timezone.now()
    found = Invitation.open_by(token, now)
    if found is None:
        return show(
            request, "message", status=404, title=_("This invitation is no longer valid"),
            text=_("It was used, or it has expired. Ask whoever invited you for another one."),
        )  # fmt: skip
    existing = User.objects.filter(email__iexact=found.email).first()
    if existing is not None:
        return _taken_by_account(request, found, existing)
    form = NewAccount(request.POST if request.method == "POST" else None, email=found.email)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            if not found.take(now):
                return redirect(request.path)
            user = User.objects.create_user(found.email, form.cleaned_data["name"], form.cleaned_data["password"])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            _give(found, user)
        messages.success(request, _("Your account is ready. Sign in with your email address and your password."))
        return redirect("account_login")
    return show(request, "invitation", invitation=found, form=form)


def _taken_by_account(request: HttpRequest, found: Invitation, existing: User) -> HttpResponse:
    """Add the role to an account that exists: only whoever is signed in to it can do that."""
    if request.user != existing:
        messages.info(request, _("Sign in with the address that was invited, then open the link again."))
        return redirect("account_login")
    if request.method == "POST":
        with transaction.atomic():
            if found.take(timezone.now()):
                _give(found, existing)
        return redirect("overview")
    return show(request, "invitation", invitation=found, form=None)


def _give(found: Invitation, user: User) -> None:
    Membership.objects.get_or_create(user=user, role=found.role, district=found.district, school=found.school)
