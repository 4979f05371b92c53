"""The guardians stage. The rule itself is SQL: sql/guardians/guardians.sql; its list comes from the settings."""

from __future__ import annotations

from pipeline.districts.settings import GuardianRule, GuardianSettings
from pipeline.warehouse.sessions import Database

_STATEMENTS = ("guardians/pairs", "guardians/guardians", "guardians/contact_rows", "guardians/findings")


def derive_guardians(db: Database, settings: GuardianSettings) -> None:
    """Fill the tables of the guardians schema: one row per contact and student, linked or not."""
    db.clear("guardians")
    db.insert(
        "day.guardians.rules",
        ["position", "test", "value", "role", "rule"],
        [row for position, rule in enumerate(settings.rules, start=1) for row in _rows(position, rule)],
    )
    for name in _STATEMENTS:
        db.run(name)


def _rows(position: int, rule: GuardianRule) -> list[tuple[int, str, str, str, str]]:
    """Return the rule as rows of guardians.rules, one per value that it names."""
    if rule.legal_guardian:
        return [(position, "legal_guardian", "true", rule.role, f"legal guardian: {rule.role}")]
    if rule.relationship is not None:
        words = [word.strip().lower() for word in rule.relationship]
        return [(position, "relationship", word, rule.role, f"relationship {word}: {rule.role}") for word in words]
    return [
        (position, "role_sent", sent, sent if rule.role == "as_sent" else rule.role, f"role {sent} as sent")
        for sent in rule.role_sent or ()
    ]
