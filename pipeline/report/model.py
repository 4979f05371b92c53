"""The report's model: what `report.json` and the JSON of the commands hold. Later versions add to it.

The sums, per file: received = accepted + rejected + excluded. Per record type: the accepted records are added +
updated + unchanged + restored + kept + withheld add, update and restore; active_after = active_before + added +
restored - archived.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


class ReportPart(BaseModel):
    """Base of all parts: what is not in the model is not in the report."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class FileCounts(ReportPart):
    """The rows of one file: received = accepted + rejected + excluded."""

    received: int
    accepted: int
    rejected: int
    excluded: int


class Withheld(ReportPart):
    """Changes that the gate stopped."""

    add: int
    update: int
    restore: int
    archive: int


class RecordCounts(ReportPart):
    """What the sync did to one record type."""

    added: int
    updated: int
    unchanged: int
    restored: int
    archived: int
    kept: int
    withheld: Withheld
    active_before: int
    active_after: int


class Hold(ReportPart):
    """Why archives of a record type were stopped, and what settles it."""

    record_type: str
    code: str
    archives: int
    allowed: int
    active: int
    message: str
    cure: str


class ReportedFinding(ReportPart):
    """A problem with a row or a file. `line` is the physical line; null: the whole file."""

    file: str
    line: int | None
    column: str | None
    code: str
    severity: Literal["error", "warning", "notice"]
    sourced_id: str | None
    message: str


class FindingCount(ReportPart):
    """How often a finding occurs in a file. All of them are in the CSV of the file."""

    file: str
    code: str
    severity: Literal["error", "warning", "notice"]
    count: int
    cure: str


class Exclusion(ReportPart):
    """Rows that were left out without being wrong: other schools, repeated rows, contacts whom no rule links."""

    file: str
    reason: str
    count: int


class ContactCount(ReportPart):
    """Pairs of contact and student by what the rules made of them."""

    role: str | None
    reason: str
    relationship: str | None
    pairs: int


class DeliveredFile(ReportPart):
    """A file of the delivery."""

    file: str
    name: str
    size: int
    modified_at: datetime | None
    sha256: str


class SyncReport(ReportPart):
    """What one sync, or one look at what a delivery would do, found and did."""

    district: str
    district_name: str
    sync_date: date
    sync_number: int | None
    outcome: Literal["applied", "unchanged", "held", "rejected", "missing"]
    initial: bool
    baseline_sync: int
    hold_digest: str | None
    delivery: int | None
    delivered: list[DeliveredFile]
    files: dict[str, FileCounts]
    records: dict[str, RecordCounts]
    holds: list[Hold]
    finding_counts: list[FindingCount]
    findings: list[ReportedFinding]
    exclusions: list[Exclusion]
    contacts: list[ContactCount]

    @property
    def summary(self) -> str:
        """The outcome in a sentence or two; of a look, what would happen."""
        if self.sync_number is None:
            return f"{_LOOKS[self.outcome]} This is a look: nothing was applied."
        if self.initial and self.accepted:
            return f"{_SUMMARIES[self.outcome]} This was the initial sync; nobody was notified."
        return _SUMMARIES[self.outcome]

    @property
    def accepted(self) -> bool:
        """Whether the delivery itself was good enough to be compared with the roster."""
        return self.outcome in {"applied", "unchanged", "held"}


_SUMMARIES = {
    "applied": "All changes were applied.",
    "unchanged": "The files say what the roster already says. Nothing changed.",
    "held": "Some archives were withheld; all other changes were applied. Look at the holds below.",
    "rejected": "The delivery was rejected. The roster stands as it was.",
    "missing": "Nothing was delivered. The roster stands as it was.",
}

_LOOKS = {
    "applied": "All changes would be applied.",
    "unchanged": "The files say what the roster already says. Nothing would change.",
    "held": "Some archives would be withheld; all other changes would be applied.",
    "rejected": "The delivery would be rejected. The roster would stand as it is.",
    "missing": "Nothing was delivered.",
}
