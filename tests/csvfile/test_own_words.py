"""Faults of a whole file that have words of their own: the right file, the line, and what to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.day.preview import validate_files
from pipeline.oneroster.sets import Candidate, choose_files
from pipeline.report.model import SyncReport
from pipeline.sources.upload import find_files
from tests.support.district import FIRST, small_district

pytestmark = pytest.mark.whole_day


def checked(folder: Path, files: dict[str, bytes]) -> SyncReport:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return validate_files(find_files([folder], {}), FIRST)


def _users(change: Callable[[bytes], bytes]) -> dict[str, bytes]:
    files = small_district().files()
    return {**files, "users.csv": change(files["users.csv"])}


def _renamed(name: str, as_sent: str) -> dict[str, bytes]:
    files = small_district().files()
    return {as_sent if file == name else file: content for file, content in files.items()}


CASES: dict[str, tuple[dict[str, bytes], str, str]] = {
    "a title": (
        _users(lambda text: b"Synthetic District: users\r\n" + text),
        "line_above_header",
        "something else is above the header, which is on line 2",
    ),
    "a title and a blank line": (
        _users(lambda text: b"Users of 2026\r\n\r\n" + text),
        "line_above_header",
        "the header, which is on line 3",
    ),
    "sep=": (_users(lambda text: b"sep=,\r\n" + text), "line_above_header", "a line with sep= is above"),
    "SEP=;": (
        _users(lambda text: b"SEP=;\r\n" + text),
        "line_above_header",
        "a line with sep= is above",
    ),
    "First_Name": (
        _users(lambda text: text.replace(b"givenName", b"First_Name")),
        "column_missing",
        "no column givenName. Its columns are: sourcedId, orgSourcedIds, role, First_Name",
    ),
    "Last Name": (
        _users(lambda text: text.replace(b"familyName", b"Last Name")),
        "column_missing",
        "Last Name may be meant.",
    ),
    "emailAddress": (
        _users(lambda text: text.replace(b"email", b"emailAddress")),
        "label_unknown",
        "no column email, but a column emailAddress, which may be meant",
    ),
    "Grade": (
        _users(lambda text: text.replace(b"grades", b"Grade")),
        "label_unknown",
        "no column grades, but a column Grade, which may be meant",
    ),
    "a copy": (_renamed("users.csv", "users (1).csv"), "file_misnamed", "another name: users (1).csv"),
    "a name of one's own": (
        _renamed("enrollments.csv", "SIS_Enrollment_export.csv"),
        "file_misnamed",
        "another name: SIS_Enrollment_export.csv",
    ),
    "a long value": (
        _users(lambda text: text.replace(b"GivenS1", b"A" * 1_100_000)),
        "row_too_long",
        "Line 2: This row has a value of 1,100,000 characters",
    ),
    "a million columns": (
        _users(lambda text: text.replace(b"\r\n", b"," * 1_000_000 + b"\r\n", 1)),
        "not_csv",
        "its first line is too long",
    ),
    "a role as it was sent": (
        _users(lambda text: text.replace(b"teacher", b"Lehrer", 1)),
        "role_unknown",
        'The role "Lehrer" is not recognized.',
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_fault_has_its_own_words(tmp_path: Path, kind: str) -> None:
    files, code, says = CASES[kind]
    report = checked(tmp_path, files)
    (told,) = (finding for finding in report.findings if finding.code == code)
    assert says in told.message


def test_a_pattern_with_many_stars_takes_no_time_on_a_long_name() -> None:
    begun = time.process_time()
    patterns = {"users.csv": "*a*a*a*a*a*a*a*b%Y%m%d*c.csv"}
    assert choose_files([Candidate("a" * 255, 1), Candidate("a" * 100_000, 1)], patterns).files == {}
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("users*.csv", "users_2026.csv"),
        ("*users*.csv", "old users export.csv"),
        ("*_%Y%m%d_users.csv", "district_7_20260901_users.csv"),
        ("*_%Y-%m-%d*.csv", "all_2026-09-01T04.csv"),
        ("**users.csv", "users.csv"),
    ],
)
def test_a_pattern_finds_its_files(pattern: str, name: str) -> None:
    assert list(choose_files([Candidate(name, 1)], {"users.csv": pattern}).files) == ["users.csv"]


def test_a_name_that_fits_two_patterns_is_told() -> None:
    found = [Candidate("users_new.csv", 1), Candidate("users_old_contacts.csv", 1)]
    patterns = {"users.csv": "users*.csv", "contacts.csv": "*contacts*.csv"}
    assert [one.code for one in choose_files(found, patterns).findings] == ["pattern_shared", "several_matches"]
    (told,) = choose_files(found[1:], patterns).findings
    assert (told.code, told.file) == ("pattern_shared", "users.csv")
    assert told.value == "users_old_contacts.csv fits the patterns of users.csv and contacts.csv"
