"""Replay: what the days would have given under today's settings, worked out in a scratch copy, as one new sync.

Belongs here: living past syncs again from landing, one by one, with the decisions that had been recorded then.
Does not belong here: recording the sync that moves the roster there (`transition.py`), a preview of one
date (`pipeline/day/preview.py`).
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

from pipeline.corrections.transition import Target, removed_after, report_transition, transition_to
from pipeline.day.day import Day
from pipeline.day.stages import apply_changes, run_stages
from pipeline.day.start import start_day
from pipeline.districts.decisions import read_decisions, record_decision
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError
from pipeline.files.hash_chain import append_line
from pipeline.guardians.blocks import blocked_pairs, unblocked_pairs
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import landed_findings
from pipeline.plan.criteria import Content, criteria_of
from pipeline.plan.plan import find_baseline
from pipeline.report.model import SyncReport
from pipeline.roster.ledger import Ledger, Sync, read_ledger, record
from pipeline.roster.open import open_roster
from pipeline.warehouse.schema import replacing
from pipeline.warehouse.sessions import session
from pipeline.warehouse.statements import TABLES

Progress = Callable[[Sync], None]

_REWIND = ("transition/rewind_versions", "transition/rewind_records", "transition/reopen_versions")
"""What takes a copy of the roster back to an earlier sync, each for several tables."""


def replay(
    folder: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    *,
    first: date,
    by: str,
    why: str,
    today: date,
    at: datetime,
    progress: Progress = lambda _: None,
) -> tuple[SyncReport, Path]:
    """Live every sync from `first` on again, and move the roster to what comes of it by one new sync.

    Returns the report of the replay with its page's path. For the holder of the district's lock.

    Raises:
        UsageError: nothing was synced since `first`, or the district is only observed.
        LandingError: a delivery of that time is no longer in landing as it was.
    """
    ledger = open_roster(folder)
    if settings.sync.observe_only:
        raise UsageError(
            f"{district} is only observed, so there is nothing to replay.", "Set sync.observe_only to false."
        )
    fork = max((sync.number for sync in ledger.syncs if sync.sync_date < first), default=0)
    lived = ledger.syncs[fork:]
    if not lived:
        raise UsageError(f"{district} has no sync on {first} or later.", f"`rollcall history {district}` lists them.")
    scratch = DistrictFolder(Path(tempfile.mkdtemp(prefix=".look-", dir=folder.make().previews)).resolve())
    try:
        _fork(folder, scratch, ledger, fork)
        for sync in lived:
            progress(sync)
            _live(folder, scratch, district, settings, sync)
        decision = record_decision(folder.decisions, "replay", by=by, why=why, at=at, sync_date=first, sync=fork)
        # A session of the district reads the scratch roster, which lies below the district's folder.
        target = Target(scratch.roster, len(ledger.syncs), keeps_ids=False, fork=fork)
        newest = ledger.syncs[-1]
        sync, day = transition_to(
            folder, settings, ledger, target,
            kind="replay", target_sync=fork, sync_date=max(today, newest.sync_date), decisions=decision.number, at=at,
        )  # fmt: skip
        with removed_after(day):
            return report_transition(folder, district, settings, sync, day, why=f"Asked for by {by}: {why}")
    finally:
        shutil.rmtree(scratch.root, ignore_errors=True)


def _fork(folder: DistrictFolder, scratch: DistrictFolder, ledger: Ledger, number: int) -> None:
    """Make a copy of the roster, the ledger and the decisions as after sync `number`."""
    shutil.copyfile(folder.roster, scratch.roster)
    if folder.decisions.exists():
        shutil.copyfile(folder.decisions, scratch.decisions)
    with replacing(scratch.roster, scratch.root) as db:
        for name in _REWIND:
            for table in TABLES[name]:
                db.run(name, table=table, target=number)
        db.run("transition/rewind_syncs", target=number)
    for position, line in enumerate(ledger.lines[:number]):
        content = {key: value for key, value in line.items() if key not in {"previous", "sha256"}}
        append_line(scratch.ledger, content, after=list(ledger.lines[:position]))


def _live(
    folder: DistrictFolder, scratch: DistrictFolder, district: str, settings: DistrictSettings, sync: Sync
) -> None:
    """Live one sync again in the scratch folder, under the number that it had."""
    ledger = read_ledger(scratch)
    if sync.kind == "undo" and sync.target_sync is not None:
        target = Target(scratch.roster, sync.target_sync, keeps_ids=True, fork=sync.target_sync)
        _, plan = transition_to(
            scratch, settings, ledger, target,
            kind="undo", target_sync=sync.target_sync, sync_date=sync.sync_date, decisions=sync.decisions,
            at=sync.recorded_at,
        )  # fmt: skip
        shutil.rmtree(plan.parent)
        return
    if sync.kind != "day" or sync.delivery_number is None:
        # Nothing was delivered, or an earlier replay, in whose place this one comes: the roster stood as it was.
        nothing = sync.model_copy(update={"in_roster": False, "baseline_sync": len(ledger.syncs), "hold_digest": None})
        record(scratch, ledger, nothing)
        return
    delivery, paths = _landed(folder, scratch, district, sync)
    day = Day(
        district=district,
        settings=settings,
        folder=scratch,
        sync_date=sync.sync_date,
        database=scratch.day(sync.sync_date.isoformat()),
        scratch=scratch.root,
        files=paths,
        findings=landed_findings(settings, delivery),
        # Those of today: a block holds whatever was known then.
        blocked=blocked_pairs(folder),
        unblocked=unblocked_pairs(read_decisions(folder.decisions)),
    )
    baseline = find_baseline(ledger, sync.sync_date)
    criteria = criteria_of(
        scratch, settings, ledger, sync.sync_date, Content.of(delivery),
        baseline=baseline.number, decisions=sync.decisions,
    )  # fmt: skip
    with session(scratch.root, book=scratch.roster, write="day", size=day.size) as db:
        start_day(db, day, delivery, baseline, criteria)
        run_stages(db, day)
        apply_changes(db, day, recorded_at=sync.recorded_at)


def _landed(
    folder: DistrictFolder, scratch: DistrictFolder, district: str, sync: Sync
) -> tuple[Delivery, dict[str, Path]]:
    """Return the delivery that a sync was of, with its files where a session of the scratch folder may read them."""
    landing = Landing(folder.landing, district)
    delivery = next(
        (found for found in landing.deliveries(sync.sync_date.isoformat()) if found.number == sync.delivery_number),
        None,
    )
    if delivery is None or delivery.sha256 != sync.delivery_sha256:
        raise UsageError(
            f"Delivery {sync.delivery_number} of {sync.sync_date}, which sync {sync.number} was made from, is no "
            "longer in landing as it was.",
            "Replay from a later date.",
        )
    target = scratch.root / "files"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    paths = {}
    for file in delivery.files:
        paths[file.file] = target / file.file
        os.link(landing.path(delivery, file.file), paths[file.file])
    return delivery, paths
