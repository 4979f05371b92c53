"""The columns of every table with type, meaning and sources, and those of each asset, followed to the assets before it.

Read from columns.json, which `python docs/data.py` makes from the SQL files.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline.lineage.declared import FROM_FILES, declared

COLUMNS_FILE = Path(__file__).with_name("columns.json")

ASSET_TABLES = {
    "delivery": ("day.meta.files",),
    "raw_users": ("day.raw.users",),
    "raw_classes": ("day.raw.classes",),
    "raw_enrollments": ("day.raw.enrollments",),
    "users": ("day.oneroster.users",),
    "classes": ("day.oneroster.classes",),
    "enrollments": ("day.oneroster.enrollments",),
    "guardians": ("day.guardians.guardians",),
    "sync_diff": (
        "day.sync.plan",
        "day.sync.users",
        "day.sync.classes",
        "day.sync.enrollments",
        "day.sync.guardian_links",
    ),
    "roster": (
        "book.roster.users",
        "book.roster.classes",
        "book.roster.enrollments",
        "book.roster.guardian_links",
    ),
    "sync_report": ("day.meta.findings",),
}
"""The tables of each asset, in the order of the stages; its rows are counted in the first."""

_PLACES = {asset: place for place, asset in enumerate(ASSET_TABLES)}

_OWNERS = {table: asset for asset, tables in ASSET_TABLES.items() for table in tables}


@dataclass(frozen=True)
class Column:
    """A column: its type in DuckDB, what it means where that is not plain, and the columns it comes from."""

    type: str
    about: str
    sources: tuple[str, ...]


@cache
def tables() -> dict[str, dict[str, Column]]:
    """Return all tables and views of the day database and the roster with their columns."""
    found = json.loads(COLUMNS_FILE.read_text(encoding="utf-8"))
    return {
        table: {name: Column(part["type"], part["about"], tuple(part["from"])) for name, part in columns.items()}
        for table, columns in found.items()
    }


@dataclass(frozen=True)
class AssetColumn:
    """A column of an asset; of a table beside its first one as `table.column`. Sources as (asset, column)."""

    name: str
    column: Column
    sources: tuple[tuple[str, str], ...]
    declared: str | None
    """Where the values come from that no column of an earlier asset gives."""


@cache
def asset_columns(asset: str) -> tuple[AssetColumn, ...]:
    """Return the columns of an asset, each followed back to the nearest assets of earlier stages.

    What sync_diff sees of the roster is left out: the roster comes after it, and before it as of the day before.
    """
    return tuple(
        AssetColumn(
            _name_in_asset(table, name),
            column,
            tuple(sorted(_followed(asset, f"{table}.{name}", set()))),
            declared(table, name),
        )
        for table in ASSET_TABLES[asset]
        for name, column in tables()[table].items()
    )


def _name_in_asset(table: str, column: str) -> str:
    is_first = ASSET_TABLES[_OWNERS[table]][0] == table
    return column if is_first else f"{table.rsplit('.', 1)[1]}.{column}"


def _followed(asset: str, column: str, seen: set[str]) -> set[tuple[str, str]]:
    table, _, name = column.rpartition(".")
    found: set[tuple[str, str]] = set()
    if declared(table, name) == FROM_FILES:
        return {("delivery", "file")}
    for source in tables()[table][name].sources:
        if source in seen:
            continue
        seen.add(source)
        source_table, _, source_name = source.rpartition(".")
        owner = _OWNERS.get(source_table, asset)
        if owner == asset:
            found |= _followed(asset, source, seen)
        elif _PLACES[owner] < _PLACES[asset]:
            found.add((owner, _name_in_asset(source_table, source_name)))
    return found
