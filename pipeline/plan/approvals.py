"""Holds and what people decide about them: which are open, approving one, rejecting one, which approvals are in force.

Belongs here: binding a decision to exactly the withheld set that was looked at. Does not belong here: what is held
(sql/gate/) and running the sync that applies what was approved (`pipeline.runs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.districts.decisions import Decision, read_decisions, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.outcomes import ACCEPTED
from pipeline.plan.identity import IDS_IN_DOUBT
from pipeline.roster.ledger import Sync, check_roster
from pipeline.warehouse.sessions import session

SHORTEST_DIGEST = 8
"""Letters of a digest that name it: what one copies from a page, and too long to be hit by chance."""


@dataclass(frozen=True)
class OpenHold:
    """A district's newest day, of which something is withheld, with the last decision about just that set."""

    district: str
    sync: Sync
    decision: Decision | None

    @property
    def withheld(self) -> dict[str, dict[str, int]]:
        """How many changes are withheld, by record type and operation."""
        found = {}
        for record_type, counts in self.sync.counts.items():
            by_operation = {
                operation: getattr(counts, f"withheld_{operation}")
                for operation in ("add", "update", "restore", "archive")
            }
            if any(by_operation.values()):
                found[record_type] = {operation: count for operation, count in by_operation.items() if count}
        return found


def open_hold(folder: DistrictFolder, district: str) -> OpenHold | None:
    """Return what the newest sync of a district withheld; None where nothing is."""
    ledger = check_roster(folder, heals=False)
    sync = next(
        (
            sync
            for sync in reversed(ledger.syncs)
            if sync.outcome not in {"rejected", "missing"} and sync.kind != "block"
        ),
        None,
    )
    if sync is None or sync.hold_digest is None:
        return None
    about = [d for d in read_decisions(folder.decisions) if d.hold_digest == sync.hold_digest]
    return OpenHold(district, sync, about[-1] if about else None)


def approve(
    folder: DistrictFolder,
    district: str,
    sync_date: date,
    digest: str,
    *,
    by: str,
    why: str,
    until: date,
    at: datetime,
    as_new_person: bool = False,
) -> Sync:
    """Record an approval of the withheld set that `digest` names, and return the sync that withheld it.

    It covers changes inside that set, and nothing beyond it, up to the sync date `until`. Where ids are in doubt it
    says that they mean the same people still; `as_new_person` says that they mean others from now on. For the holder of
    the district's lock.

    Raises:
        UsageError: no sync of `sync_date` withheld that set, a later one withholds nothing any more, or the approval
            would end before it begins, or `as_new_person` is said of anything but ids in doubt.
    """
    sync = _held_sync(folder, district, sync_date, digest)
    # A block takes a link out and leaves what is withheld as it is.
    last = next(
        sync
        for sync in reversed(check_roster(folder, heals=False).of(sync_date))
        if sync.outcome in ACCEPTED and sync.kind != "block"
    )
    if last.hold_digest is None:
        raise UsageError(
            f"Nothing is withheld for {sync_date} in {district} anymore: sync {last.number} came after "
            f"sync {sync.number}.",
            "There is nothing left to approve.",
        )
    if until < sync_date:
        raise UsageError(f"The approval would end on {until}, before the date {sync_date} that it is about.")
    if as_new_person:
        _check_ids_alone(folder, sync)
    record_decision(
        folder.decisions, "approve", by=by, why=why, at=at, sync_date=sync_date, sync=sync.number,
        hold_digest=sync.hold_digest, until=until, as_new_person=as_new_person or None,
    )  # fmt: skip
    return sync


def reject(
    folder: DistrictFolder, district: str, sync_date: date, digest: str, *, by: str, why: str, at: datetime
) -> Sync:
    """Record that a withheld set is not to be applied, and return the sync that withheld it.

    An approval of the same set ends with it. For the holder of the district's lock.

    Raises:
        UsageError: no sync of `sync_date` withheld that set.
    """
    sync = _held_sync(folder, district, sync_date, digest)
    record_decision(
        folder.decisions, "reject", by=by, why=why, at=at,
        sync_date=sync_date, sync=sync.number, hold_digest=sync.hold_digest,
    )  # fmt: skip
    return sync


def approvals_in_force(decisions: Sequence[Decision], sync_date: date) -> tuple[str, ...]:
    """Return the digests of the withheld sets that a sync of `sync_date` may apply, by these decisions.

    A rejection of the same set ends an approval, and an undo ends all before it: what was taken back is not to come
    again by itself.
    """
    return tuple(_in_force(decisions, sync_date))


def new_persons_in_force(decisions: Sequence[Decision], sync_date: date) -> tuple[str, ...]:
    """Return those of the approvals in force that say that ids are other people's from now on."""
    return tuple(digest for digest, decision in _in_force(decisions, sync_date).items() if decision.as_new_person)


def _in_force(decisions: Sequence[Decision], sync_date: date) -> dict[str, Decision]:
    approved: dict[str, Decision] = {}
    for decision in decisions:
        if decision.kind == "undo":
            approved.clear()
        elif decision.kind == "reject" and decision.hold_digest:
            approved.pop(decision.hold_digest, None)
        elif decision.kind == "approve" and decision.hold_digest:
            approved[decision.hold_digest] = decision
    return {
        digest: decision
        for digest, decision in approved.items()
        if decision.sync_date is not None
        and decision.until is not None
        and decision.sync_date <= sync_date <= decision.until
    }


def _check_ids_alone(folder: DistrictFolder, sync: Sync) -> None:
    """Raise a UsageError where the sync withheld something for another cause than an id in doubt."""
    with session(folder.root, book=folder.roster) as db:
        codes = {row["code"] for row in db.rows("sync/held_codes", sync=sync.number)}
    if not codes <= IDS_IN_DOUBT:
        raise UsageError(
            f"Sync {sync.number} withheld not only ids that may mean another person.",
            "Answer `--as-new-person` where these are all that is withheld.",
        )


def _held_sync(folder: DistrictFolder, district: str, sync_date: date, digest: str) -> Sync:
    """Return the newest sync of the date that withheld the set which `digest` names or begins to name."""
    ledger = check_roster(folder, heals=False)
    held = [sync for sync in ledger.of(sync_date) if sync.hold_digest is not None]
    if not held:
        raise UsageError(
            f"Nothing is withheld for {sync_date} in {district}.", "`rollcall holds` lists what is withheld."
        )
    named = digest.strip().lower()
    found = [sync for sync in held if sync.hold_digest and sync.hold_digest.startswith(named)]
    if len(named) < SHORTEST_DIGEST or not found:
        raise UsageError(
            f"The digest {digest} does not match what {district} withheld on {sync_date}: {held[-1].hold_digest}.",
            "Read the report again before you decide: what is withheld may have changed since.",
        )
    if found[-1].hold_digest != held[-1].hold_digest:
        raise UsageError(
            f"The digest {digest} belongs to an earlier sync of {sync_date}. The current one is "
            f"{held[-1].hold_digest}.",
            "Read the newest report before you decide.",
        )
    return found[-1]
