"""Families that a broken delivery must not cost: columns that vanish, files cut at a line end, half rows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.district import FIRST, USER_COLUMNS, District, Rows, contact, teacher

pytestmark = pytest.mark.whole_day

SECOND = FIRST + timedelta(days=1)


def archived(night: object) -> set[tuple[str, str]]:
    return {(c.record_type, c.key) for c in night.plan if c.operation == "archive" and not c.withheld}  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ["relationship", "legalGuardian", "agentSourcedIds"])
def test_a_column_that_gave_guardians_their_role_and_is_gone_costs_no_guardian(
    running: District, rows: Rows, column: str
) -> None:
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name != column]}
    night = running.sync(rows, SECOND)
    assert archived(night) == set()
    assert not [c for c in night.plan if c.record_type in {"guardians", "guardian_links"} and c.operation == "update"]
    if any(c.operation == "archive" for c in night.plan):
        assert night.outcome == "held"
        assert "column_absent" in night.holds()["guardians"]


def test_without_the_column_of_links_the_first_sync_says_that_nobody_is_linked(district: District, rows: Rows) -> None:
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name != "agentSourcedIds"]}
    assert district.sync(rows, FIRST).codes("users.csv")["guardians_not_linked"] == 1


def test_classes_that_enrollments_still_name_are_not_archived(running: District, rows: Rows) -> None:
    rows.classes = rows.classes[:1]
    night = running.sync(rows, SECOND)
    assert night.outcome == "held"
    assert "still_named" in night.holds()["classes"]
    assert archived(night) == set()


def test_people_whom_enrollments_or_students_still_name_are_not_archived(running: District, rows: Rows) -> None:
    rows.user("S3")["agentSourcedIds"] = "P3"
    assert running.sync(rows, SECOND).outcome == "unchanged"
    rows.users = [row for row in rows.users if row["sourcedId"] not in {"S5", "P3"}]
    night = running.sync(rows, SECOND + timedelta(days=1))
    assert night.outcome == "held"
    assert {name for name, codes in night.holds().items() if "still_named" in codes} == {"students", "guardians"}
    assert archived(night) == set()


@pytest.mark.parametrize("file", ["users.csv", "classes.csv", "enrollments.csv"])
def test_a_first_delivery_that_was_cut_off_is_rejected(district: District, rows: Rows, file: str) -> None:
    files = rows.files()
    files[file] = files[file].rstrip(b"\r\n")[:-4].rsplit(b",", 1)[0]
    night = district.sync(files, FIRST)
    assert night.codes(file)["file_cut_off"] == 1
    assert night.outcome == "rejected"


def test_a_row_that_was_left_out_does_not_lend_a_contact_the_relationship_to_another_child(
    running: District, rows: Rows
) -> None:
    rows.users.append(contact("P1", "S4", relationship="", legalGuardian="", sms="202-555-0101"))
    rows.user("S4")["agentSourcedIds"] = "P1"
    night = running.sync(rows, SECOND)
    assert not [c for c in night.plan if c.key == "P1|S4"]


def test_a_teacher_with_a_row_for_each_school_is_one_person_of_both(running: District, rows: Rows) -> None:
    rows.users.append(teacher("T1", "M"))
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv") == {}
    assert night.columns("staff", "T1") == ("orgSourcedIds",)


def test_a_contact_with_a_row_for_each_child_may_have_another_role_for_each(district: District, rows: Rows) -> None:
    rows.users += [contact("P7", "S4", role="parent"), contact("P7", "S5", role="guardian")]
    night = district.sync(rows, FIRST)
    assert {c.key for c in night.plan if c.record_type == "guardian_links"} >= {"P7|S4", "P7|S5"}


def test_a_flag_that_cannot_be_read_is_pointed_out_and_archives_nobody(running: District, rows: Rows) -> None:
    rows.user("P2")["legalGuardian"] = "?"
    night = running.sync(rows, SECOND)
    assert night.codes("users.csv")["flag_unknown"] == 1
    assert archived(night) == set()
