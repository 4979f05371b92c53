"""Schools that the settings no longer have, and schools of the settings that the files do not name."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.districts.settings import School
from tests.support.district import FIRST, District, Night, Rows, enrollment, school_class, small_district, student

pytestmark = pytest.mark.whole_day

SECOND, THIRD = (FIRST + timedelta(days=n) for n in (1, 2))


def with_schools(district: District, *ids: str) -> District:
    district.settings = district.settings.model_copy(
        update={"schools": tuple(School(id=school, name=f"School {school}") for school in ids)}
    )
    return district


def said(night: Night, code: str) -> list[str]:
    return [finding.message for finding in night.report.findings if finding.code == code]


def test_a_school_that_was_taken_out_of_the_settings_is_told_as_that(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = small_district()
    district.sync(rows)
    before = district.roster()
    night = with_schools(district, "N").sync(rows, SECOND)
    assert (night.outcome, district.roster()) == ("held", before)
    assert said(night, "school_removed") == [
        "School M is no longer in the settings. The roster still has 3 students and 1 class of it."
    ]
    of_school = [hold for hold in night.report.holds if hold.school_id == "M"]
    assert of_school
    assert {hold.message for hold in of_school if hold.record_type == "students"} == {
        "M is no longer in the settings, so its rows are not used. 3 students, 1 staff member and 1 class of it were "
        "not archived."
    }
    assert {hold.cure for hold in of_school} == {
        "If the school no longer takes part, ask for an approval. Otherwise ask to have it put back into the settings."
    }
    back = with_schools(district, "N", "M").sync(rows, THIRD)
    assert (back.outcome, said(back, "school_removed")) == ("unchanged", [])


def test_a_school_of_the_settings_without_a_row_is_a_warning(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("N", "M", "Q"))
    night = district.sync(small_district())
    assert night.outcome == "applied"
    assert said(night, "school_silent") == [
        "School Q, School Q, is in the settings, but no row of users.csv or classes.csv is of it."
    ]


@pytest.mark.parametrize("ids", ["N,Q", "Q", " Q ,M"])
def test_a_school_that_one_row_names_is_in_the_files(tmp_path: Path, ids: str) -> None:
    district = District(tmp_path, schools=("N", "M", "Q"))
    rows = small_district()
    rows.users.append(student("S7", ids))
    assert said(district.sync(rows), "school_silent") == []


def test_a_school_that_differs_in_zeros_alone_is_told_once(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("0412", "0413"))
    rows = Rows([student("S1", "0412"), student("S2", "413")], [school_class("C1", "0412")], [enrollment("C1", "S1")])
    night = district.sync(rows)
    assert night.codes("users.csv") == {"school_twin": 1}


def test_a_school_that_sends_its_own_files_without_its_id_is_not_missing(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("0412",), scope="school")
    rows = Rows([student("S1", "")], [school_class("C1", "")], [enrollment("C1", "S1")])
    assert district.sync(rows).codes() == {}
