"""Texts that others are shown: no cell of ours is taken for a formula, and no text is obeyed instead of shown.

Rule: OWASP ASVS 1.2.10. Measured too: spreadsheets skip what nobody sees in front of a sign, and take the full-width
signs of Asian keyboards for the plain ones.
"""

from __future__ import annotations

import re
from typing import Any

_UNSEEN = r"[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
_FORMULA = re.compile(rf"{_UNSEEN}*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\x00]")

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""What a terminal or a page would obey instead of showing it: control characters, and marks that turn a text around."""


def without_control_characters(text: str) -> str:
    """Replace every control character of a text by U+FFFD."""
    return _CONTROL.sub("\ufffd", text)


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may take a cell with this text for a formula."""
    return _FORMULA.match(text) is not None


def safe_cell(value: Any) -> Any:
    """Return a CSV cell that no spreadsheet takes for a formula: with an apostrophe in front where it would."""
    return f"'{value}" if isinstance(value, str) and is_formula(value) else value


def as_it_was(cell: str) -> str:
    """Return the text of a cell without the apostrophe that `safe_cell` put in front."""
    return cell[1:] if cell[:1] == "'" and is_formula(cell[1:]) else cell
