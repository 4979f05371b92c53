"""A row with a comma too many, where one value of it may hold the comma and exactly one reading makes sense.

Belongs here: what a value under a column may look like when a row is put together again. A reading counts only where
every other cell is what its column holds; with two readings, or none, the row stays as it is and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.oneroster.files import BOOLEAN, GRADES, Column

_ID = re.compile(r"[A-Za-z0-9._/@-]{1,255}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_PHONE = re.compile(r"[0-9()+.\- x]*")
_MAIL = re.compile(r"\S+@\S+")
_FORMS = {"guid": _ID, "date": _DATE, "sms": _PHONE, "phone": _PHONE, "email": _MAIL}
_GRADE = re.compile(r"K|\d{1,2}")
_FLAGS = frozenset({*BOOLEAN, "1", "0", "y", "n", "yes", "no"})
_STAFF = frozenset({"aide"})


def mend(
    cells: Sequence[str], columns: Sequence[Column | None], delimiter: str, known: Mapping[int, set[str]]
) -> tuple[list[str], int] | None:
    """Return the row's cells with one value put together again, and its position; None where nobody can tell.

    `known` holds, for columns that name schools, the ids that stand in whole rows.
    """
    extra = len(cells) - len(columns)
    if extra <= 0 or any('"' in cell for cell in cells):
        return None
    readings = []
    for place, column in enumerate(columns):
        if column is None or not (column.free_text or column.is_list):
            continue
        whole = delimiter.join(cells[place : place + extra + 1])
        read = [*cells[:place], whole, *cells[place + extra + 1 :]]
        if all(_fits(c, value, known.get(n)) for n, (c, value) in enumerate(zip(columns, read, strict=True))):
            readings.append((read, place))
    return readings[0] if len(readings) == 1 else None


def _fits(column: Column | None, value: str, known: set[str] | None) -> bool:
    text = value.strip()
    if column is None:
        return True
    if not text:
        return not column.required or column.free_text
    if column.is_list:
        return all(_element_fits(column, element.strip(), known) for element in text.split(","))
    if column.vocabulary:
        words = _FLAGS if column.vocabulary == BOOLEAN else {*(word.lower() for word in column.vocabulary), *_STAFF}
        return text.lower() in words
    form = _FORMS.get(column.field) or _FORMS.get(column.kind)
    return (form is None or form.fullmatch(text) is not None) and (known is None or text in known)


def _element_fits(column: Column, element: str, known: set[str] | None) -> bool:
    if column.vocabulary == GRADES:
        return element in GRADES or _GRADE.fullmatch(element) is not None
    if column.references:
        return _ID.fullmatch(element) is not None and (known is None or element in known)
    return bool(element)
