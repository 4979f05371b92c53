"""What the console keeps in its database: people with an account, their roles, invitations, and who looked at what.

Never a row of a roster: a person of one is the number that the roster gave, and means something only beside it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pipeline.console.roles import Role

INVITATION_DAYS = 7


class UserManager(BaseUserManager["User"]):
    """Makes accounts."""

    def create_user(self, email: str, name: str, password: str | None = None) -> User:
        """Return a new account; without a password nobody can sign in to it."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Someone who may sign in, by mail address."""

    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=200)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        """One account for an address, however it is written."""

        constraints = (models.UniqueConstraint(Lower("email"), name="one_account_for_an_address"),)

    def __str__(self) -> str:
        return str(self.email)


class Scoped(models.Model):
    """A role and where it holds."""

    role = models.CharField(max_length=20, choices=[(role.value, role.value) for role in Role])
    district = models.CharField(max_length=63, blank=True)
    """Blank: all districts."""
    school = models.CharField(max_length=200, blank=True)
    """The id of the school, as the district's settings have it; of a school viewer alone."""

    class Meta:
        """Only what it is made of is in the database."""

        abstract = True


def _scopes(name: str) -> tuple[models.CheckConstraint, ...]:
    everywhere = models.Q(role__in=[Role.operator.value, Role.auditor.value])
    return (
        models.CheckConstraint(
            condition=~models.Q(district="") | everywhere, name=f"{name}_names_its_district"
        ),
        models.CheckConstraint(
            condition=~models.Q(role=Role.operator.value) | models.Q(district=""), name=f"{name}_operator_has_all"
        ),
        models.CheckConstraint(
            condition=models.Q(role=Role.school_viewer.value) ^ models.Q(school=""), name=f"{name}_school_of_a_viewer"
        ),
    )  # fmt: skip


class Membership(Scoped):
    """A role that someone has."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        """A role is held once in a place."""

        constraints = (
            *_scopes("membership"),
            models.UniqueConstraint(fields=["user", "role", "district", "school"], name="one_membership_of_a_kind"),
        )

    def __str__(self) -> str:
        return f"{self.role} {self.district} {self.school}".strip()


class Invitation(Scoped):
    """A link by which someone gets a role, once, within a few days. Only the digest of its secret is kept."""

    email = models.EmailField()
    token_sha256 = models.CharField(max_length=64, unique=True)
    by = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        """The same places as those of a membership."""

        constraints = _scopes("invitation")

    def __str__(self) -> str:
        return f"{self.role} {self.district} {self.school}".strip()

    @classmethod
    def make(cls, *, email: str, by: str, **scope: Any) -> tuple[Invitation, str]:
        """Return a new invitation and the secret of its link, which is nowhere else."""
        token = secrets.token_urlsafe(32)
        expires_at = timezone.now() + timedelta(days=INVITATION_DAYS)
        invitation = cls.objects.create(
            email=email.strip().lower(), by=by, token_sha256=digest_of_token(token), expires_at=expires_at, **scope
        )
        return invitation, token

    @classmethod
    def open_by(cls, token: str, now: datetime) -> Invitation | None:
        """Return the invitation of a link; None where it is unknown, was used or has expired."""
        return cls.objects.filter(
            token_sha256=digest_of_token(token), used_at__isnull=True, expires_at__gt=now
        ).first()  # fmt: skip

    def take(self, now: datetime) -> bool:
        """Use it up; False where somebody was faster."""
        return Invitation.objects.filter(pk=self.pk, used_at__isnull=True).update(used_at=now) == 1


class AccessRecord(models.Model):
    """Someone saw people of a roster, or took files. Only ever added to."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    email = models.EmailField()
    """Of whom it was: an account may go, the record stays."""
    district = models.CharField(max_length=63, db_index=True)
    page = models.CharField(max_length=40)
    about = models.CharField(max_length=500, blank=True)
    """The date, the sync, the school or the file; of people the roster's own numbers, never a name."""

    class Meta:
        """The newest first, as the page lists them."""

        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.page} {self.district}"


def digest_of_token(token: str) -> str:
    """Return what is kept of the secret of a link."""
    return hashlib.sha256(token.encode()).hexdigest()
