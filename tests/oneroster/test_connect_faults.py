"""`rollcall validate` with the profile connect: what becomes of each single fault of a standard set.

The files and the faults are those of the test of the profile oneroster-1.1; the outcomes stand here as literals.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.day.preview import validate_files
from pipeline.report.validation import Validation, validation
from pipeline.sources.upload import find_files
from tests.conformance.test_check import FAULTS
from tests.support.district import OF_FAMILIES
from tests.support.packages import Package, bulk, delta

Said = tuple[str, str, int | None, str | None, str]

U, C, E = "users.csv", "classes.csv", "enrollments.csv"
OUTCOMES: dict[str, tuple[bool, list[Said]]] = {
    # a row that cannot stand, and what hangs on it
    "classes.csv 3 title = ''": (
        True,
        [("warning", C, 3, "title", "title_made")],
    ),
    "classes.csv 3 schoolSourcedId = ''": (
        True,
        [("error", C, 3, "schoolSourcedId", "school_missing"), ("error", E, 4, "classSourcedId", "class_rejected")],
    ),
    "users.csv 4 orgSourcedIds = ''": (
        True,
        [("error", U, 4, "orgSourcedIds", "school_missing"), ("error", E, 3, "userSourcedId", "user_rejected")],
    ),
    "users.csv 4 role = ''": (
        True,
        [("error", U, 4, "role", "role_missing"), ("error", E, 3, "userSourcedId", "user_rejected")],
    ),
    "users.csv 2 role = 'pupil'": (
        True,
        [("error", U, 2, "role", "role_unknown"), ("error", E, 2, "userSourcedId", "user_rejected")],
    ),
    "enrollments.csv 5 classSourcedId = ''": (True, [("error", E, 5, "classSourcedId", "class_missing")]),
    "enrollments.csv 5 userSourcedId = ''": (True, [("error", E, 5, "userSourcedId", "user_missing")]),
    "enrollments.csv 5 role = ''": (True, [("error", E, 5, "role", "role_missing")]),
    "enrollments.csv 2 role = 'parent'": (True, [("error", E, 2, "role", "role_unknown")]),
    "enrollments.csv 2 classSourcedId = 'C1'": (
        True,
        [("error", E, 2, "classSourcedId", "class_unknown"), ("error", E, 2, "classSourcedId", "ids_differ")],
    ),
    "enrollments.csv 4 userSourcedId = 's9'": (True, [("error", E, 4, "userSourcedId", "user_unknown")]),
    # forgiven, and told
    "users.csv 6 familyName = '  '": (True, [("warning", U, 6, None, "values_padded")]),
    "enrollments.csv 2 beginDate = 'Aug 17 2026'": (True, [("warning", E, 2, None, "date_unknown")]),
    "classes.csv 2 grades = '5'": (True, [("warning", C, 2, None, "grades_mapped")]),
    "classes.csv 2 termSourcedIds = 'fall;spring'": (True, [("warning", C, 2, None, "lists_mapped")]),
    "classes.csv 2 grades = 'Kindergarten'": (True, [("warning", C, 2, None, "grades_mapped")]),
    "users.csv 2 grades = 'K'": (True, [("warning", U, 2, None, "grades_mapped")]),
    "users.csv 2 role = 'Student'": (True, [("warning", U, 2, None, "words_in_other_case")]),
    "users.csv 2 enabledUser = 'TRUE'": (True, [("warning", U, 2, None, "flags_mapped")]),
    "users.csv 2 enabledUser = '1'": (True, [("warning", U, 2, None, "flags_mapped")]),
    "users.csv 2 enabledUser = 'yes'": (True, [("warning", U, 2, None, "flags_mapped")]),
    "enrollments.csv 3 role = 'Teacher'": (True, [("warning", E, 3, None, "words_in_other_case")]),
    "enrollments.csv 3 primary = 'True'": (True, [("warning", E, 3, None, "flags_mapped")]),
    "enrollments.csv 3 primary = '0'": (True, [("warning", E, 3, None, "flags_mapped")]),
    "classes.csv 2 schoolSourcedId = '0412'": (True, [("warning", U, 2, "orgSourcedIds", "school_twin")]),
    "users.csv 2 agentSourcedIds = 'p1,P2'": (True, [("warning", U, 2, "agentSourcedIds", "agent_contact_unknown")]),
    "a line break in a value": (True, [("warning", C, 3, None, "line_break_in_value")]),
    "a CR LF in a value": (True, [("warning", C, 3, None, "line_break_in_value")]),
    "text behind a quoted value": (True, [("warning", C, 3, None, "quotation_marks_kept")]),
    "a comma without quotes": (True, [("warning", C, 3, "title", "row_mended")]),
    "a column of 1.2": (True, [("notice", U, None, None, "column_unknown")]),
    "an extension in the middle": (True, [("notice", U, None, None, "column_unknown")]),
    "an extension without a name": (True, [("notice", U, None, None, "column_unknown")]),
    "users.csv 3 status = 'tobedeleted'": (
        True,
        [("warning", U, 3, "status", "status_inactive"), ("warning", E, 4, None, "not_active")],
    ),
    # refused as a set
    "a required column missing": (False, [("error", U, None, "role", "column_missing")]),
    "a column twice": (False, [("error", U, None, "email", "column_twice")]),
    "latin-1": (False, [("error", U, None, None, "not_utf8")]),
    "a NUL": (False, [("error", U, None, None, "not_csv")]),
    "no enrollments in a bulk set": (False, [("error", E, None, None, "file_missing")]),
}
"""What a fault leads to, where it leads to anything: all others are of no concern to the product."""


def said(package: Package, folder: Path) -> tuple[Validation, set[Said]]:
    found = find_files([package.folder(folder)], {})
    result = validation(validate_files(found, date(2026, 9, 1)), "connect")
    return result, {(f.severity, f.file, f.line, f.column, f.code) for f in result.findings}


CONCERNED = [
    fault
    for fault in FAULTS
    if fault[2][0] in {U, C, E} or fault[0].startswith(("no ", "a file that", "there, ", "listed, ", "a property"))
]


@pytest.fixture(scope="module")
def as_sent(tmp_path_factory: pytest.TempPathFactory) -> set[Said]:
    """What is found in the set without a fault."""
    return said(bulk(), tmp_path_factory.mktemp("sets") / "as sent")[1]


@pytest.mark.matrix
@pytest.mark.parametrize("fault", CONCERNED, ids=[fault[0] for fault in CONCERNED])
def test_a_single_fault_is_forgiven_or_refused_where_it_is(tmp_path: Path, as_sent: set[Said], fault: Any) -> None:
    name, change, _ = fault
    package = bulk()
    change(package)
    result, found = said(package, tmp_path / "with the fault")
    accepted, expected = OUTCOMES.get(name, (True, []))
    assert result.accepted is accepted
    assert {one for one in found - as_sent if one[4] not in {"file_kept", *OF_FAMILIES}} == set(expected)


def test_every_outcome_is_of_a_fault_that_is_tried() -> None:
    assert set(OUTCOMES) <= {fault[0] for fault in CONCERNED}


@pytest.mark.parametrize("change", [lambda p: p, lambda p: p.cell(U, 3, "status", "")], ids=["whole", "one blank"])
def test_a_delta_set_is_refused_in_words(tmp_path: Path, change: Callable[[Package], Package]) -> None:
    result, found = said(change(delta()), tmp_path / "delta")
    assert not result.accepted
    assert {one for one in found if one[4] == "delta_first"} == {("error", C, None, None, "delta_first")}
