"""The guardians stage. The rule itself is SQL: sql/guardians/guardians.sql; its list comes from the settings.

Belongs here: the order of the statements, and the settings as rows that they read. Does not belong here: who is blocked
and since when (`blocks.py`), what a sync does with the links (`pipeline/plan`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.districts.settings import GuardianRule, GuardianSettings
from pipeline.warehouse.sessions import Database

Pair = tuple[str, str]
"""A contact and a student, by the ids of the district."""

BLOCKED = "barred: blocked by a decision"
"""Why a blocked pair is not linked, as the roster keeps it: sql/transition/ knows a bar by its first word."""

PRIORITY = 64
"""The bit of the column priority in roster.link_support.role_columns."""

_OF_FAMILIES = (
    "guardians/contact_findings",
    "guardians/student_findings",
    "guardians/shared_findings",
    "guardians/same_person_findings",
)

DECIDE = (
    "guardians/blocked_students",
    "guardians/pairs",
    "guardians/kept_bars",
    "guardians/evidence",
    "guardians/guardians",
    "guardians/most_per_student",
)
"""Who is whose guardian, in order."""

COMPARE = (
    "guardians/barred",
    "guardians/barred_before",
    "guardians/barred_twins",
    "guardians/linked_twins",
    "guardians/unlinked_twins",
)
"""Where anybody is barred: who else may be that person."""

TELL = (
    "guardians/contact_rows",
    "guardians/same_persons",
    "guardians/link_findings",
    "guardians/bar_findings",
    "guardians/self_findings",
    *_OF_FAMILIES,
)
"""What is told of it."""

STATEMENTS = (*DECIDE, *COMPARE, *TELL)
"""In order."""

_RULE_COLUMNS = [
    *("position", "relationship", "legal_guardian", "role_sent", "custody", "lives_with", "emergency"),
    *("priority_at_most", "role", "rule"),
]

_FLAGS = {
    "legal_guardian": "legal guardian",
    "custody": "custody",
    "lives_with": "lives with",
    "emergency": "emergency",
}
"""The flags that a rule may test, in words."""


def derive_guardians(
    db: Database,
    settings: GuardianSettings,
    *,
    blocked: Mapping[Pair, int],
    unblocked: Sequence[tuple[str, str, int]],
    manages: bool,
    baseline: int | None,
    initial: bool,
) -> None:
    """Fill the tables of the guardians schema: one row per contact and student, linked or not.

    `blocked` are the pairs that are never to be linked, `unblocked` those whose bar a person has ended, each with the
    number of that decision. `manages` is the setting sync.manage_guardians: without it guardians.csv alone counts,
    where the delivery has one. `baseline` is the sync whose roster has the bars of earlier files; None: there is no
    roster. `initial`: nobody is in it yet, and no gate holds what seems to be wrong.
    """
    db.clear("guardians")
    rows = [row for rule in settings.rules for row in _rows(rule)]
    db.insert("day.guardians.rules", _RULE_COLUMNS, [(n, *row) for n, row in enumerate(rows, start=1)])
    insert_blocked(db, blocked)
    insert_lifted(db, unblocked)
    bars = {"baseline": baseline}
    values: dict[str, Any] = {
        "role_columns": PRIORITY if settings.most_per_student is not None else 0,
        "guardians_csv_alone": not manages and has_guardians_file(db),
        "most": settings.most_per_student,
    }
    # Findings about families would be wrong where a file is missing, or of contacts that are ignored.
    ignored = not manages and not has_guardians_file(db)
    without = set(_OF_FAMILIES) if ignored or db.rows("sync/refusals") else set()
    if settings.most_per_student is None:
        without.add("guardians/most_per_student")
    if baseline is None or not db.count("book.roster.bars"):
        without.add("guardians/kept_bars")
    if baseline is None or not blocked or not db.count("day.oneroster.student_numbers"):
        without.add("guardians/blocked_students")
    if baseline is None:
        without |= {"guardians/barred_before", "guardians/linked_twins"}
    if settings.same_person != "propose":
        without.add("guardians/same_persons")
    db.run_each(DECIDE, {**bars, **values}, without=without & set(DECIDE))
    if db.value("guardians/has_barred"):
        db.run_each(COMPARE, {**bars, "initial": initial}, without=without & set(COMPARE))
    db.run_each(TELL, {}, without=without & set(TELL))


def insert_lifted(db: Database, unblocked: Sequence[tuple[str, str, int]]) -> None:
    """Write the pairs whose bar a person has ended, with the decision, where statements about bars look for them."""
    if unblocked:
        contacts, students, decisions = zip(*unblocked, strict=True)
        columns = {"contact_id": contacts, "student_id": students, "decision": decisions}
        db.insert_columns("day.guardians.lifted", columns)


def insert_blocked(db: Database, blocked: Mapping[Pair, int]) -> None:
    """Write the pairs that a person has blocked, each with the number of the decision."""
    if blocked:
        columns: dict[str, Sequence[Any]] = {
            "contact_id": [contact_id for contact_id, _ in blocked],
            "student_id": [student_id for _, student_id in blocked],
            "kind": ["blocked"] * len(blocked),
            "reason": [BLOCKED] * len(blocked),
            "decision": list(blocked.values()),
        }
        db.insert_columns("day.guardians.blocked", columns)


def has_guardians_file(db: Database) -> bool:
    """Return whether the delivery has a guardians.csv that could be read."""
    return bool(db.value("guardians/has_guardians_file"))


def _rows(rule: GuardianRule) -> Iterator[tuple[str | bool | int | None, ...]]:
    """Yield the rule as rows of guardians.rules, one per relationship and role sent that it names."""
    for word in rule.relationship or (None,):
        for sent in rule.role_sent or (None,):
            role = sent if rule.role == "as_sent" else rule.role
            yield (
                *(word, rule.legal_guardian, sent, rule.custody, rule.lives_with, rule.emergency),
                *(rule.priority_at_most, role, _in_words(rule, word, sent)),
            )


def _in_words(rule: GuardianRule, word: str | None, sent: str | None) -> str:
    """Return what the rule saw and the role that it gives, such as `relationship mother and custody: parent`."""
    tests = [f"relationship {word.strip().lower()}"] if word else []
    for name, words in _FLAGS.items():
        wanted = getattr(rule, name)
        if wanted is not None:
            tests.append(words if wanted else f"not {words}")
    if rule.priority_at_most is not None:
        tests.append(f"priority at most {rule.priority_at_most}")
    if sent is not None:
        tests.append(f"role {sent}")
    if rule.role == "as_sent":
        return f"{' and '.join(tests)} as sent"
    return f"{' and '.join(tests)}: {rule.role}"
