"""decisions.jsonl: what people decided about a district, with who and why. Append-only, fsynced, hash-chained.

Belongs here: the kinds of decisions and reading and recording them. Does not belong here: what follows from one
(`pipeline.plan.approvals`, `pipeline.corrections.undo`, `pipeline.guardians.blocks`, `state.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import check_lines, note_head, read_head
from pipeline.errors import UsageError
from pipeline.files.hash_chain import BrokenChainError, append_line, read_chain

Kind = Literal[
    "approve",
    "reject",
    "retire",
    "undo",
    "replay",
    "renumber",
    "block",
    "unblock",
    "pause",
    "resume",
    "enable",
    "review",
    "accept_restore",
    "begin_again",
    "confirm_date",
    "remove",
]

ENDED_BY_UNDO: frozenset[Kind] = frozenset({"approve", "retire", "renumber"})
"""What an undo ends, where it was decided after the sync that it goes back to. Blocks and rejections stay."""


class Decision(BaseModel):
    """One decision. `number` counts from 1 and never changes."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    number: int
    at: datetime
    """UTC."""
    kind: Kind
    by: str
    why: str
    sync_date: date | None = None
    """The date that an approval, a rejection or an undo is about."""
    sync: int | None = None
    """The sync that the decision was about: the held one, or the one that an undo goes back to."""
    hold_digest: str | None = None
    decisions: int | None = None
    """Of an undo: how many decisions had been recorded when the sync that it goes back to ran."""
    until: date | None = None
    """The last sync date on which an approval counts."""
    source: str | None = None
    """Of a retirement: the file that comes no more, or a column of it, as `contacts.csv` or `users.csv:email`."""
    only: tuple[str, ...] = ()
    """Of a retirement: the people whom it is about; all without any."""
    as_new_person: bool | None = None
    """Of an approval: the ids are those of other people from now on."""
    contact_id: str | None = None
    """Of a block: the contact who is never to be linked to the student, by the district's ids."""
    student_id: str | None = None
    contact_roster_id: int | None = None
    """Of a block: who the two were in the roster then; null: not in it."""
    student_roster_id: int | None = None


def read_decisions(path: Path) -> list[Decision]:
    """Return the decisions in `path`, oldest first; none where no command has recorded one.

    Raises:
        BrokenChainError: the file was changed by hand or is damaged.
        OlderCopyError: decisions that had been recorded are missing.
    """
    try:
        return [Decision.model_validate(entry) for entry in read_lines(path)]
    except ValidationError:
        raise BrokenChainError(
            f"{path} contains a decision that this version of Rollcall does not know.",
            "Use the version of Rollcall that wrote it, or a newer one.",
        ) from None


def not_undone(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions without those that a later undo has ended, oldest first."""
    found: list[Decision] = []
    for decision in decisions:
        if decision.kind == "undo":
            known = decision.decisions or 0
            found = [earlier for earlier in found if earlier.kind not in ENDED_BY_UNDO or earlier.number <= known]
        found.append(decision)
    return found


def check_asked(by: str | None = None, why: str | None = None) -> None:
    """Refuse a decision that says nothing of who decided it or why, where either is given; UsageError."""
    for what, text in (("name", by), ("reason", why)):
        if text is not None and not any(letter.isalnum() for letter in text):
            raise UsageError(
                f"The {what} is blank." if not text.strip() else f"The {what} has no letter or digit.",
                "Every decision is recorded with who made it and why: --by NAME --reason TEXT.",
            )


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the lines of the decisions in `path`, after making sure that none of them is missing."""
    folder = DistrictFolder(path.parent)
    head = read_head(folder)
    lines = read_chain(path)
    if head is not None:
        check_lines(folder, "decision", path.name, lines, head.decisions, head.decisions_sha256)
    return lines


def record_decision(
    path: Path, kind: Kind, *, by: str, why: str, at: datetime, **about: date | int | str | tuple[str, ...] | None
) -> Decision:
    """Append a decision and return it, once it is on the disk.

    It has a lock of its own: a district can be paused while it is synced.

    Raises:
        UsageError: the name or the reason is blank.
    """
    check_asked(by, why)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock"), mode=0o600):
        before = read_lines(path)
        decision = Decision.model_validate(
            {"number": len(before) + 1, "at": at, "kind": kind, "by": by.strip(), "why": why.strip(), **about}
        )
        line = append_line(path, decision.model_dump(mode="json", exclude_none=True), after=before)
        note_head(DistrictFolder(path.parent), decisions=len(before) + 1, decisions_sha256=line["sha256"])
    return decision
