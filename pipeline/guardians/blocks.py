"""The block list: pairs of contact and student that a person has decided are never to be linked.

Belongs here: which blocks are in force, by the decisions that were recorded, and under which ids.
Does not belong here: taking a link out of the roster (`pipeline.corrections.block`), the rules (`derive.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.districts.decisions import Decision, read_decisions
from pipeline.districts.folders import DistrictFolder
from pipeline.guardians.derive import Pair
from pipeline.warehouse.sessions import session


@dataclass(frozen=True)
class Block:
    """One pair that is never to be linked, with who decided it and why."""

    contact_id: str
    student_id: str
    contact_roster_id: int | None
    """Who the contact was in the roster when it was blocked: the block follows the person to another id."""
    student_roster_id: int | None
    by: str
    why: str
    at: datetime
    number: int
    """Of the decision."""

    @property
    def pair(self) -> Pair:
        """The ids under which it was blocked."""
        return (self.contact_id, self.student_id)


def blocks_in_force(decisions: Iterable[Decision]) -> list[Block]:
    """Return the blocks that nobody has ended, oldest first."""
    found: dict[Pair, Block] = {}
    for decision in decisions:
        if decision.contact_id is None or decision.student_id is None:
            continue
        pair = (decision.contact_id, decision.student_id)
        if decision.kind == "block":
            # Decided again, it may have the ids of a roster that was not there the first time.
            found.pop(pair, None)
            found[pair] = Block(
                *pair, decision.contact_roster_id, decision.student_roster_id, decision.by, decision.why, decision.at,
                decision.number,
            )  # fmt: skip
        elif decision.kind == "unblock":
            found.pop(pair, None)
    return list(found.values())


def unblocked_pairs(decisions: Iterable[Decision]) -> tuple[tuple[str, str, int], ...]:
    """Return the pairs whose bar a person has ended, with the number of the last such decision."""
    found = {
        (decision.contact_id, decision.student_id): decision.number
        for decision in decisions
        if decision.kind == "unblock" and decision.contact_id is not None and decision.student_id is not None
    }
    return tuple((contact_id, student_id, number) for (contact_id, student_id), number in found.items())


def blocked_pairs(folder: DistrictFolder) -> dict[Pair, int]:
    """Return every pair that is never to be linked, by the ids that were blocked and those the people have now.

    Each has the number of the decision.

    Raises:
        BrokenChainError: the decisions were changed by hand or are damaged.
        WarehouseError: the roster cannot be read.
    """
    return pairs_of(blocks_in_force(read_decisions(folder.decisions)), folder)


def pairs_of(blocks: Sequence[Block], folder: DistrictFolder) -> dict[Pair, int]:
    """Return the pairs of these blocks, by the ids that were blocked and those the people have now.

    Raises:
        WarehouseError: the roster cannot be read.
    """
    pairs = {block.pair: block.number for block in blocks}
    for block, pair in zip(blocks, pairs_now(blocks, folder), strict=True):
        pairs.setdefault(pair, block.number)
    return pairs


def pairs_now(blocks: Sequence[Block], folder: DistrictFolder) -> list[Pair]:
    """Return the pair of each block by the ids that the people have now.

    Raises:
        WarehouseError: the roster cannot be read.
    """
    things = [
        thing for block in blocks for thing in (block.contact_roster_id, block.student_roster_id) if thing is not None
    ]
    if not things or not folder.roster.exists():
        return [block.pair for block in blocks]
    with session(folder.root, book=folder.roster) as db:
        rows = db.rows("guardians/ids_now", things=things)
    now = {row["roster_id"]: row["sourced_id"] for row in rows}
    contacts = {row["roster_id"]: row["sourced_id"] for row in rows if not row["is_shared"]}
    return [
        (contacts.get(block.contact_roster_id, block.contact_id), now.get(block.student_roster_id, block.student_id))
        for block in blocks
    ]


def barred_by_files(folder: DistrictFolder) -> dict[Pair, str]:
    """Return the pairs that files have barred, up to the newest night, by the ids of now, with the bar in words."""
    if not folder.roster.exists():
        return {}
    with session(folder.root, book=folder.roster) as db:
        rows = db.rows("guardians/bars_now")
    return {(row["contact_id"], row["student_id"]): row["reason"] for row in rows}
