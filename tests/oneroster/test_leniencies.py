"""Profile connect: what is read more kindly than it was written, each kind told once per file; and further files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.districts.settings import ReadingSettings
from pipeline.oneroster.normalize import normalize
from pipeline.warehouse.sessions import session
from tests.support.district import FIRST, District, contact, csv_bytes, enrollment, small_district

pytestmark = pytest.mark.whole_day


def findings(district: District, code: str) -> list[tuple[object, ...]]:
    every = district.query("select file, line, value, code from day.meta.findings order by file", FIRST)
    return [row[:3] for row in every if row[3] == code]


def test_each_kind_is_told_once_with_its_first_lines(tmp_path: Path) -> None:
    rows = small_district()
    for number in range(3):
        rows.users[number]["role"] = "Student"
        rows.users[number]["grades"] = "5"
    rows.users[1]["familyName"] = " Pupil"
    rows.users[0]["language"] = "Not Set"
    rows.users[2]["identifier"] = "--"
    rows.user("P1")["sms"] = "555-555-5555"
    rows.user("P3")["email"] = "Kin@Example.ORG"
    rows.user("P2")["email"] = "none at all"
    rows.enrollments[0]["primary"] = "1"
    rows.enrollments[1]["beginDate"] = "9/1/2026"
    district = District(tmp_path)
    night = district.sync(rows)
    assert night.outcome == "applied"
    assert findings(district, "words_in_other_case") == [("users.csv", 2, "3 rows, the first on lines 2, 3, 4")]
    assert findings(district, "values_padded") == [("users.csv", 3, "1 row, on line 3")]
    assert findings(district, "placeholders_blank") == [("users.csv", 2, "2 rows, the first on lines 2, 4")]
    assert findings(district, "grades_mapped") == [("users.csv", 2, "3 rows, the first on lines 2, 3, 4")]
    assert findings(district, "phone_wrong") == [("users.csv", 10, "1 row, on line 10")]
    assert findings(district, "email_wrong") == [("users.csv", 11, "1 row, on line 11")]
    assert findings(district, "flags_mapped") == [("enrollments.csv", 2, "1 row, on line 2")]
    assert findings(district, "dates_mapped") == [("enrollments.csv", 3, "1 row, on line 3, read as month, day, year")]
    people = dict(district.query("select sourced_id, (grades, language, identifier) from day.oneroster.users", FIRST))
    assert people["S1"] == ("05", None, None)
    assert people["S3"] == ("05", None, None)
    reach = dict(district.query("select sourced_id, (email, sms) from day.oneroster.users", FIRST))
    assert reach["P1"] == (None, None)
    assert reach["P3"] == ("kin@example.org", None)
    dates = dict(district.query("select line, (begin_date, is_primary) from day.oneroster.enrollments", FIRST))
    assert dates[2] == (None, True)
    assert dates[3] == ("2026-09-01", True)


def test_a_list_in_two_layers_of_marks_is_read(tmp_path: Path) -> None:
    rows = small_district()
    rows.user("P1")["agentSourcedIds"] = '"S1,S2"'
    district = District(tmp_path)
    assert district.sync(rows).outcome == "applied"
    assert findings(district, "quotes_doubled") == [("users.csv", 10, "1 row, on line 10")]
    assert district.query("select list_sort(agent_ids) from day.oneroster.user_rows where line = 10", FIRST) == [
        (["S1", "S2"],)
    ]


def test_a_dropped_enrollment_is_left_aside(tmp_path: Path) -> None:
    rows = small_district()
    rows.enrollments.append(enrollment("-4711", "S1"))
    district = District(tmp_path)
    night = district.sync(rows)
    assert night.report.files["enrollments.csv"].excluded == 1
    assert "a dropped enrollment: its class has a negative id" in {e.reason for e in night.report.exclusions}


@pytest.mark.parametrize(
    ("settings", "lines"),
    [
        ({}, [2, 3, 4]),
        ({"ended_enrollments": "leave_out"}, [2, 4]),
        ({"future_enrollments": "leave_out"}, [2, 3]),
    ],
)
def test_ended_and_future_enrollments_count_as_the_district_says(
    tmp_path: Path, settings: dict[str, str], lines: list[int]
) -> None:
    rows = small_district()
    rows.enrollments[1]["endDate"] = FIRST.isoformat()
    rows.enrollments[2]["beginDate"] = "9/2/2026"
    del rows.enrollments[3:]
    district = District(tmp_path)
    district.sync(rows)
    reading = ReadingSettings.model_validate(settings)
    with session(district.folder.root, day=district.folder.day(FIRST.isoformat()), write="day") as db:
        normalize(db, scope="district", reading=reading, sync_date=FIRST, student_id="sourcedId", flags=())
        found = db._connection.execute("select line from day.oneroster.enrollments order by line").fetchall()
    assert [line for (line,) in found] == lines


def test_the_mobile_number_may_stand_in_the_other_column(tmp_path: Path) -> None:
    rows = small_district()
    rows.user("P1").update(sms="202-555-0101", phone="202-555-0102")
    district = District(tmp_path)
    district.sync(rows)
    with session(district.folder.root, day=district.folder.day(FIRST.isoformat()), write="day") as db:
        normalize(
            db,
            scope="district",
            reading=ReadingSettings(mobile="phone"),
            sync_date=FIRST,
            student_id="sourcedId",
            flags=(),
        )
        found = db._connection.execute("select sms, phone from day.oneroster.users where sourced_id = 'P1'").fetchall()
    assert found == [("+12025550102", "+12025550101")]


def test_one_missing_class_is_told_first_with_the_rows_that_it_takes_down(tmp_path: Path) -> None:
    rows = small_district()
    rows.classes[0]["sourcedId"] = "0C1"
    district = District(tmp_path)
    night = district.sync(rows)
    assert night.report.finding_counts[0].code == "class_missing_for_many"
    told = next(f.message for f in night.report.findings if f.code == "class_missing_for_many")
    assert told == "Line 2: The class C1 is not in classes.csv and affects 4 rows. Closest match: 0C1."


def test_a_school_that_lost_its_zero_is_told_with_its_twin(tmp_path: Path) -> None:
    rows = small_district()
    rows.users[0]["orgSourcedIds"] = "412"
    night = District(tmp_path, schools=("0412", "N", "M")).sync(rows)
    (told,) = [f.message for f in night.report.findings if f.code == "school_twin"]
    assert told.startswith(
        "Line 2: School 412 is not one of this district's schools; 1 row belongs to it. Closest match: 0412"
    )


def test_contacts_guardians_and_attributes_are_read_where_they_are_sent(tmp_path: Path) -> None:
    contacts = [
        {"contactSourcedId": "P1", "studentSourcedId": "S1", "relationship": "Mother", "legalGuardian": "Y",
         "priority": "1", "noContact": "0", "sms": "(202) 555-0101", "email": "A@example.org", "language": "Spanish"},
        {"contactSourcedId": "", "studentSourcedId": "S1", "relationship": "Aunt"},
    ]  # fmt: skip
    files = small_district().files() | {
        "contacts.csv": csv_bytes(list(contacts[0]), contacts),
        "guardians.csv": b"guardianId,studentId,role\nG1,S1,parent\n",
        "student_attributes.csv": b"studentSourcedId,attribute,value\nS1,bus,7\n",
    }
    district = District(tmp_path)
    night = district.sync(files)
    assert night.outcome == "applied"
    assert district.query(
        """select
            contact_id, student_id, relationship, legal_guardian, priority, no_contact, sms, email, language, verdict
        from day.oneroster.contacts order by line""",
        FIRST,
    ) == [
        ("P1", "S1", "Mother", True, 1, False, "+12025550101", "a@example.org", "es", "accepted"),
        (None, "S1", "Aunt", None, None, None, None, None, None, "rejected"),
    ]
    assert district.query("select guardian_id, student_id, role from day.oneroster.guardians", FIRST) == [
        ("G1", "S1", "parent")
    ]
    assert district.query("select student_id, attribute, value from day.oneroster.student_attributes", FIRST) == [
        ("S1", "bus", "7")
    ]
    counts = night.report.files["contacts.csv"]
    assert (counts.received, counts.accepted, counts.rejected) == (2, 1, 1)


def test_a_contact_is_reached_by_what_can_be_called(tmp_path: Path) -> None:
    rows = small_district()
    rows.users.append(contact("P9", "S4", sms="+44 20 7946 0958", phone="mom cell"))
    district = District(tmp_path)
    district.sync(rows)
    assert district.query("select sms, phone from day.oneroster.users where sourced_id = 'P9'", FIRST) == [
        ("+442079460958", None)
    ]
