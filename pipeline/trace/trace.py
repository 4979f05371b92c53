"""One person's or class's story over all days: each change with its sync, its values, its file and line, its rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from pipeline.districts.folders import DistrictFolder
from pipeline.errors import UsageError
from pipeline.landing.archive import Landing, LandingError
from pipeline.oneroster.files import CLASSES, ENROLLMENTS, USERS
from pipeline.outcomes import SyncKind
from pipeline.report.build import reported
from pipeline.report.model import ChangedValue, ReportedFinding
from pipeline.roster.history import open_history
from pipeline.roster.ledger import Ledger
from pipeline.trace.ids import number_of
from pipeline.warehouse.sessions import Database, session

_FILES = {"classes": CLASSES, "enrollments": ENROLLMENTS}
"""The file that a record type comes from; all others come from users.csv."""

_NO_VALUES = frozenset(
    {"roster_id", "record_type", "key", "since_sync", "state", "line", "delivery_sha256", "rule", "file"}
)


class TraceEvent(BaseModel):
    """One change of the person or class, of one of its enrollments or of one of its guardian links."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    sync_number: int
    sync_date: date
    kind: SyncKind
    record_type: str
    key: str
    operation: Literal["add", "update", "restore", "archive"]
    values: list[ChangedValue]
    file: str | None
    """The file that the values come from; null: an archive, which comes from absence."""
    line: int | None
    delivered_on: date | None
    """The sync date of the delivery that the values come from."""
    sent_by: list[str] = []
    """The accounts that this delivery came by; none: it is not in landing any more, or is of an older Rollcall."""
    rule: str | None
    """The guardian rule that gave the role; of an archive, the bar."""
    reason: str | None = None
    """Of an archive: why, as `sql/trace/reasons.sql` names it."""


class ContactDecision(BaseModel):
    """What the guardian rules made of a pair of contact and student, on the newest day that was worked out."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    contact_id: str
    student_id: str
    role: str | None
    reason: str
    relationship: str | None
    relationship_display: str | None
    legal_guardian: bool | None
    no_contact: bool | None
    custody: bool | None
    lives_with: bool | None
    emergency: bool | None
    priority: int | None
    role_sent: str | None
    file: str
    line: int


class Trace(BaseModel):
    """The story of one id."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    district: str
    sourced_id: str
    states: dict[str, str]
    """What stands in the roster under the id now: record type -> active or archived."""
    events: list[TraceEvent]
    looked_at: date | None
    """The newest day whose tables are there; null: none is."""
    findings: list[ReportedFinding]
    contacts: list[ContactDecision]


def trace(folder: DistrictFolder, district: str, sourced_id: str) -> Trace:
    """Return the story of an id of the district.

    Raises:
        UsageError: nothing of that id is or was in the roster or in the newest delivery.
    """
    ledger = open_history(folder, district)
    sourced_id = number_of(folder, sourced_id) or sourced_id
    with session(folder.root, book=folder.roster) as db:
        things = [int(row["roster_id"]) for row in db.rows("trace/things", sourced_id=sourced_id)]
        if not things:
            # a student's number, which the files or the settings may have beside the id
            same = db.rows("trace/numbered", identifier=sourced_id)
            if len(same) == 1:
                things, sourced_id = [int(same[0]["roster_id"])], str(same[0]["sourced_id"])
        own = [*db.rows("trace/users", things=things), *db.rows("trace/classes", things=things)]
        keys = {int(row["roster_id"]): str(row["sourced_id"]) for row in db.rows("trace/ids", things=things)}
        for row in own:
            row["key"] = keys[int(row["roster_id"])]
        reasons = {
            (str(row["record_type"]), int(row["roster_id"]), int(row["sync_number"])): str(row["reason"])
            for row in db.rows("trace/reasons", things=things)
        }
        others = [*db.rows("trace/enrollments", things=things), *db.rows("trace/guardian_links", things=things)]
    senders = _senders(Landing(folder.landing, district), ledger)
    events = [*_events(own, ledger, reasons, senders), *_events(others, ledger, reasons, senders)]
    events.sort(key=lambda event: (event.sync_number, event.record_type not in {"students", "staff", "guardians"}))
    looked_at, findings, contacts = _newest_day(folder, ledger, sourced_id)
    if not events and not findings and not contacts:
        raise UsageError(
            f"Nothing with the id {sourced_id} is or was in the roster of {district}, or in its newest files.",
            "Check the id: leading zeros and capital letters matter.",
        )
    return Trace(
        district=district,
        sourced_id=sourced_id,
        states={row["record_type"]: row["state"] for row in own},
        events=events,
        looked_at=looked_at,
        findings=findings,
        contacts=contacts,
    )


def _events(
    rows: Iterable[dict[str, Any]],
    ledger: Ledger,
    reasons: Mapping[tuple[str, int, int], str],
    senders: Callable[[str | None], list[str]],
) -> list[TraceEvent]:
    """Return the changes that lie between the versions of things; the rows are ordered by thing and sync."""
    delivered = {sync.delivery_sha256: sync.sync_date for sync in reversed(ledger.syncs) if sync.delivery_sha256}
    events = []
    before: dict[str, Any] | None = None
    for row in rows:
        # links and enrollments are numbered apart
        is_same = before is not None and all(before[name] == row[name] for name in ("roster_id", "record_type"))
        was = before if is_same else None
        sync = ledger.sync(int(row["since_sync"]))
        is_archive = row["state"] == "archived"
        if was is None:
            operation = "add"
        elif is_archive:
            operation = "archive"
        else:
            operation = "restore" if was["state"] == "archived" else "update"
        events.append(
            TraceEvent(
                sync_number=sync.number,
                sync_date=sync.sync_date,
                kind=sync.kind,
                record_type=row["record_type"],
                key=row["key"],
                operation=operation,
                values=[] if is_archive else _changed(was, row),
                file=None if is_archive else row.get("file") or _FILES.get(row["record_type"], USERS).name,
                line=None if is_archive else row["line"],
                delivered_on=delivered.get(row["delivery_sha256"]),
                sent_by=[] if is_archive else senders(row["delivery_sha256"]),
                reason=reasons.get((row["record_type"], int(row["roster_id"]), sync.number)) if is_archive else None,
                rule=None if is_archive and not str(row["rule"]).startswith("barred: ") else row["rule"],
            )
        )
        before = row
    return events


def _senders(landing: Landing, ledger: Ledger) -> Callable[[str | None], list[str]]:
    """Return what tells the accounts that a delivery came by, from its record in landing."""
    dates = {sync.delivery_sha256: sync.sync_date for sync in reversed(ledger.syncs) if sync.delivery_sha256}

    @cache
    def senders(sha256: str | None) -> list[str]:
        if sha256 is None or sha256 not in dates:
            return []
        day = dates[sha256].isoformat()
        for number in landing.numbers(day):
            try:
                delivery = landing.read(day, number)
            except LandingError:
                continue  # `rollcall landing verify` tells of it
            if delivery.sha256 == sha256:
                return list(delivery.sent_by)
        return []

    return senders


def _changed(was: dict[str, Any] | None, row: dict[str, Any]) -> list[ChangedValue]:
    headers = {column.field: column.header for file in (ENROLLMENTS, CLASSES, USERS) for column in file.columns} | {
        "school_ids": "orgSourcedIds",
        "school_id": "schoolSourcedId",
    }
    return [
        ChangedValue(column=headers.get(name, name), before=was[name] if was else None, after=row[name])
        for name in row
        if name not in _NO_VALUES and (was[name] if was else None) != row[name]
    ]


def _newest_day(
    folder: DistrictFolder, ledger: Ledger, sourced_id: str
) -> tuple[date | None, list[ReportedFinding], list[ContactDecision]]:
    """Return what the newest day whose tables are there says of an id."""
    for sync in reversed(ledger.syncs):
        file = folder.day(sync.sync_date.isoformat())
        if sync.kind != "day" or not file.exists():
            continue
        with session(folder.root, day=file) as db:
            if not db.rows("meta/repeats"):
                return sync.sync_date, *_said_of(db, sourced_id)
    return None, [], []


def _said_of(db: Database, sourced_id: str) -> tuple[list[ReportedFinding], list[ContactDecision]]:
    return (
        [reported(row) for row in db.rows("trace/findings", sourced_id=sourced_id)],
        [ContactDecision(**row) for row in db.rows("trace/contacts", sourced_id=sourced_id)],
    )
