"""A row that was left out for an error is not absent: what it names, and what hangs on that, is not archived for it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.guardians.test_bars import links
from tests.plan.test_silence import files
from tests.support.district import FIRST, District, Night, Rows, contact, enrollment, student
from tests.support.families import listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD = date(2026, 9, 2), date(2026, 9, 3)


def nothing_was_archived(night: Night) -> bool:
    return sum(counts.archived for counts in night.report.records.values()) == 0


def test_a_student_without_a_name_stays_with_all_that_hangs_on_the_student(running: District, rows: Rows) -> None:
    rows.user("S3").update(givenName="", familyName="")
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv") == {"name_missing": 1}
    assert night.codes("enrollments.csv") == {"user_rejected": 1}
    assert night.plan == frozenset()
    assert running.people() >= {"S3", "P3"}


def test_people_left_out_for_an_error_stay(running: District, rows: Rows) -> None:
    rows.user("S3")["role"] = ""
    rows.user("S4")["role"] = "pupil"
    rows.user("S5")["orgSourcedIds"] = ""
    rows.user("P2").update(givenName="", familyName="")
    rows.user("T2")["role"] = "coach"
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv") == {"role_missing": 1, "role_unknown": 2, "school_missing": 1, "name_missing": 1}
    assert night.plan == frozenset()


def test_an_id_given_to_two_people_leaves_the_one_we_know_alone(running: District, rows: Rows) -> None:
    rows.users.append(student("S3", givenName="Somebody", familyName="Else"))
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv") == {"id_repeated": 2}
    assert night.plan == frozenset()
    assert running.person("S3")["givenName"] == "GivenS3"


def test_a_class_left_out_for_an_error_stays_with_its_enrollments(running: District, rows: Rows) -> None:
    rows.class_("C3")["schoolSourcedId"] = ""
    night = running.sync(rows, SECOND)
    assert night.codes() == {"school_missing": 1, "class_rejected": 4}
    assert night.plan == frozenset()


def test_enrollments_left_out_for_an_error_stay(running: District, rows: Rows) -> None:
    rows.enrollment("C1", "S1")["role"] = ""
    rows.enrollment("C1", "S2")["role"] = "pupil"
    rows.enrollment("C2", "S2")["classSourcedId"] = ""
    rows.enrollment("C3", "S4")["userSourcedId"] = ""
    night = running.sync(rows, SECOND)
    assert night.report.files["enrollments.csv"].rejected == 4
    assert night.plan == frozenset()


def test_an_enrollment_that_names_nobody_withholds_archives_of_enrollments(running: District, rows: Rows) -> None:
    rows.enrollment("C1", "S1").update(classSourcedId="", userSourcedId="")
    night = running.sync(rows, SECOND)
    assert night.holds() == {"enrollments": {"key_unreadable"}}
    assert night.withheld == {("enrollments", "archive", "C1|S1|student")}


def test_a_person_without_an_id_withholds_archives_of_people(running: District, rows: Rows) -> None:
    rows.user("S3")["sourcedId"] = ""
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv")["key_missing"] == 1
    assert night.holds()["students"] == {"key_unreadable", "still_named"}
    assert ("students", "archive", "S3") in night.withheld
    assert nothing_was_archived(night)


def test_a_class_without_an_id_withholds_archives_of_classes(running: District, rows: Rows) -> None:
    rows.class_("C3")["sourcedId"] = ""
    night = running.sync(rows, SECOND)
    assert night.holds()["classes"] == {"key_unreadable", "still_named"}
    assert nothing_was_archived(night)


def with_line(files: dict[str, bytes], file: str, key: bytes, line: bytes) -> dict[str, bytes]:
    """The files with one line of `file`, the one that starts with `key`, replaced."""
    lines = files[file].split(b"\r\n")
    place = next(n for n, old in enumerate(lines) if old.startswith(key))
    return files | {file: b"\r\n".join([*lines[:place], line, *lines[place + 1 :]])}


def test_a_row_with_a_comma_too_many_protects_the_ids_that_stand_in_it(running: District, rows: Rows) -> None:
    files = with_line(rows.files(), "users.csv", b"S3,", b"S3,N,student,GivenS3,Pupil, Jr.,,,,,,,05,,,")
    night = running.sync(files, SECOND)
    assert night.codes("users.csv")["field_count"] == 1
    assert night.report.files["users.csv"].rejected == 1
    assert nothing_was_archived(night)
    assert not night.report.holds
    finding = next(found for found in night.report.findings if found.code == "field_count")
    assert finding.line == 4


def test_what_else_left_the_files_is_archived_beside_a_row_that_cannot_be_read(running: District, rows: Rows) -> None:
    files = with_line(rows.without_user("S6").files(), "users.csv", b"S3,", b"S3,N,student,too short")
    night = running.sync(files, SECOND)
    assert ("students", "archive", "S6") in night.applied
    assert "S3" in running.people()


def test_a_row_in_which_no_id_can_be_read_withholds_archives(running: District, rows: Rows) -> None:
    files = with_line(rows.files(), "users.csv", b"S3,", b"nothing to see here")
    night = running.sync(files, SECOND)
    assert "key_unreadable" in night.holds()["students"]
    assert nothing_was_archived(night)


def test_an_unreadable_class_stays_with_its_enrollments(running: District, rows: Rows) -> None:
    files = with_line(rows.files(), "classes.csv", b"C3,", b"C3,Art, Music and more,,,,,M,1,,")
    night = running.sync(files, SECOND)
    assert night.codes("classes.csv") == {"field_count": 1}
    assert nothing_was_archived(night)


def test_an_unreadable_enrollment_stays(running: District, rows: Rows) -> None:
    files = with_line(rows.files(), "enrollments.csv", b",C3,,S4", b"C3,S4,student")
    night = running.sync(files, SECOND)
    assert night.codes("enrollments.csv") == {"field_count": 1}
    assert night.plan == frozenset()


def test_an_enrollment_of_an_erroneous_student_goes_with_its_class(running: District, rows: Rows) -> None:
    """The student is protected, the class is not: nobody is left in a class that is gone."""
    rows.user("S4").update(givenName="", familyName="")
    rows.classes = rows.classes[:2]
    rows.enrollments = [row for row in rows.enrollments if row["classSourcedId"] != "C3"]
    night = running.sync(rows, SECOND)
    assert ("classes", "archive", "C3") in night.applied
    assert ("enrollments", "archive", "C3|S4|student") in night.applied
    assert "S4" in running.people()


def test_a_link_of_an_erroneous_contact_goes_with_its_student(running: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    later.users.append(contact("P3", "S3", relationship="Father", givenName="", familyName=""))
    night = running.sync(later, SECOND)
    assert ("guardian_links", "archive", "P3|S3") in night.applied
    assert "P3" not in running.people()


def test_a_mended_row_is_an_update_and_no_newcomer(running: District, rows: Rows) -> None:
    rows.user("S3")["role"] = "pupil"
    running.sync(rows, SECOND)
    rows.user("S3").update(role="student", grades="06")
    assert running.sync(rows, THIRD).applied == {("students", "update", "S3")}


def test_an_enrollment_of_a_person_who_is_not_in_users_is_left_out_and_the_rest_is_taken(
    running: District, rows: Rows
) -> None:
    rows.enrollments += [enrollment("C1", "GHOST"), enrollment("C1", "S4")]
    night = running.sync(rows, SECOND)
    assert night.codes("enrollments.csv") == {"user_unknown": 1}
    assert night.applied == {("enrollments", "add", "C1|S4|student")}


def test_first_night_with_erroneous_rows_takes_the_good_ones(district: District, rows: Rows) -> None:
    rows.user("S3")["role"] = "pupil"
    night = district.sync(rows, FIRST)
    assert night.outcome == "applied"
    assert "S3" not in district.people()
    assert "P3" not in district.people()


TOTAL = {"givenName": "Total", "familyName": "2 rows"}


@pytest.mark.slow("three nights")
def test_while_a_row_of_contacts_csv_names_nobody_nothing_is_lost_by_what_the_file_leaves_out(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother, reached = [contact("P1", "S1")], {"email": "kim@example.org", "sms": "202-555-0143"}
    rows = [listed("P1", "S1", "Mother", **reached), listed("P2", "S2", "Mother")]
    district.sync(files(mother, rows), FIRST)
    night = district.sync(files(mother, [TOTAL]), SECOND)
    assert night.codes("contacts.csv")["further_key_missing"] == 1
    assert {reason for reasons in night.holds().values() for reason in reasons} == {"key_unreadable"}
    assert (links(district), district.person("P1")["email"]) == ({"P1-S1", "P2-S2"}, "kim@example.org")
    district.sync_approved(files(mother, [TOTAL]), SECOND)
    assert (links(district), district.person("P1")["email"]) == ({"P1-S1"}, "")


def test_a_row_of_contacts_csv_in_which_nothing_stands_says_nothing_of_others(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(contacts=[listed("P1", "S1", "Mother"), listed("P2", "S2", "Mother")]), FIRST)
    night = district.sync(files(contacts=[listed("P1", "S1", "Mother"), {}]), SECOND)
    assert (night.outcome, links(district)) == ("applied", {"P1-S1"})


def test_while_a_row_of_users_csv_names_nobody_no_second_school_goes(tmp_path: Path) -> None:
    district = District(tmp_path)
    both = [student("S9", "N"), student("S9", "M")]
    district.sync(files(both), FIRST)
    night = district.sync(files([{**both[0], "grades": "06"}, student("")]), SECOND)
    assert (night.holds(), district.person("S9")["orgSourcedIds"]) == ({"students": {"key_unreadable"}}, "M,N")
    night = district.sync(files([{**both[0], "grades": "06"}]), THIRD)
    assert (night.outcome, district.person("S9")["orgSourcedIds"]) == ("applied", "N")
