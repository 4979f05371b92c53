"""From a header as sent to the columns that we know: case, spaces, invisible characters and table prefixes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.oneroster.files import Column, RosterFile

_INVISIBLE = re.compile("[\u00a0\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff]")
_TABLE_PREFIX = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*\.")
_SORT_PREFIX = re.compile(r"^[A-Za-z0-9]{1,2}_")


@dataclass(frozen=True)
class HeaderCell:
    """One cell of a header: where it stands (from 1), what was sent, the column it means (None: not one of ours)."""

    position: int
    header: str
    column: Column | None

    @property
    def state(self) -> str:
        """Return used, extra (a column that we do not know), dropped (one that is never stored) or mark."""
        if self.column is None:
            return "extra"
        if self.column.mark:
            return "mark"
        return "used" if self.column.stored else "dropped"


def clean_cell(cell: str, file: RosterFile) -> Column | None:
    """Return the column that a header's cell means, or None.

    PowerSchool's default label is the query's core table and the column: `USERS.sourcedId`, `CC.role`. Its screens
    sort columns by name, so that some queries number them: `a_sourcedId`, `b_role`.
    """
    text = _INVISIBLE.sub(" ", cell).strip()
    bare = _TABLE_PREFIX.sub("", text)
    return file.column(text) or file.column(bare) or file.column(_SORT_PREFIX.sub("", bare))


def read_header(cells: tuple[str, ...], file: RosterFile) -> list[HeaderCell]:
    """Return the header's cells with the columns that they mean, in the order of the file."""
    return [HeaderCell(position, cell, clean_cell(cell, file)) for position, cell in enumerate(cells, start=1)]
