"""Retired sources: a person has said that a file, or a column of one, comes no more.

Belongs here: which retirements are in force, by the decisions that were recorded. Does not belong here: what follows in
a plan (`sources.py`): what only such a source has said is withdrawn, judged by the gate like every loss. A retirement
ends by itself when the source comes back, and it never lifts a bar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.districts.decisions import Decision, not_undone, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.oneroster.files import KNOWN_NAMES, roster_file
from pipeline.roster.ledger import check_roster
from pipeline.warehouse.sessions import session


@dataclass(frozen=True)
class Retirement:
    """A source that comes no more."""

    file: str
    field: str | None
    """The column, as in pipeline/oneroster/files.py; None: all of the file."""
    only: tuple[str, ...]
    """The people whom it is about, by the ids of the district; all without any."""
    on: date
    """The sync date that was the newest when it was decided: a silence that begins later is another one."""


def retirements_in_force(decisions: Sequence[Decision]) -> tuple[Retirement, ...]:
    """Return the retirements that nobody has ended. An undo to a sync before it ends one."""
    found = {
        (decision.source, decision.only): decision
        for decision in not_undone(decisions)
        if decision.kind == "retire" and decision.source is not None
    }
    return tuple(
        Retirement(*_parted(source), only, decision.sync_date)
        for (source, only), decision in found.items()
        if decision.sync_date is not None
    )


def planned_retirement(folder: DistrictFolder, district: str, source: str, only: Sequence[str]) -> Retirement:
    """Return the retirement of a source that is absent now, before it is decided.

    Raises:
        UsageError: there is no such file or column, the newest files have it, or nothing was ever known from it.
    """
    file, field = _named(source)
    ledger = check_roster(folder, heals=False)
    newest = ledger.newest
    if newest is None:
        raise UsageError(f"{district} has not been synced yet, so no source of it can be retired.")
    if only and field is not None:
        raise UsageError("--only goes with a whole file, not with a column.", f"Give the source as {file}.")
    with session(folder.root, book=folder.roster) as db:
        known = [row for row in db.rows("roster/sources_now") if row["file"] == file and field in {None, row["field"]}]
    if not known:
        raise UsageError(f"The files of {district} have never had {source}.", "There is nothing to retire.")
    if any(row["silent_since"] is None for row in known):
        raise UsageError(
            f"{source} is in the newest files of {district}.", "Only a file or a column that is absent can be retired."
        )
    return Retirement(file, field, tuple(sorted({one.strip() for one in only})), newest.sync_date)


def retire(folder: DistrictFolder, retirement: Retirement, *, by: str, why: str, at: datetime) -> Decision:
    """Record that a source comes no more. For the holder of the district's lock."""
    newest = check_roster(folder, heals=False).newest
    return record_decision(
        folder.decisions, "retire", by=by, why=why, at=at,
        sync_date=retirement.on, sync=newest.number if newest else None,
        source=retirement.file + (f":{retirement.field}" if retirement.field else ""), only=retirement.only,
    )  # fmt: skip


def _named(source: str) -> tuple[str, str | None]:
    """Return the file and the field of a source that a person names, the column as the file spells it."""
    name, _, header = source.strip().partition(":")
    name = name if name.endswith(".csv") else f"{name}.csv"
    if name not in KNOWN_NAMES:
        raise UsageError(f"There is no file {name}.", "Give contacts.csv, or a column as contacts.csv:noContact.")
    if not header:
        return name, None
    for column in roster_file(name).columns:
        if header.lower() in {column.header.lower(), column.field}:
            return name, column.field
    raise UsageError(f"{name} has no column {header}.", "Give the column as the file spells it.")


def _parted(source: str) -> tuple[str, str | None]:
    file, _, field = source.partition(":")
    return file, field or None
