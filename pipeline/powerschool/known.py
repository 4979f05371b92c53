"""The tables and fields of PowerSchool that are known by name, from known_fields.csv beside this module.

The list is not whole: PowerSchool has many more tables, and versions and states add fields. `source` says where a name
comes from: `dictionary`, PowerSchool's data dictionary and its pages on the API and state reports; `contacts`, its
description of the contacts; `export`, column labels of files that Data Export Manager wrote; `plug-in`, queries of
public plug-ins that run; `warehouse`, tables that a public warehouse of school data loads from a server.
"""

from __future__ import annotations

import csv
import difflib
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("known_fields.csv")

_OWN_TABLES = ("U_", "S_")
"""What the tables that a district or a state has added begin with: no list has them."""

_NEAR = 0.88
"""How alike two names of tables have to be to be taken for one: STUDENT and STUDENTS, not TERM and TERMBINS."""


@cache
def known_fields() -> dict[str, frozenset[str]]:
    """Return the known fields of each known table, all names in capital letters."""
    found: dict[str, set[str]] = {}
    with FILE.open(encoding="ascii", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["table"], set()).add(row["field"])
    return {table: frozenset(fields) for table, fields in found.items()}


def doubt_about(table: str, field: str) -> str | None:
    """Return what speaks against a field, as a sentence; None where it is known or nothing is known of its table."""
    table, field = table.upper(), field.upper()
    known = known_fields()
    if table.startswith(_OWN_TABLES) or field in known.get(table, ()):
        return None
    if table in known:
        near = difflib.get_close_matches(field, known[table], n=1)
        return f"{table}.{field} is not among the known fields" + (f"; {near[0]} is." if near else ".")
    near = difflib.get_close_matches(table, known, n=1, cutoff=_NEAR)
    return f"{table} is not among the known tables; {near[0]} is." if near else None
