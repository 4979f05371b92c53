"""Undo: back to the roster as after an earlier sync, as a new sync; the district is then paused."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from pipeline.corrections.transition import Target, removed_after, report_transition, transition_to
from pipeline.districts.decisions import record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.districts.state import pause, read_state, write_state
from pipeline.errors import UsageError
from pipeline.report.model import SyncReport
from pipeline.roster.ledger import Ledger, Sync
from pipeline.roster.open import open_roster


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

    Past syncs stay as they are. What was delivered since is not applied again by itself, approvals given before are
    void, and the district is paused. Returns the report of the undo with its page's path. For the holder of the
    district's lock.

    Raises:
        UsageError: there is no such sync, or it is the newest one already.
    """
    ledger = open_roster(folder)
    goal = _goal(ledger, district, to_date, to_sync)
    newest = ledger.syncs[-1]
    if goal.number == newest.number:
        raise UsageError(
            f"The roster of {district} is already as it was after sync {goal.number} of {goal.sync_date}.",
            "Choose an earlier date, or --to-sync with a number of `rollcall history`.",
        )
    decision = record_decision(
        folder.decisions, "undo", by=by, why=why, at=at, sync_date=goal.sync_date, sync=goal.number
    )
    sync, day = transition_to(
        folder, settings, ledger, Target(folder.roster, goal.number, keeps_ids=True, fork=goal.number),
        kind="undo", target_sync=goal.number, sync_date=max(today, newest.sync_date), decisions=decision.number, at=at,
    )  # fmt: skip
    with removed_after(day):
        reason = f"The roster was restored to sync {goal.number} of {goal.sync_date}: {why}"
        paused = pause(read_state(folder.state), why=reason, by=by, needs_reason=True)
        write_state(folder.state, paused)
        return report_transition(folder, district, settings, sync, day, why=f"Asked for by {by}: {why}")


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
