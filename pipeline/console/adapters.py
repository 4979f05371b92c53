"""Where django-allauth asks us: nobody signs up without an invitation, and secrets are encrypted in the database."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest


class Accounts(DefaultAccountAdapter):
    """Accounts come from invitations alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - its signature
        """Return that it is not."""
        return False


class SecondFactors(DefaultMFAAdapter):
    """TOTP secrets and seeds of recovery codes are useless without the console's key."""

    def encrypt(self, text: str) -> str:
        """Return the text as the database keeps it."""
        return Fernet(settings.FERNET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text again."""
        return Fernet(settings.FERNET_KEY).decrypt(encrypted_text.encode()).decode()
