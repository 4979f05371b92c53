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
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import PermanentError
from pipeline.files.hash_chain import NOTHING_BEFORE, BrokenChainError, append_line, chained_line, read_chain
from pipeline.outcomes import ACCEPTED, Outcome, SyncKind
from pipeline.warehouse.schema import BOOK_VERSION
from pipeline.warehouse.sessions import Database, WarehouseError, session


class RosterLostError(PermanentError):
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
    """
    lines = read_chain(folder.ledger)
    try:
        syncs = tuple(Sync.model_validate({k: line[k] for k in line if k not in _CHAIN}) for line in lines)
    except ValidationError:
        raise BrokenChainError(
            f"{folder.ledger} contains a sync that this version of Rollcall does not know.",
            "Use the version of Rollcall that wrote it, or a newer one.",
        ) from None
    return Ledger(syncs, tuple(lines))


def record(folder: DistrictFolder, ledger: Ledger, sync: Sync) -> Ledger:
    """Append a sync and return the ledger with it, once it is on the disk."""
    line = append_line(folder.ledger, _content(sync), after=ledger.lines)
    return Ledger((*ledger.syncs, sync), (*ledger.lines, line))


def _followed(ledger: Ledger, sync: Sync) -> Ledger:
    """Return the ledger with a sync that is not written into it."""
    line = chained_line(_content(sync), after=ledger.lines)
    return Ledger((*ledger.syncs, sync), (*ledger.lines, line))


def _content(sync: Sync) -> dict[str, Any]:
    return sync.model_dump(mode="json", exclude_none=True)


def check_roster(folder: DistrictFolder, *, heals: bool) -> Ledger:
    """Return the ledger after making sure that the roster is the one that the last sync left.

    A roster that is ahead of its ledger comes of a crash between the two, or of a sync that is just being written.
    `heals` writes what the ledger lacks, and is for the holder of the district's lock; a reader takes it as if it were
    there.

    Raises:
        RosterLostError: the roster is missing, is older than the ledger, or belongs to another history.
        OtherVersionError: the roster is of another version (`warehouse.schema.ensure_book` migrates an older one).
        WarehouseError: the roster is damaged.
    """
    ledger = read_ledger(folder)
    if not folder.roster.exists():
        if ledger.syncs or _has_reports(folder):
            raise RosterLostError(
                f"The roster {folder.roster} is missing, though this district has been synced before.",
                f"Restore the whole folder {folder.root} from a backup; to start over, move it away.",
            )
        return ledger
    with session(folder.root, book=folder.roster) as db:
        return check_attached(db, folder, ledger, heals=heals)


def check_attached(db: Database, folder: DistrictFolder, ledger: Ledger, *, heals: bool) -> Ledger:
    """Return the ledger as `check_roster` does, where `db` has the roster attached already. The errors are its."""
    if int(db.value("meta/book_version")) != BOOK_VERSION:
        raise OtherVersionError(f"The roster {folder.roster} was written by a different version of Rollcall.")
    try:
        return _checked(db, folder, ledger, heals=heals)
    except WarehouseError:
        raise RosterLostError(
            f"The roster {folder.roster} is damaged: it cannot be read to its end.",
            f"Restore the whole folder {folder.root} from the newest backup.",
        ) from None


def _checked(db: Database, folder: DistrictFolder, ledger: Ledger, *, heals: bool) -> Ledger:
    """Return the ledger, with the lines that a crash left out, if it is that of the roster that `db` has attached."""
    from_one_backup = f"Restore the whole folder {folder.root} from one backup."
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


_CHAIN = frozenset({"previous", "sha256"})
