"""What a person decides where parts of a district are lost: an older copy is accepted, or the district begins again.

Belongs here: the two decisions, and what they change. Does not belong here: noticing that something is lost
(`ledger.py`, `pipeline.districts.head`, `pipeline.districts.begun`).
For the holder of the district's lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from pipeline.districts.decisions import check_asked, read_decisions, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import Head, PartLostError, read_head, write_head
from pipeline.districts.state import DistrictState, pause, read_state, rewrite_state, stored_state
from pipeline.errors import RollcallError, UsageError
from pipeline.files.hash_chain import NOTHING_BEFORE, BrokenChainError, read_chain
from pipeline.roster.open import open_roster

FORMER = "former-"
"""What a district was before it began again is kept under this name in its folder, until a person removes it."""


def accept_restore(folder: DistrictFolder, *, by: str, why: str, at: datetime) -> str:
    """Take the folder as it is for the newest copy, and return what is lost by it, in words.

    Its parts must fit together. The district is paused where it is not known any more whether it was.

    Raises:
        UsageError: nothing is older than it should be.
        PartLostError: the parts do not fit together.
    """
    check_asked(by, why)
    before = _head_or_none(folder)
    kept = folder.head.read_bytes() if folder.head is not None and folder.head.exists() else None
    if before is not None and _is_sound(folder):
        raise UsageError(f"Nothing of {folder.root.name} is older than it should be.", "There is nothing to accept.")
    state = _state_or_none(folder)
    lines, decisions = read_chain(folder.ledger), read_chain(folder.decisions)
    head = _head_of(folder, lines, decisions)
    try:
        write_head(folder, head)
        open_roster(folder)
    except RollcallError:
        if folder.head is not None and kept is not None:
            folder.head.write_bytes(kept)
        raise
    if state is None:
        _pause_for_lost_state(folder, by=by)
    record_decision(folder.decisions, "accept_restore", by=by, why=why, at=at)
    lost = [
        f"{there - count} {what}{'s' if there - count > 1 else ''}"
        for what, there, count in (
            ("sync", before.syncs if before else 0, len(lines)),
            ("decision", _decisions_known(before, lines), len(decisions)),
        )
        if there > count
    ]
    if not lost:
        return "Accepted."
    return f"Accepted: {' and '.join(lost)} that had been recorded are lost. Make lost blocks and approvals again."


def begin_again(folder: DistrictFolder, *, by: str, why: str, at: datetime) -> None:
    """Let the district begin with an empty roster. What is left of the former one is kept, and deliveries stay.

    Raises:
        UsageError: nothing is lost.
    """
    check_asked(by, why)
    if folder.roster.exists() and folder.ledger.exists() and _is_sound(folder):
        raise UsageError(
            f"Nothing of {folder.root.name} is lost, so it does not begin again.",
            f"`rollcall purge {folder.root.name} --everything` removes a district's data.",
        )
    state = _state_or_none(folder)
    former = folder.make().root / f"{FORMER}{at:%Y%m%dT%H%M%SZ}"
    former.mkdir(mode=0o700)
    lost = [folder.ledger, folder.roster, folder.root / "reports", folder.root / "days"]
    if not _is_readable(folder):
        lost.append(folder.decisions)
    for path in lost:
        if path.exists():
            path.rename(former / path.name)
    with suppress(OSError):
        former.rmdir()
    decisions = read_chain(folder.decisions)
    write_head(folder, _head_of(folder, [], decisions))
    if state is None:
        _pause_for_lost_state(folder, by=by)
    record_decision(folder.decisions, "begin_again", by=by, why=why, at=at)


def _head_of(folder: DistrictFolder, lines: Sequence[dict[str, Any]], decisions: Sequence[dict[str, Any]]) -> Head:
    """Return the head that the folder has as it is."""
    state, state_sha256 = stored_state(folder.state)
    newest = lines[-1] if lines else {}
    known = int(newest.get("decisions", 0))
    return Head(
        district=folder.root.name,
        syncs=len(lines),
        ledger_sha256=newest.get("sha256", NOTHING_BEFORE),
        sync_date=newest.get("sync_date"),
        roster_sha256=newest.get("roster_sha256"),
        roster_size=folder.roster.stat().st_size if lines and folder.roster.exists() else None,
        decisions=len(decisions),
        decisions_sha256=decisions[-1]["sha256"] if decisions else NOTHING_BEFORE,
        accepted=len(lines) if known > len(decisions) else 0,
        state=state,
        state_sha256=state_sha256,
    )


def _decisions_known(head: Head | None, lines: Sequence[dict[str, Any]]) -> int:
    return max(head.decisions if head else 0, int(lines[-1].get("decisions", 0)) if lines else 0)


def _state_or_none(folder: DistrictFolder) -> DistrictState | None:
    """Return the state; None where it is lost or an older one."""
    try:
        return read_state(folder.state)
    except PartLostError:
        return None


def _pause_for_lost_state(folder: DistrictFolder, *, by: str) -> None:
    """Pause the district, whose state is lost or an older one: it may have been paused for a reason."""
    words = "its state was lost, and it may have been paused for a reason"
    rewrite_state(folder, pause(DistrictState(enabled=True), why=words, by=by, needs_reason=True))


def _head_or_none(folder: DistrictFolder) -> Head | None:
    try:
        return read_head(folder)
    except PartLostError:
        return None


def _is_sound(folder: DistrictFolder) -> bool:
    try:
        open_roster(folder)
        read_decisions(folder.decisions)
        read_state(folder.state)
    except RollcallError:
        return False
    return True


def _is_readable(folder: DistrictFolder) -> bool:
    try:
        read_chain(folder.decisions)
    except BrokenChainError:
        return False
    return True
