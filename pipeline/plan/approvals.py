"""Holds and what people decide about them: which are open, approving one, rejecting one, which approvals are in force.

Belongs here: binding a decision to exactly what a cause withheld when it was looked at. Does not belong here: what is
held (sql/gate/), which causes can be approved (`causes.py`) and running the sync that applies what was approved
(`pipeline.runs`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.districts.decisions import Decision, check_asked, not_undone, read_decisions, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.outcomes import ACCEPTED
from pipeline.plan.causes import CauseKind, kind_of
from pipeline.plan.identity import IDS_IN_DOUBT
from pipeline.roster.ledger import Ledger, Sync, check_roster
from pipeline.warehouse.sessions import session

SHORTEST_DIGEST = 8
"""Letters of a digest that name it: what one copies from a page, and too long to be hit by chance."""


@dataclass(frozen=True)
class OpenCause:
    """A cause for which a sync withheld changes, with the last decision about just these."""

    code: str
    digest: str
    file: str | None = None
    decision: Decision | None = None

    @property
    def kind(self) -> CauseKind:
        """What it is, and whether it can be approved."""
        return kind_of(self.code)

    @property
    def title(self) -> str:
        """Its title in a few words."""
        return self.kind.title.format(file=self.file or "the files")


@dataclass(frozen=True)
class OpenHold:
    """A district's newest day, of which something is withheld."""

    district: str
    sync: Sync
    causes: tuple[OpenCause, ...]

    @property
    def decision(self) -> Decision | None:
        """The last decision, once there is one about each cause."""
        decisions = [cause.decision for cause in self.causes if cause.decision is not None]
        if not decisions or len(decisions) < len(self.causes):
            return None
        return max(decisions, key=lambda decision: decision.number)

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
    """Return what the newest sync of a district withheld; None where nothing is.

    After an undo that is what the sync withheld that it goes back to.
    """
    ledger = check_roster(folder, heals=False)
    sync = _newest_planned(ledger.syncs)
    while sync is not None and sync.kind == "undo" and sync.target_sync is not None:
        sync = _newest_planned(ledger.syncs[: sync.target_sync])
    if sync is None or sync.hold_digest is None:
        return None
    return OpenHold(district, sync, _causes(folder, [sync]))


def approve(
    folder: DistrictFolder,
    district: str,
    sync_date: date,
    digests: Sequence[str],
    *,
    by: str,
    why: str,
    until: date,
    at: datetime,
    as_new_person: bool = False,
) -> tuple[Sync, tuple[OpenCause, ...]]:
    """Record an approval of each cause that `digests` name; return the sync that withheld them, and the causes.

    The digest of all that the sync withheld names each of its causes that can be approved. An approval covers the
    changes that the cause stops, and nothing beyond them, up to the sync date `until`. Of an id in doubt it says that
    it means the same person still; `as_new_person` says that it means another from now on. For the holder of the
    district's lock.

    Raises:
        UsageError: the newest sync of `sync_date` that withheld something has no such cause, one of them cannot be
            approved, a later sync withholds nothing anymore, the approval would end before it begins, or
            `as_new_person` is said of anything but an id in doubt. Then none is recorded.
    """
    ledger = check_roster(folder, heals=False)
    withheld = _withheld(folder, ledger, district, sync_date)
    sync = withheld.sync
    approvable = [cause for cause in withheld.causes if cause.kind.can_be_approved]
    causes = _each_once(withheld.named(digest, all_of_it=approvable or withheld.causes) for digest in digests)
    last = _last_planned(ledger, sync_date)
    if last.hold_digest is None:
        raise UsageError(
            f"Nothing is withheld for {sync_date} in {district} anymore: sync {last.number} came after "
            f"sync {sync.number}.",
            "There is nothing left to approve.",
        )
    if until < sync_date:
        raise UsageError(f"The approval would end on {until}, before the date {sync_date} that it is about.")
    for cause in causes:
        if not cause.kind.can_be_approved:
            raise UsageError(
                f"“{cause.title}” ({cause.digest[:16]}) cannot be approved: only other files resolve it.",
                cause.kind.advice.format(file=cause.file or "the files", words="records"),
            )
        if as_new_person and cause.code not in IDS_IN_DOUBT:
            raise UsageError(
                f"“{cause.title}” ({cause.digest[:16]}) is not about an id that may mean another person.",
                "Answer `--as-new-person` only where it is.",
            )
    for cause in causes:
        record_decision(
            folder.decisions, "approve", by=by, why=why, at=at, sync_date=sync_date, sync=sync.number,
            hold_digest=cause.digest, until=until, as_new_person=as_new_person or None,
        )  # fmt: skip
    return sync, causes


@dataclass(frozen=True)
class Rejected:
    """What a rejection was about, and what has become of it."""

    sync: Sync
    """The newest sync of the date that withheld something."""
    causes: tuple[OpenCause, ...]
    is_open: bool
    """It is withheld still."""
    applied_by: Sync | None
    """The sync that applied it, where an approval had been given before the rejection."""


def reject(
    folder: DistrictFolder,
    district: str,
    sync_date: date,
    digests: Sequence[str],
    *,
    by: str,
    why: str,
    at: datetime,
) -> Rejected:
    """Record that what each named cause withholds is not to be applied.

    Approvals of the same end with it, of an earlier sync of the date too. For the holder of the district's lock.

    Raises:
        UsageError: no sync of `sync_date` withheld something for such a cause.
    """
    check_asked(by, why)
    ledger = check_roster(folder, heals=False)
    withheld = _withheld(folder, ledger, district, sync_date)
    approved = [c for c in withheld.earlier if c.decision is not None and c.decision.kind == "approve"]
    causes = _each_once(withheld.named(digest, all_of_it=withheld.causes, earlier=approved) for digest in digests)
    for cause in causes:
        record_decision(
            folder.decisions, "reject", by=by, why=why, at=at,
            sync_date=sync_date, sync=withheld.sync.number, hold_digest=cause.digest,
        )  # fmt: skip
    is_open = _last_planned(ledger, sync_date) == withheld.sync and any(cause in withheld.causes for cause in causes)
    applied_by = next(filter(None, (_applied_by(folder, ledger, cause) for cause in causes)), None)
    return Rejected(withheld.sync, causes, is_open, applied_by)


def _applied_by(folder: DistrictFolder, ledger: Ledger, cause: OpenCause) -> Sync | None:
    """Return the sync that applied what an approval of a cause covers; None where none was given, or none has yet.

    That is the first one after the approval that planned its date and did not withhold the cause any more.
    """
    if cause.decision is None or cause.decision.kind != "approve":
        return None
    for sync in ledger.syncs:
        if sync.kind == "day" and sync.outcome in ACCEPTED and sync.decisions >= cause.decision.number:
            still = sync.hold_digest is not None and cause.digest in {one.digest for one in _causes(folder, [sync])}
            return None if still else sync
    return None


def written_by_older(district: str, sync_date: date) -> str:
    """Return what to do about a hold of an older Rollcall, which told no causes apart."""
    return f"Run `rollcall sync {district} --date {sync_date}`, then decide."


def approvals_in_force(decisions: Sequence[Decision], sync_date: date) -> tuple[str, ...]:
    """Return the digests of the causes whose changes a sync of `sync_date` may apply, by these decisions.

    A rejection of the same changes ends an approval. An undo ends those that were given after the sync that it goes
    back to: what was taken back is not to come again by itself.
    """
    return tuple(_in_force(decisions, sync_date))


def new_persons_in_force(decisions: Sequence[Decision], sync_date: date) -> tuple[str, ...]:
    """Return those of the approvals in force that say that ids are other people's from now on."""
    return tuple(digest for digest, decision in _in_force(decisions, sync_date).items() if decision.as_new_person)


def settled_in_force(decisions: Sequence[Decision], sync_date: date) -> tuple[str, ...]:
    """Return the digests of all causes that were approved up to a date, whenever their approvals ended.

    What such an approval says of rows without a readable id is said for good: until they are rejected, or an undo goes
    back behind it.
    """
    return tuple(
        digest
        for digest, decision in _approved(decisions).items()
        if decision.sync_date is not None and decision.sync_date <= sync_date
    )


def _in_force(decisions: Sequence[Decision], sync_date: date) -> dict[str, Decision]:
    return {
        digest: decision
        for digest, decision in _approved(decisions).items()
        if decision.sync_date is not None
        and decision.until is not None
        and decision.sync_date <= sync_date <= decision.until
    }


def _approved(decisions: Sequence[Decision]) -> dict[str, Decision]:
    approved: dict[str, Decision] = {}
    for decision in not_undone(decisions):
        if decision.kind == "reject" and decision.hold_digest:
            approved.pop(decision.hold_digest, None)
        elif decision.kind == "approve" and decision.hold_digest:
            approved[decision.hold_digest] = decision
    return approved


def _newest_planned(syncs: Sequence[Sync]) -> Sync | None:
    return next(
        (sync for sync in reversed(syncs) if sync.outcome not in {"rejected", "missing"} and sync.kind != "block"), None
    )


def _last_planned(ledger: Ledger, sync_date: date) -> Sync:
    """Return the last sync of a date that says what is withheld.

    A block takes a link out and leaves that as it is; after an undo it is as after the sync that it goes back to.
    """
    last = next(sync for sync in reversed(ledger.of(sync_date)) if sync.outcome in ACCEPTED and sync.kind != "block")
    while last.kind == "undo" and last.target_sync is not None:
        goal = _newest_planned(ledger.syncs[: last.target_sync])
        if goal is None:
            break
        last = goal
    return last


def _each_once(found: Iterable[Sequence[OpenCause]]) -> tuple[OpenCause, ...]:
    return tuple({cause.digest: cause for causes in found for cause in causes}.values())


def _causes(folder: DistrictFolder, syncs: Sequence[Sync]) -> tuple[OpenCause, ...]:
    """Return the causes of these syncs, those of the newest first, each once."""
    decisions = {d.hold_digest: d for d in read_decisions(folder.decisions) if d.hold_digest}
    found: dict[str, OpenCause] = {}
    with session(folder.root, book=folder.roster) as db:
        for sync in reversed(syncs):
            for row in db.rows("roster/causes_of", sync=sync.number):
                cause = OpenCause(row["code"], row["digest"], row["file"], decisions.get(row["digest"]))
                found.setdefault(cause.digest, cause)
    return tuple(found.values())


@dataclass(frozen=True)
class _Withheld:
    """What a date withheld: the causes of its newest sync that withheld something, and those of the syncs before it."""

    district: str
    sync: Sync
    causes: tuple[OpenCause, ...]
    earlier: tuple[OpenCause, ...]
    earlier_holds: tuple[str, ...]

    def named(
        self, digest: str, *, all_of_it: Sequence[OpenCause], earlier: Sequence[OpenCause] = ()
    ) -> Sequence[OpenCause]:
        """Return the causes that a digest, or the beginning of one, names; `all_of_it` where it is that of the sync.

        Raises:
            UsageError: it names none.
        """
        named = digest.strip().lower()
        if len(named) < SHORTEST_DIGEST:
            raise self._unknown(digest)
        if self.causes and (self.sync.hold_digest or "").startswith(named):
            return all_of_it
        found = [cause for cause in (*self.causes, *earlier) if cause.digest.startswith(named)]
        if not found:
            raise self._unknown(digest)
        return found

    def _unknown(self, digest: str) -> UsageError:
        on = self.sync.sync_date
        if not self.causes:
            return UsageError(
                f"What {self.district} withheld on {on} was written by an older version of Rollcall.",
                written_by_older(self.district, on),
            )
        current = ", ".join(cause.digest[:16] for cause in self.causes)
        named = digest.strip().lower()
        earlier = (*self.earlier_holds, *(cause.digest for cause in self.earlier))
        if len(named) >= SHORTEST_DIGEST and any(known.startswith(named) for known in earlier):
            return UsageError(
                f"The digest {digest} belongs to an earlier sync of {on}. What is withheld now is {current}.",
                "Read the newest report before you decide.",
            )
        return UsageError(
            f"The digest {digest} does not match what {self.district} withheld on {on}: {current}.",
            "Read the report again before you decide: what is withheld may have changed since.",
        )


def _withheld(folder: DistrictFolder, ledger: Ledger, district: str, sync_date: date) -> _Withheld:
    """Return what the syncs of a date withheld.

    Raises:
        UsageError: none withheld anything.
    """
    held = [sync for sync in ledger.of(sync_date) if sync.hold_digest is not None]
    if not held:
        raise UsageError(
            f"Nothing is withheld for {sync_date} in {district}.", "`rollcall holds` lists what is withheld."
        )
    *before, newest = held
    causes = _causes(folder, [newest])
    known = {cause.digest for cause in causes}
    earlier = tuple(cause for cause in _causes(folder, before) if cause.digest not in known)
    return _Withheld(district, newest, causes, earlier, tuple(sync.hold_digest or "" for sync in before))
