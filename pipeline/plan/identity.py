"""Whether tonight's ids still mean the people that they meant: an id is a claim, and claims are checked.

Belongs here: the statements that check (sql/identity/), and their order around the plan. Does not belong here: what is
withheld for it (sql/gate/), the words of a report. What each cause is: docs/identity.md.
"""

from __future__ import annotations

from datetime import date

from pipeline.warehouse.sessions import Database

IDS_IN_DOUBT = frozenset({"identity_changed", "id_exchanged", "id_moved"})
"""The causes that take two answers: the same person, or another person. A column that slipped is the export's fault."""

MOVES = ("identity/moved", "identity/move_ids", "identity/left_ids")
"""Before the plan, once people are matched by their ids: who comes under another id."""

NEW_PERSONS = ("identity/new_persons", "identity/former_persons")
"""After these: who was approved as another person under a known id."""

CLAIMS = (
    "identity/renamed",
    "identity/exchanged",
    "identity/changed",
    "identity/renamed_claims",
    "identity/slipped",
    "identity/cycles",
)
"""After the plan for people: only those whose names or columns change are looked at."""


def find_moved_ids(db: Database, *, baseline: int, sync_date: date) -> None:
    """Claim the ids that moved, and match each person whose id moved for certain under the new one."""
    if db.value("identity/has_newcomers"):
        db.run_each(MOVES, {"baseline": baseline, "sync_date": sync_date})


def part_persons(db: Database, *, baseline: int, students_by_number: bool) -> None:
    """Give an id that was approved as another person's to a newcomer; whoever had it goes."""
    db.run_each(NEW_PERSONS, {"baseline": baseline, "students_by_number": students_by_number})


def hold_ids(db: Database, *, baseline: int) -> None:
    """Find what waits for the claims that no approval answers: all that tonight's files say of these ids."""
    if db.count("day.sync.claims"):
        db.run("gate/held_ids", baseline=baseline)


def tell_ids(db: Database) -> None:
    """Tell of the ids that moved and the wholly new names that the plan applies, and of each id that waits."""
    if db.count("day.sync.claims"):
        db.run("identity/findings")


def find_claims(db: Database, *, baseline: int) -> None:
    """Claim the ids of the plan that seem to mean another person than they did."""
    if not db.value("identity/has_renamed"):
        return
    renamed_types = db.value("identity/renamed_types", baseline=baseline)
    without = () if renamed_types else ("identity/renamed_claims",)
    db.run_each(CLAIMS, {"baseline": baseline, "renamed_types": renamed_types}, without=without)
