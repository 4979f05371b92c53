"""A row with a cell too many or too few, where exactly one reading of it makes sense.

A value may hold the comma; a spreadsheet may have left blank cells at the end out, or put some there.

Belongs here: what a value under a column may look like when a row is put together again. A reading counts only where
every other cell is what its column holds; with two readings, or none, the row stays as it is and is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.oneroster.files import BOOLEAN, CONTACT_ROLES, GRADES, Column

_ID = re.compile(r"[A-Za-z0-9._/@-]{1,255}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d|\d{1,2}/\d{1,2}/\d{4}")
_PHONE = re.compile(r"(?=(?:[^0-9]*[0-9]){7})[0-9()+.\- x]*")
_MAIL = re.compile(r"\S+@\S+")
_LANGUAGE = re.compile(r"[^@\d]*")
_FLAG = re.compile(r"true|false|t|f|yes|no|y|n|on|off|[01]", re.IGNORECASE)
_FORMS = {
    "guid": _ID,
    "date": _DATE,
    "sms": _PHONE,
    "phone": _PHONE,
    "email": _MAIL,
    "language": _LANGUAGE,
    "relationship": _LANGUAGE,
    **dict.fromkeys(("legal_guardian", "no_contact", "custody", "lives_with", "emergency"), _FLAG),
}
_GRADE = re.compile(r"K|\d{1,2}")
_MOST_WITHIN = 4
"""Delimiters within values of one row that are thought of; more are no accident of a name."""
_FLAGS = frozenset({*BOOLEAN, "1", "0", "y", "n", "yes", "no"})
_STAFF = frozenset({"aide"})
_BLANK_FOR_CONTACTS = frozenset({"orgSourcedIds", "role"})


def mend(
    cells: Sequence[str], columns: Sequence[Column | None], delimiter: str, known: Mapping[int, set[str]]
) -> tuple[list[str], int] | None:
    """Return the row's cells with one value put together again, and its position; None where nobody can tell.

    `known` holds, for columns that name schools, the ids that stand in whole rows.
    """
    readings = _readings(cells, columns, delimiter, known)
    return readings[0] if len(readings) == 1 else None


def fill(
    cells: Sequence[str], columns: Sequence[Column | None], delimiter: str, known: Mapping[int, set[str]]
) -> list[str] | None:
    """Return the row with as many cells as the header, blank ones at its end added or taken away.

    None where the row makes no sense so, or may be meant in another way.
    """
    width = len(columns)
    many = abs(len(cells) - width)
    known = {place: ids for place, ids in known.items() if ids}
    if any(cell.strip() for cell in cells[width:]):
        return None
    filled = [*cells[:width], *[""] * (width - len(cells))]
    if not _makes_sense(filled, columns, known):
        return None
    if len(cells) > width:
        # commas may stand in values and move blank last cells: then fewer of the others fit by more than chance
        sure = sum(_is_sure(column, cell) for column, cell in zip(columns, filled, strict=True))
        is_other = any(
            shifted >= sure for shifted in _shifted(cells, columns, delimiter, known, min(many, _MOST_WITHIN))
        )
    else:
        may_be_blank = _of_contacts(filled, columns)
        is_other = any(
            column is not None and column.required and not cell.strip() and column.header not in may_be_blank
            for column, cell in zip(columns, filled, strict=True)
        )
        # a single cell may be missing from the middle, and move all behind it
        is_other |= many == 1 and any(
            _makes_sense([*cells[:place], "", *cells[place:]], columns, known)
            for place in range(len(cells))
            if any(cell.strip() for cell in cells[place:])
        )
    return None if is_other else filled


def _makes_sense(cells: Sequence[str], columns: Sequence[Column | None], known: Mapping[int, set[str]]) -> bool:
    may_be_blank = _of_contacts(cells, columns)
    return all(
        _fits(c, cell, known.get(n), may_be_blank) for n, (c, cell) in enumerate(zip(columns, cells, strict=True))
    )


def _of_contacts(cells: Sequence[str], columns: Sequence[Column | None]) -> frozenset[str]:
    """Return the required columns that may be blank in a row of users.csv, for it is a contact's."""
    said = {
        column.header: cell.strip().casefold()
        for column, cell in zip(columns, cells, strict=True)
        if column is not None
    }
    if said.get("role") in CONTACT_ROLES:
        return _BLANK_FOR_CONTACTS - {"role"}
    is_related = bool(said.get("relationship") or said.get("legalGuardian"))
    return _BLANK_FOR_CONTACTS if is_related and not said.get("role") else frozenset()


def _is_sure(column: Column | None, cell: str) -> bool:
    """Say whether a cell that fits its column would fit few others: a word of a vocabulary, a date, a number."""
    return column is not None and bool(cell.strip()) and bool(column.vocabulary or column.field in _FORMS)


def _shifted(
    cells: Sequence[str], columns: Sequence[Column | None], delimiter: str, known: Mapping[int, set[str]], most: int
) -> Iterator[int]:
    """Yield, for each way in which up to so many delimiters stand within values, how many cells fit for sure."""

    def ways(position: int, cell: int, within: int, sure: int) -> Iterator[int]:
        if position == len(columns):
            if within and not any(left.strip() for left in cells[cell:]):
                yield sure
            return
        column = columns[position]
        for more in range(most - within + 1):
            pieces = cells[cell : cell + more + 1]
            may_hold = column is not None and (column.free_text or column.is_list)
            if more and not (may_hold and all(piece.strip() for piece in pieces)):
                return
            value = delimiter.join(pieces)
            if _fits(column, value, known.get(position), _BLANK_FOR_CONTACTS):
                yield from ways(position + 1, cell + more + 1, within + more, sure + _is_sure(column, value))

    return ways(0, 0, 0, 0)


def _readings(
    cells: Sequence[str], columns: Sequence[Column | None], delimiter: str, known: Mapping[int, set[str]]
) -> list[tuple[list[str], int]]:
    """Return the ways in which a row with cells too many is one with a delimiter within a value."""
    extra = len(cells) - len(columns)
    if extra <= 0 or any('"' in cell for cell in cells):
        return []
    readings = []
    for place, column in enumerate(columns):
        if column is None or not (column.free_text or column.is_list):
            continue
        whole = delimiter.join(cells[place : place + extra + 1])
        read = [*cells[:place], whole, *cells[place + extra + 1 :]]
        if _makes_sense(read, columns, known):
            readings.append((read, place))
    return readings


def _fits(column: Column | None, value: str, known: set[str] | None, may_be_blank: frozenset[str]) -> bool:
    text = value.strip()
    if column is None:
        return True
    if not text:
        return not column.required or column.free_text or column.header in may_be_blank
    if column.is_list:
        return all(_element_fits(column, element.strip(), known) for element in text.split(","))
    if column.vocabulary:
        words = _FLAGS if column.vocabulary == BOOLEAN else {*(word.lower() for word in column.vocabulary), *_STAFF}
        return text.lower() in words
    if column.free_text and "@" in text:
        return False
    form = _FORMS.get(column.field) or _FORMS.get(column.kind)
    return (form is None or form.fullmatch(text) is not None) and (known is None or text in known)


def _element_fits(column: Column, element: str, known: set[str] | None) -> bool:
    if column.vocabulary == GRADES:
        return element in GRADES or _GRADE.fullmatch(element) is not None
    if column.references:
        return _ID.fullmatch(element) is not None and (known is None or element in known)
    return bool(element)
