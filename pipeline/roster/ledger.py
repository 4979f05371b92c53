"""The ledger: every sync of a district, numbered for ever, in a hash-chained file beside the roster.

Belongs here: which syncs there are, what a plan is compared with, and whether the roster is the one that the last
sync left. Does not belong here: what a sync changed; that stands in the roster itself.

A sync that changes nothing (unchanged, rejected, missing) is a line here and enters the roster together with the next
one that changes something, so that a quiet night does not rewrite a roster of a gigabyte.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipeline.districts.decisions import read_lines
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import (
    ForeignPartError,
    PartLostError,
    begin_words,
    check_lines,
    note_head,
    read_head,
)
from pipeline.errors import PermanentError
from pipeline.files.digests import digest_of_file
from pipeline.files.hash_chain import NOTHING_BEFORE, BrokenChainError, append_line, chained_line, read_chain
from pipeline.outcomes import ACCEPTED, Outcome, SyncKind
from pipeline.warehouse.schema import BOOK_VERSION
from pipeline.warehouse.sessions import Database, WarehouseError, session


class RosterLostError(PartLostError):
    """The roster is not the one that the last sync left. It is never taken for an empty one."""


class OtherVersionError(PermanentError):
    """The roster has another version than ours."""


class SyncCounts(BaseModel):
    """What a sync did to one record type; the sums: `pipeline/report/model.py`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    restored: int = 0
    archived: int = 0
    kept: int = 0
    withheld_add: int = 0
    withheld_update: int = 0
    withheld_restore: int = 0
    withheld_archive: int = 0
    filled: int = 0
    waiting: int = 0
    not_reported: int = 0
    active_before: int = 0
    active_after: int = 0


class Sync(BaseModel):
    """One sync."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    number: int
    kind: SyncKind = "day"
    sync_date: date
    outcome: Outcome
    initial: bool
    baseline_sync: int
    """What it was compared with; 0: nothing stood there."""
    delivery_number: int | None = None
    delivery_sha256: str | None = None
    hold_digest: str | None = None
    fingerprint: str | None = None
    """Of the delivery, the settings and the code: two syncs with the same one would do the same."""
    decisions: int = 0
    """How many decisions had been recorded when it ran."""
    valid_until: date | None = None
    """From this date on the same files may mean something else; None: never."""
    target_sync: int | None = None
    """Of an undo: the sync that it goes back to. Of a replay: the sync after which it begins."""
    in_roster: bool
    """Whether it was written into the roster by itself: it changed something, or withheld something."""
    recorded_at: AwareDatetime
    counts: dict[str, SyncCounts]

    @property
    def changed_something(self) -> bool:
        """Whether the roster is another one after it."""
        return any(
            counts.added + counts.updated + counts.restored + counts.archived + counts.filled
            for counts in self.counts.values()
        )


@dataclass(frozen=True)
class Ledger:
    """All syncs of a district, oldest first."""

    syncs: tuple[Sync, ...] = ()
    lines: tuple[dict[str, Any], ...] = field(default=(), repr=False)

    @property
    def newest(self) -> Sync | None:
        """The newest sync."""
        return self.syncs[-1] if self.syncs else None

    @property
    def last_digest(self) -> str:
        """The digest of the last line, which the next sync follows."""
        return str(self.lines[-1]["sha256"]) if self.lines else NOTHING_BEFORE

    @property
    def roster_sha256(self) -> str | None:
        """The sha256 of the roster as the newest sync left it; None where an older Rollcall wrote the last line."""
        return self.lines[-1].get("roster_sha256") if self.lines else None

    def last_on(self, day: date | None) -> Sync | None:
        """Return the last sync of `day` or before it; the newest without `day`."""
        return next((sync for sync in reversed(self.syncs) if day is None or sync.sync_date <= day), None)

    def of(self, day: date) -> list[Sync]:
        """Return the syncs of a date, oldest first."""
        return [sync for sync in self.syncs if sync.sync_date == day]

    def sync(self, number: int) -> Sync:
        """Return a sync by its number, which must be there."""
        return self.syncs[number - 1]


def read_ledger(folder: DistrictFolder) -> Ledger:
    """Return the ledger of a district; an empty one where nothing has been synced.

    Raises:
        BrokenChainError: the file was changed by hand or is damaged.
        PartLostError: syncs that had been recorded are missing, or it is another district's.
    """
    head = read_head(folder)
    lines = read_chain(folder.ledger)
    for district in {line["district"] for line in lines if "district" in line}:
        if folder.district not in {None, district}:
            raise ForeignPartError(
                f"{folder.ledger} belongs to the district {district}.",
                f"Restore the whole folder {folder.root} from its own newest backup.",
            )
    if head is not None and head.syncs and not lines and not folder.roster.exists():
        raise RosterLostError(
            f"{folder.root} has no roster and no {folder.ledger.name}, though {head.syncs} "
            f"sync{'s' if head.syncs > 1 else ''} had been recorded, the last of {head.sync_date}.",
            f"If it is on a disk of its own, mount it. Otherwise restore it from the newest backup. "
            f"{begin_words(folder)}",
        )
    if head is not None:
        check_lines(folder, "sync", folder.ledger.name, lines, head.syncs, head.ledger_sha256)
    try:
        syncs = tuple(Sync.model_validate({k: line[k] for k in line if k not in BESIDE}) for line in lines)
    except ValidationError:
        raise BrokenChainError(
            f"{folder.ledger} contains a sync that this version of Rollcall does not know.",
            "Use the version of Rollcall that wrote it, or a newer one.",
        ) from None
    return Ledger(syncs, tuple(lines))


def record(folder: DistrictFolder, ledger: Ledger, sync: Sync) -> Ledger:
    """Append a sync and return the ledger with it, once it is on the disk and the head knows it."""
    content = _content(sync) | _vouched(folder, ledger, sync)
    if not ledger.lines and folder.head is not None and not folder.head.exists():
        # Before the line that says that there is one.
        note_head(folder)
    line = append_line(folder.ledger, content, after=ledger.lines)
    size = folder.roster.stat().st_size if folder.roster.exists() else None
    note_head(
        folder, syncs=sync.number, ledger_sha256=line["sha256"], sync_date=sync.sync_date,
        roster_sha256=content.get("roster_sha256"), roster_size=size,
    )  # fmt: skip
    return Ledger((*ledger.syncs, sync), (*ledger.lines, line))


def _vouched(folder: DistrictFolder, ledger: Ledger, sync: Sync) -> dict[str, Any]:
    """Return what a line says of the other parts of the folder; nothing in one that is not a district's of a home."""
    if folder.head is None:
        return {}
    found: dict[str, Any] = {"district": folder.district}
    if sync.in_roster or not ledger.syncs:
        roster = sha256_of(folder.roster)
    else:
        head = read_head(folder)
        roster = head.roster_sha256 if head is not None else ledger.roster_sha256
    if roster is not None:
        found["roster_sha256"] = roster
    if sync.decisions:
        found["decisions_sha256"] = read_lines(folder.decisions)[sync.decisions - 1]["sha256"]
    return found


def sha256_of(path: Path) -> str | None:
    """Return the sha256 of a file; None where it is not there."""
    try:
        return digest_of_file(path)
    except FileNotFoundError:
        return None


def _followed(ledger: Ledger, sync: Sync) -> Ledger:
    """Return the ledger with a sync that is not written into it."""
    line = chained_line(_content(sync), after=ledger.lines)
    return Ledger((*ledger.syncs, sync), (*ledger.lines, line))


def _content(sync: Sync) -> dict[str, Any]:
    return sync.model_dump(mode="json", exclude_none=True)


def check_roster(folder: DistrictFolder, *, heals: bool) -> Ledger:
    """Return the ledger after making sure that the roster and the decisions are those that the last sync left.

    A roster that is ahead of its ledger comes of a crash between the two, or of a sync that is just being written.
    `heals` writes what the ledger lacks, and is for the holder of the district's lock; a reader takes it as if it were
    there.

    Raises:
        RosterLostError: the roster is missing, is older than the ledger, is damaged or belongs to another history.
        PartLostError: another part of the folder is lost, older, damaged or another district's.
        OtherVersionError: the roster is of another version (`warehouse.schema.ensure_book` migrates an older one).
    """
    ledger = read_ledger(folder)
    if not folder.roster.exists():
        if ledger.syncs or _has_reports(folder):
            raise RosterLostError(
                f"The roster {folder.roster} is missing, though this district has been synced before.",
                f"Restore the whole folder {folder.root} from a backup. {begin_words(folder)}",
            )
        check_decisions(folder, ledger)
        return ledger
    damaged = not is_as_left(folder, ledger)
    try:
        with session(folder.root, book=folder.roster) as db:
            return check_attached(db, folder, ledger, heals=heals, damaged=damaged)
    except WarehouseError:
        if not damaged:
            raise
    raise damaged_roster(folder)


def check_attached(
    db: Database, folder: DistrictFolder, ledger: Ledger, *, heals: bool, damaged: bool = False
) -> Ledger:
    """Return the ledger as `check_roster` does, where `db` has the roster attached already. The errors are its.

    `damaged`: the bytes of the roster are not those that the newest sync of `ledger` left.
    """
    if not damaged and int(db.value("meta/book_version")) != BOOK_VERSION:
        raise OtherVersionError(f"The roster {folder.roster} was written by a different version of Rollcall.")
    try:
        checked = _checked(db, folder, ledger, heals=heals)
    except WarehouseError:
        raise damaged_roster(folder) from None
    if damaged and len(checked.syncs) == len(ledger.syncs):
        raise damaged_roster(folder)
    check_decisions(folder, checked)
    return checked


def damaged_roster(folder: DistrictFolder) -> RosterLostError:
    """Return the failure of a roster whose bytes are not those that a sync left."""
    return RosterLostError(
        f"The roster {folder.roster} is damaged: it is not as the last sync left it.",
        f"Restore the whole folder {folder.root} from the newest backup.",
    )


def is_as_left(folder: DistrictFolder, ledger: Ledger) -> bool:
    """Return whether the bytes of the roster are those that the newest sync left, as far as anything tells."""
    for _ in range(3):
        head = read_head(folder)
        known = ledger.roster_sha256
        if head is not None and head.syncs == len(ledger.lines):
            known = head.roster_sha256
        if known is None or sha256_of(folder.roster) == known:
            return True
        # A sync that is just being written: its line follows the roster at once.
        newer = read_ledger(folder)
        if len(newer.lines) == len(ledger.lines):
            break
        ledger = newer
    return False


def check_decisions(folder: DistrictFolder, ledger: Ledger) -> None:
    """Refuse decisions that lack some that had been recorded when the newest sync ran.

    Raises:
        OlderCopyError: with how many are missing.
    """
    newest = ledger.newest
    if newest is None or not newest.decisions:
        return
    head = read_head(folder)
    if head is not None and head.accepted >= newest.number:
        return
    lines = read_lines(folder.decisions)
    sha256 = ledger.lines[-1].get("decisions_sha256")
    if sha256 is None and len(lines) >= newest.decisions:
        return
    check_lines(folder, "decision", folder.decisions.name, lines, newest.decisions, str(sha256))


def _checked(db: Database, folder: DistrictFolder, ledger: Ledger, *, heals: bool) -> Ledger:
    """Return the ledger, with the lines that a crash left out, if it is that of the roster that `db` has attached."""
    from_one_backup = f"Restore the whole folder {folder.root} from one backup."
    district = db.value("meta/book_district")
    if folder.district not in {None, district}:
        raise ForeignPartError(
            f"The roster {folder.roster} belongs to the district {district}.",
            f"Restore the whole folder {folder.root} from its own newest backup.",
        )
    rows = {int(row["number"]): row["previous_sha256"] for row in db.rows("roster/chain")}
    number = max(rows, default=0)
    if any(sync.in_roster for sync in ledger.syncs[number:]):
        raise RosterLostError(
            f"The roster {folder.roster} ends with sync {number}, but {len(ledger.syncs)} syncs were recorded.",
            f"It is an older copy. Restore the whole folder {folder.root} from the newest backup.",
        )
    known = min(number, len(ledger.lines))
    # A copy that went another way from here on has the same line before it, and another sync.
    if known and (rows[known] != ledger.lines[known - 1]["previous"] or sync_in_book(db, known) != ledger.sync(known)):
        raise RosterLostError(
            f"The roster {folder.roster} and {folder.ledger.name} beside it do not belong together.", from_one_backup
        )
    # Without a ledger and without a report the first sync is one that ended in a crash.
    if not ledger.lines and number and (number > 1 or _has_reports(folder)):
        raise RosterLostError(
            f"{folder.ledger} is missing, though the roster holds {number} sync{'s' if number > 1 else ''}.",
            from_one_backup,
        )
    for lacking in range(len(ledger.lines) + 1, number + 1):
        if rows[lacking] != ledger.last_digest:
            raise RosterLostError(
                f"{folder.ledger} does not include sync {lacking}, which the roster holds.", from_one_backup
            )
        sync = sync_in_book(db, lacking)
        ledger = record(folder, ledger, sync) if heals else _followed(ledger, sync)
    return ledger


def counts_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, SyncCounts]:
    """Return what a sync did per record type, from the rows of a table of counts."""
    return {row["record_type"]: SyncCounts(**{name: row[name] for name in SyncCounts.model_fields}) for row in rows}


def sync_in_book(db: Database, number: int) -> Sync:
    """Return a sync as the roster holds it."""
    row = db.rows("roster/sync_row", sync=number)[0]
    counts = counts_of(db.rows("roster/sync_counts", sync=number))
    return Sync(**{key: row[key] for key in Sync.model_fields if key in row}, counts=counts)


def enter(db: Database, sync: Sync, *, previous: str) -> None:
    """Write a sync into the roster that `db` has attached for writing."""
    row = sync.model_dump(exclude={"counts"}) | {"previous_sha256": previous}
    db.insert("book.sync.syncs", list(row), [tuple(row.values())])
    columns = ["sync_number", "record_type", *SyncCounts.model_fields]
    db.insert(
        "book.sync.counts",
        columns,
        [(sync.number, record_type, *counts.model_dump().values()) for record_type, counts in sync.counts.items()],
    )


def enter_quiet(db: Database, ledger: Ledger) -> None:
    """Write the syncs of the ledger that the roster does not hold yet into it."""
    known = max((int(row["number"]) for row in db.rows("roster/chain")), default=0)
    for sync, line in zip(ledger.syncs[known:], ledger.lines[known:], strict=True):
        enter(db, sync, previous=line["previous"])


def sync_of_plan(ledger: Ledger, sync_date: date, verdict: Mapping[str, Any]) -> Sync | None:
    """Return the sync that a day's plan became, by its verdict; None for a look, or where it was not applied."""
    if verdict["is_preview"]:
        return None
    if verdict["resumes"] is not None:
        return ledger.sync(int(verdict["resumes"]))
    return next(
        (
            sync
            for sync in reversed(ledger.of(sync_date))
            if sync.kind == "day" and sync.baseline_sync == verdict["baseline_sync"]
        ),
        None,
    )


def deliveries(syncs: Sequence[Sync]) -> tuple[list[str], set[str]]:
    """Return the contents that the roster went through, oldest first, and those that were undone.

    An undo makes the content of the sync that it goes back to the last one, and takes those after it out. A content of
    which everything was withheld changed nothing: an old file that is sent night after night stays an old one.
    """
    line: list[tuple[int, str]] = []
    undone: set[str] = set()
    for sync in syncs:
        if sync.kind == "undo" and sync.target_sync is not None:
            undone |= {sha256 for number, sha256 in line if number > sync.target_sync}
            line = [(number, sha256) for number, sha256 in line if number <= sync.target_sync]
        elif sync.kind == "day" and sync.outcome in ACCEPTED and sync.delivery_sha256:
            if sync.outcome == "held" and (sync.delivery_sha256 in undone or not sync.changed_something):
                continue
            undone.discard(sync.delivery_sha256)
            line.append((sync.number, sync.delivery_sha256))
    contents = [sha256 for _, sha256 in line]
    return contents, undone - set(contents)


def _has_reports(folder: DistrictFolder) -> bool:
    reports = folder.root / "reports"
    return reports.is_dir() and any(child.is_dir() for child in reports.iterdir())


BESIDE = frozenset({"previous", "sha256", "district", "roster_sha256", "decisions_sha256"})
"""What a line holds beside its sync: the chain, and what it knows of the other parts of the folder."""
