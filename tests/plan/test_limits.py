"""Every limit of the gate for every record type: at the limit all is applied, one above it the gate holds.

One delivery with a known number of changes of every kind is planned once and judged by many limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.districts.settings import MEASURES, Limits, SyncSettings
from pipeline.plan.plan import Criteria, find_baseline, make_plan
from pipeline.report.build import build_report
from pipeline.report.model import Hold, HoldReason, SyncReport
from pipeline.roster.ledger import read_ledger
from pipeline.warehouse.sessions import session
from tests.support.district import (
    FIRST,
    RECORD_TYPES,
    USER_COLUMNS,
    District,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)
from tests.support.matrices import sampled

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)

NO_LIMIT = {"percent": 100, "at_least": 1000}


def limits_of(record_types: Iterable[str], **limit: float) -> dict[str, dict[str, float]]:
    """One limit for each of these types."""
    return dict.fromkeys(record_types, limit)


LOOSE: dict[str, Any] = {measure: limits_of(RECORD_TYPES, **NO_LIMIT) for measure in MEASURES}

CHANGES = 4
"""So many archives, updates, adds of every record type are in the second delivery."""

ACTIVE = dict.fromkeys(RECORD_TYPES, 40) | {"guardian_links": 44}
IN_SCHOOL_N = dict.fromkeys(RECORD_TYPES, 20) | {"guardian_links": 24}
IN_SCHOOL_M = dict.fromkeys(RECORD_TYPES, 20)


def two_schools() -> Rows:
    """Twenty students, staff and classes in each of two schools; S0 to S3 have no guardian."""

    def school(number: int) -> str:
        return "N" if number < 20 else "M"

    return Rows(
        [
            *(student(f"S{n}", school(n)) for n in range(40)),
            *(teacher(f"T{n}", school(n)) for n in range(40)),
            *(contact(f"P{n}", f"S{n}") for n in range(4, 40)),
            *(contact(f"Q{n}", f"S{n + 4},S{n + 8}") for n in range(4)),
        ],
        [school_class(f"C{n}", school(n)) for n in range(40)],
        [enrollment(f"C{n}", f"S{n}") for n in range(40)],
    )


def next_delivery() -> Rows:
    """Four archives (in school N), four updates (of one column, in school M) and four adds of every record type.

    Of the archives of people and classes two come again under another id. Each new student has a new guardian and is
    enrolled in a new class.
    """
    rows = two_schools()
    gone = {f"{kind}{n}" for kind in "ST" for n in range(4)} | {f"P{n}" for n in range(4, 8)}
    rows.users = [row for row in rows.users if row["sourcedId"] not in gone]
    rows.classes = [row for row in rows.classes if row["sourcedId"] not in {f"C{n}" for n in range(4, 8)}]
    # S0 to S3 and C4 to C7 take theirs with them; these four go by themselves.
    unenrolled = {f"S{n}" for n in (*range(4), *range(4, 8), *range(8, 12))}
    rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"] not in unenrolled]
    for n in range(4):
        rows.user(f"Q{n}")["agentSourcedIds"] = f"S{n + 8}"  # the link to S4 … S7 goes
        rows.user(f"S{n + 20}")["familyName"] = "Newname"
        rows.user(f"T{n + 20}")["email"] = "new@school.example"
        rows.user(f"P{n + 20}")["phone"] = "202-555-0142"
        rows.user(f"P{n + 24}")["relationship"] = "mother"
        rows.class_(f"C{n + 20}")["title"] = "New title"
        rows.enrollment(f"C{n + 20}", f"S{n + 20}")["primary"] = "true"
        rows.users += [student(f"A{n}"), teacher(f"B{n}"), contact(f"G{n}", f"A{n}")]
        rows.classes.append(school_class(f"K{n}"))
        rows.enrollments.append(enrollment(f"K{n}", f"A{n}"))
    return rows


@dataclass(frozen=True)
class Judged:
    """A plan judged by some limits."""

    report: SyncReport
    changes: dict[tuple[str, str, str], bool] = field(repr=False)
    """Whether a change (record type, operation, key) is withheld."""

    @property
    def holds(self) -> list[Hold]:
        return self.report.holds

    @property
    def codes(self) -> set[tuple[str, str]]:
        return {(reason.record_type, reason.code) for hold in self.holds for reason in hold.reasons}

    @property
    def withheld(self) -> set[tuple[str, str, str]]:
        return {change for change, is_withheld in self.changes.items() if is_withheld}


Judge = Callable[..., Judged]


@contextmanager
def judging(district: District, day: date) -> Iterator[Judge]:
    """Yield a function that judges the plan of a day by other limits; nothing is applied."""
    baseline = replace(find_baseline(read_ledger(district.folder), day), is_preview=True)
    with session(district.folder.root, day=district.day_file(day), book=district.folder.roster, write="day") as db:

        def judge(limits: dict[str, Any] | None = None, **terms: Any) -> Judged:
            in_force = Limits(**(LOOSE | (limits or {}))).on(day)
            make_plan(
                db, criteria=Criteria(sync_date=day, sync=SyncSettings(), limits=in_force, **terms), baseline=baseline
            )
            rows = db.rows("report/changes", most=None)
            report = build_report(db, district="synthetic", district_name="Synthetic", sync_date=day, sync_number=None)
            return Judged(report, {(row["record_type"], row["operation"], row["key"]): row["withheld"] for row in rows})

        yield judge


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judge]:
    """Judges the plan of the second delivery."""
    district = District(tmp_path_factory.mktemp("limits"))
    assert district.sync(two_schools(), FIRST).outcome == "applied"
    district.plan(next_delivery(), SECOND)
    with judging(district, SECOND) as judge:
        yield judge


def limited(measure: str, record_type: str, **limit: float) -> dict[str, Any]:
    """No limits but this one."""
    return {measure: LOOSE[measure] | {record_type: limit}}


def test_the_delivery_has_the_changes_that_these_tests_count_on(judge: Judge) -> None:
    judged = judge()
    assert (judged.report.outcome, judged.holds) == ("applied", [])
    for record_type, counts in judged.report.records.items():
        of_its_own = [
            change
            for change in judged.report.changes
            if change.record_type == record_type and change.operation == "archive" and not change.consequence
        ]
        assert (counts.added, counts.updated, len(of_its_own)) == (CHANGES, CHANGES, CHANGES), record_type
        assert counts.active_before == ACTIVE[record_type]


TYPES = dict.fromkeys(MEASURES, RECORD_TYPES)

CODES = {
    "archive_per_school": "school_limit",
    "update_per_school": "update_limit",
    "column_per_school": "column_limit",
}

STOPPED = {
    "archive_per_school": {"archive"},
    "update_per_school": {"update"},
    "column": {"update"},
    "column_per_school": {"update"},
}

BASES = {"archive_per_school": IN_SCHOOL_N, "update_per_school": IN_SCHOOL_M, "column_per_school": IN_SCHOOL_M}


def figures(measure: str, record_type: str) -> tuple[int, int]:
    """How many changes a limit counts in the second delivery, and what its percentage is of."""
    return CHANGES, BASES.get(measure, ACTIVE)[record_type]


def percent(measure: str, record_type: str, *, short: bool = False) -> dict[str, float]:
    """A percentage that allows just as many changes as there are, or (`short`) one fewer."""
    changes, base = figures(measure, record_type)
    return {"percent": 100 * changes / base - (0.01 if short else 0), "at_least": 0}


def at_least(measure: str, record_type: str, *, short: bool = False) -> dict[str, float]:
    """The same as a number."""
    return {"percent": 0, "at_least": figures(measure, record_type)[0] - (1 if short else 0)}


Way = Callable[..., dict[str, float]]


@pytest.mark.parametrize("way", [percent, at_least])
def test_at_every_limit_of_every_record_type_all_is_applied(judge: Judge, way: Way) -> None:
    judged = judge({measure: {name: way(measure, name) for name in types} for measure, types in TYPES.items()})
    assert (judged.report.outcome, judged.holds, judged.withheld) == ("applied", [], set())


@pytest.mark.parametrize(
    ("measure", "record_type"), sampled([(name, of) for name, types in TYPES.items() for of in types])
)
def test_one_above_the_limit_of_a_record_type_is_held(judge: Judge, measure: str, record_type: str) -> None:
    judged = judge(limited(measure, record_type, **percent(measure, record_type, short=True)))
    assert judged.report.outcome == "held"
    assert judged.codes == {(record_type, CODES.get(measure, f"{measure}_limit"))}
    changes, base = figures(measure, record_type)
    hold = judged.holds[0]
    assert (hold.changes, hold.allowed, hold.active) == (changes, changes - 1, base)
    stopped = {operation for name, operation, _ in judged.withheld if name == record_type}
    assert stopped == STOPPED.get(measure, {measure})
    # What is held of one type leaves the updates of the others alone.
    assert not [change for change in judged.withheld if change[0] != record_type and change[1] == "update"]


@pytest.mark.parametrize("measure", sampled(MEASURES))
def test_one_above_the_least_number_is_held(judge: Judge, measure: str) -> None:
    judged = judge({measure: {name: at_least(measure, name, short=True) for name in TYPES[measure]}})
    assert judged.codes == {(name, CODES.get(measure, f"{measure}_limit")) for name in TYPES[measure]}


def test_what_hangs_on_a_new_student_who_is_withheld_is_withheld_too(judge: Judge) -> None:
    judged = judge(limited("add", "students", percent=0, at_least=3))
    assert judged.withheld == {
        change
        for n in range(4)
        for change in (
            ("students", "add", f"A{n}"),
            ("guardians", "add", f"G{n}"),
            ("guardian_links", "add", f"G{n}|A{n}"),
            ("enrollments", "add", f"K{n}|A{n}|student"),
        )
    }


def test_nobody_is_enrolled_in_a_new_class_that_is_withheld(judge: Judge) -> None:
    judged = judge(limited("add", "classes", percent=0, at_least=3))
    assert judged.withheld == {
        change
        for n in range(4)
        for change in (("classes", "add", f"K{n}"), ("enrollments", "add", f"K{n}|A{n}|student"))
    }


def test_a_new_student_comes_without_the_guardian_who_is_withheld(judge: Judge) -> None:
    expected = {
        change for n in range(4) for change in (("guardians", "add", f"G{n}"), ("guardian_links", "add", f"G{n}|A{n}"))
    }
    assert judge(limited("add", "guardians", percent=0, at_least=3)).withheld == expected
    # A guardian none of whose links comes would be nobody's.
    assert judge(limited("add", "guardian_links", percent=0, at_least=3)).withheld == expected


LOST_FROM_USERS_CSV = {
    change
    for n in range(4)
    for change in (
        ("students", "archive", f"S{n}"),
        ("enrollments", "archive", f"C{n}|S{n}|student"),
        ("staff", "archive", f"T{n}"),
        ("guardians", "archive", f"P{n + 4}"),
        ("guardian_links", "archive", f"P{n + 4}|S{n + 4}"),
        ("guardian_links", "archive", f"Q{n}|S{n + 4}"),
    )
}
"""What is missing from users.csv in the second delivery, with what follows from it."""


@pytest.mark.parametrize("record_type", ["students", "staff", "guardians", "guardian_links"])
def test_where_too_much_of_a_type_is_missing_all_that_is_missing_from_its_file_waits_as_one_cause(
    judge: Judge, record_type: str
) -> None:
    judged = judge(limited("archive", record_type, percent=0, at_least=3))
    assert judged.withheld == LOST_FROM_USERS_CSV
    (hold,) = judged.holds
    assert (hold.file, hold.title) == ("users.csv", "Too many records are missing from users.csv")
    assert {name: counts.archive for name, counts in hold.withheld.items()} == {
        "students": 4, "staff": 4, "guardians": 4, "enrollments": 4, "guardian_links": 8,
    }  # fmt: skip


def test_where_too_much_of_a_school_is_missing_only_the_school_waits(judge: Judge) -> None:
    limits = limited("archive_per_school", "students", percent=0, at_least=3)
    assert judge(limits).withheld == LOST_FROM_USERS_CSV
    (hold,) = judge(limits).holds
    assert (hold.code, hold.school_id) == ("school_limit", "N")


def test_all_limits_of_a_file_are_one_cause_with_the_figures_of_each_type(judge: Judge) -> None:
    of_people = ("students", "staff", "guardians")
    judged = judge(
        {
            "archive": LOOSE["archive"] | limits_of(of_people, percent=0, at_least=3),
            "archive_per_school": LOOSE["archive_per_school"] | limits_of(of_people, percent=0, at_least=3),
        }
    )
    (hold,) = judged.holds
    assert hold.message == (
        "4 of 40 students, 4 of 40 staff members and 4 of 40 guardians are missing from the files. The limits are 3, 3 "
        "and 3, so they were not archived."
    )
    assert any("of School N (N) are missing" in also for also in hold.also)
    assert {reason.code for reason in hold.reasons} == {"archive_limit", "school_limit"}


def test_updates_of_all_types_of_a_file_are_one_cause_and_a_column_is_one_across_the_types(judge: Judge) -> None:
    none = limits_of(RECORD_TYPES, percent=0, at_least=3)
    found = judge({"update": none, "column": none}).holds
    assert [(hold.code, hold.file) for hold in found] == [
        ("update_limit", "users.csv"), ("update_limit", "classes.csv"), ("update_limit", "enrollments.csv"),
    ]  # fmt: skip
    by_column = judge({"column": none}).holds
    assert {(hold.column, hold.file) for hold in by_column} == {
        ("familyName", "users.csv"), ("email", "users.csv"), ("phone", "users.csv"), ("relationship", "users.csv"),
        ("title", "classes.csv"), ("primary", "enrollments.csv"),
    }  # fmt: skip


def test_enrollments_stay_with_a_class_that_would_be_archived(judge: Judge) -> None:
    judged = judge(limited("archive", "classes", percent=0, at_least=3))
    assert judged.withheld == {
        change
        for n in range(4, 8)
        for change in (("classes", "archive", f"C{n}"), ("enrollments", "archive", f"C{n}|S{n}|student"))
    }


def test_links_of_a_guardian_who_leaves_do_not_count_for_the_limit_of_links(judge: Judge) -> None:
    assert judge(limited("archive", "guardian_links", percent=0, at_least=4)).holds == []


def test_adds_and_updates_of_all_types_are_applied_while_archives_of_all_are_held(judge: Judge) -> None:
    judged = judge({"archive": limits_of(RECORD_TYPES, percent=0, at_least=3)})
    assert judged.report.outcome == "held"
    for counts in judged.report.records.values():
        assert (counts.added, counts.updated, counts.archived) == (CHANGES, CHANGES, 0)


def reason_of(judged: Judged, code: str, record_type: str = "students") -> HoldReason:
    return next(
        reason
        for hold in judged.holds
        for reason in hold.reasons
        if (reason.record_type, reason.code) == (record_type, code)
    )


SAID = {
    "archive": (
        "archive_limit",
        "4 of 40 students are missing from the files. The limit is 3, so they were not archived.",
    ),
    "archive_per_school": (
        "school_limit",
        "4 of 20 students of School N (N) are missing from the files. The limit for one school is 3, so they were "
        "not archived.",
    ),
    "update": ("update_limit", "4 of 40 students would change. The limit is 3, so they were not changed."),
    "update_per_school": (
        "update_limit",
        "4 of 20 students of School M (M) would change. The limit is 3, so they were not changed.",
    ),
    "column": (
        "column_limit",
        "The column familyName would change for 4 of 40 students. The limit is 3, so they were not changed.",
    ),
    "column_per_school": (
        "column_limit",
        "The column familyName would change for 4 of 20 students of School M (M). The limit is 3, so they were not "
        "changed.",
    ),
    "add": ("add_limit", "4 students would be added to 40. The limit is 3, so they were not added."),
}


@pytest.mark.parametrize("measure", MEASURES)
def test_each_limit_says_in_words_what_it_saw_and_what_settles_it(judge: Judge, measure: str) -> None:
    code, message = SAID[measure]
    (hold,) = judge(limited(measure, "students", percent=0, at_least=3)).holds
    assert (hold.code, hold.message) == (code, message)
    assert len(hold.cure) > 40
    assert hold.can_be_approved
    assert "rollcall" not in hold.cure, "what the district does is no command"


@pytest.mark.parametrize(
    ("terms", "code", "message"),
    [
        (
            "content_is_older",
            "older_content",
            "These files are identical to an earlier delivery, but not to the last one. 12 students would have gone "
            "back to older data and were not changed.",
        ),
        (
            "content_is_undone",
            "undone_content",
            "These files are the ones that were undone. Their changes to 12 students were not made again.",
        ),
    ],
)
def test_a_content_that_is_not_wanted_again_changes_nothing_at_all(
    judge: Judge, terms: str, code: str, message: str
) -> None:
    judged = judge(**{terms: True})
    assert {found for _, found in judged.codes} == {code}
    assert set(judged.changes.values()) == {True}
    assert reason_of(judged, code).message == message


WINDOW = {"first": SECOND, "last": SECOND, "why": "New district boundaries"}


def test_a_window_has_other_limits_and_what_it_does_not_name_stays(judge: Judge) -> None:
    tight = {"archive": LOOSE["archive"] | limits_of(("students", "staff"), percent=0, at_least=3)}
    window = WINDOW | {"archive": {"students": {"percent": 10, "at_least": 0}}}
    assert judge(tight).codes == {("students", "archive_limit"), ("staff", "archive_limit")}
    assert judge(tight | {"windows": (window,)}).codes == {("staff", "archive_limit")}


@pytest.mark.parametrize(("first", "last"), [(-9, -1), (1, 9)])
def test_a_window_begins_and_ends_by_itself(judge: Judge, first: int, last: int) -> None:
    window = WINDOW | {"first": SECOND + timedelta(days=first), "last": SECOND + timedelta(days=last)}
    window |= {"archive": {"students": NO_LIMIT}}
    tight = limited("archive", "students", percent=0, at_least=3)
    assert judge(tight | {"windows": (window,)}).codes == {("students", "archive_limit")}


def test_the_first_window_that_holds_the_date_counts(judge: Judge) -> None:
    tight = limited("archive", "students", percent=0, at_least=3)
    wide = WINDOW | {"archive": {"students": NO_LIMIT}}
    assert judge(tight | {"windows": (WINDOW, wide)}).codes == {("students", "archive_limit")}
    assert judge(tight | {"windows": (wide, WINDOW)}).codes == set()


@pytest.fixture
def vanishing(running: District) -> Iterator[Callable[[Rows], Judge]]:
    """Returns a judge of a delivery to the small district, whose limits would let all of it pass."""
    with ExitStack() as opened:

        def plan(later: Rows) -> Judge:
            running.plan(later, SECOND)
            return opened.enter_context(judging(running, SECOND))

        yield plan


def without_school_m(rows: Rows) -> Rows:
    rows.users = [row for row in rows.users if row.get("orgSourcedIds") != "M"]
    rows.classes = [row for row in rows.classes if row["schoolSourcedId"] != "M"]
    rows.enrollments = [row for row in rows.enrollments if row["classSourcedId"] != "C3"]
    return rows


def test_a_school_that_vanishes_is_held_whole_however_few_there_are(
    vanishing: Callable[[Rows], Judge], rows: Rows
) -> None:
    judge = vanishing(without_school_m(rows))
    judged = judge()
    assert {code for _, code in judged.codes} == {"school_vanished"}
    assert {hold.school_id for hold in judged.holds} == {"M"}
    assert sum(counts.archived for counts in judged.report.records.values()) == 0
    assert reason_of(judged, "school_vanished").message == (
        "School M (M) would be left without students or without classes. 3 students are missing from the files and "
        "were not archived."
    )


def test_a_grade_that_vanishes_is_held_though_it_is_one_student(
    vanishing: Callable[[Rows], Judge], rows: Rows, running: District
) -> None:
    rows.user("S6")["grades"] = "12"
    assert running.sync(rows, FIRST).outcome == "applied"
    judge = vanishing(rows.without_user("S6"))
    judged = judge()
    assert judged.codes == {("students", "grade_vanished")}
    assert judged.withheld == {("students", "archive", "S6"), ("enrollments", "archive", "C3|S6|student")}
    assert reason_of(judged, "grade_vanished").message == (
        "Grade 12 would be left without students. 1 student is missing from the files and was not archived."
    )


def none_of(rows: Rows, record_type: str) -> Rows:
    """A delivery in which no record of a type is left, though the others are."""
    if record_type == "guardians":
        rows.users = [row for row in rows.users if row["sourcedId"][0] != "P"]
    if record_type == "staff":
        rows.users = [row for row in rows.users if row["sourcedId"][0] != "T"]
        rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"][0] != "T"]
    if record_type == "students":
        rows.users = [row for row in rows.users if row["sourcedId"][0] == "T"]
        rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"][0] == "T"]
    if record_type == "classes":
        rows.classes = [school_class("NEW")]
        rows.enrollments = [enrollment("NEW", "S1")]
    if record_type == "enrollments":
        rows.enrollments = [enrollment("C2", "S4")]
    if record_type == "guardian_links":
        for row in rows.users:
            if row["sourcedId"][0] == "P":
                row["agentSourcedIds"] = "S5"
    return rows


@pytest.mark.parametrize("record_type", sampled(RECORD_TYPES))
def test_a_record_type_that_vanishes_is_held_whole(
    vanishing: Callable[[Rows], Judge], rows: Rows, record_type: str
) -> None:
    judge = vanishing(none_of(rows, record_type))
    judged = judge()
    assert (record_type, "all_vanished") in judged.codes
    assert judged.report.records[record_type].archived == 0
    hold = reason_of(judged, "all_vanished", record_type)
    assert hold.message.startswith("No ")
    assert "missing from the files" in hold.message


SAID_OF_FILES = {
    ("students", "key_unreadable"): (
        "At least one row of users.csv has no readable id, so it is unclear whose row it is. 1 student was kept as "
        "before."
    ),
    ("classes", "still_named"): (
        "1 class has no row anymore, but other rows of the delivery still refer to it. It was not archived."
    ),
}


def test_what_is_wrong_with_a_file_is_told_in_words_and_no_approval_is_asked_for(running: District, rows: Rows) -> None:
    """The holds that no limit makes: the export is to be mended."""
    rows.user("S3")["sourcedId"] = ""
    rows.classes = rows.classes[:2]
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name != "agentSourcedIds"]}
    night = running.sync(rows, SECOND)
    said = {(reason.record_type, reason.code): reason for hold in night.report.holds for reason in hold.reasons}
    assert night.outcome == "held"
    for which, message in SAID_OF_FILES.items():
        assert which in said, sorted(said)
        assert said[which].message == message
