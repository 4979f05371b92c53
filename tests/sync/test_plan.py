from __future__ import annotations

from datetime import date

from day import (
    CLASS_COLUMNS,
    ENROLLMENT_COLUMNS,
    FIRST,
    USER_COLUMNS,
    District,
    Rows,
    contact,
    enrollment,
    school_class,
    student,
    teacher,
)

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
    rows.user("S3")["grades"] = "06"
    night = running.sync(rows, THIRD)
    assert night.applied == {
        ("students", "restore", "S3"),
        ("guardians", "restore", "P3"),
        ("guardian_links", "restore", "P3|S3"),
        ("enrollments", "restore", "C1|S3|student"),
    }
    assert running.query("select record_type, sourced_id, roster_id from book.roster.ids order by all") == ids
    assert running.person("S3")["grades"] == "06"


def test_a_class_that_comes_back_is_restored_with_its_enrollments(running: District, rows: Rows) -> None:
    without = rows.copy()
    without.classes = without.classes[:2]
    without.enrollments = [row for row in without.enrollments if row["classSourcedId"] != "C3"]
    running.sync(without, SECOND)
    night = running.sync(rows, THIRD)
    assert night.report.records["classes"].restored == 1
    assert night.report.records["enrollments"].restored == 4
    assert running.active()["enrollments"] == 11


def test_a_student_who_becomes_staff_leaves_as_the_one_and_comes_as_the_other(running: District, rows: Rows) -> None:
    rows.user("S6")["role"] = "aide"
    rows.enrollment("C3", "S6")["role"] = "aide"
    night = running.sync(rows, SECOND)
    assert {("students", "archive", "S6"), ("staff", "add", "S6")} <= night.applied
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
