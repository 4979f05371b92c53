"""A file that was opened and saved in a spreadsheet: said once, with columns and rows, and nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, contact, enrollment, school_class, student, teacher

pytestmark = pytest.mark.whole_day

SECOND = FIRST + timedelta(days=1)


def families() -> Rows:
    return Rows(
        [
            student("S1", "0101", identifier="901000", username="s1", phone="202-555-0142"),
            student("S2", "0102", identifier="902000", username="s2", phone="202-555-0143"),
            teacher("T1", "0101,0102"),
            contact("G1", "S1", sms="202-555-0144"),
        ],
        [school_class("C1", "0101"), school_class("C2", "0102")],
        [enrollment("C1", "S1"), enrollment("C2", "S2"), enrollment("C2", "T1", "teacher")],
    )


def _student_numbers(rows: Rows) -> None:
    for row in rows.users[:2]:
        row["identifier"] = "9.01E+05"


def _phones(rows: Rows) -> None:
    rows.user("S1")["phone"] = "2.02555E+09"
    rows.user("G1")["sms"] = "2.02555E+09"


def _errors(rows: Rows) -> None:
    rows.user("S1")["username"] = "#N/A"
    rows.user("S2")["familyName"] = "#NAME?"


def _formulas(rows: Rows) -> None:
    for row in rows.users[:2]:
        row["identifier"] = f'="{row["identifier"]}"'


def _apostrophes(rows: Rows) -> None:
    rows.user("S1")["identifier"] = "'901000"
    rows.enrollments[0]["endDate"] = "8/15/2027"
    rows.enrollments[0]["sourcedId"] = "'000012"


@pytest.mark.parametrize(
    ("change", "file", "says"),
    [
        (_student_numbers, "users.csv", "numbers such as 2.17555E+09 in identifier, 2 rows, the first on lines 2, 3"),
        (_phones, "users.csv", "in phone, 1 row, on line 2; numbers such as 2.17555E+09 in sms, 1 row, on line 5"),
        (_errors, "users.csv", "#N/A and the like in username, 1 row, on line 2"),
        (_formulas, "users.csv", "2 rows, the first on lines 2, 3"),
        (_apostrophes, "enrollments.csv", "dates such as 8/15/2026 in endDate, 1 row, on line 2"),
    ],
)
def test_a_file_saved_by_a_spreadsheet_is_told_once_and_changes_nothing(
    tmp_path: Path, change: Callable[[Rows], None], file: str, says: str
) -> None:
    district = District(tmp_path, schools=("0101", "0102"))
    rows = families()
    if change is _apostrophes:
        rows.enrollments[0] |= {"endDate": "2027-08-15", "sourcedId": "000012"}
    district.sync(rows)
    change(rows)
    night = district.sync(rows, SECOND)
    assert night.plan == frozenset()
    (told,) = (one for one in night.report.findings if (one.file, one.code) == (file, "opened_in_spreadsheet"))
    assert says in told.message
    assert not {"phone_wrong", "placeholders_blank"} & set(night.codes())


def test_schools_without_their_zeros_are_refused_with_the_cause(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("0101", "0102"))
    district.sync(families())
    rows = families()
    for row in (*rows.users, *rows.classes):
        for column in ("orgSourcedIds", "schoolSourcedId"):
            if column in row:
                row[column] = row[column].replace("0101", "101").replace("0102", "102")
    night = district.sync(rows, SECOND)
    assert night.outcome == "rejected"
    assert night.codes("users.csv")["zeros_missing"] == 1
    assert not any("settings" in cause.cure for cause in night.report.causes if cause.refuses)


def test_a_date_with_slashes_alone_is_no_sign_of_a_spreadsheet(tmp_path: Path) -> None:
    rows = families()
    rows.enrollments[0]["endDate"] = "8/15/2027"
    rows.user("S1")["givenName"] = "CE+CE"
    assert "opened_in_spreadsheet" not in District(tmp_path, schools=("0101", "0102")).sync(rows).codes()
