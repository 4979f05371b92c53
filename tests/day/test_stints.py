"""Several rows about one person in one class: the stint that counts on the sync date is the enrollment."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from tests.support.district import FIRST, District, Rows, enrollment, small_district

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
PAST = {"beginDate": "2026-01-05", "endDate": "2026-06-10"}
NOW = {"beginDate": "2026-08-20", "endDate": "2026-12-18"}
NEXT = {"beginDate": "2027-01-05", "endDate": "2027-06-10"}


def with_stints(*stints: dict[str, str]) -> Rows:
    rows = small_district()
    rows.enrollments = [
        row for row in rows.enrollments if (row["classSourcedId"], row["userSourcedId"]) != ("C1", "S1")
    ]
    rows.enrollments += [enrollment("C1", "S1", **stint) for stint in stints]
    return rows


def stint(district: District) -> tuple[str, str, str]:
    row = next(
        row
        for row in district.roster()["enrollments.csv"]
        if (row["classSourcedId"], row["userSourcedId"]) == ("C1", "S1")
    )
    return row["beginDate"], row["endDate"], row["primary"]


@pytest.mark.parametrize(
    ("stints", "counts"),
    [([PAST, NOW, NEXT], NOW), ([PAST, NEXT], NEXT), ([PAST, {**PAST, "endDate": "2026-05-01"}], PAST)],
    ids=["the one under way", "else the next one", "else the last one"],
)
def test_the_stint_that_counts_today_is_the_enrollment_whatever_the_order_of_the_rows(
    tmp_path: Path, stints: list[dict[str, str]], counts: dict[str, str]
) -> None:
    for number, order in enumerate(permutations(stints)):
        district = District(tmp_path / str(number))
        night = district.sync(with_stints(*order))
        assert stint(district)[:2] == (counts["beginDate"], counts["endDate"])
        assert "row_repeated" not in night.codes()
        assert night.report.files["enrollments.csv"].excluded == len(stints) - 1


def test_rows_in_another_order_change_nothing(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(with_stints(PAST, NOW))
    night = district.sync(with_stints(NOW, PAST), SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())


def test_only_rows_that_say_the_same_are_repeated(tmp_path: Path) -> None:
    night = District(tmp_path).sync(with_stints(NOW, NOW, PAST))
    assert night.codes()["row_repeated"] == 1


@pytest.mark.parametrize("order", [("false", "true"), ("true", "false")])
def test_a_stint_that_one_row_calls_primary_is_primary(tmp_path: Path, order: tuple[str, str]) -> None:
    district = District(tmp_path)
    district.sync(with_stints(*({**NOW, "primary": primary} for primary in order)))
    assert stint(district)[2] == "true"


def test_the_same_files_on_the_day_a_stint_begins_are_planned_again(tmp_path: Path) -> None:
    district = District(tmp_path)
    tomorrow = {"beginDate": THIRD.isoformat(), "endDate": "2027-06-10"}
    rows = with_stints({**PAST, "endDate": THIRD.isoformat()}, tomorrow)
    assert district.sync(rows).outcome == "applied"
    assert not district.sync(rows, SECOND).read, "no stint begins or ends today"
    turned = district.sync(rows, THIRD)
    assert turned.applied == {("enrollments", "update", "C1|S1|student")}
    assert stint(district)[0] == THIRD.isoformat()
    assert not district.sync(rows, date(2026, 9, 4)).read


def test_an_enrollment_that_is_left_out_once_it_ends_is_archived_on_that_day(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.settings = district.settings.model_copy(
        update={"reading": district.settings.reading.model_copy(update={"ended_enrollments": "leave_out"})}
    )
    rows = with_stints({"beginDate": "2026-08-20", "endDate": THIRD.isoformat()})
    district.sync(rows)
    assert not district.sync(rows, SECOND).read
    assert district.sync(rows, THIRD).applied == {("enrollments", "archive", "C1|S1|student")}


def leaving_out(district: District, **reading: Any) -> District:
    """The district with these settings of what it reads."""
    district.settings = district.settings.model_copy(
        update={"reading": district.settings.reading.model_copy(update=reading)}
    )
    return district


def all_from(begin: str, end: str) -> Rows:
    rows = small_district()
    rows.enrollments = [{**row, "beginDate": begin, "endDate": end} for row in rows.enrollments]
    return rows


def test_when_all_enrollments_have_ended_they_are_archived_as_the_files_said(tmp_path: Path) -> None:
    district = leaving_out(District(tmp_path, limits={"enrollments": {"percent": 10, "at_least": 1}}),
                           ended_enrollments="leave_out")  # fmt: skip
    rows = all_from("2026-08-20", SECOND.isoformat())
    assert district.sync(rows).outcome == "applied"
    night = district.sync(rows, SECOND)
    assert (night.outcome, night.withheld) == ("applied", set())
    assert night.report.records["enrollments"].archived == len(rows.enrollments)
    assert district.active()["students"] == 6
    assert district.sync(rows, THIRD).outcome == "unchanged"


def test_an_end_that_is_moved_into_the_past_is_gated_as_any_loss(tmp_path: Path) -> None:
    district = leaving_out(District(tmp_path), ended_enrollments="leave_out")
    district.sync(all_from("2026-08-20", "2027-06-10"))
    night = district.sync(all_from("2026-08-20", "2026-08-31"), SECOND)
    assert night.outcome == "held"
    assert district.active()["enrollments"] == len(small_district().enrollments)


def test_before_term_people_and_classes_go_in_and_their_enrollments_follow_on_the_first_day(tmp_path: Path) -> None:
    district = leaving_out(District(tmp_path), future_enrollments="leave_out")
    rows = all_from(THIRD.isoformat(), "2027-06-10")
    night = district.sync(rows)
    assert (night.outcome, district.active()["students"], district.active()["enrollments"]) == ("applied", 6, 0)
    assert district.sync(rows, SECOND).outcome == "unchanged"
    assert district.sync(rows, THIRD).outcome == "applied"
    assert district.active()["enrollments"] == len(rows.enrollments)


def test_enrollments_that_are_all_wrong_are_still_refused(tmp_path: Path) -> None:
    district = leaving_out(District(tmp_path), ended_enrollments="leave_out", future_enrollments="leave_out")
    rows = small_district()
    for row in rows.enrollments:
        row["userSourcedId"] = "NOBODY"
    night = district.sync(rows)
    assert (night.outcome, night.codes()["no_row_accepted"]) == ("rejected", 1)
