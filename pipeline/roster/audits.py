"""Audits: what must never be in the tables of an asset or in the roster, counted by one statement of sql/audit/ each.

Belongs here: which audits there are. Does not belong here: how a night tells of them (`pipeline/checks.py`). A
correction whose copy of the roster breaks one is not made (`apply.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.warehouse.sessions import Database


@dataclass(frozen=True)
class Audit:
    """What must never be in an asset's tables."""

    name: str
    statement: str
    about: str


AUDITS = {
    "users": (Audit("unique_keys", "audit/user_keys", "Each sourcedId stands for one person."),),
    "classes": (Audit("unique_keys", "audit/class_keys", "Each sourcedId stands for one class."),),
    "enrollments": (
        Audit("unique_keys", "audit/enrollment_keys", "A person is in a class in a role once."),
        Audit("references", "audit/enrollment_references", "The class and person of each enrollment exist."),
    ),
    "guardians": (
        Audit("unique_keys", "audit/guardian_keys", "Each pair of contact and student appears once."),
        Audit("guardians", "audit/guardian_roles", "No barred pair is linked, and no pair without a role."),
        Audit("references", "audit/guardian_references", "The contact and student of each link exist."),
    ),
    "sync_diff": (
        Audit("unique_keys", "audit/plan_keys", "The plan changes each thing once."),
        Audit("sums", "audit/plan_sums", "The counts add up and are those of the plan."),
    ),
    "roster": (
        Audit("one_current_version", "audit/roster_versions", "Each thing has exactly one current version."),
        Audit("unique_keys", "audit/roster_keys", "Each id, enrollment and link stands for one thing."),
        Audit("references", "audit/roster_references", "The people and classes of enrollments and links exist."),
        Audit("guardians", "audit/roster_guardians", "No barred pair is linked, and no pair without a role."),
    ),
}
"""By asset. Where one fails, Rollcall has a mistake: no delivery, however bad, makes it fail."""

OF_A_CORRECTION = (
    *AUDITS["sync_diff"],
    *AUDITS["roster"],
    Audit("bars", "audit/transition_bars", "No pair is linked that is blocked or barred."),
)
"""What a correction is held against before its copy takes the roster's place."""


def broken_audits(db: Database, audits: Iterable[Audit]) -> dict[str, int]:
    """Return how many rows break each audit, over the databases that `db` has attached."""
    return {audit.name: int(db.value(audit.statement)) for audit in audits}
