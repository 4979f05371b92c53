"""How much of a person a report shows: the names, their initials, or the ids alone.

Belongs here: what becomes of a name, an e-mail address and a telephone number on its way into a report, whichever form
the report has. Does not belong here: which setting a district has (`pipeline/districts/settings.py`).
"""

from __future__ import annotations

from pipeline.districts.settings import NamesShown

HIDDEN = "not shown"
"""Stands for a value of which nothing may be seen."""

NAME_COLUMNS = frozenset({"givenName", "familyName", "middleName"})

CONTACT_COLUMNS = frozenset({"email", "sms", "phone", "username"})
"""Columns that reach a person, or that are often made of a name."""

_LETTERS_SHOWN = 2
"""Of words that may name people: enough to find the cell by."""

_DIGITS_SHOWN = 2
"""Enough to tell two numbers of a family apart, too few to call one."""


def shown_name(given: str | None, family: str | None, names: NamesShown) -> str | None:
    """Return a person's name as a report may show it; None where nothing of it may, or nothing is known."""
    parts = [part for part in (given, family) if part and part.strip()]
    if names == "ids" or not parts:
        return None
    return " ".join(parts if names == "full" else [_initials(part) for part in parts])


def shown_value(column: str, value: str | None, names: NamesShown) -> str | None:
    """Return a value of a column as a report may show it; a blank stays a blank."""
    if names == "full" or not value or column not in NAME_COLUMNS | CONTACT_COLUMNS:
        return value
    if names == "ids":
        return HIDDEN
    if column in NAME_COLUMNS:
        return _initials(value)
    if column in {"sms", "phone"}:
        return f"…{value.strip()[-_DIGITS_SHOWN:]}"
    _, at, domain = value.strip().rpartition("@")
    return f"{value.strip()[0]}…{at}{domain if at else ''}"


def shown_words(text: str, names: NamesShown) -> str:
    """Return what somebody wrote where yes or no was due: the beginning, for it may name people."""
    return text if names == "full" or not text[_LETTERS_SHOWN:] else f"{text[:_LETTERS_SHOWN]}…"


def _initials(name: str) -> str:
    """Return the first letter of each word: Ana María is A. M."""
    return " ".join(f"{word[0]}." for word in name.split())
