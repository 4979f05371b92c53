"""Undo: back to the roster as after an earlier sync, as a new sync; the district is then paused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from pipeline.corrections.transition import Correction, move_to, report_transition, rewound
from pipeline.districts.decisions import check_asked, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import pause, read_state, write_state
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing
from pipeline.report.model import SyncReport
from pipeline.roster.ledger import Ledger, Sync
from pipeline.roster.open import open_roster
from pipeline.warehouse.sessions import Database

_SAID = ("book.roster.guardian_support", "book.roster.link_support", "book.roster.ids")
"""What an undo may take back though no record differs: who said what, and which id is whose."""


def undo(
    folder: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    *,
    to_date: date | None = None,
    to_sync: int | None = None,
    by: str,
    why: str,
    today: date,
    at: datetime,
) -> tuple[SyncReport, Path]:
    """Take the roster back to what it was after the last sync of `to_date`, or after sync `to_sync`.

    Past syncs stay as they are. What was delivered since is not applied again by itself; approvals, retirements,
    renumberings and answers about ids that were given since are void; bars stay; and the district is paused. Returns
    the report of the undo with its page's path. For the holder of the district's lock.

    Raises:
        UsageError: there is no such sync, or the roster is already as it was after it.
    """
    check_asked(by, why)
    ledger = open_roster(folder)
    # Before anything is recorded: a state that is lost could not be paused.
    read_state(folder.state)
    goal = _goal(ledger, district, to_date, to_sync)
    there = UsageError(
        f"The roster of {district} is already as it was after sync {goal.number} of {goal.sync_date}.",
        "Choose an earlier date, or --to-sync with a number of `rollcall history`. Barred links never come back.",
    )
    newest = ledger.syncs[-1]
    if goal.number == newest.number:
        raise there
    sync_date = undo_date(goal, ledger.syncs[goal.number :], today, at, Landing(folder.landing, district))

    def decide() -> int:
        return record_decision(
            folder.decisions, "undo", by=by, why=why, at=at,
            sync_date=goal.sync_date, sync=goal.number, decisions=goal.decisions,
        ).number  # fmt: skip

    def judge(db: Database) -> None:
        # Going back by nothing but a date that has not come yet lets the nights go on.
        moves = db.value("sync/change_count") or any(db.value("transition/differs", table=name) for name in _SAID)
        if not moves and newest.sync_date <= sync_date:
            raise there

    correction = Correction("undo", goal.number, sync_date, at, decide)
    with (
        rewound(folder, goal.number) as target,
        move_to(folder, settings, ledger, target, correction, judge=judge) as (sync, day),
    ):
        reason = f"The roster was restored to sync {goal.number} of {goal.sync_date}: {why}"
        paused = pause(read_state(folder.state), why=reason, by=by, needs_reason=True)
        write_state(folder.state, paused)
        return report_transition(folder, district, settings, sync, day, why=f"Asked for by {by}: {why}")


def undo_date(goal: Sync, undone: Sequence[Sync], today: date, at: datetime, landing: Landing) -> date:
    """Return the date of an undo: today's, and never one that changes what the roster was on a past day.

    Where a sync that is undone has a later date than today's, the clock was ahead when it ran, or is behind now. In the
    first case the undo has today's date, so that the nights go on. In the second, which shows in the syncs before or in
    files that were written later than now, it has the date of the newest sync. Files of a drop folder of this machine
    were dated by the clock that is in doubt.
    """
    newest = max(sync.sync_date for sync in (goal, *undone))
    if newest <= today:
        return today
    is_behind = goal.sync_date > today or any(
        file.modified_at > at
        for sync in undone
        for delivery in landing.deliveries(sync.sync_date.isoformat())
        if delivery.source != "folder" and delivery.sha256 == sync.delivery_sha256
        for file in delivery.files
    )
    return newest if is_behind else today


def _goal(ledger: Ledger, district: str, to_date: date | None, to_sync: int | None) -> Sync:
    if to_sync is not None:
        if not 1 <= to_sync <= len(ledger.syncs):
            raise UsageError(f"{district} has no sync {to_sync}; it has {len(ledger.syncs)}.")
        return ledger.sync(to_sync)
    goal = ledger.last_on(to_date)
    if goal is None:
        raise UsageError(
            f"{district} has no sync on {to_date} or before, so nothing stood that one could go back to.",
            f"`rollcall history {district}` lists its syncs.",
        )
    return goal
