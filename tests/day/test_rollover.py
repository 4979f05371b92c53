"""School years: terms, years, schools that go over one by one, late schedules, and what looks like a rollover."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipeline.corrections.replay import replay
from pipeline.districts.settings import Rollover
from tests.support.district import District, Night, Rows, student
from tests.support.lives import AT, standing, undone
from tests.support.school_years import ELM, OAK, SchoolDistrict, first_year

pytestmark = pytest.mark.whole_day

FALL = date(2026, 9, 1)
SUMMER = date(2027, 8, 2)
NIGHT = timedelta(days=1)

SPRING_TERM = Rollover(kind="term", first=date(2027, 1, 4), last=date(2027, 1, 22), name="Spring 2027")
NEW_YEAR = Rollover(kind="year", first=date(2027, 7, 12), last=date(2027, 8, 20), name="School year 2027-28")
NEXT_SPRING = Rollover(kind="term", first=date(2028, 1, 3), last=date(2028, 1, 21), name="Spring 2028")
NEXT_YEAR = Rollover(kind="year", first=date(2028, 7, 10), last=date(2028, 8, 18), name="School year 2028-29")

YEAR = first_year()
LATER = YEAR.year_begins(2027, term="fall-2027").arrives(6)

Begun = Callable[..., District]


@pytest.fixture(scope="module")
def first_night(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("years")
    assert District(folder, schools=[ELM, OAK]).sync(YEAR.rows(), FALL).outcome == "applied"
    return folder


@pytest.fixture
def begun(first_night: Path, tmp_path: Path) -> Begun:
    """Returns the district after its first night, with these rollovers in its settings."""

    def district(*rollovers: Rollover) -> District:
        shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
        return with_rollovers(District(tmp_path, schools=[ELM, OAK]), *rollovers)

    return district


def with_rollovers(district: District, *rollovers: Rollover) -> District:
    district.settings = district.settings.model_copy(update={"rollover": rollovers})
    return district


def line(night: Night) -> str | None:
    """What the report says of the rollover."""
    assert night.report.rollover is not None
    return night.report.rollover.line


def problems(night: Night) -> list[str]:
    assert night.report.rollover is not None
    return night.report.rollover.problems


def archived(night: Night) -> int:
    return sum(counts.archived for counts in night.report.records.values())


def is_what_was_sent(district: District, rows: Rows) -> bool:
    """Whether the roster has the people, grades, schools, classes and enrollments of these files, and no others."""
    roster = district.roster()
    users = {(row["sourcedId"], row.get("grades", ""), row["orgSourcedIds"]) for row in roster["users.csv"]}
    expected = {(row["sourcedId"], row.get("grades", ""), row["orgSourcedIds"]) for row in rows.users if "role" in row}
    return (
        {row for row in users if not row[0].startswith("P")} == expected
        and {row["sourcedId"] for row in roster["users.csv"]} == {row["sourcedId"] for row in rows.users}
        and {row["sourcedId"] for row in roster["classes.csv"]} == {row["sourcedId"] for row in rows.classes}
        and {(row["classSourcedId"], row["userSourcedId"]) for row in roster["enrollments.csv"]}
        == {(row["classSourcedId"], row["userSourcedId"]) for row in rows.enrollments}
    )


@pytest.mark.slow("the nights of two school years")
def test_two_school_years_with_terms_and_summers_need_no_approval(begun: Begun) -> None:
    district = begun(SPRING_TERM, NEW_YEAR, NEXT_SPRING, NEXT_YEAR)
    spring = YEAR.term_begins("spring-2027")
    second_fall = spring.year_begins(2027, term="fall-2027").arrives(6)
    second_spring = second_fall.term_begins("spring-2028").leaves(7)
    oak_first = second_spring.year_begins(2028, OAK, term="fall-2028")
    third_fall = oak_first.year_begins(2028, ELM, term="fall-2028").arrives(5)
    nights: dict[date, SchoolDistrict | None] = {
        date(2026, 12, 1): YEAR.leaves(3),
        date(2026, 12, 2): YEAR,
        date(2027, 1, 3): YEAR,
        date(2027, 1, 11): spring,
        date(2027, 1, 12): spring,
        date(2027, 7, 1): None,
        date(2027, 7, 14): None,
        date(2027, 8, 2): second_fall,
        date(2027, 8, 3): second_fall,
        date(2028, 1, 10): second_spring,
        date(2028, 7, 14): None,
        date(2028, 7, 31): oak_first,
        date(2028, 8, 7): third_fall,
        date(2028, 8, 8): third_fall.leaves(20),
    }
    said = {}
    for day, now in nights.items():
        night = district.sync(now.rows() if now else {}, day)
        assert night.outcome in ({"applied", "unchanged"} if now else {"missing"}), (day, night.report.holds)
        assert now is None or is_what_was_sent(district, now.rows()), day
        if night.report.rollover and night.report.rollover.line:
            said[day] = night.report.rollover.line
    assert said == {
        date(2027, 1, 11): "Rollover: 39 of 39 classes replaced.",
        date(2027, 8, 2): "Rollover: 39 of 39 classes replaced, 72 of 72 students up a grade, 6 graduated.",
        date(2028, 1, 10): "Rollover: 39 of 39 classes replaced.",
        date(2028, 7, 31): "Rollover: 21 of 21 classes replaced, 36 of 36 students up a grade, 6 graduated.",
        date(2028, 8, 7): "Rollover: 18 of 18 classes replaced, 35 of 35 students up a grade.",
    }


def test_schools_go_over_on_nights_of_their_own_the_elementary_school_first(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    elm = YEAR.year_begins(2027, ELM, term="fall-2027").arrives(4)
    night = district.sync(elm.rows(), SUMMER)
    assert (night.outcome, line(night)) == (
        "applied",
        "Rollover: 18 of 18 classes replaced, 36 of 36 students up a grade.",
    )
    both = elm.year_begins(2027, OAK, term="fall-2027")
    night = district.sync(both.rows(), SUMMER + 5 * NIGHT)
    assert (night.outcome, line(night)) == (
        "applied",
        "Rollover: 21 of 21 classes replaced, 36 of 36 students up a grade, 6 graduated.",
    )
    assert is_what_was_sent(district, both.rows())


def test_grades_may_move_up_before_the_classes_of_the_new_year_are_there(begun: Begun) -> None:
    """Seniors leave in July, grades move up a week later, classes and schedules come at the end of the summer."""
    district = begun(NEW_YEAR)
    seniors = {pupil.number for pupil in YEAR.pupils if pupil.grade == "12"}
    night = district.sync(YEAR.leaves(*seniors).rows(), SUMMER)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 6 graduated.")
    rows, old = LATER.rows(), YEAR.leaves(*seniors).rows()
    new = {row["sourcedId"] for row in rows.users} - {row["sourcedId"] for row in old.users}
    rows.classes, rows.enrollments = old.classes, old.enrollments
    night = district.sync(rows, SUMMER + NIGHT)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 72 of 72 students up a grade.")
    assert new <= district.people()
    night = district.sync(LATER.rows(), SUMMER + 9 * NIGHT)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 36 of 36 classes replaced.")
    assert is_what_was_sent(district, LATER.rows())


@pytest.mark.slow("three nights")
def test_while_schedules_are_late_people_and_classes_go_in_and_enrollments_stay(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    early = LATER.rows()
    early.enrollments = []
    enrollments = {
        (row["classSourcedId"], row["userSourcedId"])
        for row in YEAR.rows().enrollments
        if row["userSourcedId"] in {user["sourcedId"] for user in early.users}
    }
    for day in (SUMMER, SUMMER + NIGHT):
        night = district.sync(early, day)
        assert (night.outcome, night.report.holds) == ("applied" if day == SUMMER else "unchanged", [])
        roster = district.roster()
        assert {row["sourcedId"] for row in early.classes} <= {row["sourcedId"] for row in roster["classes.csv"]}
        assert {row["sourcedId"] for row in early.users} == {row["sourcedId"] for row in roster["users.csv"]}
        # Those of grade 12 have left, and their enrollments with them.
        assert {(row["classSourcedId"], row["userSourcedId"]) for row in roster["enrollments.csv"]} == enrollments
        assert night.report.records["classes"].waiting == 39
        assert "39 classes kept until enrollments.csv has rows" in (line(night) or "")
    night = district.sync(LATER.rows(), SUMMER + 2 * NIGHT)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 39 of 39 classes replaced.")
    assert is_what_was_sent(district, LATER.rows())


def test_schedules_of_teachers_alone_let_new_classes_in_and_keep_the_old_enrollments(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    early = LATER.rows()
    early.enrollments = [row for row in early.enrollments if row["role"] == "teacher"]
    night = district.sync(early, SUMMER)
    assert night.outcome == "held"
    assert problems(night) == [
        "School ELM does not fit the rollover: its students would have 0 enrollments, and 108 before the rollover.",
        "School OAK does not fit the rollover: its students would have 0 enrollments, and 108 before the rollover.",
    ]
    assert night.report.records["classes"].added == 39
    assert night.report.records["students"].updated == 72
    assert night.report.records["classes"].archived == 0
    students = [row for row in district.roster()["enrollments.csv"] if row["userSourcedId"].startswith("S")]
    assert len(students) == 72 * 3
    assert district.sync(LATER.rows(), SUMMER + NIGHT).outcome == "applied"
    assert is_what_was_sent(district, LATER.rows())


def test_without_the_setting_a_rollover_is_held_newcomers_come_in_and_one_approval_gives_the_right_roster(
    begun: Begun,
) -> None:
    district = begun()
    before = district.active()["enrollments"]
    night = district.sync(LATER.rows(), SUMMER)
    assert (night.outcome, night.report.rollover) == ("held", None)
    assert night.report.records["students"].added == 6
    assert district.active()["enrollments"] == before
    again = district.sync_approved(LATER.rows(), SUMMER)
    assert (again.outcome, again.sync) == ("applied", 4)
    assert is_what_was_sent(district, LATER.rows())


@pytest.mark.parametrize("day", [NEW_YEAR.first - NIGHT, NEW_YEAR.last + NIGHT])
def test_outside_of_the_dates_a_rollover_is_held(begun: Begun, day: date) -> None:
    night = begun(NEW_YEAR).sync(LATER.rows(), day)
    assert (night.outcome, archived(night)) == ("held", 0)


@pytest.mark.parametrize("day", [NEW_YEAR.first, NEW_YEAR.last])
def test_the_first_and_the_last_date_count(begun: Begun, day: date) -> None:
    assert begun(NEW_YEAR).sync(LATER.rows(), day).outcome == "applied"


def test_a_second_turnover_within_the_dates_is_held(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    district.sync(LATER.rows(), SUMMER)
    again = LATER.year_begins(2028, term="fall-2028").arrives(6)
    night = district.sync(again.rows(), SUMMER + NIGHT)
    assert night.outcome == "held"
    assert {"update_limit", "column_limit", "grade_vanished"} <= night.holds()["students"]
    assert (night.report.records["classes"].archived, night.report.records["enrollments"].archived) == (0, 0)
    assert problems(night) == [
        f"School {school} does not fit the rollover: 0 of {n} students would be one grade up from their grade before "
        "it. In a new year nearly all are."
        for school, n in ((ELM, 30), (OAK, 36))
    ]


def test_classes_that_are_replaced_twice_within_the_dates_are_held(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    district.sync(LATER.rows(), SUMMER)
    night = district.sync(LATER.term_begins("other").rows(), SUMMER + NIGHT)
    assert night.outcome == "held"
    assert problems(night) == [
        f"School {school} does not fit the rollover: {n} of {n} classes that are new since the rollover began are "
        "missing from the files again."
        for school, n in ((ELM, 18), (OAK, 21))
    ]
    assert is_what_was_sent(district, LATER.rows())


def test_a_school_that_closes_is_held_and_the_other_one_rolls_over(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    now = YEAR.closes(ELM).year_begins(2027, OAK, term="fall-2027")
    night = district.sync(now.rows(), SUMMER)
    assert (night.outcome, line(night)) == (
        "held",
        "Rollover: 21 of 21 classes replaced, 36 of 36 students up a grade, 6 graduated.",
    )
    assert problems(night) == [
        "School ELM does not fit the rollover: only 0 of 30 students who are expected to stay are in the files and at "
        "this school."
    ]
    at_elm = [row for row in district.roster()["users.csv"] if row["orgSourcedIds"] == ELM and row["role"] == "student"]
    assert len(at_elm) == 36
    assert district.sync_approved(now.rows(), SUMMER).outcome == "applied"
    assert is_what_was_sent(district, now.rows())


def test_a_school_whose_students_all_go_on_in_another_one_is_held(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    now = YEAR.year_begins(2027, term="fall-2027").closes(ELM, into=OAK)
    night = district.sync(now.rows(), SUMMER)
    assert night.outcome == "held"
    assert "school_emptied" in night.holds()["students"]
    assert [school for school in (ELM, OAK) if school in str(problems(night))] == [ELM]
    assert district.sync_approved(now.rows(), SUMMER).outcome == "applied"
    assert is_what_was_sent(district, now.rows())


def test_classes_that_keep_their_ids_get_the_students_of_the_new_year(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    now = YEAR.year_begins(2027, term="fall-2026").arrives(6)
    night = district.sync(now.rows(), SUMMER)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 72 of 72 students up a grade, 6 graduated.")
    assert is_what_was_sent(district, now.rows())


def test_in_a_term_classes_of_the_whole_year_stay(begun: Begun) -> None:
    district = begun(SPRING_TERM)
    rows = YEAR.term_begins("spring-2027").rows()
    for table, key in ((rows.classes, "sourcedId"), (rows.enrollments, "classSourcedId")):
        for row in table:
            if row[key].endswith("-0"):
                row[key] = row[key].replace("spring-2027", "fall-2026")
    night = district.sync(rows, SPRING_TERM.first)
    assert (night.outcome, line(night)) == ("applied", "Rollover: 26 of 39 classes replaced.")
    assert is_what_was_sent(district, rows)


def test_classes_that_go_without_others_in_their_place_are_held(begun: Begun) -> None:
    """A filter leaves out a subject that few take; enrollments.csv leaves it out as well, or still names it."""
    district = begun(NEW_YEAR)
    whole = YEAR.rows()
    small = {row["sourcedId"] for row in whole.classes if row["sourcedId"].endswith("-2")}
    for row in whole.enrollments:
        if row["classSourcedId"] in small and row["role"] == "student" and row["userSourcedId"] > "S0001":
            row["classSourcedId"] = row["classSourcedId"].removesuffix("2") + "1"
    whole.enrollments = list({tuple(row.values()): row for row in whole.enrollments}.values())
    assert district.sync_approved(whole, NEW_YEAR.first - NIGHT).outcome == "applied"
    district.limit(archive={"classes": {"percent": 10, "at_least": 0}})
    less = whole.copy()
    less.classes = [row for row in whole.classes if row["sourcedId"] not in small]
    less.enrollments = [row for row in whole.enrollments if row["classSourcedId"] not in small]
    night = district.sync(less, SUMMER)
    assert night.report.records["classes"].archived == 0
    assert problems(night) == [
        f"School {school} does not fit the rollover: {n} of its classes are missing from the files, and 0 are new."
        for school, n in ((ELM, 6), (OAK, 7))
    ]
    less.enrollments = whole.enrollments
    assert district.sync(less, SUMMER + NIGHT).report.records["classes"].archived == 0


def down(rows: Rows) -> None:
    """Everyone is put back a grade instead of moving up."""
    for row in rows.users:
        if row.get("grades", "KG") != "KG":
            row["grades"] = f"{int(row['grades']) - 2:02}" if row["grades"] > "02" else "KG"


def half_the_students(rows: Rows) -> None:
    gone = {f"S{number:04}" for number in range(0, 78, 2)}
    rows.users = [row for row in rows.users if not {row["sourcedId"], row.get("agentSourcedIds")} & gone]
    rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"] not in gone]


def no_guardians(rows: Rows) -> None:
    rows.users = [row for row in rows.users if "role" in row]


def other_teachers(rows: Rows) -> None:
    for row in rows.users:
        if row.get("role") == "teacher":
            row["sourcedId"] += "-new"
            row["familyName"] = "Newcomer"
    rows.enrollments = [row for row in rows.enrollments if row["role"] == "student"]


def other_names(rows: Rows) -> None:
    """The ids stay with the rows while the people in them are a row too low."""
    pupils = [row for row in rows.users if row.get("role") == "student"]
    for row, other in zip(pupils, [pupils[-1]["givenName"], *(row["givenName"] for row in pupils[:-1])], strict=True):
        row["givenName"] = other


@pytest.mark.parametrize(
    ("spoil", "stays"),
    [
        (down, "students"),
        (half_the_students, "students"),
        (no_guardians, "guardians"),
        (other_teachers, "staff"),
        (other_names, "students"),
    ],
)
def test_what_does_not_fit_is_held_within_the_dates(begun: Begun, spoil: Callable[[Rows], None], stays: str) -> None:
    district = begun(NEW_YEAR)
    rows = LATER.rows()
    spoil(rows)
    night = district.sync(rows, SUMMER)
    counts = night.report.records[stays]
    assert night.outcome == "held"
    assert stays in night.holds()
    assert counts.withheld.archive or counts.withheld.update
    assert counts.archived <= 6  # grade 12, and its guardians
    assert district.active()["enrollments"] >= 200


def test_in_a_term_grades_stay(begun: Begun) -> None:
    district = begun(Rollover(kind="term", first=SUMMER, last=SUMMER, name="Fall"))
    night = district.sync(LATER.rows(), SUMMER)
    assert (night.outcome, archived(night)) == ("held", 0)
    assert problems(night)[0] == (
        "School ELM does not fit the rollover: 36 of 36 students would change grade. In a new term grades stay the "
        "same."
    )


def test_a_file_that_was_cut_off_rolls_nothing_over(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    files = LATER.rows().files()
    files["users.csv"] += b"S9999,EL"
    night = district.sync(files, SUMMER)
    assert (night.outcome, archived(night), line(night)) == ("rejected", 0, None)


def test_who_repeats_a_grade_and_who_moves_away_are_no_obstacle_and_the_entry_grade_may_be_empty(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    now = YEAR.leaves(1, 40).year_begins(2027, term="fall-2027")
    rows = now.rows()
    rows.user("S0010")["grades"] = "01"
    night = district.sync(rows, SUMMER)
    assert (night.outcome, line(night)) == (
        "applied",
        "Rollover: 39 of 39 classes replaced, 69 of 70 students up a grade, 6 graduated.",
    )
    assert is_what_was_sent(district, rows)


def test_students_who_are_archived_after_some_days_leave_within_the_dates(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    district.set(archive_after_days=2)
    for day in range(3):
        night = district.sync(LATER.rows(), SUMMER + day * NIGHT)
        assert night.report.holds == []
    assert is_what_was_sent(district, LATER.rows())


@pytest.mark.slow("an undo between two rollovers")
def test_an_undo_gives_a_school_its_turn_back(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    before = standing(district)
    district.sync(LATER.rows(), SUMMER)
    undone(district, to=FALL, today=SUMMER)
    assert standing(district) == before
    rows = LATER.rows()
    rows.users.append(student("S9000", ELM, grades="KG"))
    night = district.sync(rows, SUMMER + NIGHT)
    assert (night.outcome, line(night)) == (
        "applied",
        "Rollover: 39 of 39 classes replaced, 72 of 72 students up a grade, 6 graduated.",
    )


@pytest.mark.slow("three nights and a replay")
def test_a_replay_rolls_over_what_was_held_before_the_dates_were_known(begun: Begun) -> None:
    district = begun()
    assert district.sync(LATER.rows(), SUMMER).outcome == "held"
    with_rollovers(district, NEW_YEAR)
    report, _ = replay(
        district.folder, district.name, district.settings,
        first=SUMMER, by="Kim", why="The dates were missing.", today=SUMMER + NIGHT, at=AT,
    )  # fmt: skip
    assert report.outcome == "applied"
    assert is_what_was_sent(district, LATER.rows())
    # The school has had its turn.
    again = LATER.term_begins("other")
    district.last_active = None
    assert district.sync(again.rows(), SUMMER + 2 * NIGHT).outcome == "held"


def test_a_district_that_begins_within_the_dates_rolls_over_from_its_first_night(begun: Begun) -> None:
    district = begun(Rollover(kind="year", first=FALL - NIGHT, last=SUMMER, name="A long year"))
    assert district.sync(LATER.rows(), SUMMER).outcome == "applied"


def test_the_pages_name_what_rolled_over(begun: Begun) -> None:
    district = begun(NEW_YEAR)
    night = district.sync(LATER.rows(), SUMMER)
    page = night.page.read_text(encoding="utf-8")
    assert "Rollover: 39 of 39 classes replaced, 72 of 72 students up a grade, 6 graduated." in page
    assert "School year 2027-28: from July 12, 2027 to August 20, 2027 each school may roll over once." in page
    quiet = district.sync(LATER.rows(), SUMMER + NIGHT)
    assert (quiet.outcome, line(quiet)) == ("unchanged", None)
