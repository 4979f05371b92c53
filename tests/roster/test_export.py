"""The roster as files: a whole set of OneRoster 1.1 that the check of the standard accepts, and that read again is
nothing new."""

from __future__ import annotations

import csv
import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.conformance.check import check_conformance
from pipeline.roster.history import roster_as_of
from tests.support.district import (
    CLASS_COLUMNS,
    FIRST,
    USER_COLUMNS,
    District,
    Rows,
    contact,
    enrollment,
    school_class,
    small_district,
    student,
    teacher,
)

pytestmark = pytest.mark.whole_day


def of_everything() -> Rows:
    """A district with what a set can lose: two teachers of a class, people in two schools, words of no standard."""
    rows = small_district()
    rows.columns = {
        "users.csv": [*USER_COLUMNS, "enabledUser", "middleName"],
        "classes.csv": [*CLASS_COLUMNS, "classType", "termSourcedIds"],
    }
    rows.users += [
        teacher("T3", "N,M", enabledUser="true", username="t3"),
        teacher("T4", role="aide"),
        student("S7", "N,M", grades="Phoenix", enabledUser="false", middleName="José", language="es"),
        student("S8", familyName="", grades=""),
        contact("P4", "S7,S8", role="relative", relationship=""),
    ]
    rows.classes += [
        school_class("C4", classType="homeroom", termSourcedIds="Q1, Q2", courseSourcedId="K7", grades="01,02"),
        school_class("C5", classType="lecture", periods="1, 2"),
    ]
    rows.enrollments += [
        enrollment("C1", "T3", "teacher", primary="true", sourcedId="E1"),
        enrollment("C1", "T4", "aide"),
        enrollment("C4", "T3", "teacher", sourcedId="E1"),
        enrollment("C4", "S7", primary="true", beginDate="2026-08-17", endDate="2026-08-17"),
        enrollment("C4", "S8", beginDate="2025-01-10", endDate="2028-06-01"),
        enrollment("C5", "S8"),
    ]
    return rows


def exported(district: District, out: Path, *, whole: bool) -> dict[str, list[dict[str, str]]]:
    shutil.rmtree(out, ignore_errors=True)
    roster_as_of(district.folder, district.name, out=out, whole_set_of=district.settings if whole else None)
    files = {name: io.StringIO(content.decode(), newline="") for name, content in sent_again(out).items()}
    return {name: list(csv.DictReader(file)) for name, file in files.items()}


def sent_again(out: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in out.iterdir()}


@pytest.mark.slow("two whole days of a district, and a check of the standard between them")
def test_an_export_is_a_set_of_the_standard_and_read_again_it_is_unchanged(tmp_path: Path) -> None:
    district = District(tmp_path)
    assert district.sync(of_everything()).outcome == "applied"
    before = exported(district, tmp_path / "lean", whole=False)
    files = exported(district, tmp_path / "out", whole=True)
    found = check_conformance([tmp_path / "out"])
    assert [(f["file"], f["line"], f["code"], f["value"]) for f in found.findings if f["severity"] == "error"] == []
    assert set(files) == {
        *("manifest.csv", "orgs.csv", "academicSessions.csv", "courses.csv"),
        *("users.csv", "classes.csv", "enrollments.csv"),
    }
    night = district.sync(sent_again(tmp_path / "out"), FIRST + timedelta(days=1))
    assert (night.outcome, night.plan - {c for c in night.plan if c.operation == "keep"}) == ("unchanged", frozenset())
    assert exported(district, tmp_path / "lean", whole=False) == before


def test_what_is_made_up_is_marked_and_what_was_sent_is_as_sent(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(of_everything())
    files = exported(district, tmp_path / "out", whole=True)
    users = {row["sourcedId"]: row for row in files["users.csv"]}
    assert (users["S7"]["enabledUser"], users["S7"]["grades"], users["S7"]["orgSourcedIds"]) == (
        "false",
        "Other",
        "M,N",
    )
    assert users["S7"]["metadata.synthetic"] == "username,grades"
    assert (users["T3"]["enabledUser"], users["T3"]["metadata.synthetic"]) == ("true", "")
    assert (users["S1"]["enabledUser"], users["S1"]["username"]) == ("true", "S1")
    assert users["S8"]["familyName"] == "Unknown"
    assert users["P4"]["agentSourcedIds"] == "S7,S8"
    assert users["S7"]["agentSourcedIds"] == "P4"
    classes = {row["sourcedId"]: row for row in files["classes.csv"]}
    assert classes["C4"]["termSourcedIds"] == "Q1,Q2"
    assert classes["C1"]["courseSourcedId"] == "synthetic-course-C1"
    assert {row["sourcedId"]: row["title"] for row in files["courses.csv"]}["K7"] == "Class C4"
    assert [row["sourcedId"] for row in files["academicSessions.csv"]] == ["Q1", "Q2", "synthetic-year-2027"]
    orgs = {row["sourcedId"]: (row["name"], row["type"]) for row in files["orgs.csv"]}
    assert orgs["N"] == ("School N", "school")
    assert orgs["synthetic-district"] == ("Synthetic District", "district")
    teachers = {(row["userSourcedId"], row["primary"]) for row in files["enrollments.csv"] if row["role"] == "teacher"}
    assert {("T1", "true"), ("T3", "false")} <= teachers
    assert [row["metadata.role"] for row in files["enrollments.csv"] if row["role"] == "proctor"] == ["aide"]


@pytest.mark.parametrize("whole", [True, False])
def test_a_contact_who_is_not_the_same_to_all_students_keeps_what_it_is_to_each(tmp_path: Path, whole: bool) -> None:
    rows = small_district()
    rows.users.append(contact("P1", "S3", relationship="Aunt", legalGuardian="1"))
    district = District(tmp_path)
    district.sync(rows)
    links = "select role, rule, relationship, legal_guardian from book.roster.guardian_links order by all"
    before = district.query(links)
    files = exported(district, tmp_path / "out", whole=whole)
    assert ("contacts.csv" in files) is not whole
    assert len({row["sourcedId"] for row in files["users.csv"]}) == len(files["users.csv"])
    night = district.sync(sent_again(tmp_path / "out"), FIRST + timedelta(days=1))
    assert night.outcome == "unchanged"
    assert district.query(links) == before


@pytest.mark.slow("two whole days of a district, and a check of the standard between them")
def test_ids_that_the_standard_does_not_allow_are_written_in_another_form_and_read_back(tmp_path: Path) -> None:
    district = District(tmp_path, schools=["N", "M S"])
    rows = Rows(
        [
            student("S 1", "M S"), student("S|2"), student("José_3"), student("synthetic-id-x"),
            teacher("T 1", "N,M S"), contact("P 1", "S 1,S|2"),
        ],
        [school_class("C|1", "M S", termSourcedIds="Q 1,Q2", courseSourcedId="K 1"), school_class("C 2")],
        [
            enrollment("C|1", "S 1"), enrollment("C|1", "T 1", "teacher", sourcedId="E|1"),
            enrollment("C 2", "S|2"), enrollment("C 2", "José_3"),
        ],
        {"classes.csv": [*CLASS_COLUMNS, "termSourcedIds"]},
    )  # fmt: skip
    assert district.sync(rows).outcome == "applied"
    before = exported(district, tmp_path / "lean", whole=False)
    exported(district, tmp_path / "out", whole=True)
    found = check_conformance([tmp_path / "out"])
    assert [(f["file"], f["line"], f["code"], f["value"]) for f in found.findings if f["severity"] == "error"] == []
    night = district.sync(sent_again(tmp_path / "out"), FIRST + timedelta(days=1))
    assert (night.outcome, {c for c in night.plan if c.operation != "keep"}) == ("unchanged", set())
    assert exported(district, tmp_path / "lean", whole=False) == before
