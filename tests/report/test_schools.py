"""A page per school: a principal can be given it, for it holds only that school's people."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.report.schools import school_file
from tests.support.district import FIRST, District, Night, Rows, contact, csv_bytes, enrollment, small_district, student
from tests.support.families import CONTACT_COLUMNS, listed

pytestmark = pytest.mark.whole_day


def with_mistakes() -> Rows:
    """Both schools have a student without a role, a contact, and somebody who changes."""
    rows = small_district()
    rows.users += [
        student("NORTH-1", "N", role="pupil"),
        student("MIDDLE-1", "M", role="pupil"),
        contact("P-NORTH", "S1", relationship="Mother"),
        contact("P-MIDDLE", "S4", relationship="Mother"),
        contact("P-BOTH", "S1,S4", relationship="Father"),
    ]
    rows.enrollments += [enrollment("C1", "GHOST-N"), enrollment("C3", "GHOST-M")]
    return rows


def renamed() -> Rows:
    rows = with_mistakes()
    for row in rows.users:
        if row["sourcedId"] in {"S1", "S4"}:
            row["familyName"] = f"Renamed{row['sourcedId']}"
    return rows


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    district = District(tmp_path_factory.mktemp("schools"))
    district.sync(with_mistakes())
    return district.sync(renamed(), FIRST + timedelta(days=1))


def school(night: Night, school_id: str) -> str:
    folder = night.page.parent / "schools"
    name = school_file(school_id)
    return "".join((folder / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "json"))


@pytest.mark.parametrize(
    ("own", "theirs", "other"),
    [
        ("N", ("NORTH-1", "GHOST-N", "P-NORTH|S1", "School N"), ("MIDDLE-1", "GHOST-M", "P-MIDDLE", "School M", "S4")),
        ("M", ("MIDDLE-1", "GHOST-M", "School M"), ("NORTH-1", "GHOST-N", "P-NORTH", "School N", "S1")),
    ],
)
def test_a_school_sees_its_own_people_and_nobody_else(
    night: Night, own: str, theirs: tuple[str, ...], other: tuple[str, ...]
) -> None:
    text = school(night, own)
    for word in theirs:
        assert word in text or "|" in word
    for word in other:
        assert f'"{word}"' not in text
        assert f">{word}<" not in text
    report = json.loads((night.page.parent / "schools" / f"{school_file(own)}.json").read_text(encoding="utf-8"))
    changed = {change["key"] for change in report["changes"]}
    assert changed == ({"S1"} if own == "N" else {"S4"})
    assert {counts["school_id"] for counts in report["records"]} == {own}


def test_a_day_that_repeats_another_has_the_findings_of_each_school_and_no_changes(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(with_mistakes())
    night = district.sync(with_mistakes(), FIRST + timedelta(days=1))
    assert not night.read
    report = json.loads((night.page.parent / "schools" / f"{school_file('N')}.json").read_text(encoding="utf-8"))
    assert "NORTH-1" in {finding["sourced_id"] for finding in report["findings"]}
    assert (report["outcome"], report["changes"], report["sync_date"]) == ("unchanged", [], "2026-09-02")
    assert "NORTH-1" in night.page.read_text(encoding="utf-8")


def test_a_bar_is_seen_by_the_school_of_the_student_alone(tmp_path: Path) -> None:
    contacts = [listed("BOTH", "S1", "Father"), listed("BOTH", "S4", "Father", noContact="1")]
    files = small_district().files() | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, contacts)}
    night = District(tmp_path).sync(files)
    reports = {
        school_id: json.loads(
            (night.page.parent / "schools" / f"{school_file(school_id)}.json").read_text(encoding="utf-8")
        )
        for school_id in ("N", "M")
    }
    barred = {
        school_id: {f["sourced_id"] for f in report["findings"] if f["code"] == "contact_barred"}
        for school_id, report in reports.items()
    }
    assert barred == {"N": set(), "M": {"BOTH"}}
    assert "S4" not in json.dumps(reports["N"])


def test_a_school_that_sends_its_own_files_has_one_page(tmp_path: Path) -> None:
    rows = small_district()
    rows.users = [row for row in rows.users if row.get("orgSourcedIds") != "M"]
    night = District(tmp_path, schools=("N",), scope="school").sync(rows)
    assert not (night.page.parent / "schools").exists()


@pytest.mark.parametrize(
    "school_id", ["0412", "../../etc", "A/B", "a b", "", ".", "École", "x" * 300, "CON", "é\u202e"]
)
def test_the_file_name_of_a_school_is_safe(school_id: str) -> None:
    name = school_file(school_id)
    assert name
    assert len(name) < 80
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-_")


def test_ids_that_look_alike_have_files_of_their_own() -> None:
    ids = ["0412", "412", "a1", "A1", "a/1", "a 1", "a-1"]
    assert len({school_file(school_id) for school_id in ids}) == len(ids)
