"""Blocking: a contact who is never to be linked to a student, by a person's decision, effective at once.

Belongs here: recording the decision, and the sync that takes the link out of the roster. Does not belong here: which
blocks are in force (`pipeline.guardians.blocks`), what a block means for a delivery (sql/guardians/guardians.sql).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.corrections.transition import (
    Correction,
    copied_roster,
    move_to,
    report_transition,
)
from pipeline.districts.decisions import Decision, check_asked, read_decisions, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.lock import district_lock
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import BusyError, PermanentError, RollcallError, UsageError
from pipeline.guardians.blocks import Block, barred_by_files, blocked_pairs, blocks_in_force, pairs_now
from pipeline.guardians.derive import Pair
from pipeline.report.model import SyncReport
from pipeline.roster.open import open_roster, read_roster
from pipeline.trace.ids import number_of, source_id_of
from pipeline.warehouse.sessions import Database, session


@dataclass(frozen=True)
class Blocked:
    """A block that has been recorded, and which of the two the roster knows."""

    block: Block
    is_new: bool
    knows_contact: bool
    knows_student: bool


def record_block(
    folder: DistrictFolder, contact_id: str, student_id: str, *, by: str, why: str, at: datetime
) -> Blocked:
    """Record that a contact is never to be linked to a student; it holds for every sync from now on.

    It needs no lock of the district, so that nothing that is under way can keep it from being recorded. A pair that is
    blocked already keeps the decision that there is.
    """
    check_asked(by, why)
    pair = _pair(folder, _id(contact_id, "contact"), _id(student_id, "student"))
    people = _people(folder, pair)
    known = {"knows_contact": "contact" in people, "knows_student": "student" in people}
    there = next((block for block in blocks_in_force(read_decisions(folder.decisions)) if block.pair == pair), None)
    if there is not None:
        return Blocked(there, is_new=False, **known)
    decision = record_decision(
        folder.decisions, "block", by=by, why=why, at=at,
        contact_id=pair[0], student_id=pair[1],
        contact_roster_id=people.get("contact"), student_roster_id=people.get("student"),
    )  # fmt: skip
    return Blocked(blocks_in_force([decision])[0], is_new=True, **known)


def record_unblock(
    folder: DistrictFolder, district: str, contact_id: str, student_id: str, *, by: str, why: str, at: datetime
) -> Decision:
    """Record that a block, or a bar that earlier files set, has ended. The next sync judges the pair by the files.

    Of two who are not barred, but seem to be people who are, it says that they are not: one of them has to be in a bar.

    Raises:
        UsageError: neither of the two is in a block or bar.
    """
    pair = _pair(folder, contact_id.strip(), student_id.strip())
    blocks = blocks_in_force(read_decisions(folder.decisions))
    now = pairs_now(blocks, folder)
    barred = {block.pair for block in blocks} | set(now) | barred_by_files(folder).keys()
    if not any(pair[0] == contact or pair[1] == student for contact, student in barred):
        raise UsageError(
            f"{district} has no block or bar of contact {pair[0]} or of student {pair[1]}.",
            f"`rollcall blocks {district}` lists the blocks in force.",
        )
    # a block is known by the ids of its day
    pairs = [block.pair for block, pair_now in zip(blocks, now, strict=True) if pair_now == pair != block.pair]
    decisions = [
        record_decision(folder.decisions, "unblock", by=by, why=why, at=at, contact_id=contact, student_id=student)
        for contact, student in (*dict.fromkeys(pairs), pair)
    ]
    return decisions[-1]


@dataclass(frozen=True)
class Unlinked:
    """What blocks have taken out of the roster: the report of the sync, its page, and the pairs."""

    report: SyncReport
    page: Path
    pairs: tuple[Pair, ...]
    """Those that are blocked."""
    twins: tuple[Pair, ...]
    """Those whose contact seems to be the person who is blocked."""


class _NothingLinkedError(Exception):
    """The blocks change nothing in the roster."""


def apply_blocks(folder: DistrictFolder, district: str, settings: DistrictSettings, *, at: datetime) -> Unlinked | None:
    """Take every link that is blocked out of the roster, by one sync of its own; None where there is none.

    With it go the links of those who seem to be the person who is blocked. No limit stops it, and no pause. It has the
    date of the newest sync, so that no date is taken from the night to come. For the holder of the district's lock.

    Raises:
        RosterLostError, WarehouseError: the roster is lost or damaged.
    """
    read_roster(folder)
    decisions = read_decisions(folder.decisions)
    blocks = blocks_in_force(decisions)
    if not blocks or not folder.roster.exists():
        return None
    ledger = open_roster(folder)
    if not ledger.syncs:
        return None
    newest, last = ledger.syncs[-1], blocks[-1]
    # The decision is recorded already, whatever becomes of the sync.
    correction = Correction("block", None, newest.sync_date, at, lambda: len(decisions))
    try:
        with (
            copied_roster(folder) as target,
            move_to(folder, settings, ledger, target, correction, judge=_check_linked) as (sync, day),
        ):
            why = f"Asked for by {last.by}: {last.why}"
            report, page = report_transition(folder, district, settings, sync, day, why=why)
            with session(folder.root, day=day, book=folder.roster) as db:
                rows = db.rows("transition/unlinked")
    except _NothingLinkedError:
        return None
    unlinked = {
        is_twin: tuple((row["contact_id"], row["student_id"]) for row in rows if row["is_twin"] is is_twin)
        for is_twin in (False, True)
    }
    return Unlinked(report, page, unlinked[False], unlinked[True])


def block(
    folder: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    contact_id: str,
    student_id: str,
    *,
    by: str,
    why: str,
    at: datetime,
) -> tuple[Blocked, Unlinked | None]:
    """Record a block and take the link out of the roster at once; return both, without the latter where none was.

    Raises:
        UsageError: an id, the name or the reason is blank. Then nothing is recorded.
        BusyError: the block is recorded, and a run that may have begun before it is under way.
        PermanentError: the block is recorded, and the link cannot be removed now.
    """
    blocked = record_block(folder, contact_id, student_id, by=by, why=why, at=at)
    pair = f"contact {blocked.block.contact_id} and student {blocked.block.student_id}"
    try:
        with district_lock(folder):
            return blocked, apply_blocks(folder, district, settings, at=at)
    except BusyError:
        raise BusyError(
            f"The block of {pair} is recorded and applies to every sync that starts from now on. But another run of "
            f"{district} is in progress and may have started before it.",
            "Wait until that run has ended, then block the two again: that removes a remaining link at once.",
        ) from None
    except RollcallError as failure:
        raise PermanentError(
            f"The block of {pair} is recorded, but an existing link cannot be removed now. {failure.message}",
            failure.cure,
        ) from None


def _check_linked(db: Database) -> None:
    if not db.value("sync/change_count"):
        raise _NothingLinkedError


def linked_blocks(folder: DistrictFolder) -> Sequence[Pair]:
    """Return the pairs that are blocked and linked in the roster all the same, by the ids that they have now.

    Raises:
        PartLostError, WarehouseError: the roster is lost, damaged or not the one that the last sync left.
    """
    read_roster(folder)
    pairs = sorted(blocked_pairs(folder))
    if not pairs or not folder.roster.exists():
        return []
    contact_ids, student_ids = zip(*pairs, strict=True)
    with session(folder.root, book=folder.roster) as db:
        rows = db.rows("guardians/linked_now", contact_ids=list(contact_ids), student_ids=list(student_ids))
    return [(row["contact_id"], row["student_id"]) for row in rows]


def _id(value: str, what: str) -> str:
    if not value.strip():
        raise UsageError(f"The id of the {what} is blank.", "Give it exactly as in the files.")
    return value.strip()


def _pair(folder: DistrictFolder, contact_id: str, student_id: str) -> Pair:
    """Return the ids by which the files' rows about the two are known, of either id of a student."""
    return (source_id_of(folder, contact_id) or contact_id, number_of(folder, student_id) or student_id)


def _people(folder: DistrictFolder, pair: Pair) -> dict[str, int]:
    """Return who the two are in the roster.

    Nothing where it cannot be read: the block counts all the same.
    """
    if not folder.roster.exists():
        return {}
    try:
        with session(folder.root, book=folder.roster) as db:
            rows = db.rows(
                "guardians/people_now",
                contact_id=pair[0], contact_number=number_of(folder, pair[0]), student_id=pair[1],
            )  # fmt: skip
    except RollcallError:
        return {}
    return {"student" if row["is_student"] else "contact": int(row["roster_id"]) for row in rows}
