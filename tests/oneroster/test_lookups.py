"""What orgs.csv and courses.csv say of ids: who is of the district's office, what a class is called."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, enrollment, school_class, student, teacher

pytestmark = pytest.mark.whole_day

ORGS = b"sourcedId,name,type\nD1,Synthetic District,district\nN,North,school\nM,Maple,school\nX,Other,school\n"
COURSES = b'"sourcedId","title"\r\n"K1","Grade 3, Language Arts"\r\n"K2",""\r\n'


def elementary() -> Rows:
    return Rows(
        [
            student("S1"),
            teacher("T1", familyName="Reed"),
            teacher("T2", familyName="Ash"),
            teacher("D9", "D1", familyName="Office"),
            teacher("X9", "X", familyName="Elsewhere"),
        ],
        [
            school_class("C1", title="", courseSourcedId="K1", classCode="LA-3"),
            school_class("C2", title=" ", courseSourcedId="K2", classCode="LA-3"),
            school_class("C3", title="", grades="3"),
            school_class("C4", title=""),
            school_class("C5", title="Art"),
        ],
        [enrollment("C1", "S1"), enrollment("C3", "T1", "teacher"), enrollment("C5", "D9", "administrator")],
    )


def titles(district: District) -> dict[str, str]:
    return {row["sourcedId"]: row["title"] for row in district.roster()["classes.csv"]}


def test_a_class_without_a_title_is_called_after_its_course_code_or_teacher(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = elementary()
    night = district.sync({**rows.files(), "courses.csv": COURSES, "orgs.csv": ORGS})
    assert night.codes("classes.csv")["title_made"] == 1
    assert titles(district) == {
        "C1": "Grade 3, Language Arts",
        "C2": "LA-3",
        "C3": "Reed, grade 03",
        "C4": "C4",
        "C5": "Art",
    }


def test_a_title_that_is_known_is_not_replaced_by_one_that_was_made(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = elementary()
    rows.class_("C3")["title"] = "Reading"
    files = {**rows.files(), "orgs.csv": ORGS}
    district.sync(files)
    rows.class_("C3")["title"] = ""
    night = district.sync({**rows.files(), "orgs.csv": ORGS}, FIRST + timedelta(days=1))
    assert night.plan == frozenset()
    assert titles(district)["C3"] == "Reading"
    rows.columns["classes.csv"] = ["sourcedId", "schoolSourcedId", "grades", "courseSourcedId", "classCode", "periods"]
    night = district.sync({**rows.files(), "orgs.csv": ORGS}, FIRST + timedelta(days=2))
    assert titles(district)["C3"] == "Reading"


def test_staff_of_the_district_office_take_part_and_those_of_another_school_do_not(tmp_path: Path) -> None:
    district = District(tmp_path)
    night = district.sync({**elementary().files(), "orgs.csv": ORGS})
    assert {"D9", "T1"} <= district.people()
    assert "X9" not in district.people()
    assert "file_kept" not in night.codes("orgs.csv")


def test_without_orgs_csv_nobody_knows_of_a_district_office(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(elementary())
    assert "D9" not in district.people()


@pytest.mark.parametrize("orgs", [b"", b"id,kind\nD1,district\n", b"\xff\xfe\x00", b'sourcedId,type\n"D1'])
def test_an_orgs_csv_that_cannot_be_read_stops_nothing(tmp_path: Path, orgs: bytes) -> None:
    night = District(tmp_path).sync({**elementary().files(), "orgs.csv": orgs})
    assert night.outcome == "applied"
