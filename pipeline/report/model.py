"""The report's model: what `report.json` and the JSON of the commands hold. Later versions add to it.

The sums, per file: received = accepted + rejected + excluded. Per record type: the accepted records are added +
updated + unchanged + restored + kept + withheld add, update and restore; active_after = active_before + added +
restored - archived. active_before = those of it that the files still name + archived + withheld archives + waiting +
not_reported.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from pipeline.districts.settings import NamesShown
from pipeline.outcomes import SyncKind
from pipeline.report.words import records


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
    """Missing from the files and not archived yet, because the district's setting waits some days."""
    not_reported: int = 0
    """Active, and nothing that could say otherwise was there: a file or a column is absent, or a row was left out."""
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
    column: str | None
    """null: the file as a whole."""
    change: Literal["appeared", "vanished", "silent"]
    """vanished: it was there the last time; silent: it has been absent for longer."""
    since: date | None = None
    """The first sync date without it."""
    values_kept: int | None = None
    """How many values that it gave before are kept; of a file as a whole, how many links as well."""
    message: str


class ChangedValue(ReportPart):
    """One changed column of an update or a restore."""

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
    schools: list[str] = []
    """The names of the schools that it concerns."""


class HoldReason(ReportPart):
    """What the gate judged to be too much: of one record type, in the whole district, a school, a grade or a column."""

    record_type: str
    code: str
    operation: Literal["add", "update", "archive"] | None = None
    """null: changes of every kind."""
    school_id: str | None = None
    grade: str | None = None
    column: str | None = None
    file: str | None = None
    """The file that the changes rest on."""
    changes: int
    """How many changes the delivery would have made."""
    allowed: int
    active: int
    """What the percentage is of: the active records concerned, before the sync."""
    message: str


class PersonShown(ReportPart):
    """A person as a report may show one: names and ways to reach the person are masked as the settings say."""

    sourced_id: str
    name: str | None = None
    schools: list[str] = []
    school_ids: list[str] = []
    grade: str | None = None
    number: str | None = None
    email: str | None = None
    mobile: str | None = None
    relatives: list[str] = []
    """Guardians of a student, students of a guardian: each by name, or by id where names are not shown."""


class PersonInDoubt(ReportPart):
    """An id that may mean another person: who has it in the roster, and who comes with it tonight."""

    record_type: str
    roster: PersonShown | None
    files: PersonShown | None


class Hold(HoldReason):
    """A cause for which changes were withheld, with all its reasons: one thing to decide. Its own are the first's."""

    archives: int
    """How many of the changes of all its reasons are archives."""
    cure: str
    """What the district does about it, before anyone thinks of an approval."""
    title: str = ""
    also: list[str] = []
    """What more there is to say of it, beside the message: each a text of its own, the most telling first."""
    digest: str | None = None
    """Names exactly the changes that this cause stops by itself: an approval is bound to it."""
    can_be_approved: bool = True
    answers: list[str] = []
    """What an approval says; none: only other files resolve it."""
    reasons: list[HoldReason] = []
    people: list[PersonInDoubt] = []
    """Whose ids are in doubt, the first of them: people_in_doubt.csv has them all."""
    withheld: dict[str, Withheld] = {}
    """The changes that wait for it, by record type, with what follows from them. One may wait for several causes."""


class RolloverCounts(ReportPart):
    """A night within the dates of a rollover: what went over to the new year or term, and which school did not."""

    name: str
    first: date
    last: date
    classes: int = 0
    """Classes from before the rollover, of the schools whose classes are being replaced."""
    classes_replaced: int = 0
    classes_waiting: int = 0
    """Not in the files, and kept until enrollments.csv has rows."""
    students: int = 0
    """Of the schools whose students move up: those in the files who have a next grade."""
    students_up: int = 0
    graduated: int = 0
    """Students of a top grade who left the district."""
    problems: list[str] = []
    """Why the changes of a school are not taken for a rollover."""

    @property
    def line(self) -> str | None:
        """What happened tonight; None: nothing did."""
        classes = f"{self.classes_replaced:,} of {records(self.classes, 'classes')} replaced"
        waiting = f"{records(self.classes_waiting, 'classes')} kept until enrollments.csv has rows"
        students = f"{self.students_up:,} of {records(self.students, 'students')} up a grade"
        parts = [
            *([classes] if self.classes_replaced else []),
            *([waiting] if self.classes_waiting else []),
            *([students] if self.students_up else []),
            *([f"{self.graduated:,} graduated"] if self.graduated else []),
        ]
        return f"Rollover: {', '.join(parts)}." if parts else None

    def repeated(self) -> RolloverCounts:
        """Return the same of a day on which nothing changed."""
        return RolloverCounts(name=self.name, first=self.first, last=self.last)


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
    schools: list[str] = []
    """The names of the schools whose row it is; none for a finding about a whole file."""


class FindingCount(ReportPart):
    """How often a finding occurs in a file. All of them are in the CSV of the file."""

    file: str
    code: str
    severity: Literal["error", "warning", "notice"]
    count: int
    cure: str


class Cause(ReportPart):
    """What to fix first: a kind of error in a file, with the rows that are rejected because of it."""

    file: str
    code: str
    own_rows: int
    """Rows of the file itself. 0: the file as a whole."""
    following_rows: int
    """Enrollments that are rejected because they name a person or a class of those rows."""
    refuses: bool
    """The whole delivery is rejected for it."""
    cure: str

    @property
    def rows(self) -> int:
        """All rows that it affects."""
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


class StaleContent(ReportPart):
    """What has been the same for too many school days: all files, or one of them while others changed."""

    file: str | None
    """null: all of them."""
    since: date
    """The date on which this content first came."""
    days: int
    """School days on which it came again."""

    @property
    def line(self) -> str:
        """The same in words."""
        days = f"{self.days} school day{'' if self.days == 1 else 's'}"
        since = f"{self.since:%B} {self.since.day}, {self.since.year}"
        if self.file is None:
            return f"All files are the same as on {since}. They have come again on {days} without any change."
        return f"{self.file} is the same as on {since}. It has come again on {days} without any change."


class Exclusion(ReportPart):
    """Rows that do not count without being wrong: other schools, duplicate rows, contacts whom no rule links."""

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
    """Guardians who are probably staff as well, under another id."""
    of_staff: int = 0
    """Staff who are guardians too."""
    of_students: int = 0
    """Students who are guardians of other students too."""

    @property
    def lines(self) -> list[str]:
        """The counts in words."""
        linked = f"{self.parents:,} parent, {self.guardians:,} guardian, {self.relatives:,} relative"
        others = {
            "excluded by the rules": self.excluded,
            "barred": self.barred,
            "ignored because only guardians.csv counts": self.ignored,
            "over the limit for one student": self.beyond_most,
            "one of the two is not in the files": self.dangling,
        }
        people = {
            "guardians without email and phone number": self.unreachable,
            "students without a guardian": self.students_without,
            "students with more than six guardians": self.students_with_many,
            "contacts who are probably the same person as another": self.same_persons,
            "guardians who are probably also staff": self.staff,
        }
        too = {"staff": self.of_staff, "students": self.of_students}
        lines = [f"Links by role: {linked}."]
        lines += [f"Of the {who}, {count:,} {'is a guardian' if count == 1 else 'are guardians'} too."
                  for who, count in too.items() if count]  # fmt: skip
        for what, counts in (("Pairs not linked", others), ("Worth checking", people)):
            named = [f"{words} ({count:,})" for words, count in counts.items() if count]
            lines += [f"{what}: {', '.join(named)}."] if named else []
        return lines


class DeliveredFile(ReportPart):
    """A file of the delivery."""

    file: str
    name: str
    size: int
    modified_at: datetime | None
    sha256: str


class SyncReport(ReportPart):
    """What one sync, or one preview of what a delivery would do, found and did."""

    district: str
    district_name: str
    sync_date: date
    sync_number: int | None
    outcome: Literal["applied", "unchanged", "held", "rejected", "missing"]
    initial: bool
    baseline_sync: int
    hold_digest: str | None
    """Names all that is withheld: the digest of the digests of `holds`."""
    kind: SyncKind = "day"
    target_sync: int | None = None
    """Of an undo: the sync whose roster it restores. Of a replay: the sync after which it begins."""
    why: str | None = None
    """Of an undo, a replay or a block: who asked for it, and why."""
    observe_only: bool = False
    """The district is only observed: nothing is applied."""
    window: str | None = None
    """Why other limits than usual were in force."""
    rollover: RolloverCounts | None = None
    """null: the sync date is within the dates of no rollover."""
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
    """Root causes, those that affect the most rows first."""
    finding_counts: list[FindingCount]
    findings: list[ReportedFinding]
    exclusions: list[Exclusion]
    contacts: list[ContactCount]
    guardians: GuardianCounts | None = None
    """null: no one in the files is a contact, or an older Rollcall wrote the report."""
    labels_are_new: bool = True
    """The sync before did not find the same column names: notices about them are worth reading."""
    stale: list[StaleContent] = []
    """What has been the same for too many school days."""
    trend: list[TrendPoint] = []
    """The last syncs of days, oldest first, this one included."""

    @property
    def summary(self) -> str:
        """The outcome in a sentence or two; of a preview, what would happen."""
        if self.kind in _CORRECTIONS:
            return _CORRECTIONS[self.kind].format(target_sync=self.target_sync)
        if self.sync_number is None:
            why = "This district is only observed" if self.observe_only else "This is a preview"
            return f"{_PREVIEWS[self.outcome]} {why}: nothing was applied."
        if self.initial and self.accepted:
            return f"{SUMMARIES[self.outcome]} {_INITIAL}"
        return SUMMARIES[self.outcome]

    @property
    def accepted(self) -> bool:
        """Whether the delivery itself was good enough to be compared with the roster."""
        return self.outcome in {"applied", "unchanged", "held"}


class SchoolReport(ReportPart):
    """What a sync of a district means for one school: only its own people, findings and changes."""

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
        """The outcome for the district. Not why: a reason that someone gave may name people of any school."""
        if self.kind in _CORRECTIONS:
            return _CORRECTIONS[self.kind].format(target_sync=self.target_sync)
        return f"This is the outcome for the whole district.{' ' + _INITIAL if self.initial else ''}"


_INITIAL = "This was the initial sync. No one was notified."

_CORRECTIONS = {
    "undo": "The roster was restored to what it was after sync {target_sync}. No history was erased.",
    "block": "Contacts who are barred from a student are no longer linked to that student. Nothing else changed.",
    "renumber": "People have the new ids that the district has given them. Their history, links and enrollments stay.",
    "replay": "The days after sync {target_sync} were replayed with today's settings.",
}

SUMMARIES = {
    "applied": "All changes were applied.",
    "unchanged": "The files match the roster. Nothing changed.",
    "held": "Some changes were withheld. All others were applied.",
    "rejected": "The files cannot be used. The current roster was kept.",
    "missing": "No files were delivered. The current roster was kept.",
}

_PREVIEWS = {
    "applied": "All changes would be applied.",
    "unchanged": "The files match the roster. Nothing would change.",
    "held": "Some changes would be withheld. All others would be applied.",
    "rejected": "The files could not be used. The current roster would be kept.",
    "missing": "No files were delivered.",
}
