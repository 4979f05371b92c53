"""Replay: what the days would have given under today's settings, worked out in a scratch copy, as one new sync.

Belongs here: living past syncs again from landing, one by one, with the decisions that had been recorded then, and
finding in the roster what came of it. Does not belong here: recording the sync that moves the roster there, in which
the bars of today count (`transition.py`), a preview of one date (`pipeline/day/preview.py`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.corrections.renumber import NewId, known_ids, replace_ids
from pipeline.corrections.transition import (
    Correction,
    copied_roster,
    move_to,
    report_transition,
    rewind,
    rewound,
)
from pipeline.day.day import Day
from pipeline.day.stages import apply_changes, run_stages
from pipeline.day.start import start_day
from pipeline.day.unchanged import repeated_sync
from pipeline.districts.decisions import Decision, check_asked, read_decisions, record_decision
from pipeline.districts.folders import LOOK, DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import PermanentError, UsageError
from pipeline.files.hash_chain import append_line
from pipeline.files.scratch import scratch_folder
from pipeline.guardians.blocks import blocks_in_force, pairs_of, unblocked_pairs
from pipeline.landing.archive import Landing
from pipeline.landing.delivery import Delivery
from pipeline.landing.intake import landed_findings
from pipeline.outcomes import EXIT_CODES
from pipeline.plan.approvals import SHORTEST_DIGEST
from pipeline.plan.criteria import Content, criteria_of
from pipeline.plan.plan import find_baseline
from pipeline.report.model import SyncReport
from pipeline.report.words import RECORD_WORDS
from pipeline.roster.ledger import BESIDE, Ledger, Sync, read_ledger, record
from pipeline.roster.open import open_roster
from pipeline.warehouse.sessions import Database, session
from pipeline.warehouse.statements import TABLES

Progress = Callable[[Sync], None]

ALIGN = (
    "transition/same_things",
    "transition/renumber",
    "transition/renumber_absences",
    "transition/renumber_enrollments",
    "transition/renumber_pairs",
    "transition/same_enrollments",
    "transition/same_links",
)
"""What gives the things that a replay numbered again the numbers of the roster; enrollments and links come last."""

_SMALLEST_LOSS = 3
"""Records: half of fewer than these is no sign of a mistake."""


class ReplayHeldError(PermanentError):
    """A replay would take away more than half of the records of a type, or all of them: a person must say so."""

    exit_code = EXIT_CODES["held"]


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
    approved: str | None = None,
    progress: Progress = lambda _: None,
) -> tuple[SyncReport, Path]:
    """Live every sync from `first` on again, and move the roster to what comes of it by one new sync.

    `approved` is the digest of what the replay takes away of a record type, where that is more than half of it. Returns
    the report of the replay with its page's path. For the holder of the district's lock.

    Raises:
        UsageError: nothing was synced since `first`, or the district is only observed.
        ReplayHeldError: more than half of a type would go, and `approved` does not name just that.
        LandingError: a delivery of that time is no longer in landing as it was.
    """
    check_asked(by, why)
    ledger = open_roster(folder)
    if settings.sync.observe_only:
        raise UsageError(
            f"{district} is only observed, so there is nothing to replay.", "Set sync.observe_only to false."
        )
    fork = _fork_of(ledger, first)
    lived = ledger.syncs[fork:]
    if not lived:
        raise UsageError(f"{district} has no sync on {first} or later.", f"`rollcall history {district}` lists them.")

    def decide() -> int:
        return record_decision(folder.decisions, "replay", by=by, why=why, at=at, sync_date=first, sync=fork).number

    def judge(db: Database) -> None:
        _hold(db, district, first, approved)

    with scratch_folder(folder.make().previews, LOOK) as work:
        scratch = DistrictFolder(work)
        decisions = _fork(folder, scratch, ledger, fork)
        for sync in lived:
            progress(sync)
            _live(folder, scratch, district, settings, sync, decisions[: sync.decisions])
        newest = ledger.syncs[-1]
        correction = Correction("replay", fork, max(today, newest.sync_date), at, decide)
        # A session of the district reads the scratch roster, which lies below the district's folder.
        moved = move_to(
            folder, settings, ledger, scratch.roster, correction, prepare=lambda db: _align(db, fork), judge=judge
        )
        with moved as (sync, day):
            return report_transition(folder, district, settings, sync, day, why=f"Asked for by {by}: {why}")


def _fork_of(ledger: Ledger, first: date) -> int:
    """Return the sync after which a replay from `first` on begins.

    An earlier replay is replaced by this one, which therefore begins no later.
    """
    fork = max((sync.number for sync in ledger.syncs if sync.sync_date < first), default=0)
    while True:
        earlier = min((sync.target_sync or 0 for sync in ledger.syncs[fork:] if sync.kind == "replay"), default=fork)
        if earlier >= fork:
            return fork
        fork = earlier


def _fork(folder: DistrictFolder, scratch: DistrictFolder, ledger: Ledger, number: int) -> list[Decision]:
    """Make a copy of the roster, the ledger and the decisions as after sync `number`.

    Return the decisions. Who came after that sync is named in them by the ids of the district alone.
    """
    shutil.copyfile(folder.roster, scratch.roster)
    if folder.decisions.exists():
        shutil.copyfile(folder.decisions, scratch.decisions)
    rewind(scratch.roster, scratch.root, number)
    with session(scratch.root, book=scratch.roster) as db:
        known = {int(row["roster_id"]) for row in db.rows("transition/known_people")}
    for position, line in enumerate(ledger.lines[:number]):
        content = {key: value for key, value in line.items() if key not in BESIDE}
        append_line(scratch.ledger, content, after=list(ledger.lines[:position]))
    return [
        decision.model_copy(
            update={
                name: who if (who := getattr(decision, name)) in known else None
                for name in ("contact_roster_id", "student_roster_id")
            }
        )
        for decision in read_decisions(folder.decisions)
    ]


def _live(
    folder: DistrictFolder,
    scratch: DistrictFolder,
    district: str,
    settings: DistrictSettings,
    sync: Sync,
    decisions: list[Decision],
) -> None:
    """Live one sync again in the scratch folder, under the number that it had, with the decisions of then."""
    ledger = read_ledger(scratch)
    if sync.kind == "undo" and sync.target_sync is not None:
        correction = Correction("undo", sync.target_sync, sync.sync_date, sync.recorded_at, lambda: sync.decisions)
        with (
            rewound(scratch, sync.target_sync) as target,
            move_to(scratch, settings, ledger, target, correction, decisions=decisions),
        ):
            return
    if sync.kind == "renumber":
        _give_ids(folder, scratch, settings, sync, decisions)
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
        blocked=pairs_of(blocks_in_force(decisions), scratch),
        unblocked=unblocked_pairs(decisions),
    )
    baseline = find_baseline(ledger, sync.sync_date)
    criteria = criteria_of(
        scratch, settings, ledger, sync.sync_date, Content.of(delivery),
        baseline=baseline.number, decisions=sync.decisions,
    )  # fmt: skip
    # A day that says what the day before it said is repeated, as its night was.
    repeats = repeated_sync(scratch, settings, ledger, delivery, criteria, has_report=True)
    with session(scratch.root, book=scratch.roster, write="day", size=day.size) as db:
        start_day(db, day, delivery, baseline, criteria, repeats=repeats)
        if repeats is None:
            run_stages(db, day)
        apply_changes(db, day, recorded_at=sync.recorded_at)


def _give_ids(
    folder: DistrictFolder, scratch: DistrictFolder, settings: DistrictSettings, sync: Sync, decisions: list[Decision]
) -> None:
    """Give in the scratch folder the ids that a renumbering gave, to whoever has the former ones there."""
    with session(folder.root, book=folder.roster) as db:
        given = {
            (row["record_type"], row["sourced_id"]): row["new_id"]
            for row in db.rows("transition/ids_given", sync=sync.number)
        }
    with session(scratch.root, book=scratch.roster) as db:
        ids = [
            NewId(one.roster_id, one.record_type, one.sourced_id, given[one.record_type, one.sourced_id])
            for one in known_ids(db)
            if (one.record_type, one.sourced_id) in given
        ]
    correction = Correction("renumber", None, sync.sync_date, sync.recorded_at, lambda: sync.decisions)
    with (
        copied_roster(scratch) as target,
        move_to(
            scratch, settings, read_ledger(scratch), target, correction,
            prepare=lambda db: replace_ids(db, ids), decisions=decisions,
        ),
    ):  # fmt: skip
        return


def _align(db: Database, fork: int) -> None:
    """Give what the replay numbered again the numbers that the roster has for the same things."""
    db.run("transition/same_things", fork=fork)
    records = {"book.roster.enrollments", "book.roster.guardian_links", "book.roster.link_support"}
    things = [table for table in TABLES["transition/renumber"] if table not in records]
    for table in things:
        db.run("transition/renumber", table=table, kind="things")
    db.run("transition/renumber_enrollments")
    for table in TABLES["transition/renumber_pairs"]:
        db.run("transition/renumber_pairs", table=table)
    db.run("transition/same_enrollments", fork=fork)
    db.run("transition/same_links", fork=fork)
    db.run("transition/renumber", table="book.roster.enrollments", kind="enrollments")
    for table in ("book.roster.guardian_links", "book.roster.link_support"):
        db.run("transition/renumber", table=table, kind="guardian_links")
    db.run("transition/renumber_absences")


def _hold(db: Database, district: str, first: date, approved: str | None) -> None:
    """Hold a replay that takes away more than half of a type, as a night's gate does.

    Raises:
        ReplayHeldError: it does, and nobody has approved just that.
    """
    lost = [
        f"{row['archived']:,} of {row['active_before']:,} {RECORD_WORDS[row['record_type']]}"
        for row in db.rows("report/counts")
        if _is_much(_lost(row), row["active_before"], row["active_after"])
    ]
    if not lost:
        return
    digest = hashlib.sha256("\n".join(db.value("transition/losses")).encode()).hexdigest()[:16]
    named = (approved or "").strip().lower()
    if len(named) >= SHORTEST_DIGEST and digest.startswith(named):
        return
    raise ReplayHeldError(
        f"The replay is held: it would archive {' and '.join(lost)}. Nothing has changed.",
        f"`rollcall rerun {district} --from {first}` previews the days; a setting may be wrong. If it is right, add "
        f"--approve {digest}.",
    )


def _lost(row: Mapping[str, Any]) -> int:
    """Return how many of a type go: classes and enrollments that others take the place of are a new term."""
    if row["record_type"] in {"classes", "enrollments"}:
        return int(row["active_before"] - row["active_after"])
    return int(row["archived"])


def _is_much(lost: int, before: int, after: int) -> bool:
    return before > 0 and (after == 0 or (2 * lost > before and lost >= _SMALLEST_LOSS))


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
    landing.check_whole(delivery)
    target = scratch.root / "files"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    paths = {}
    for file in delivery.files:
        paths[file.file] = target / file.file
        os.link(landing.path(delivery, file.file), paths[file.file])
    return delivery, paths
