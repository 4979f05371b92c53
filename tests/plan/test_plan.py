from __future__ import annotations

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.district import (
    CLASS_COLUMNS,
    ENROLLMENT_COLUMNS,
    FIRST,
    RECORD_TYPES,
    USER_COLUMNS,
    District,
    Night,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)

pytestmark = pytest.mark.whole_day

SECOND, THIRD = date(2026, 9, 2), date(2026, 9, 3)


def test_the_initial_sync_adds_everybody_and_says_that_it_is_the_first(district: District, rows: Rows) -> None:
    night = district.sync(rows, FIRST)
    assert (night.outcome, night.report.initial, night.report.baseline_sync, night.sync) == ("applied", True, 0, 1)
    assert {kind: counts.added for kind, counts in night.report.records.items()} == {
        "students": 6,
        "staff": 2,
        "guardians": 3,
        "classes": 3,
        "enrollments": 11,
        "guardian_links": 4,
    }
    assert district.people() == {row["sourcedId"] for row in rows.users}
    assert district.query("select count(*) from book.sync.changes") == [(0,)]


def test_what_is_exported_is_what_was_sent(running: District, rows: Rows) -> None:
    exported = running.roster()
    assert {row["sourcedId"]: row["givenName"] for row in exported["users.csv"]} == {
        row["sourcedId"]: row["givenName"] for row in rows.users
    }
    mother = running.person("P1")
    assert (mother["role"], mother["agentSourcedIds"], mother["orgSourcedIds"]) == ("parent", "S1,S2", "N")
    assert running.person("S1")["agentSourcedIds"] == "P1,P2"
    assert {(row["classSourcedId"], row["userSourcedId"], row["role"]) for row in exported["enrollments.csv"]} == {
        (row["classSourcedId"], row["userSourcedId"], row["role"]) for row in rows.enrollments
    }


def test_the_same_files_the_next_night_change_nothing_and_make_no_version(running: District, rows: Rows) -> None:
    versions = """select count(*) from book.roster.users union all select count(*) from book.roster.classes
        union all select count(*) from book.roster.enrollments union all select count(*) from book.roster.ids
        union all select count(*) from book.roster.guardian_links"""
    before = running.query(versions)
    night = running.sync(rows, SECOND)
    assert (night.outcome, night.sync, night.plan) == ("unchanged", 2, frozenset())
    assert not night.report.initial
    assert running.query(versions) == before


def test_the_order_of_rows_and_columns_and_spaces_around_values_change_nothing(running: District, rows: Rows) -> None:
    def padded(table: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{name: f"  {value} " for name, value in row.items()} for row in table[::-1]]

    turned = Rows(padded(rows.users), padded(rows.classes), padded(rows.enrollments))
    turned.columns = {
        "users.csv": sorted(USER_COLUMNS),
        "classes.csv": CLASS_COLUMNS[::-1],
        "enrollments.csv": sorted(ENROLLMENT_COLUMNS),
    }
    assert running.sync(turned, SECOND).outcome == "unchanged"


def test_each_changed_cell_is_an_update_of_that_column_and_of_nothing_else(running: District, rows: Rows) -> None:
    people = {
        "S1": {"givenName": "Zoë"},
        "S2": {"familyName": "O'Neil-Pupil", "middleName": "Q"},
        "S3": {"grades": "06", "identifier": "000412"},
        "S4": {"orgSourcedIds": "N"},
        "S5": {"orgSourcedIds": "M,N"},
        "T1": {"email": "new@school.example", "username": "t.one"},
        "T2": {"role": "administrator"},
        "P1": {"sms": "+12025550199"},
        "P2": {"phone": "+12025550200", "language": "es"},
    }
    classes = {
        "C1": {"title": "Art", "location": "12", "classCode": "A1", "courseSourcedId": "K"},
        "C2": {"schoolSourcedId": "M", "grades": "05,06"},
        "C3": {"periods": "2(A)"},
    }
    enrollments = {
        ("C1", "T1"): {"primary": "false"},
        ("C2", "T1"): {"beginDate": "2026-09-01", "sourcedId": "E1"},
        ("C1", "S1"): {"endDate": "2027-06-01"},
    }
    rows.columns["users.csv"] = [*USER_COLUMNS, "middleName"]
    for key, values in people.items():
        rows.user(key).update(values)
    for key, values in classes.items():
        rows.class_(key).update(values)
    for (class_id, user_id), values in enrollments.items():
        rows.enrollment(class_id, user_id).update(values)
    night = running.sync(rows, SECOND)
    kinds = {"S": "students", "T": "staff", "P": "guardians"}
    expected = {(kinds[key[0]], key, frozenset(values)) for key, values in people.items()}
    expected |= {("classes", key, frozenset(values)) for key, values in classes.items()}
    expected |= {
        ("enrollments", f"{class_id}|{user_id}|{'teacher' if user_id == 'T1' else 'student'}", frozenset(values))
        for (class_id, user_id), values in enrollments.items()
    }
    assert {(c.record_type, c.key, frozenset(c.columns)) for c in night.plan} == expected
    assert {c.operation for c in night.plan} == {"update"}
    exported = {row["sourcedId"]: row for row in running.roster()["users.csv"]}
    for key, values in people.items():
        shown = {"metadata.language" if name == "language" else name: value for name, value in values.items()}
        assert exported[key].items() >= shown.items()


def test_another_rule_for_a_link_is_an_update_of_the_link_and_of_the_guardian(running: District, rows: Rows) -> None:
    rows.user("P1")["legalGuardian"] = "true"
    night = running.sync(rows, SECOND)
    assert night.applied == {
        ("guardians", "update", "P1"),
        ("guardian_links", "update", "P1|S1"),
        ("guardian_links", "update", "P1|S2"),
    }
    assert night.columns("guardians", "P1") == ("role",)
    assert night.columns("guardian_links", "P1|S1") == ("role", "rule", "legalGuardian")
    assert running.person("P1")["role"] == "guardian"


def test_new_records_of_every_type_are_added(running: District, rows: Rows) -> None:
    rows.users += [student("S7"), teacher("T3"), contact("P7", "S7")]
    rows.classes.append(school_class("C7"))
    rows.enrollments += [enrollment("C7", "S7"), enrollment("C7", "T3", "teacher")]
    assert running.sync(rows, SECOND).applied == {
        ("students", "add", "S7"),
        ("staff", "add", "T3"),
        ("guardians", "add", "P7"),
        ("guardian_links", "add", "P7|S7"),
        ("classes", "add", "C7"),
        ("enrollments", "add", "C7|S7|student"),
        ("enrollments", "add", "C7|T3|teacher"),
    }


def test_a_student_who_leaves_takes_enrollments_links_and_a_guardian_with_no_other_student(
    running: District, rows: Rows
) -> None:
    night = running.sync(rows.without_user("S3"), SECOND)
    assert night.applied == {
        ("students", "archive", "S3"),
        ("enrollments", "archive", "C1|S3|student"),
        ("guardian_links", "archive", "P3|S3"),
        ("guardians", "archive", "P3"),
    }
    assert running.people() == {row["sourcedId"] for row in rows.users} - {"S3", "P3"}


def test_a_guardian_of_a_brother_stays_when_one_child_leaves(running: District, rows: Rows) -> None:
    later = rows.without_user("S1")
    later.user("P1")["agentSourcedIds"] = "S2"
    later.users = [row for row in later.users if row["sourcedId"] != "P2"]
    night = running.sync(later, SECOND)
    assert ("guardian_links", "archive", "P1|S1") in night.applied
    assert "P1" in running.people()
    assert running.person("P1")["agentSourcedIds"] == "S2"


def test_a_class_that_goes_takes_its_enrollments(running: District, rows: Rows) -> None:
    rows.classes = rows.classes[:2]
    rows.enrollments = [row for row in rows.enrollments if row["classSourcedId"] != "C3"]
    assert running.sync(rows, SECOND).applied == {
        ("classes", "archive", "C3"),
        *(("enrollments", "archive", f"C3|S{n}|student") for n in (4, 5, 6)),
        ("enrollments", "archive", "C3|T2|teacher"),
    }


def test_who_comes_back_is_restored_under_the_same_identity(running: District, rows: Rows) -> None:
    ids = running.query("select record_type, sourced_id, roster_id from book.roster.ids order by all")
    running.sync(rows.without_user("S3"), SECOND)
    rows.user("S3").update(grades="06", familyName="Newname")
    night = running.sync(rows, THIRD)
    assert night.applied == {
        ("students", "restore", "S3"),
        ("guardians", "restore", "P3"),
        ("guardian_links", "restore", "P3|S3"),
        ("enrollments", "restore", "C1|S3|student"),
    }
    assert running.query("select record_type, sourced_id, roster_id from book.roster.ids order by all") == ids
    assert running.person("S3")["grades"] == "06"
    # what is another than before they left is told, under the name of now
    with (night.page.parent / "changes.csv").open(encoding="utf-8", newline="") as file:
        told = [row for row in csv.DictReader(file) if row["sourcedId"] == "S3"]
    assert [(row["operation"], row["column"], row["before"], row["after"]) for row in told] == [
        ("restore", "familyName", "P.", "N."), ("restore", "grades", "05", "06"),
    ]  # fmt: skip
    assert {row["name"][-2:] for row in told} == {"N."}


def test_a_class_that_comes_back_is_restored_with_its_enrollments(running: District, rows: Rows) -> None:
    without = rows.copy()
    without.classes = without.classes[:2]
    without.enrollments = [row for row in without.enrollments if row["classSourcedId"] != "C3"]
    running.sync(without, SECOND)
    rows.user("S1")["grades"] = "06"  # not the very files of the first night, which would be an older content
    night = running.sync(rows, THIRD)
    assert night.report.records["classes"].restored == 1
    assert night.report.records["enrollments"].restored == 4
    assert running.active()["enrollments"] == 11


def test_a_student_who_becomes_staff_is_the_same_person_by_one_update(running: District, rows: Rows) -> None:
    rows.user("S6")["role"] = "aide"
    rows.enrollment("C3", "S6")["role"] = "aide"
    night = running.sync(rows, SECOND)
    assert ("staff", "update", "S6") in night.applied
    assert {operation for _, operation, key in night.applied if key == "S6"} == {"update"}
    assert running.person("S6")["role"] == "aide"


def test_an_absent_column_leaves_what_is_known(running: District, rows: Rows) -> None:
    gone = {"users.csv": {"grades", "sms", "email"}, "classes.csv": {"periods"}, "enrollments.csv": {"primary"}}
    usual = {"users.csv": USER_COLUMNS, "classes.csv": CLASS_COLUMNS, "enrollments.csv": ENROLLMENT_COLUMNS}
    rows.columns = {name: [c for c in usual[name] if c not in columns] for name, columns in gone.items()}
    night = running.sync(rows, SECOND)
    assert night.outcome == "unchanged"
    assert running.person("S1")["grades"] == "05"
    assert running.person("P1")["sms"] == "+12025550101"


def test_an_absent_column_leaves_what_is_known_of_who_is_updated_or_restored(running: District, rows: Rows) -> None:
    running.sync(rows.without_user("S3"), SECOND)
    rows.columns = {"users.csv": [column for column in USER_COLUMNS if column != "grades"]}
    rows.user("S1")["familyName"] = "Newname"
    night = running.sync(rows, THIRD)
    assert night.columns("students", "S1") == ("familyName",)
    assert running.person("S1")["grades"] == running.person("S3")["grades"] == "05"


def test_without_the_columns_of_relationships_nobody_loses_a_guardian(running: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [c for c in USER_COLUMNS if c not in ("relationship", "legalGuardian")]}
    running.sync(rows, SECOND)
    assert (running.person("P1")["role"], running.active()["guardian_links"]) == ("parent", 4)


def test_a_blank_cell_clears(running: District, rows: Rows) -> None:
    rows.user("S1")["grades"] = ""
    rows.user("P1")["sms"] = "   "
    rows.class_("C1")["periods"] = ""
    rows.enrollment("C1", "T1")["primary"] = ""
    night = running.sync(rows, SECOND)
    assert night.applied == {
        ("students", "update", "S1"),
        ("guardians", "update", "P1"),
        ("classes", "update", "C1"),
        ("enrollments", "update", "C1|T1|teacher"),
    }
    assert running.person("S1")["grades"] == running.person("P1")["sms"] == ""


def test_ids_with_leading_zeros_are_different_people(district: District) -> None:
    rows = Rows(
        [student("7"), student("07"), student("007")],
        [school_class("1"), school_class("01")],
        [enrollment("1", "7"), enrollment("01", "07"), enrollment("1", "007")],
    )
    district.sync(rows, FIRST)
    assert district.people() == {"7", "07", "007"}
    assert {row["sourcedId"] for row in district.roster()["classes.csv"]} == {"1", "01"}


def test_when_a_record_was_modified_and_its_status_are_no_change(running: District, rows: Rows) -> None:
    rows.columns = {
        "users.csv": [*USER_COLUMNS, "status", "dateLastModified", "enabledUser"],
        "classes.csv": [*CLASS_COLUMNS, "status", "dateLastModified"],
        "enrollments.csv": [*ENROLLMENT_COLUMNS, "status", "dateLastModified"],
    }
    for row in (*rows.users, *rows.classes, *rows.enrollments):
        row.update(status="active", dateLastModified="2026-09-01T01:02:03.004Z", enabledUser="true")
    assert running.sync(rows, SECOND).outcome == "unchanged"
    for row in (*rows.users, *rows.classes, *rows.enrollments):
        row.update(status="", dateLastModified="2026-09-02T01:02:03.004Z", enabledUser="TRUE")
    night = running.sync(rows, THIRD)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())


def told(night: Night) -> set[tuple[str, str, str]]:
    return {(change.file, change.column, change.change) for change in night.report.columns}


def counts(night: Night, record_type: str) -> dict[str, Any]:
    return night.report.records[record_type].model_dump()


def test_a_column_that_appears_is_filled_in_without_an_update_and_is_named(running: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [*USER_COLUMNS, "middleName"], "classes.csv": [*CLASS_COLUMNS, "classType"]}
    for row in rows.users:
        row["middleName"] = "Q"
    for row in rows.classes:
        row["classType"] = "homeroom"
    night = running.sync(rows, SECOND)
    assert told(night) == {("users.csv", "middleName", "appeared"), ("classes.csv", "classType", "appeared")}
    assert night.report.columns[0].message == ("users.csv has a column middleName that earlier files did not have.")
    for record_type, active in {"students": 6, "staff": 2, "guardians": 3, "classes": 3}.items():
        found = counts(night, record_type)
        assert (found["updated"], found["filled"], found["unchanged"]) == (0, active, active), record_type
    assert running.person("S1")["middleName"] == "Q"
    assert {row["classType"] for row in running.roster()["classes.csv"]} == {"homeroom"}
    rows.user("S1")["middleName"] = "R"
    assert running.sync(rows, THIRD).columns("students", "S1") == ("middleName",)


def test_a_value_that_changes_with_the_column_that_appears_is_an_update(running: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [*USER_COLUMNS, "middleName"]}
    rows.user("S1").update(middleName="Q", grades="06")
    rows.user("S2").update(middleName="Q")
    night = running.sync(rows, SECOND)
    assert night.applied == {("students", "update", "S1")}
    assert counts(night, "students")["filled"] == 1


def test_a_flag_of_guardians_that_appears_makes_no_link_an_update(district: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name != "legalGuardian"]}
    district.sync(rows, FIRST)
    links = district.active()["guardian_links"]
    rows.columns = {}
    for row in rows.users:
        row["legalGuardian"] = "0"
    night = district.sync(rows, SECOND)
    assert told(night) == {("users.csv", "legalGuardian", "appeared")}
    found = counts(night, "guardian_links")
    assert (found["updated"], found["filled"], found["active_after"]) == (0, links, links)


def test_a_column_that_vanishes_is_named_every_night_and_leaves_the_values(running: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name != "grades"]}
    night = running.sync(rows, SECOND)
    assert (night.outcome, told(night)) == ("unchanged", {("users.csv", "grades", "vanished")})
    assert night.report.columns[0].message == (
        "users.csv no longer has the column grades. What it said before is kept: 6 values."
    )
    assert running.person("S1")["grades"] == "05"
    rows.user("S1")["familyName"] = "Newname"
    assert told(running.sync(rows, THIRD)) == {("users.csv", "grades", "silent")}
    rows.columns = {}
    back = running.sync(rows, date(2026, 9, 4))
    assert (back.outcome, told(back)) == ("unchanged", set())


def test_the_report_shows_each_changed_value_before_and_after(running: District, rows: Rows) -> None:
    rows.user("S1").update(grades="06", familyName="")
    rows.user("S4")["orgSourcedIds"] = "M,N"
    rows.class_("C1")["title"] = "=Art, and music"
    rows.enrollment("C1", "T1")["primary"] = "false"
    rows.user("P1")["relationship"] = "mother"
    night = running.sync(rows.without_user("S3"), SECOND)
    shown = {
        (change.record_type, change.key): [(value.column, value.before, value.after) for value in change.values]
        for change in night.report.changes
        if change.operation == "update"
    }
    assert shown == {
        ("students", "S1"): [("familyName", "P.", None), ("grades", "05", "06")],
        ("students", "S4"): [("orgSourcedIds", "M", "M,N")],
        ("classes", "C1"): [("title", "Class C1", "=Art, and music")],
        ("enrollments", "C1|T1|teacher"): [("primary", "true", "false")],
        ("guardian_links", "P1|S1"): [("relationship", "Mother", "mother")],
        ("guardian_links", "P1|S2"): [("relationship", "Mother", "mother")],
    }
    follows = {change.key: change.consequence for change in night.report.changes if change.operation == "archive"}
    assert follows == {"S3": False, "P3": True, "C1|S3|student": True, "P3|S3": True}
    with (night.page.parent / "changes.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 7 + 4
    line = next(row for row in table if row["sourcedId"] == "S1" and row["column"] == "grades")
    assert (line["operation"], line["before"], line["after"], line["status"], line["rowNumber"]) == (
        "update", "05", "06", "applied", "2",
    )  # fmt: skip
    title = next(row for row in table if row["column"] == "title")
    assert title["after"] == "'=Art, and music"  # no spreadsheet takes it for a formula


def schools(night: Night, record_type: str) -> dict[str, tuple[int, ...]]:
    return {
        school.school_id: (school.active_before, school.added, school.updated, school.archived, school.withheld)
        for school in night.report.schools
        if school.record_type == record_type
    }


def test_changes_are_counted_per_school(running: District, rows: Rows) -> None:
    rows.users.append(student("S7", "M"))
    rows.user("S4")["grades"] = "06"
    rows.enrollments.append(enrollment("C3", "S7"))
    night = running.sync(rows.without_user("S3"), SECOND)
    assert schools(night, "students") == {"N": (3, 0, 0, 1, 0), "M": (3, 1, 1, 0, 0)}
    assert schools(night, "enrollments") == {"N": (7, 0, 0, 1, 0), "M": (4, 1, 0, 0, 0)}
    assert schools(night, "guardians") == {"N": (3, 0, 0, 1, 0)}
    assert schools(night, "guardian_links") == {"N": (4, 0, 0, 1, 0)}
    assert schools(night, "staff") == {"N": (1, 0, 0, 0, 0), "M": (1, 0, 0, 0, 0)}


def test_whoever_belongs_to_two_schools_counts_in_both(running: District, rows: Rows) -> None:
    rows.user("T1")["orgSourcedIds"] = "N,M"
    running.sync(rows, SECOND)
    rows.users = [row for row in rows.users if row["sourcedId"] != "T1"]
    rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"] != "T1"]
    night = running.sync(rows, THIRD)
    assert schools(night, "staff") == {"N": (1, 0, 0, 1, 0), "M": (2, 0, 0, 1, 0)}


def test_guardians_are_left_alone_where_the_sync_does_not_manage_them(running: District, rows: Rows) -> None:
    running.set(manage_guardians=False)
    rows.users = [row for row in rows.users if row["sourcedId"] != "P2"]
    rows.user("P1")["sms"] = "202-555-0177"
    rows.users.append(contact("P9", "S4"))
    rows.user("S1")["grades"] = "06"
    night = running.sync(rows, SECOND)
    assert night.applied == {("students", "update", "S1")}
    assert (counts(night, "guardians")["kept"], counts(night, "guardian_links")["kept"]) == (2, 1)
    assert running.active()["guardians"] == 3
    assert running.person("P1")["sms"] == "+12025550101"


def test_a_family_comes_back_with_its_student_though_the_sync_does_not_manage_guardians(
    running: District, rows: Rows
) -> None:
    running.set(manage_guardians=False)
    running.sync(rows.without_user("S3"), SECOND)
    assert running.active()["guardian_links"] == 3
    rows.user("P3")["sms"] = "202-555-0177"  # which is left as it was
    night = running.sync(rows, THIRD)
    assert {("students", "restore", "S3"), ("guardian_links", "restore", "P3|S3")} <= night.applied
    assert running.person("S3")["agentSourcedIds"] == "P3"


def test_an_archived_class_stays_so_where_the_district_says_so(running: District, rows: Rows) -> None:
    running.set(restore_archived_classes=False)
    without = rows.copy()
    without.classes = without.classes[:2]
    without.enrollments = [row for row in without.enrollments if row["classSourcedId"] != "C3"]
    running.sync(without, SECOND)
    rows.user("S1")["grades"] = "06"
    night = running.sync(rows, THIRD)
    assert night.applied == {("students", "update", "S1")}
    assert (counts(night, "classes")["kept"], counts(night, "enrollments")["kept"]) == (1, 4)
    assert running.active()["classes"] == 2


@pytest.mark.parametrize(
    ("setting", "values", "kept"),
    [
        (
            "update_contact_details",
            {"email": "new@home.example", "sms": "+12025550177", "phone": "+12025550178"},
            "sms",
        ),
        ("update_language", {"language": "es"}, "language"),
    ],
)
def test_what_a_setting_leaves_alone_is_kept_and_counted(
    running: District, rows: Rows, setting: str, values: dict[str, str], kept: str
) -> None:
    running.set(**{setting: False})
    rows.user("S1").update(values)
    rows.user("S2").update(values, grades="06")
    rows.users.append(student("NEW", **values))
    night = running.sync(rows, SECOND)
    assert night.applied == {("students", "update", "S2"), ("students", "add", "NEW")}
    assert night.columns("students", "S2") == ("grades",)
    assert counts(night, "students")["kept"] == 1
    shown = "metadata.language" if kept == "language" else kept
    assert running.person("S1")[shown] == running.person("S2")[shown] == ""
    assert running.person("NEW")[shown] == values[kept]


@pytest.fixture
def patient(first_night: Path, tmp_path: Path) -> District:
    """The small district, which archives after three days of absence."""
    shutil.copytree(first_night, tmp_path, dirs_exist_ok=True)
    return District(tmp_path, sync={"archive_after_days": 3})


def at(days: int) -> date:
    return SECOND + timedelta(days=days)


FAMILY = {
    ("students", "archive", "S3"),
    ("enrollments", "archive", "C1|S3|student"),
    ("guardians", "archive", "P3"),
    ("guardian_links", "archive", "P3|S3"),
}


def test_who_is_absent_waits_for_the_days_that_the_district_grants(patient: District, rows: Rows) -> None:
    before = patient.active()
    later = rows.without_user("S3")
    for days in range(3):
        later.user("S1")["grades"] = f"0{days + 6}"
        night = patient.sync(later, at(days))
        assert night.applied == {("students", "update", "S1")}
        assert {kind: counts(night, kind)["waiting"] for kind in RECORD_TYPES if counts(night, kind)["waiting"]} == {
            "students": 1, "guardians": 1, "enrollments": 1, "guardian_links": 1,
        }  # fmt: skip
        assert patient.active() == before
    assert patient.sync(later, at(3)).applied == FAMILY


def test_an_absence_that_nothing_else_changes_ends_all_the_same(patient: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    outcomes = [patient.sync(later, at(days)).outcome for days in range(4)]
    assert outcomes == ["unchanged", "unchanged", "unchanged", "applied"]
    assert "S3" not in patient.people()


def test_days_count_and_not_nights_on_which_something_came(patient: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    patient.sync(later, at(0))
    patient.sync({}, at(1))
    assert patient.sync(later, at(5)).applied == FAMILY


def test_who_comes_back_in_between_is_absent_anew_from_the_next_time_on(patient: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    patient.sync(later, at(0))
    assert patient.sync(rows, at(2)).outcome == "unchanged"
    assert patient.query("select count(*) from book.roster.absences where until_sync is null") == [(0,)]
    assert patient.sync(later, at(3)).applied == set()
    assert patient.sync(later, at(5)).applied == set()
    assert patient.sync(later, at(6)).applied == FAMILY


def test_what_follows_from_an_archive_does_not_wait_by_itself(patient: District, rows: Rows) -> None:
    """S3 is absent for three days; the enrollment was dropped on the last of them only, as some sources do."""
    later = rows.without_user("S3")
    later.enrollments = [dict(row) for row in rows.enrollments]
    patient.sync(later, at(0))
    assert patient.sync(rows.without_user("S3"), at(3)).applied == FAMILY


def test_a_district_that_is_only_observed_gets_a_report_and_nothing_else(running: District, rows: Rows) -> None:
    running.set(observe_only=True)
    before = running.roster()
    night = running.sync(rows.without_user("S3"), SECOND)
    assert (night.sync, night.outcome, night.report.observe_only) == (None, "applied", True)
    assert night.applied == FAMILY
    assert night.report.summary == (
        "All changes would be applied. This district is only observed: nothing was applied."
    )
    assert running.roster() == before
    assert night.page.is_relative_to(running.folder.previews)
    running.set(observe_only=False)
    assert running.sync(rows.without_user("S3"), SECOND).sync == 2


def test_an_old_file_that_is_sent_again_night_after_night_changes_nothing(running: District, rows: Rows) -> None:
    later = rows.without_user("S3")
    later.user("S1")["grades"] = "06"
    running.sync(later, SECOND, by_hand=False)
    before = running.roster()
    for day in (3, 4, 5):
        old = running.sync(rows, date(2026, 9, day), by_hand=False)
        assert (old.outcome, old.applied) == ("held", set())
        assert {code for codes in old.holds().values() for code in codes} == {"older_content"}
    assert running.roster() == before
    right = running.sync(later, date(2026, 9, 6), by_hand=False)
    assert (right.outcome, right.report.holds) == ("unchanged", [])


def test_the_last_files_once_more_are_no_older_content(running: District, rows: Rows) -> None:
    night = running.sync(rows, SECOND, by_hand=False)
    assert night.outcome == "unchanged"
    assert running.sync(rows.without_user("S3"), THIRD, by_hand=False).outcome == "applied"


def test_an_older_file_that_a_person_uploads_is_what_was_meant(running: District, rows: Rows) -> None:
    running.sync(rows.without_user("S3"), SECOND, by_hand=False)
    night = running.sync(rows, THIRD)
    assert night.outcome == "applied"
    assert "S3" in running.people()


def test_a_delivery_that_says_what_the_last_one_said_is_known_before_it_is_read(running: District, rows: Rows) -> None:
    rows.users.append(student("BAD", role="pupil"))
    first = running.sync(rows, SECOND)
    assert first.applied == set()
    rows.user("S4")["orgSourcedIds"] = "N"
    rows.users.append(teacher("T9"))
    worked_out = running.sync(rows, THIRD)
    night = running.sync(rows, date(2026, 9, 4))
    assert (night.outcome, night.sync, night.report.baseline_sync, night.read) == ("unchanged", 4, 3, {})
    assert running.query("select count(*) from day.raw.users", date(2026, 9, 4)) == [(0,)]
    assert night.report.files == worked_out.report.files
    assert night.report.findings == worked_out.report.findings
    assert night.report.finding_counts == worked_out.report.finding_counts
    assert counts(night, "staff")["unchanged"] == 3
    assert (night.page.parent / "users.csv").read_bytes() == (worked_out.page.parent / "users.csv").read_bytes()
    running.set(update_language=False)  # other settings: worked out once more
    again = running.sync(rows, date(2026, 9, 5))
    assert (again.outcome, set(again.read)) == ("unchanged", {"users.csv", "classes.csv", "enrollments.csv"})
    assert again.report.records == night.report.records
    assert again.report.schools == night.report.schools


def test_nights_that_say_the_same_make_no_version(running: District, rows: Rows) -> None:
    for day in (2, 3, 4):
        assert running.sync(rows, date(2026, 9, day)).outcome == "unchanged"
    assert running.query("select distinct since_sync from book.roster.users") == [(1,)]


@pytest.mark.parametrize(
    ("column", "good", "bad"),
    [
        ("email", "kim@example.org", "kim at example"),
        ("sms", "202-555-0143", "DO NOT CALL"),
        ("phone", "202-555-0144", "extension 5"),
    ],
)
def test_a_value_that_cannot_be_read_neither_clears_nor_replaces_a_good_one(
    district: District, rows: Rows, column: str, good: str, bad: str
) -> None:
    rows.user("P1")[column] = good
    district.sync(rows)
    before = district.person("P1")[column]
    assert before
    rows.user("P1")[column] = bad
    night = district.sync(rows, SECOND)
    assert (night.outcome, district.person("P1")[column]) == ("unchanged", before)
    assert {"email_wrong", "phone_wrong"} & set(night.codes("users.csv"))
    rows.user("P1")[column] = ""
    cleared = district.sync(rows, THIRD)
    assert cleared.columns("guardians", "P1") == (column,)
    assert district.person("P1")[column] == ""
