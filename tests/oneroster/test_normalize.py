"""Each row of a delivery gets a verdict: accepted, rejected for an error, or excluded without being wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.district import (
    CLASS_COLUMNS,
    ENROLLMENT_COLUMNS,
    FIRST,
    USER_COLUMNS,
    District,
    Rows,
    contact,
    enrollment,
    given,
    school_class,
    student,
    teacher,
)

pytestmark = pytest.mark.whole_day

# What a row says, the verdict on it, and the code that decided.
Case = tuple[dict[str, str], str, str | None]

ACCEPTED = ("accepted", None)

USERS: list[Case] = [
    (student("S1"), *ACCEPTED),
    (student("S2", "N,M"), *ACCEPTED),
    (student(" S3 ", " N , ELSEWHERE,", role=" Student"), *ACCEPTED),
    (student("S4", familyName=""), *ACCEPTED),
    (student("S5", givenName=""), *ACCEPTED),
    (teacher("T1"), *ACCEPTED),
    (teacher("T2", role="AIDE"), *ACCEPTED),
    (teacher("T3", role="proctor"), *ACCEPTED),
    (teacher("T4", role="administrator"), *ACCEPTED),
    (contact("P1", "S1", role="parent"), *ACCEPTED),
    (contact("P2", "S1", relationship="Mother"), *ACCEPTED),
    (contact("P3", "S1", legalGuardian="1"), *ACCEPTED),
    (contact("P4", "S1", role="contact", relationship="Mother"), *ACCEPTED),
    (contact("P5", "S1", relationship="Mother") | {"orgSourcedIds": "ELSEWHERE"}, *ACCEPTED),
    (student(""), "rejected", "key_missing"),
    (student("   "), "rejected", "key_missing"),
    (student("E1", role=""), "rejected", "role_missing"),
    (student("E2", role="pupil"), "rejected", "role_unknown"),
    ({"sourcedId": "E3", "role": "contact", "givenName": "No", "familyName": "Word"}, "rejected", "role_unknown"),
    (student("E4", givenName=" ", familyName=""), "rejected", "name_missing"),
    (student("E5", ""), "rejected", "school_missing"),
    (student("E6", " , "), "rejected", "school_missing"),
    (teacher("E7", ""), "rejected", "school_missing"),
    (student("X1", "ELSEWHERE"), "excluded", "other_school"),
    (student("X2", "n"), "excluded", "other_school"),
    (student("X3", "0N"), "excluded", "other_school"),
    (teacher("X4", "ELSEWHERE,NOWHERE"), "excluded", "other_school"),
    (student("R1"), *ACCEPTED),
    (student("R1"), "excluded", "row_repeated"),
    (student("R1"), "excluded", "row_repeated"),
    (student("D1"), "rejected", "id_repeated"),
    (student("D1", givenName="Other"), "rejected", "id_repeated"),
    (student("D2"), "accepted", None),
    (student("D2", "M"), "accepted", None),
    (student("D3"), "rejected", "id_repeated"),
    (teacher("D3"), "rejected", "id_repeated"),
    (contact("F1", "S1", relationship="Mother"), *ACCEPTED),
    (contact("F1", "S2", relationship="Aunt"), *ACCEPTED),
    (contact("F1", "S2", relationship="Aunt"), "excluded", "row_repeated"),
    (contact("F2", "S1", relationship="Mother") | {"orgSourcedIds": "N"}, *ACCEPTED),
    (contact("F2", "S2", relationship="Mother") | {"orgSourcedIds": "M"}, *ACCEPTED),
    (contact("F3", "S1", relationship="Mother", sms="202-555-0101"), *ACCEPTED),
    (contact("F3", "S2", relationship="Mother", sms="202-555-0102"), *ACCEPTED),
    (contact("F4", "S1", relationship="Mother"), "rejected", "id_repeated"),
    (contact("F4", "S2", relationship="Mother", familyName="Other"), "rejected", "id_repeated"),
    ({}, "excluded", "row_blank"),
    ({"grades": "05"}, "excluded", "row_blank"),
]

CLASSES: list[Case] = [
    (school_class("C1"), *ACCEPTED),
    (school_class(" C2 ", " M "), *ACCEPTED),
    (school_class(""), "rejected", "key_missing"),
    (school_class("E1", title=" "), *ACCEPTED),
    (school_class("E2", ""), "rejected", "school_missing"),
    (school_class("X1", "ELSEWHERE"), "excluded", "other_school"),
    (school_class("R1"), *ACCEPTED),
    (school_class("R1"), "excluded", "row_repeated"),
    (school_class("D1"), "rejected", "id_repeated"),
    (school_class("D1", title="Other"), "rejected", "id_repeated"),
    ({}, "excluded", "row_blank"),
]

ENROLLMENTS: list[Case] = [
    (enrollment("C1", "S1"), *ACCEPTED),
    (enrollment(" C1 ", " S2", " Student "), *ACCEPTED),
    (enrollment("C1", "T1", "teacher"), *ACCEPTED),
    (enrollment("C1", "T1", "administrator"), *ACCEPTED),
    (enrollment("C1", "S4", schoolSourcedId="N"), *ACCEPTED),
    (enrollment("", "S1"), "rejected", "class_missing"),
    (enrollment("C1", ""), "rejected", "user_missing"),
    (enrollment("C1", "S1", ""), "rejected", "role_missing"),
    (enrollment("C1", "S1", "parent"), "rejected", "role_unknown"),
    (enrollment("GHOST", "S1"), "rejected", "class_unknown"),
    (enrollment("C1", "GHOST"), "rejected", "user_unknown"),
    (enrollment("E2", "S1"), "rejected", "class_rejected"),
    (enrollment("D1", "S1"), "rejected", "class_rejected"),
    (enrollment("C1", "E4"), "rejected", "user_rejected"),
    (enrollment("C1", "P1"), "rejected", "user_is_contact"),
    (enrollment("X1", "S1"), "excluded", "other_school"),
    (enrollment("C1", "X1"), "excluded", "other_school"),
    (enrollment("C1", "S1", schoolSourcedId="ELSEWHERE"), "excluded", "other_school"),
    (enrollment("C1", "S1"), "excluded", "row_repeated"),
    (enrollment("C1", "S1", sourcedId="another"), "excluded", "row_repeated"),
    ({}, "excluded", "row_blank"),
]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> District:
    district = District(tmp_path_factory.mktemp("judged"))
    rows = Rows([case[0] for case in USERS], [case[0] for case in CLASSES], [case[0] for case in ENROLLMENTS])
    assert district.sync(rows).outcome == "applied"
    return district


@pytest.mark.parametrize(
    ("cases", "text"),
    [
        (USERS, "select line, verdict, reason from day.oneroster.user_rows order by line"),
        (CLASSES, "select line, verdict, reason from day.oneroster.class_rows order by line"),
        (ENROLLMENTS, "select line, verdict, reason from day.oneroster.enrollment_rows order by line"),
    ],
    ids=["users", "classes", "enrollments"],
)
def test_each_row_gets_its_verdict(judged: District, cases: list[Case], text: str) -> None:
    expected = [(line, verdict, reason) for line, (_, verdict, reason) in enumerate(cases, start=2)]
    assert judged.query(text, FIRST) == expected


def test_each_row_that_was_left_out_for_an_error_or_stands_there_twice_is_a_finding(judged: District) -> None:
    text = """select file, line, code, severity from day.meta.findings
        where line is not null and (severity = 'error' or code = 'row_repeated') and code not like '%_for_many'"""
    findings = judged.query(text, FIRST)
    files = {"users.csv": USERS, "classes.csv": CLASSES, "enrollments.csv": ENROLLMENTS}
    assert set(findings) == {
        (file, line, reason, "warning" if reason == "row_repeated" else "error")
        for file, cases in files.items()
        for line, (_, verdict, reason) in enumerate(cases, start=2)
        if verdict == "rejected" or reason == "row_repeated"
    }


def test_a_finding_names_the_column_the_id_and_what_stood_there(judged: District) -> None:
    findings = judged.query("select code, field, sourced_id, value from day.oneroster.findings", FIRST)
    assert ("role_unknown", "role", "E2", "pupil") in findings
    assert ("id_repeated", "sourcedId", "D1", "D1") in findings
    assert ("school_missing", "orgSourcedIds", "E5", None) in findings
    assert ("class_unknown", "classSourcedId", None, "GHOST") in findings
    assert ("user_is_contact", "userSourcedId", None, "P1") in findings


def test_only_the_schools_that_take_part_are_kept_of_a_list(judged: District) -> None:
    schools = dict(judged.query("select sourced_id, school_ids from day.oneroster.users", FIRST))
    assert (schools["S1"], schools["S2"], schools["S3"], schools["P5"]) == (["N"], ["M", "N"], ["N"], [])


def test_a_contact_with_a_row_for_each_child_is_one_person(judged: District) -> None:
    assert judged.query("select count(*) from day.oneroster.users where sourced_id = 'F1'", FIRST) == [(1,)]


def test_a_row_of_a_contact_without_a_relationship_does_not_spoil_the_others(tmp_path: Path) -> None:
    """An export has one row for each of a contact's students; the relationship of one of them may be blank."""
    district = District(tmp_path)
    nothing = {"sourcedId": "P", "givenName": given("P"), "familyName": "Kin", "agentSourcedIds": "S1"}
    rows = Rows(
        [student("S1"), student("S2"), nothing | {"orgSourcedIds": "N"}, contact("P", "S2") | {"orgSourcedIds": "N"}],
        [school_class("C")],
        [enrollment("C", "S1")],
    )
    night = district.sync(rows)
    assert night.codes("users.csv") == {"role_missing": 1}
    assert ("guardian_links", "add", "P|S2") in night.applied


def without_schools() -> Rows:
    rows = Rows(
        [student("S1", ""), teacher("T1", ""), contact("P1", "S1")],
        [school_class("C1", "")],
        [enrollment("C1", "S1"), enrollment("C1", "T1", "teacher")],
    )
    rows.columns = {
        "users.csv": [column for column in USER_COLUMNS if column != "orgSourcedIds"],
        "classes.csv": [column for column in CLASS_COLUMNS if column != "schoolSourcedId"],
        "enrollments.csv": [column for column in ENROLLMENT_COLUMNS if column != "schoolSourcedId"],
    }
    return rows


def test_a_school_that_sends_its_own_files_may_leave_its_id_out(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("0412",), scope="school")
    night = district.sync(without_schools())
    assert (night.outcome, night.codes()) == ("applied", {})
    assert district.person("S1")["orgSourcedIds"] == "0412"
    assert district.roster()["classes.csv"][0]["schoolSourcedId"] == "0412"


def test_a_school_that_sends_its_own_files_may_leave_the_columns_blank(tmp_path: Path) -> None:
    rows = without_schools()
    rows.columns = {}
    district = District(tmp_path, schools=("0412",), scope="school")
    assert district.sync(rows).outcome == "applied"
    rows.users.append(student("S2", "0413"))
    night = district.sync(rows)
    assert [(left.reason, left.count) for left in night.report.exclusions] == [
        ("of a school that does not take part", 1)
    ]


def test_a_district_must_say_which_school_a_row_is_of(tmp_path: Path) -> None:
    night = District(tmp_path).sync(without_schools())
    assert night.outcome == "rejected"
    assert night.codes() == {"column_missing": 2}


def test_when_no_school_matches_the_delivery_is_rejected_with_both_lists(tmp_path: Path) -> None:
    """The classic: a spreadsheet took the leading zeros."""
    district = District(tmp_path, schools=("0412", "0413"))
    rows = Rows(
        [student("S1", "412"), student("S2", "413"), contact("P1", "S1")],
        [school_class("C1", "412"), school_class("C2", "413")],
        [enrollment("C1", "S1")],
    )
    night = district.sync(rows)
    assert night.outcome == "rejected"
    messages = {found.file: found.message for found in night.report.findings if found.code == "zeros_missing"}
    because = "takes part, because the ids have lost their leading zeros"
    lists = "(in the settings: 0412, 0413; in the file: 412, 413)"
    assert messages["users.csv"] == f"None of the schools in users.csv {because} {lists}."
    assert messages["classes.csv"] == f"None of the schools in classes.csv {because} {lists}."
    assert messages["enrollments.csv"] == (
        f"None of the schools in enrollments.csv {because} "
        "(its rows name no school; their classes and people belong to other schools)."
    )


def test_when_no_school_matches_in_users_alone_contacts_do_not_hide_it(tmp_path: Path) -> None:
    rows = Rows(
        [student("S1", "412"), teacher("T1", "412"), contact("P1", "S1")],
        [school_class("C1", "0412")],
        [enrollment("C1", "S1", schoolSourcedId="0412")],
    )
    night = District(tmp_path, schools=("0412",)).sync(rows)
    assert night.outcome == "rejected"
    assert night.codes("users.csv") == {"zeros_missing": 1, "school_twin": 1}


def test_when_no_row_can_be_used_the_delivery_is_rejected(tmp_path: Path) -> None:
    rows = Rows([student("S1", role="pupil")], [school_class("C1")], [enrollment("C1", "S1")])
    night = District(tmp_path).sync(rows)
    assert night.outcome == "rejected"
    assert night.codes("users.csv") == {"no_row_accepted": 1, "role_unknown": 1}


def test_a_bulk_set_with_a_blank_or_active_status_is_taken(tmp_path: Path) -> None:
    rows = Rows([student("S1"), student("S2", status="active")], [school_class("C1")], [enrollment("C1", "S1")])
    rows.columns = {"users.csv": [*USER_COLUMNS, "status"]}
    assert District(tmp_path).sync(rows).outcome == "applied"


def test_enrollments_are_not_judged_when_another_file_was_refused(tmp_path: Path) -> None:
    rows = Rows([student("S1")], [school_class("C1")], [enrollment("C1", "S1"), enrollment("C1", "GHOST")])
    night = District(tmp_path).sync(rows.files() | {"users.csv": b""})
    assert night.codes() == {"file_empty": 1}
    counts = night.report.files["enrollments.csv"]
    assert (counts.received, counts.excluded) == (2, 2)
