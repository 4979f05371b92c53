"""A district whose days run stage by stage as the assets run them, without Dagster and without a server.

Every day that runs here is checked for what must hold in any scenario: the sums of a report, and a roster whose parts
fit together. A test adds what is special about it.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.csvfile.load import FileRead
from pipeline.day.day import Day, landed_day
from pipeline.day.stages import apply_changes, publish, run_stages
from pipeline.day.start import start_night, write_opening
from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import (
    DistrictSettings,
    GuardianSettings,
    Limits,
    School,
    SftpSettings,
    SyncSettings,
)
from pipeline.landing.archive import Landing
from pipeline.landing.intake import landed_delivery, upload_delivery
from pipeline.plan.approvals import approve
from pipeline.plan.plan import Verdict
from pipeline.report.model import SyncReport
from pipeline.roster.history import roster_as_of
from pipeline.warehouse.schema import new_day
from pipeline.warehouse.sessions import Database, session

Row = Mapping[str, str]
Files = Mapping[str, bytes]

USER_COLUMNS = [
    *("sourcedId", "orgSourcedIds", "role", "givenName", "familyName", "identifier", "username", "email", "sms"),
    *("phone", "agentSourcedIds", "grades", "language", "relationship", "legalGuardian"),
]
CLASS_COLUMNS = [
    "sourcedId",
    "title",
    "grades",
    "courseSourcedId",
    "classCode",
    "location",
    "schoolSourcedId",
    "periods",
]
ENROLLMENT_COLUMNS = [
    *("sourcedId", "classSourcedId", "schoolSourcedId", "userSourcedId", "role", "primary", "beginDate", "endDate"),
]
OF_FAMILIES = {"guardian_unreachable", "student_without_guardian", "contact_shared", "same_person", "links_one_way"}

RECORD_TYPES = ("students", "staff", "guardians", "classes", "enrollments", "guardian_links")

FIRST = date(2026, 9, 1)

SENT_AT = datetime(2026, 9, 1, 6, tzinfo=UTC).timestamp()


def empty_day(path: Path, root: Path) -> None:
    """Make a day database that has begun and holds nothing."""
    with session(root, write="day") as db, new_day(db, path, delivery_size=0):
        write_opening(db, (), FIRST, None)


def csv_bytes(columns: Sequence[str], rows: Iterable[Row], *, line_end: str = "\r\n") -> bytes:
    """A CSV file as the standard has it: UTF-8, quotes where they are needed."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def student(key: str, school: str = "N", **values: str) -> dict[str, str]:
    names = {"givenName": f"Given{key}", "familyName": "Pupil", "grades": "05"}
    return {"sourcedId": key, "orgSourcedIds": school, "role": "student", **names, **values}


def teacher(key: str, school: str = "N", **values: str) -> dict[str, str]:
    names = {"givenName": f"Given{key}", "familyName": "Teacher", "email": f"{key}@school.example"}
    return {"sourcedId": key, "orgSourcedIds": school, "role": "teacher", **names, **values}


def given(key: str) -> str:
    """A contact's given name, near that of no other key."""
    return f"Given{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def contact(key: str, students: str, **values: str) -> dict[str, str]:
    """A contact's row: a mother, where `values` says nothing else."""
    said = values if {"role", "relationship", "legalGuardian"} & set(values) else {"relationship": "Mother", **values}
    return {"sourcedId": key, "givenName": given(key), "familyName": "Kin", "agentSourcedIds": students, **said}


def school_class(key: str, school: str = "N", **values: str) -> dict[str, str]:
    return {"sourcedId": key, "title": f"Class {key}", "schoolSourcedId": school, "periods": "1", **values}


def enrollment(class_id: str, user_id: str, role: str = "student", **values: str) -> dict[str, str]:
    return {"classSourcedId": class_id, "userSourcedId": user_id, "role": role, **values}


@dataclass
class Rows:
    """The rows of a delivery, to be changed at will from day to day."""

    users: list[dict[str, str]] = field(default_factory=list)
    classes: list[dict[str, str]] = field(default_factory=list)
    enrollments: list[dict[str, str]] = field(default_factory=list)
    columns: dict[str, Sequence[str]] = field(default_factory=dict)
    """The columns of a file where they are not the usual ones."""

    def files(self) -> dict[str, bytes]:
        tables = {
            "users.csv": (USER_COLUMNS, self.users),
            "classes.csv": (CLASS_COLUMNS, self.classes),
            "enrollments.csv": (ENROLLMENT_COLUMNS, self.enrollments),
        }
        made = {}
        for name, (usual, rows) in tables.items():
            columns = self.columns.get(name, usual)
            made[name] = csv_bytes(columns, [{k: v for k, v in row.items() if k in columns} for row in rows])
        return made

    def copy(self) -> Rows:
        return Rows(
            [dict(row) for row in self.users],
            [dict(row) for row in self.classes],
            [dict(row) for row in self.enrollments],
            dict(self.columns),
        )

    def without_user(self, key: str) -> Rows:
        """All rows but those that speak of this person, as the source writes them once the person has left."""
        rows = self.copy()
        rows.users = [row for row in rows.users if row["sourcedId"] != key]
        rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"] != key]
        rows.users = [row for row in rows.users if row.get("agentSourcedIds") != key]
        return rows

    def user(self, key: str) -> dict[str, str]:
        return next(row for row in self.users if row["sourcedId"] == key)

    def class_(self, key: str) -> dict[str, str]:
        return next(row for row in self.classes if row["sourcedId"] == key)

    def enrollment(self, class_id: str, user_id: str) -> dict[str, str]:
        return next(
            row for row in self.enrollments if (row["classSourcedId"], row["userSourcedId"]) == (class_id, user_id)
        )


def small_district() -> Rows:
    """Six students in two schools, two teachers, three classes, and the families of three students.

    P1 is mother of S1 and S2, P2 legal guardian of S1, P3 father of S3; S4 to S6 have nobody.
    """
    return Rows(
        users=[
            *(student(f"S{n}") for n in (1, 2, 3)),
            *(student(f"S{n}", "M") for n in (4, 5, 6)),
            teacher("T1"),
            teacher("T2", "M"),
            contact("P1", "S1,S2", sms="202-555-0101"),
            contact("P2", "S1", relationship="Uncle", legalGuardian="1"),
            contact("P3", "S3", relationship="Father"),
        ],
        classes=[school_class("C1"), school_class("C2"), school_class("C3", "M")],
        enrollments=[
            enrollment("C1", "T1", "teacher", primary="true"),
            enrollment("C2", "T1", "teacher", primary="true"),
            enrollment("C3", "T2", "teacher", primary="true"),
            *(enrollment("C1", f"S{n}") for n in (1, 2, 3)),
            *(enrollment("C2", f"S{n}") for n in (1, 2)),
            *(enrollment("C3", f"S{n}") for n in (4, 5, 6)),
        ],
    )


@dataclass(frozen=True)
class Change:
    """One line of the plan, in the ids of the district."""

    record_type: str
    operation: str
    key: str
    columns: tuple[str, ...] = ()
    withheld: bool = False


@dataclass(frozen=True)
class Night:
    """What one night left: the report with its page, the plan, and the verdict."""

    report: SyncReport
    page: Path
    plan: frozenset[Change]
    verdict: Verdict
    sync: int | None
    read: dict[str, FileRead]

    @property
    def outcome(self) -> str:
        return self.report.outcome

    @property
    def applied(self) -> set[tuple[str, str, str]]:
        return {(c.record_type, c.operation, c.key) for c in self.plan if not c.withheld}

    @property
    def withheld(self) -> set[tuple[str, str, str]]:
        return {(c.record_type, c.operation, c.key) for c in self.plan if c.withheld}

    def columns(self, record_type: str, key: str) -> tuple[str, ...]:
        """The changed columns of one update."""
        return next(c.columns for c in self.plan if (c.record_type, c.operation, c.key) == (record_type, "update", key))

    def codes(self, file: str | None = None) -> Counter[str]:
        """The findings by code, all of them but what is told of families and of settings: no file is wrong there."""
        found: Counter[str] = Counter()
        for kind in self.report.finding_counts:
            if kind.code not in OF_FAMILIES and (kind.file != "the settings" if file is None else kind.file == file):
                found[kind.code] += kind.count
        return found

    def holds(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for reason in (reason for hold in self.report.holds for reason in hold.reasons):
            found.setdefault(reason.record_type, set()).add(reason.code)
        return found


class District:
    """A district in a folder of its own. `sync` runs one night and checks what every night must keep."""

    def __init__(
        self,
        root: Path,
        *,
        schools: Sequence[str] = ("N", "M"),
        scope: str = "district",
        guardians: GuardianSettings | None = None,
        limits: Mapping[str, Mapping[str, float]] | None = None,
        sync: Mapping[str, Any] | None = None,
        name: str = "Synthetic District",
    ) -> None:
        self.folder = DistrictFolder(root.resolve() / "synthetic").make()
        self.sent = root.resolve() / "sent"
        self.name = "synthetic"
        self.last_active: dict[str, int] | None = None
        self.settings = DistrictSettings(
            name=name,
            time_zone="America/Chicago",
            scope=scope,
            schools=tuple(School(id=school, name=f"School {school}") for school in schools),
            sftp=SftpSettings(host="127.0.0.1", user="nobody", password="env:NO_PASSWORD"),
            guardians=guardians or GuardianSettings(),
            limits=Limits(archive=dict(limits or {})),
            sync=SyncSettings(**dict(sync or {})),
        )

    def day_file(self, day: date) -> Path:
        return self.folder.day(day.isoformat())

    def limit(self, **limits: Any) -> None:
        """Have these limits from now on, and those that nobody named as they are by default."""
        self.settings = self.settings.model_copy(update={"limits": Limits(**limits)})

    def set(self, **settings: Any) -> None:
        """Have these settings of the sync from now on."""
        self.settings = self.settings.model_copy(update={"sync": SyncSettings(**settings)})

    def land(self, delivery: Rows | Files, day: date, *, by_hand: bool = True) -> None:
        """Take a delivery into landing: files of bytes, or rows."""
        files = delivery.files() if isinstance(delivery, Rows) else delivery
        shutil.rmtree(self.sent, ignore_errors=True)
        self.sent.mkdir()
        for name, content in files.items():
            (self.sent / name).write_bytes(content)
            # The date of a file stands in the report, which is to be the same however often a night is tried.
            os.utime(self.sent / name, (SENT_AT, SENT_AT))
        if files and by_hand:
            upload_delivery(self.name, self.settings, self.folder, day, [self.sent])
        elif files:
            origin = "sftp://nobody@127.0.0.1:22/."
            with Landing(self.folder.landing, self.name).receive(day.isoformat(), "sftp", origin) as incoming:
                for name in files:
                    incoming.add(
                        self.sent / name, file=name, name=name, modified_at=datetime(2026, 9, 1, 6, tzinfo=UTC)
                    )

    def plan(
        self, delivery: Rows | Files, day: date = FIRST, *, by_hand: bool = True
    ) -> tuple[Verdict, dict[str, FileRead]]:
        """Run all stages up to the plan."""
        self.land(delivery, day, by_hand=by_hand)
        with session(self.folder.root, write="day", size=0) as db:
            verdict, read = self._planned(db, self._day(day))
            return verdict, read

    def sync(self, delivery: Rows | Files, day: date = FIRST, *, by_hand: bool = True) -> Night:
        """Run one night from the delivery to the report. `by_hand`: a person uploaded the files."""
        self.land(delivery, day, by_hand=by_hand)
        night = self.run(day)
        self._check(night, day)
        return night

    def sync_approved(self, delivery: Rows | Files, day: date = FIRST) -> Night:
        """Run one night, and again for as long as something is withheld that a person can approve."""
        night = self.sync(delivery, day)
        while night.report.hold_digest is not None:
            approve(
                self.folder, self.name, day, [night.report.hold_digest],
                by="Kim Lee", why="It is so.", until=day, at=datetime(2026, 9, 1, 7, 30, tzinfo=UTC),
            )  # fmt: skip
            night = self.run(day)
            self._check(night, day)
        return night

    def run(self, day: date = FIRST) -> Night:
        """Run the stages of a date on what has landed, in one session as a run of the assets has it."""
        today = self._day(day)
        with session(self.folder.root, write="day", size=0) as db:
            verdict, read = self._planned(db, today)
            plan = frozenset(
                Change(row["record_type"], row["operation"], row["key"], tuple(row["columns"]), row["withheld"])
                for row in db.rows("report/changes", most=None)
            )
            number = apply_changes(db, today, recorded_at=datetime(2026, 9, 1, 7, tzinfo=UTC))
            report, page = publish(db, today, written_at=datetime(2026, 9, 1, 8, tzinfo=UTC))
        return Night(report, page, plan, verdict, number, read)

    def apply(self, day: date = FIRST) -> int | None:
        """Apply the plan in the day database of a date."""
        with self._reopened(day) as db:
            return apply_changes(db, self._day(day), recorded_at=datetime(2026, 9, 1, 7, tzinfo=UTC))

    def report(self, day: date = FIRST) -> tuple[SyncReport, Path]:
        """Write the report of the plan in the day database of a date."""
        with self._reopened(day) as db:
            return publish(db, self._day(day), written_at=datetime(2026, 9, 1, 8, tzinfo=UTC))

    def _day(self, day: date) -> Day:
        delivery = landed_delivery(self.name, self.folder, day)
        return landed_day(self.name, self.settings, self.folder, day, delivery)

    def _planned(self, db: Database, day: Day) -> tuple[Verdict, dict[str, FileRead]]:
        started = start_night(db, day, landed_delivery(self.name, self.folder, day.sync_date))
        if started.repeats is not None:
            return Verdict("unchanged", started.baseline, None), {}
        read, verdict = run_stages(db, day)
        return verdict, {found.file: found for found in read}

    def _reopened(self, day: date) -> AbstractContextManager[Database]:
        return session(self.folder.root, day=self.day_file(day), book=self.folder.roster, write="day", size=0)

    def query(self, text: str, day: date | None = None) -> list[tuple[Any, ...]]:
        """What stands in the roster (book.…), or in a day's database (day.…)."""
        with duckdb.connect(config={"threads": 1}) as connection:
            connection.execute(f"attach '{self.folder.roster}' as book (read_only)")
            if day is not None:
                connection.execute(f"attach '{self.day_file(day)}' as day (read_only)")
            return connection.execute(text).fetchall()

    def active(self) -> dict[str, int]:
        """How many records of each type are active in the roster."""
        found = dict.fromkeys(RECORD_TYPES, 0)
        if self.folder.roster.exists():
            found |= dict(self.query(_ACTIVE))
        return found

    def people(self) -> set[str]:
        """The ids of the active people."""
        return {key for (key,) in self.query(_PEOPLE)}

    def roster(self, day: date | None = None) -> dict[str, list[dict[str, str]]]:
        """The roster as it is exported, as rows of text."""
        out = self.folder.root / "exported"
        shutil.rmtree(out, ignore_errors=True)
        roster_as_of(self.folder, self.name, day, out)
        return {
            path.name: list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
            for path in sorted(out.iterdir())
        }

    def person(self, key: str) -> dict[str, str]:
        return next(row for row in self.roster()["users.csv"] if row["sourcedId"] == key)

    def flaws(self) -> dict[str, int]:
        """What does not fit together in the roster."""
        return dict(self.query(_FLAW_COUNTS))

    def _check(self, night: Night, day: date) -> None:
        check_sums(night.report)
        records = night.report.records
        found: dict[str, dict[str, int]] = {"accepted": {}, "silent": {}, "active": {}, "flaw": {}}
        for kind, name, count in self.query(_CHECKS, day):
            found[kind][name] = count
        assert found["flaw"] == {}
        if not night.read and night.report.accepted:
            # A day that repeats an earlier one has no tables of its own.
            assert (night.outcome, night.plan) == ("unchanged", frozenset())
        elif night.report.accepted:
            for record_type, accepted in found["accepted"].items():
                counts = records[record_type]
                made = counts.added + counts.updated + counts.unchanged + counts.restored + counts.kept
                made += counts.withheld.add + counts.withheld.update + counts.withheld.restore
                assert made == accepted, f"{record_type}: {made} accounted for, {accepted} accepted"
            for record_type, silent in found["silent"].items():
                assert records[record_type].not_reported == silent
        else:
            assert not night.plan
        if night.sync is not None:
            active = dict.fromkeys(RECORD_TYPES, 0) | found["active"]
            assert active == {name: counts.active_after for name, counts in records.items()}
            assert self.last_active in (None, {name: counts.active_before for name, counts in records.items()})
            self.last_active = active


def check_sums(report: SyncReport) -> None:
    """The sums that hold in every report."""
    for name, counts in report.files.items():
        assert counts.received == counts.accepted + counts.rejected + counts.excluded, name
    for name, records in report.records.items():
        after = records.active_before + records.added + records.restored - records.archived
        assert records.active_after == after, name
        figures = records.model_dump(exclude={"withheld"}).values()
        assert min(*figures, *records.withheld.model_dump().values()) >= 0, name


_ACTIVE = """
select record_type, count(*) from book.roster.users where until_sync is null and state = 'active' group by all
union all select 'classes', count(*) from book.roster.classes where until_sync is null and state = 'active'
union all select 'enrollments', count(*) from book.roster.enrollments where until_sync is null and state = 'active'
union all select 'guardian_links', count(*) from book.roster.guardian_links
    where until_sync is null and state = 'active'
"""

_PEOPLE = """
select ids.sourced_id from book.roster.users as users join book.roster.ids as ids using (roster_id)
where users.until_sync is null and users.state = 'active' and ids.until_sync is null
"""

_ACCEPTED = """
select 'students', count(*) from day.oneroster.users where record_kind = 'student'
union all select 'staff', count(*) from day.oneroster.users where record_kind = 'staff'
union all
select 'guardians', count(*) from (
    select distinct people.roster_id
    from day.sync.matched_links as links
    join day.sync.matched_users as people on links.contact_roster_id = people.roster_id
    where
        (links.fate = 'said' or (links.fate = 'silent' and links.state = 'active'))
        and people.record_type = 'guardians'
        and people.sent
    union all
    select roster_id from day.sync.users as plan where former_type is not null and roster_id in (
        select roster_id from day.sync.matched_users where not sent))
union all select 'classes', count(*) from day.oneroster.classes
union all select 'enrollments', count(*) from day.oneroster.enrollments
union all select 'guardian_links', count(*) from day.guardians.guardians where role is not null
"""

_SILENT = """
select 'guardian_links', count(*) from day.sync.matched_links
where fate = 'silent' and state = 'active'
    and roster_id not in (select roster_id from day.sync.guardian_links where operation = 'archive')
"""

_FLAWS = {
    "an active enrollment in a class that is archived": """
        select * from book.roster.enrollments as e join book.roster.classes as c on e.class_roster_id = c.roster_id
        where e.until_sync is null and c.until_sync is null and e.state = 'active' and c.state <> 'active'""",
    "an active enrollment of a person who is archived": """
        select * from book.roster.enrollments as e join book.roster.users as u on e.user_roster_id = u.roster_id
        where e.until_sync is null and u.until_sync is null and e.state = 'active' and u.state <> 'active'""",
    "an active link to somebody who is archived": """
        select * from book.roster.guardian_links as l join book.roster.users as u
        on u.roster_id in (l.contact_roster_id, l.student_roster_id)
        where l.until_sync is null and u.until_sync is null and l.state = 'active' and u.state <> 'active'""",
    "two current versions of one thing": """
        select roster_id from book.roster.users where until_sync is null group by all having count(*) > 1
        union all
        select roster_id from book.roster.classes where until_sync is null group by all having count(*) > 1
        union all
        select roster_id from book.roster.enrollments where until_sync is null group by all having count(*) > 1
        union all
        select roster_id from book.roster.guardian_links where until_sync is null group by all having count(*) > 1""",
    "one id for two things, or two ids for one": """
        select record_type || sourced_id from book.roster.ids where until_sync is null
        group by all having count(*) > 1
        union all
        select roster_id::varchar from book.roster.ids where until_sync is null group by all having count(*) > 1""",
    "two enrollments with one key": """
        select class_roster_id, user_roster_id, role from book.roster.enrollments
        where until_sync is null group by all having count(*) > 1""",
    "a support of somebody or something that is not in the roster": """
        select roster_id from book.roster.guardian_support
        where roster_id not in (select roster_id from book.roster.users)
        union all
        select roster_id from book.roster.link_support
        where roster_id not in (select roster_id from book.roster.guardian_links)""",
    "a version without a sync": """
        select since_sync from book.roster.users
        where since_sync not in (select number from book.sync.syncs)""",
}

_CHECKS = "\nunion all\n".join(
    [
        f"select 'active', * from ({_ACTIVE})",  # noqa: S608 - texts of this file
        f"select 'accepted', * from ({_ACCEPTED})",  # noqa: S608
        f"select 'silent', * from ({_SILENT})",  # noqa: S608
        *(f"select 'flaw', '{flaw}', count(*) from ({text}) having count(*) > 0" for flaw, text in _FLAWS.items()),  # noqa: S608
    ]
)

_FLAW_COUNTS = "\nunion all\n".join(
    f"select '{flaw}', count(*) from ({text}) having count(*) > 0"  # noqa: S608
    for flaw, text in _FLAWS.items()
)
