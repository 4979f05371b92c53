"""Dates as people write lists of them: `2026-11-26`, `2026-12-21 to 2027-01-03`, each with a word on what it is.

Belongs here: one such entry, for settings and for files. Does not belong here: what the dates are for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

_ENTRY = re.compile(
    r"(?P<first>\d{4}-\d\d-\d\d)(?:\s*(?:to|until|through|/|\.\.|–|-)\s*(?P<last>\d{4}-\d\d-\d\d))?"
    r"(?:\s*[\s:,;#–-]\s*(?P<name>\S.*))?"
)

HOW = "write 2026-11-26, or 2026-12-21 to 2027-01-03, with a word on it behind where you like"


@dataclass(frozen=True)
class DateRange:
    """Dates from the first to the last, both included."""

    first: date
    last: date
    name: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def date_range(entry: Any) -> DateRange:
    """Return what an entry says; ValueError, in words, where it is none."""
    if type(entry) is date:
        return DateRange(entry, entry)
    found = _ENTRY.fullmatch(entry.strip()) if isinstance(entry, str) else None
    if found is None:
        raise ValueError(f"these are no dates: {HOW}")
    try:
        first = date.fromisoformat(found["first"])
        last = date.fromisoformat(found["last"]) if found["last"] else first
    except ValueError:
        raise ValueError("there is no such date") from None
    if last < first:
        raise ValueError("the last date is before the first")
    return DateRange(first, last, (found["name"] or "").strip())
