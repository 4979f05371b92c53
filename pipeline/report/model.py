"""The report's model: what `report.json` and the JSON of the commands hold. Later versions add to it.

The sums, per file: received = accepted + rejected + excluded. Per record type: the accepted records are added +
updated + unchanged + restored + kept + withheld add, update and restore; active_after = active_before + added +
restored - archived.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.districts.settings import NamesShown
from pipeline.outcomes import SyncKind


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

    @property
    def total(self) -> int:
        """All of them."""
        return self.add + self.update + self.restore + self.archive


class RecordCounts(ReportPart):
    """What the sync did to one record type."""

    added: int
    updated: int
    unchanged: int
    restored: int
    archived: int
    kept: int
    withheld: Withheld
    filled: int = 0
    """Of the unchanged: got a value in a column that the files did not have before."""
    waiting: int = 0
    """Absent from the files and not archived yet, because the district's setting gives them some days."""
    active_before: int
    active_after: int


class SchoolCounts(ReportPart):
    """What the sync did to one record type of one school. Who belongs to two schools counts in both."""

    school_id: str
    name: str
    record_type: str
    added: int
    updated: int
    restored: int
    archived: int
    withheld: int
    active_before: int

    def repeated(self) -> SchoolCounts:
        """Return the counts of a day that finds what this one left."""
        active = self.active_before + self.added + self.restored - self.archived
        nothing = dict.fromkeys(("added", "updated", "restored", "archived", "withheld"), 0)
        return self.model_copy(update={**nothing, "active_before": active})


class ColumnChange(ReportPart):
    """A column that the files did not have before, or no longer have. It makes no row an update."""

    file: str
    column: str
    change: Literal["appeared", "vanished"]
    message: str


class ChangedValue(ReportPart):
    """One changed column of an update."""

    column: str
    before: str | None
    after: str | None


class Change(ReportPart):
    """One change of the plan, in the ids of the district."""

    record_type: str
    operation: Literal["add", "update", "restore", "archive"]
    key: str
    """The sourcedId; of an enrollment classSourcedId|userSourcedId|role, of a guardian link contact|student."""
    line: int | None
    withheld: bool
    consequence: bool
    """An archive that follows from another, such as the enrollments of a student who left."""
    values: list[ChangedValue]
    name: str | None = None
    """Whom it is about, as far as the district's setting shows it; of a guardian link contact / student."""


class Hold(ReportPart):
    """Why changes were stopped, and what settles it."""

    record_type: str
    code: str
    operation: Literal["add", "update", "archive"] | None = None
    """null: changes of every kind."""
    school_id: str | None = None
    grade: str | None = None
    column: str | None = None
    changes: int
    """How many changes the delivery would have made."""
    archives: int
    """How many of them are archives."""
    allowed: int
    active: int
    """What the percentage is of: the active records concerned, before the sync."""
    message: str
    cure: str


class Finding(ReportPart):
    """A problem, without the name of the person whose row it is."""

    file: str
    line: int | None
    column: str | None
    code: str
    severity: Literal["error", "warning", "notice"]
    sourced_id: str | None
    message: str


class ReportedFinding(Finding):
    """A problem with a row or a file. `line` is the physical line; null: the whole file."""

    name: str | None = None
    """Of the person in the row, as far as the district's setting shows it."""


class FindingCount(ReportPart):
    """How often a finding occurs in a file. All of them are in the CSV of the file."""

    file: str
    code: str
    severity: Literal["error", "warning", "notice"]
    count: int
    cure: str


class Cause(ReportPart):
    """What to mend first: a kind of error in a file, with the rows that are left out for it."""

    file: str
    code: str
    own_rows: int
    """Rows of the file itself. 0: the file as a whole."""
    following_rows: int
    """Enrollments that are left out because they name a person or a class of those rows."""
    refuses: bool
    """The whole delivery is rejected for it."""
    cure: str

    @property
    def rows(self) -> int:
        """All rows that it takes down."""
        return self.own_rows + self.following_rows


class TrendPoint(ReportPart):
    """What one sync of a day received and did, in figures."""

    sync_number: int
    sync_date: date
    outcome: str
    rows: int
    """Rows received in all files."""
    archived: int
    findings: int


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


class GuardianCounts(ReportPart):
    """What the rules made of the contacts of a delivery. Pairs are of contact and student."""

    parents: int
    """Pairs linked with this role, and so on."""
    guardians: int
    relatives: int
    excluded: int
    """Pairs that no rule links, or that a rule excludes; `contacts` of the report counts them by relationship."""
    barred: int
    """Pairs that are never linked."""
    ignored: int
    """Pairs that do not count, because guardians.csv alone does."""
    beyond_most: int
    """Pairs left out by priority, because the student has more guardians than the district allows."""
    dangling: int
    """Pairs of which one is not in the files."""
    unreachable: int
    """Guardians with neither an e-mail address nor a telephone number."""
    students_without: int
    students_with_many: int
    """Students with more than six guardians."""
    same_persons: int
    """Contacts who are probably one person under two ids."""
    staff: int
    """Guardians who are probably staff as well."""

    @property
    def lines(self) -> list[str]:
        """What there is to say, in words."""
        linked = f"{self.parents:,} parent, {self.guardians:,} guardian, {self.relatives:,} relative"
        others = {
            "excluded by the rules": self.excluded,
            "barred": self.barred,
            "ignored, for guardians.csv alone counts": self.ignored,
            "left out by priority": self.beyond_most,
            "of people who are not in the files": self.dangling,
        }
        people = {
            "guardians whom nothing reaches": self.unreachable,
            "students without a guardian": self.students_without,
            "students with more than six": self.students_with_many,
            "contacts who are probably one person with another": self.same_persons,
            "guardians who are probably staff as well": self.staff,
        }
        said = [f"Links by role: {linked}."]
        for what, counts in (("Pairs not linked", others), ("To look at", people)):
            named = [f"{words} ({count:,})" for words, count in counts.items() if count]
            said += [f"{what}: {', '.join(named)}."] if named else []
        return said


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
    kind: SyncKind = "day"
    target_sync: int | None = None
    """Of an undo: the sync that it goes back to. Of a replay: the sync after which it begins."""
    why: str | None = None
    """Of an undo, a replay or a block: who asked for it, and the reason that was given."""
    observe_only: bool = False
    """The district is only observed: nothing is ever applied."""
    window: str | None = None
    """Why other limits than usual were in force."""
    names: NamesShown = "initials"
    """How people are shown in this report."""
    delivery: int | None
    delivered: list[DeliveredFile]
    files: dict[str, FileCounts]
    records: dict[str, RecordCounts]
    schools: list[SchoolCounts] = []
    columns: list[ColumnChange] = []
    changes: list[Change] = []
    """The first of each record type and operation; changes.csv has them all. An initial sync lists none."""
    holds: list[Hold]
    causes: list[Cause] = []
    """Root causes, those that take down most rows first."""
    finding_counts: list[FindingCount]
    findings: list[ReportedFinding]
    exclusions: list[Exclusion]
    contacts: list[ContactCount]
    guardians: GuardianCounts | None = None
    """null: nobody in the files is anybody's contact, or an older Rollcall wrote the report."""
    trend: list[TrendPoint] = []
    """The last syncs of days, oldest first, this one included."""

    @property
    def summary(self) -> str:
        """The outcome in a sentence or two; of a look, what would happen."""
        if self.kind in _TRANSITIONS:
            return _TRANSITIONS[self.kind].format(target_sync=self.target_sync)
        if self.sync_number is None:
            why = "This district is only observed" if self.observe_only else "This is a look"
            return f"{_LOOKS[self.outcome]} {why}: nothing was applied."
        if self.initial and self.accepted:
            return f"{SUMMARIES[self.outcome]} {_INITIAL}"
        return SUMMARIES[self.outcome]

    @property
    def accepted(self) -> bool:
        """Whether the delivery itself was good enough to be compared with the roster."""
        return self.outcome in {"applied", "unchanged", "held"}


class SchoolReport(ReportPart):
    """What a sync of a district means for one school: its own people, findings and changes, and nobody else's."""

    district_name: str
    school_id: str
    school_name: str
    sync_date: date
    sync_number: int | None
    kind: SyncKind = "day"
    target_sync: int | None = None
    outcome: Literal["applied", "unchanged", "held", "rejected", "missing"]
    initial: bool
    names: NamesShown
    records: list[SchoolCounts]
    holds: list[Hold]
    findings: list[ReportedFinding]
    """At most as many as a page shows, errors first."""
    findings_count: int
    changes: list[Change]
    """At most as many as a page shows, those that were withheld first."""
    changes_count: int
    contacts: list[ContactCount]

    @property
    def summary(self) -> str:
        """What the sync was for the district. Not why: a reason that somebody gave may name people of any school."""
        if self.kind in _TRANSITIONS:
            return _TRANSITIONS[self.kind].format(target_sync=self.target_sync)
        return f"That is the outcome for the district.{' ' + _INITIAL if self.initial else ''}"


_INITIAL = "This was the initial sync; nobody was notified."

_TRANSITIONS = {
    "undo": "The roster was led back to what it was after sync {target_sync}. "
    "Nothing that had been recorded was erased.",
    "block": "Contacts who are barred from a student are no longer linked to it. Nothing else changed.",
    "replay": "The days after sync {target_sync} were lived again under today's settings.",
}

SUMMARIES = {
    "applied": "All changes were applied.",
    "unchanged": "The files say what the roster already says. Nothing changed.",
    "held": "Some changes were withheld; all others were applied. Look at the holds below.",
    "rejected": "The delivery was rejected. The roster stands as it was.",
    "missing": "Nothing was delivered. The roster stands as it was.",
}

_LOOKS = {
    "applied": "All changes would be applied.",
    "unchanged": "The files say what the roster already says. Nothing would change.",
    "held": "Some changes would be withheld; all others would be applied.",
    "rejected": "The delivery would be rejected. The roster would stand as it is.",
    "missing": "Nothing was delivered.",
}
