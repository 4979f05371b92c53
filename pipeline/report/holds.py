"""The causes of what is withheld in words, with the figures of a night, for a registrar.

Belongs here: filling in the words of `pipeline.plan.causes`. Does not belong here: the words themselves, and who asks
whom for an approval (`next_steps.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.plan.causes import CAUSES, CauseKind, kind_of
from pipeline.report.model import Hold, HoldReason, PersonInDoubt, PersonShown, Withheld
from pipeline.report.words import counted, listed, many_of, records, records_of

MOST_REASONS = 3
"""Of the further reasons of one cause in words: the report's JSON has them all."""

_OF_A_SCHOOL_TOO = {"ids_moved", "update_limit", "column_limit", "values_lost"}
"""Codes of holds of a whole record type, or of its part in one school."""

Row = Mapping[str, Any]


def holds_in_words(
    rows: Iterable[Row], waiting: Iterable[Row], people: Mapping[str, list[PersonInDoubt]]
) -> list[Hold]:
    """Return the causes of what is withheld, in the order of every report: first those that no one can approve.

    `rows` are those of report/holds, `waiting` those of report/withheld, `people` those in doubt by the cause's origin.
    """
    causes: dict[str, list[Row]] = {}
    for row in rows:
        causes.setdefault(row["origin"], []).append(row)
    changes: dict[str, dict[str, Withheld]] = {}
    for row in waiting:
        by_type = changes.setdefault(row["origin"], {})
        by_type[row["record_type"]] = Withheld(**{name: row[name] for name in Withheld.model_fields})
    order = list(CAUSES)
    found = [
        _cause(of_one, changes.get(origin, {})).model_copy(update={"people": people.get(origin, [])})
        for origin, of_one in causes.items()
    ]
    # what no one can approve comes first: as long as it is there, an approval of the rest may come to nothing
    return sorted(found, key=lambda hold: (hold.can_be_approved, order.index(hold.code)))


def title_of_hold(hold: Hold) -> str:
    """Return the title of a cause, of one in a report of an older Rollcall too."""
    return hold.title or kind_of(hold.code).title.format(file=hold.file or "the files")


def not_approved(hold: Hold) -> str:
    """Return what a page says of a cause that no one can approve: without a command, for it is the district's."""
    if kind_of(hold.code).otherwise == CauseKind.otherwise:
        return CauseKind.otherwise
    return "This is not approved: say which it is, and whoever runs Rollcall does the rest."


def waiting_words(hold: Hold) -> str:
    """Return what waits for a cause, with what follows from it, in words: 78 students, 54 guardians and 3 classes."""
    return listed([records(counts.total, record_type) for record_type, counts in hold.withheld.items()])


def narrowed(hold: Hold, school_id: str) -> Hold | None:
    """Return what a cause says of one school, for its own page; None where it is not about the school."""
    reasons = [reason for reason in hold.reasons if reason.school_id == school_id]
    people = [pair for pair in hold.people if _is_of_school(pair, school_id)]
    if not reasons:
        return hold.model_copy(update={"people": people}) if hold.school_id == school_id else None
    first = reasons[0]
    return hold.model_copy(
        update={
            **first.model_dump(),
            "title": "",
            "also": [reason.message for reason in reasons[1:]][:MOST_REASONS],
            "reasons": reasons,
            "people": people,
            "withheld": {},
        }
    )


def people_lines(hold: Hold) -> list[str]:
    """Return both sides of each id in doubt in words, a line for each side."""
    lines = []
    for pair in hold.people:
        lines += [
            f"{place}: {_person(person, pair.record_type)}"
            for place, person in (("In the roster", pair.roster), ("In the files", pair.files))
            if person is not None
        ]
    return lines


def _person(person: PersonShown, record_type: str) -> str:
    relatives = {"students": "guardians", "guardians": "students"}.get(record_type, "family")
    facts = [
        ", ".join(person.schools),
        f"grade {person.grade}" if person.grade else "",
        f"number {person.number}" if person.number else "",
        person.email or "",
        person.mobile or "",
        f"{relatives} {', '.join(person.relatives)}" if person.relatives else "",
    ]
    named = f"{person.sourced_id}, {person.name}" if person.name else person.sourced_id
    return f"{named} ({'; '.join(fact for fact in facts if fact) or 'nothing else is known'})"


def _is_of_school(pair: PersonInDoubt, school_id: str) -> bool:
    """Say whether both people may be shown on the page of one school: whoever is known there, and no one of another."""
    schools = {school for person in (pair.roster, pair.files) if person for school in person.school_ids}
    return schools == {school_id}


def hold_values(rows: Sequence[Row]) -> dict[str, str]:
    """Return the figures of holds of one code as its words use them: they differ in record type or grade alone.

    Each verb and pronoun is in the right number.
    """
    first = rows[0]
    grades = [row["grade"] for row in rows if row["grade"] is not None]
    if grades:
        # all of the same type
        rows = [{**first, "changes": sum(row["changes"] for row in rows), "base": sum(row["base"] for row in rows)}]
    total = sum(row["changes"] for row in rows)
    types = [many_of(row["record_type"]) for row in rows]
    verbs = ("is", "was", "has", "it", "it") if total == 1 else ("are", "were", "have", "they", "them")
    are, were, have, they, them = verbs
    name, school_id = first["school_name"], first["school_id"]
    school = f"{name} ({school_id})" if name else str(school_id or "")
    return {
        "base": listed([f"{row['base']:,}" for row in rows]),
        "allowed": listed([f"{row['allowed']:,}" for row in rows if row["allowed"] is not None]),
        "limit": "limit" if len(rows) == 1 else "limits",
        "limit_is": "is" if len(rows) == 1 else "are",
        "counted": listed([records(row["changes"], row["record_type"]) for row in rows]),
        "of_base": listed([records_of(row["changes"], row["base"], row["record_type"]) for row in rows])
        + (f" of {school}" if school and first["code"] in _OF_A_SCHOOL_TOO else ""),
        "words": listed(types),
        "none_of": listed(types, "or"),
        "school": school,
        "grades": f"{'Grade' if len(grades) == 1 else 'Grades'} {listed(grades)}",
        "field": str(first["field"] or ""),
        "file": str(first["file"] or "the files"),
        "are": are,
        "were": were,
        "have": have,
        "they": they,
        "them": them,
        "They": they.capitalize(),
        "made": "changed" if first["operation"] == "update" else "added",
    }


def _cause(rows: Sequence[Row], waiting: dict[str, Withheld]) -> Hold:
    """Return one cause with all its reasons, those of its own code first."""
    is_removed = all(map(_is_of_a_removed_school, rows))
    code = rows[0]["cause"]
    kind = kind_of("school_removed" if is_removed else code)
    alike: dict[tuple[Any, ...], list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["code"] != code):
        about = (row["code"], row["operation"], row["school_id"], row["field"])
        alike.setdefault(about, []).append(row)
    values = [hold_values(group) for group in alike.values()]
    kinds = [kind if is_removed else kind_of(about[0]) for about in alike]
    # the same may be told of updates and of archives
    messages = list(dict.fromkeys(each.message.format(**said) for each, said in zip(kinds, values, strict=True)))
    reasons = [_reason(row) for group in alike.values() for row in group]
    more = len(messages) - 1 - MOST_REASONS
    first = reasons[0]
    return Hold(
        **first.model_dump(exclude={"message", "code"}),
        code=code,
        message=messages[0],
        also=[*messages[1 : MOST_REASONS + 1], *([f"{counted(more, 'more reason')}."] if more > 0 else [])],
        cure=kind.advice.format(**values[0]),
        title=kind.title.format(**values[0]),
        digest=rows[0]["digest"],
        can_be_approved=kind.can_be_approved,
        answers=list(kind.answers),
        archives=sum(reason.changes for reason in reasons if reason.operation == "archive"),
        reasons=reasons,
        withheld=waiting,
    )


def _is_of_a_removed_school(row: Row) -> bool:
    """Say whether a school seems to lose its records only because the settings no longer have it."""
    return row["code"] in {"school_vanished", "school_limit"} and bool(row["school_id"]) and not row["school_name"]


def _reason(row: Row) -> HoldReason:
    return HoldReason(
        record_type=row["record_type"],
        code=row["code"],
        operation=row["operation"],
        school_id=row["school_id"],
        grade=row["grade"],
        column=row["field"],
        file=row["file"],
        changes=row["changes"],
        allowed=row["allowed"],
        active=row["base"],
        message=kind_of(row["code"]).message.format(**hold_values([row])),
    )
