"""Whom a reader of a report or a mail writes to: the person who runs this installation, named by the environment.

Belongs here: reading and checking that one value. Does not belong here: who gets mails (`pipeline/mail/server.py`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr

from pipeline.districts.settings import is_mail_address
from pipeline.errors import UsageError

CONTACT = "ROLLCALL_CONTACT"

NO_NAME = "the people who run Rollcall"
"""How texts name the operator where the installation names nobody."""


@dataclass(frozen=True)
class OperatorContact:
    """A name, which may be blank, and a mail address."""

    name: str
    email: str

    def __str__(self) -> str:
        """Return both as a text names them."""
        return f"{self.name} ({self.email})" if self.name else self.email


def operator_contact(environment: Mapping[str, str] = os.environ) -> OperatorContact | None:
    """Return the contact that the environment names; None where it names none.

    Raises:
        UsageError: it is not a mail address.
    """
    text = environment.get(CONTACT, "").strip()
    if not text:
        return None
    name, address = parseaddr(text)
    if not is_mail_address(address):
        raise UsageError(f"{CONTACT} is not a mail address.", "Write it as: Roster support <roster@example.org>.")
    return OperatorContact(" ".join(name.split()), address)


def known_contact() -> OperatorContact | None:
    """Return the contact; None also where it is not valid. `rollcall doctor` reports that; no sync fails for it."""
    try:
        return operator_contact()
    except UsageError:
        return None


def contact_words() -> str:
    """Return whom to write to, in words."""
    contact = known_contact()
    return str(contact) if contact else NO_NAME
