"""Files that have a header and no rows: schedules that are not built yet, optional files that nobody fills."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, csv_bytes, student
from tests.support.families import CONTACT_COLUMNS, listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


def without_rows(rows: Rows, name: str) -> dict[str, bytes]:
    files = rows.files()
    files[name] = files[name].splitlines(keepends=True)[0]
    return files


def test_people_and_classes_go_in_while_schedules_are_not_built_and_no_enrollment_is_touched(
    running: District, rows: Rows
) -> None:
    rows.users.append(student("S9"))
    night = running.sync(without_rows(rows, "enrollments.csv"), SECOND)
    assert (night.outcome, night.applied) == ("applied", {("students", "add", "S9")})
    enrollments = night.report.records["enrollments"]
    assert (enrollments.active_before, enrollments.active_after, enrollments.archived) == (11, 11, 0)
    assert night.codes("enrollments.csv") == {"no_rows": 1}
    assert night.report.columns == []


def test_the_next_file_with_rows_is_compared_as_if_nothing_had_been(running: District, rows: Rows) -> None:
    running.sync(without_rows(rows, "enrollments.csv"), SECOND)
    night = running.sync(rows, THIRD)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())


def test_the_first_sync_of_a_district_may_come_before_its_schedules(district: District, rows: Rows) -> None:
    night = district.sync(without_rows(rows, "enrollments.csv"))
    assert (night.outcome, district.active()["students"], district.active()["enrollments"]) == ("applied", 6, 0)
    assert district.sync(rows, SECOND).outcome == "applied"
    assert district.active()["enrollments"] == 11


def test_who_leaves_meanwhile_takes_the_enrollments_along(running: District, rows: Rows) -> None:
    night = running.sync(without_rows(rows.without_user("S6"), "enrollments.csv"), SECOND)
    assert ("enrollments", "archive", "C3|S6|student") in night.applied
    assert running.active()["enrollments"] == 10


@pytest.mark.parametrize("name", ["users.csv", "classes.csv"])
def test_people_and_classes_without_a_row_are_rejected(running: District, rows: Rows, name: str) -> None:
    night = running.sync(without_rows(rows, name), SECOND)
    assert (night.outcome, night.codes(name)) == ("rejected", {"header_only": 1})


def test_an_optional_file_without_rows_is_told_and_loses_nobody(tmp_path: Path, rows: Rows) -> None:
    district = District(tmp_path)
    contacts = [listed("P9", "S4", "Mother")]
    district.sync(rows.files() | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, contacts)})
    before = district.active()
    night = district.sync(rows.files() | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, [])}, SECOND)
    assert night.outcome == "unchanged"
    assert night.codes("contacts.csv")["no_rows"] == 1
    assert district.active() == before
