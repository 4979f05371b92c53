"""The sources of a delivery: which of the files and columns that told something before tell nothing tonight.

Belongs here: the state of each source, and the figures by which the statements of the plan test it. Does not belong
here: what becomes of a value or a link whose source is silent (sql/sync/contact_values.sql, matched_links.sql).

A file or a column that is absent says nothing: what it said before stays. One that is there and leaves something out
withdraws it. A file that ends in the middle of a row says what it says, and its silence says nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.districts.settings import GuardianSettings
from pipeline.oneroster.files import CONTACTS, GUARDIANS, USERS, RosterFile, roster_file
from pipeline.plan.retirements import Retirement
from pipeline.warehouse.sessions import Database

VALUES = ("email", "sms", "phone", "language")
"""The contact details that several files can give."""

_FILES = {USERS.name: 1, CONTACTS.name: 2, GUARDIANS.name: 4}
"""The files that speak of contacts, with the bits by which sums of them are kept, from the strongest on."""

_ROLE_COLUMNS = {
    "relationship": 1, "relationship_display": 1, "legal_guardian": 2, "role": 4, "custody": 8, "lives_with": 16,
    "emergency": 32, "priority": 64,
}  # fmt: skip
"""The bits of the columns that a rule can test; 128 is the file as a whole."""

_WHOLE_FILE = 255

_ALWAYS_TOLD = frozenset({"relationship", "relationship_display", "legal_guardian", "role", "no_contact"})
"""Columns that bear on who is linked, whatever the rules of the district are."""

_STRENGTH = {CONTACTS.name: 3, GUARDIANS.name: 6}
"""How strong the rows of a file are at most: the positions of guardians.sources."""

_NEVER = 99


@dataclass(frozen=True)
class Sources:
    """The columns that tonight's files have, and those that earlier ones had, by file."""

    said: frozenset[tuple[str, str]]
    absent: frozenset[tuple[str, str]]
    retired: frozenset[tuple[str, str]]
    new: frozenset[tuple[str, str]]
    """Of those said: the ones that no earlier file had."""
    without: frozenset[tuple[str, str]]
    """The columns that no row of tonight's files has, whether earlier files had them or not."""
    partial: frozenset[str]
    """Files that end in the middle of a row."""
    deltas: frozenset[str] = frozenset()
    """Files that have only changes: who is not in users.csv is in oneroster.left_out; the others withdraw nothing."""

    def missing_fields(self, file: RosterFile) -> list[str]:
        """Return the columns that a file does not have tonight: what is known under them stays."""
        retired = {field for name, field in self.retired if name == file.name}
        return sorted(field for name, field in self.without if name == file.name and field not in retired)

    def is_there(self, file: str) -> bool:
        """Return whether a file came tonight, or a person said that it comes no more."""
        return any(name == file for name, _ in self.said | self.retired)

    def parameters(self, guardians: GuardianSettings) -> dict[str, int]:
        """Return what the plan's statements test: sums of files whose silence says something, and of silent columns."""
        silent = self.partial | (self.deltas - {USERS.name})
        complete = {file: bit for file, bit in _FILES.items() if self.is_there(file) and file not in silent}
        has_agents = (USERS.name, "agent_sourced_ids") in self.said | self.retired
        named = (3 if has_agents else 0) | 2 * (sum(complete.values()) & 6)
        figures = {"complete_named": named, "complete_record": sum(complete.values())}
        for value in VALUES:
            figures[f"complete_{value}"] = sum(
                bit for file, bit in complete.items() if (file, value) in self.said | self.retired
            )
        for file in _FILES:
            figures[f"silent_{roster_file(file).stem}"] = self._silent_columns(file)
        figures["silent_from"] = self._silent_from(guardians)
        return figures

    def released(self, retired: Sequence[Retirement]) -> dict[str, list[Any]]:
        """Return the people about whom alone an absent file is retired, each with the bit of the file."""
        pairs = [
            (one, _FILES[retirement.file])
            for retirement in retired
            if retirement.file in _FILES and not self.is_there(retirement.file)
            for one in retirement.only
        ]
        return {"released_ids": [one for one, _ in pairs], "released_files": [bit for _, bit in pairs]}

    def _silent_columns(self, file: str) -> int:
        if not self.is_there(file) or file in self.partial or (file in self.deltas and file != USERS.name):
            return _WHOLE_FILE
        silent = 0
        for name, field in self.absent:
            if name == file:
                silent |= _ROLE_COLUMNS.get(field, 0)
        # of the two spellings of a relationship one is enough
        if (file, "relationship") in self.said or (file, "relationship_display") in self.said:
            silent &= ~_ROLE_COLUMNS["relationship"]
        return silent

    def _silent_from(self, guardians: GuardianSettings) -> int:
        """Return the position of guardians.sources from which on rows make no link: a stronger source is absent."""
        told = _ALWAYS_TOLD | tested_columns(guardians)
        found = [_NEVER]
        for file, field in self.absent:
            if file in _STRENGTH and (field in told or not self.is_there(file)):
                found.append(_STRENGTH[file])
            elif file == USERS.name and field in {"relationship", "legal_guardian"}:
                found.append(4)
            elif file == USERS.name and field == "role":
                found.append(7)
        found += [_STRENGTH[file] for file in self.partial if file in _STRENGTH]
        return min(found)


def tested_columns(guardians: GuardianSettings) -> frozenset[str]:
    """Return the columns of flags and of the priority that the rules of a district test."""
    tested = {
        name
        for name in ("custody", "lives_with", "emergency")
        if any(getattr(rule, name) is not None for rule in guardians.rules)
    }
    if guardians.most_per_student is not None or any(rule.priority_at_most is not None for rule in guardians.rules):
        tested.add("priority")
    return frozenset(tested)


def sources_of(db: Database, deltas: frozenset[str] = frozenset()) -> Sources:
    """Return the sources of the day, from sync.sources; `deltas` are the files that have only changes."""
    rows = db.rows("sync/columns")

    def of(state: str) -> frozenset[tuple[str, str]]:
        return frozenset((row["file"], row["field"]) for row in rows if row["state"] == state)

    return Sources(
        said=of("said"),
        absent=of("absent"),
        retired=of("retired"),
        new=frozenset((row["file"], row["field"]) for row in rows if row["is_new"]),
        without=frozenset((row["file"], row["field"]) for row in db.rows("sync/columns_absent")),
        partial=frozenset(row["file"] for row in db.rows("sync/partial_files")),
        deltas=deltas,
    )
