"""Accidents that users of roster syncs tell of, one test each: what this product does when they happen.

All of them happen to one district with the limits that every district has.
"""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.plan.approvals import approve
from tests.support.district import (
    FIRST,
    District,
    Night,
    Rows,
    contact,
    enrollment,
    given,
    school_class,
    student,
    teacher,
)

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH = (FIRST + timedelta(days=days) for days in (1, 2, 3))


def semester() -> Rows:
    """Sixty students in two schools, a mother for each, thirty classes in two terms, two enrollments for each student.

    Students of school N are in grades 01 to 03, those of M in 04 to 06.
    """

    def school(number: int, of: int) -> str:
        return "N" if number < of // 2 else "M"

    return Rows(
        [
            *(student(f"S{n:02}", school(n, 60), grades=f"0{n // 10 + 1}") for n in range(60)),
            *(teacher(f"T{n}", school(n, 4)) for n in range(4)),
            *(contact(f"P{n:02}", f"S{n:02}", sms=f"202-555-01{n:02}") for n in range(60)),
        ],
        [school_class(f"C{n:02}", school(n, 30)) for n in range(30)],
        [
            *(enrollment(f"C{n // 2:02}", f"S{n:02}") for n in range(60)),
            *(enrollment(f"C{n // 30 * 15 + n % 15:02}", f"S{n:02}", "student", primary="false") for n in range(60)
              if n // 2 != n // 30 * 15 + n % 15),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("semester")
    assert District(folder).sync(semester(), FIRST).outcome == "applied"
    return folder


@pytest.fixture
def district(begun: Path, tmp_path: Path) -> District:
    shutil.copytree(begun, tmp_path, dirs_exist_ok=True)
    return District(tmp_path)


@pytest.fixture
def rows() -> Rows:
    return semester()


def nothing_was_archived(night: Night) -> bool:
    return not any(counts.archived for counts in night.report.records.values())


def codes(night: Night) -> set[str]:
    return {hold.code for hold in night.report.holds}


def leave(rows: Rows, keys: set[str]) -> Rows:
    """The rows without these students and all that the source drops with them."""
    later = rows.copy()
    later.users = [row for row in later.users if not {row["sourcedId"], row.get("agentSourcedIds")} & keys]
    later.enrollments = [row for row in later.enrollments if row["userSourcedId"] not in keys]
    return later


def test_1_a_sync_in_mid_term_does_not_clear_out_the_enrollments_of_the_semester(
    district: District, rows: Rows
) -> None:
    """The export holds only what changed since yesterday."""
    before = district.active()
    rows.enrollments = [*rows.enrollments[:5], enrollment("C09", "S00")]
    night = district.sync(rows, SECOND)
    assert (night.outcome, night.holds()) == ("held", {"enrollments": {"archive_limit", "school_limit"}})
    assert night.applied == {("enrollments", "add", "C09|S00|student")}
    assert district.active()["enrollments"] == before["enrollments"] + 1


def test_2_invisible_characters_in_the_headers_never_reach_a_limit(district: District, rows: Rows) -> None:
    files = rows.files()
    marked = {name: b"\xef\xbb\xbf" + content for name, content in files.items()}
    assert district.sync(marked, SECOND).outcome == "unchanged"
    night = district.sync(files | {"users.csv": files["users.csv"].replace(b"sourcedId,", b"sourcedld,", 1)}, THIRD)
    assert (night.outcome, night.report.holds) == ("rejected", [])
    assert any("sourcedId" in finding.message for finding in night.report.findings)
    assert nothing_was_archived(night)


def test_3_a_file_of_headers_only_is_no_success(district: District, rows: Rows) -> None:
    files = rows.files()
    header_only = files["users.csv"].split(b"\r\n")[0] + b"\r\n"
    night = district.sync(files | {"users.csv": header_only}, SECOND)
    assert (night.outcome, nothing_was_archived(night)) == ("rejected", True)
    assert district.active()["students"] == 60


def test_3_school_ids_that_match_nothing_are_shown_beside_those_that_were_expected(
    district: District, rows: Rows
) -> None:
    for row in rows.users:
        row["orgSourcedIds"] = f"0{row['orgSourcedIds']}" if row.get("orgSourcedIds") else ""
    for row in rows.classes:
        row["schoolSourcedId"] = f"0{row['schoolSourcedId']}"
    night = district.sync(rows, SECOND)
    assert (night.outcome, nothing_was_archived(night)) == ("rejected", True)
    told = " ".join(finding.message for finding in night.report.findings)
    assert "0M" in told
    assert "0N" in told


def test_4_what_lets_a_wave_pass_is_bound_to_that_wave_and_forgotten_by_itself(district: District, rows: Rows) -> None:
    gone = leave(rows, {f"S{n:02}" for n in range(25)})
    held = district.sync(gone, SECOND)
    assert "archive_limit" in held.holds()["students"]
    assert held.report.hold_digest is not None
    approve(
        district.folder, "synthetic", SECOND, [held.report.hold_digest], until=THIRD,
        by="A. Registrar", why="A school closed", at=datetime(2026, 9, 2, 15, tzinfo=UTC),
    )  # fmt: skip
    assert district.sync(gone, SECOND).report.records["students"].archived == 25
    # Next month nobody remembers, and nobody has to: another wave is held as the first one was.
    night = district.sync(leave(gone, {f"S{n:02}" for n in range(35, 58)}), date(2026, 10, 5))
    assert "archive_limit" in night.holds()["students"]
    assert nothing_was_archived(night)


def test_5_a_wrong_file_of_the_very_same_size_is_held(district: District, rows: Rows) -> None:
    files = rows.files()
    wrong = {
        "users.csv": files["users.csv"].replace(b"\nS", b"\nX").replace(b",S", b",X").replace(b"\nP", b"\nY"),
        "enrollments.csv": files["enrollments.csv"].replace(b",S", b",X"),
    }
    assert len(wrong["users.csv"]) == len(files["users.csv"])
    before = district.roster()
    night = district.sync(files | wrong, SECOND)
    # By name and family they are those whose ids are gone: the old records count as present.
    assert night.holds()["students"] == {"id_moved"}
    assert district.roster() == before


def test_6_headers_that_do_not_match_stop_the_delivery(district: District, rows: Rows) -> None:
    """A small enrollments.csv in another product's columns."""
    night = district.sync(
        rows.files() | {"enrollments.csv": b"course_id,user_id,role,status\r\nC00,S00,student,active\r\n"}, SECOND
    )
    assert (night.outcome, nothing_was_archived(night)) == ("rejected", True)
    assert {finding.file for finding in night.report.findings if finding.severity == "error"} == {"enrollments.csv"}


def test_7_courses_that_all_come_under_new_ids_replace_none(district: District, rows: Rows) -> None:
    before = district.roster()
    for row in rows.classes:
        row["sourcedId"] = f"2027-{row['sourcedId']}"
    for row in rows.enrollments:
        row["classSourcedId"] = f"2027-{row['classSourcedId']}"
    night = district.sync(rows, SECOND)
    assert "all_vanished" in night.holds()["classes"]
    assert district.roster() == before


def test_7_one_school_that_empties_is_held_though_the_district_would_hardly_notice(
    district: District, rows: Rows
) -> None:
    district.limit(archive={"students": {"percent": 40}})
    gone = {f"S{n:02}" for n in (*range(31, 40), *range(41, 50), *range(51, 54))}  # some of every grade stay
    night = district.sync(leave(rows, gone), SECOND)
    (hold,) = (hold for hold in night.report.holds if hold.record_type == "students")
    assert (hold.code, hold.school_id, hold.changes, hold.allowed, hold.active) == ("school_limit", "M", 21, 20, 30)
    assert district.active()["students"] == 60


def test_8_a_term_that_drops_out_takes_no_enrollments_and_one_can_tell_which_sync_did_what(
    district: District, rows: Rows
) -> None:
    gone = {f"C{n:02}" for n in range(25)}
    rows.classes = [row for row in rows.classes if row["sourcedId"] not in gone]
    rows.enrollments = [row for row in rows.enrollments if row["classSourcedId"] not in gone]
    before = district.roster()
    held = district.sync(rows, SECOND)
    assert held.holds()["classes"] == {"school_vanished", "school_limit"}
    assert district.roster() == before
    assert held.report.hold_digest is not None
    approve(
        district.folder, "synthetic", SECOND, [held.report.hold_digest], until=SECOND,
        by="A. Registrar", why="The term is over", at=datetime(2026, 9, 2, 15, tzinfo=UTC),
    )  # fmt: skip
    district.sync(rows, SECOND)
    assert district.query("""
        select sync_number, changes.operation, consequence, count(*) from book.sync.changes as changes
        where record_type in ('classes', 'enrollments') group by all order by all
    """) == [(3, "archive", False, 25), (3, "archive", True, len(before["enrollments.csv"]) - len(rows.enrollments))]
    assert district.roster(FIRST) == before


def test_9_people_who_are_removed_overnight_come_back_as_they_were(district: District, rows: Rows) -> None:
    before = district.roster()
    district.sync(leave(rows, {"S00", "S30"}), SECOND)
    assert district.active()["students"] == 58
    night = district.sync(rows, THIRD)
    assert night.report.records["students"].restored == 2
    assert night.report.records["enrollments"].added == night.report.records["students"].added == 0
    assert district.roster() == before


def test_9_with_days_of_grace_nobody_is_removed_overnight_at_all(district: District, rows: Rows) -> None:
    district.set(archive_after_days=2)
    before = district.roster()
    district.sync(leave(rows, {"S00", "S30"}), SECOND)
    assert district.roster() == before
    district.sync(rows, THIRD)
    assert district.roster() == before


def test_10_rows_of_nothing_are_never_a_success(district: District, rows: Rows) -> None:
    files = rows.files()
    header = files["users.csv"].split(b"\r\n")[0]
    night = district.sync(files | {"users.csv": header + b"\r\n" + b"," * header.count(b",") + b"\r\n"}, SECOND)
    assert (night.outcome, nothing_was_archived(night)) == ("rejected", True)
    assert district.sync({}, THIRD).outcome == "missing"
    assert district.active()["students"] == 60


def test_11_a_file_that_was_cut_off_ends_nothing(district: District, rows: Rows) -> None:
    files = rows.files()
    before = district.active()
    half = files["users.csv"][: len(files["users.csv"]) // 2]
    night = district.sync(files | {"users.csv": half[: half.rindex(b",")]}, SECOND)
    assert (night.outcome, nothing_was_archived(night)) == ("rejected", True)
    assert night.codes("users.csv")["file_cut_off"] == 1
    assert district.active() == before


def test_12_a_move_to_another_source_with_other_ids_is_held_as_ids_that_moved(district: District, rows: Rows) -> None:
    before = district.roster()
    for row in rows.users:
        row["sourcedId"] = f"new-{row['sourcedId']}"
        if row.get("agentSourcedIds"):
            row["agentSourcedIds"] = f"new-{row['agentSourcedIds']}"
    for row in rows.enrollments:
        row["userSourcedId"] = f"new-{row['userSourcedId']}"
    night = district.sync(rows, SECOND)
    moved = {hold.record_type: hold.changes for hold in night.report.holds if hold.code == "id_moved"}
    assert moved == {"students": 60}
    # A guardian's name, mobile and child are the same: the ids move, but not all in one night.
    assert {"ids_moved", "column_limit"} <= night.holds()["guardians"]
    assert (night.outcome, district.roster()) == ("held", before)


def test_13_a_hold_says_why_the_number_is_big(district: District, rows: Rows) -> None:
    one_grade = district.sync(leave(rows, {f"S{n:02}" for n in range(10)}), SECOND)
    (grade,) = (hold for hold in one_grade.report.holds if hold.record_type == "students")
    assert grade.message == (
        "Grade 01 would be left without students. 10 students are missing from the files and were not archived."
    )
    school = leave(rows, {f"S{n:02}" for n in range(30)})
    school.classes = [row for row in school.classes if row["schoolSourcedId"] == "M"]
    one_school = district.sync(school, THIRD)
    assert any("School N (N) would be left without students" in hold.message for hold in one_school.report.holds)


def test_14_parents_who_share_a_phone_and_an_address_both_come(district: District, rows: Rows) -> None:
    shared = {"sms": "202-555-0199", "email": "family@home.example", "relationship": "Father"}
    rows.users += [contact("F1", "S00", **shared), contact("F2", "S00,S01", **shared)]
    night = district.sync(rows, SECOND)
    assert {("guardians", "add", "F1"), ("guardians", "add", "F2")} <= night.applied
    assert district.person("F1")["sms"] == district.person("F2")["sms"] == "+12025550199"


def test_15_an_emergency_contact_is_no_guardian_and_the_report_says_why(district: District, rows: Rows) -> None:
    rows.users.append(contact("E1", "S00", relationship="Neighbor"))
    night = district.sync(rows, SECOND)
    assert (night.outcome, night.applied) == ("unchanged", set())
    assert "E1" not in district.people()
    assert sum(count.pairs for count in night.report.contacts if count.role is None) == 1


def test_17_a_teacher_who_is_a_parent_is_both(district: District, rows: Rows) -> None:
    own = {"givenName": "GivenT0", "familyName": "Teacher", "email": "other@home.example"}
    rows.users.append(contact("PT", "S00", **own, relationship="Mother"))
    assert district.sync(rows, SECOND).applied == {("guardians", "add", "PT"), ("guardian_links", "add", "PT|S00")}
    assert district.person("T0")["role"] == "teacher"


def test_19_parents_who_are_not_named_any_more_stay_while_their_students_do(district: District, rows: Rows) -> None:
    for row in rows.users:
        if row["sourcedId"][0] == "P" and row["sourcedId"] < "P30":
            row["agentSourcedIds"] = ""
    night = district.sync(rows, SECOND)
    assert "archive_limit" in night.holds()["guardians"]
    assert nothing_was_archived(night)
    assert district.person("S00")["agentSourcedIds"] == "P00"


def test_20_a_contact_with_a_row_for_each_child_is_one_person_and_namesakes_are_two(
    district: District, rows: Rows
) -> None:
    rows.users += [contact("X", "S00"), contact("X", "S01")]
    rows.users += [contact("Y", "S02", givenName=given("X"))]
    night = district.sync(rows, SECOND)
    assert {key for kind, _, key in night.applied if kind == "guardians"} == {"X", "Y"}
    assert district.person("X")["agentSourcedIds"] == "S00,S01"


def test_21_a_student_may_have_more_than_six_guardians(district: District, rows: Rows) -> None:
    rows.users += [contact(f"X{n}", "", relationship="Mother") for n in range(8)]
    rows.user("S00")["agentSourcedIds"] = ",".join(["P00", *(f"X{n}" for n in range(8))])
    district.sync(rows, SECOND)
    assert len(district.person("S00")["agentSourcedIds"].split(",")) == 9


def test_23_a_class_that_cannot_be_read_fails_its_own_rows_and_says_so(district: District, rows: Rows) -> None:
    rows.class_("C00")["schoolSourcedId"] = ""
    rows.users.append(student("NEW"))
    night = district.sync(rows, SECOND)
    here = sum(row["classSourcedId"] == "C00" for row in rows.enrollments)
    assert night.codes() == {"school_missing": 1, "class_rejected": here}
    assert night.applied == {("students", "add", "NEW")}


def test_24_counts_are_changes_and_add_up(district: District, rows: Rows) -> None:
    later = leave(rows, {"S59"})
    later.users.append(student("NEW"))
    later.user("S00")["grades"] = "02"
    later.users.append(student("ELSEWHERE", "OTHER"))
    later.users.append(student("BAD", role="pupil"))
    report = district.sync(later, SECOND).report
    users = report.files["users.csv"]
    assert (users.received, users.rejected, users.excluded) == (len(later.users), 1, 1)
    assert users.received == users.accepted + users.rejected + users.excluded
    students = report.records["students"]
    assert (students.added, students.updated, students.unchanged, students.archived) == (1, 1, 58, 1)
    assert (students.active_before, students.active_after) == (60, 60)


def test_26_a_row_that_was_dropped_is_in_the_report_with_its_line(district: District, rows: Rows) -> None:
    rows.enrollments.append(enrollment("C00", "GHOST"))
    night = district.sync(rows, SECOND)
    (finding,) = (found for found in night.report.findings if found.code == "user_unknown")
    assert (finding.file, finding.line, finding.severity) == ("enrollments.csv", len(rows.enrollments) + 1, "error")
    assert "GHOST" in finding.message
    assert "GHOST" in (night.page.parent / "enrollments.csv").read_text(encoding="utf-8")
