"""The one set of icons that all pages have: drawn for Rollcall, a path each, in a field of 16 by 16.

An icon never says anything alone: a word is beside it. They are part of a page, so that it works from a file.
"""

from __future__ import annotations

from markupsafe import Markup

_PATHS = {
    "check": "M2.5 8.5l3.5 3.5 7.5-8",
    "same": "M3 6h10M3 10h10",
    "hand": "M5.5 3v10M10.5 3v10",
    "cross": "M3.5 3.5l9 9M12.5 3.5l-9 9",
    "empty": "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 11.8l7.6-7.6",
    "clock": "M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12M8 4.5V8l2.5 1.8",
    "alert": "M8 2L14.5 13.5h-13zM8 6.5v3M8 11.4v.3",
    "eye": "M1.5 8q6.5-8 13 0q-6.5 8-13 0M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4",
    "off": "M3 8h10",
    "back": "M6 3L2.5 6.5L6 10M2.5 6.5h7a4 3.5 0 0 1 0 7H6",
}

_OF_STATES = {
    "applied": "check",
    "unchanged": "same",
    "observed": "eye",
    "held": "hand",
    "paused": "hand",
    "rejected": "cross",
    "failed": "cross",
    "missing": "empty",
    "overdue": "clock",
    "begun": "clock",
    "expected": "clock",
    "waiting": "clock",
    "stale": "same",
    "no_school": "off",
    "ahead": "alert",
    "unreadable": "alert",
    "off": "off",
    "undo": "back",
    "replay": "back",
    "renumber": "back",
    "block": "back",
}

MARKS = {
    "applied": "●", "unchanged": "·", "observed": "◇", "held": "◐", "rejected": "✕", "missing": "○",
    "undo": "↶", "replay": "↻", "renumber": "↻", "block": "◆",
}  # fmt: skip
"""A sign for a night in a row of nights: each has a shape of its own, so that no color is needed."""


def icon(state: str) -> Markup:
    """Return the icon of a state or an outcome, hidden from those who have the word read to them."""
    path = _PATHS[_OF_STATES.get(state, "off")]
    return Markup(
        '<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false"><path d="{}"/></svg>'
    ).format(path)
