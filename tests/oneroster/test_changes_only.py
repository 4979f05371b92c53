"""Files that may hold only what changed are never taken for the whole roster."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.support.district import FIRST, District, Rows, small_district

pytestmark = pytest.mark.whole_day

SECOND = FIRST + timedelta(days=1)
DATED = {"status": "active", "dateLastModified": "2026-09-01T04:00:00.000Z"}


def dated(rows: Rows, people: int | None = None) -> Rows:
    """The rows with status and date of change, as many of users.csv as are asked for."""
    made = rows.copy()
    made.columns["users.csv"] = [*DATED, *made.users[0], "agentSourcedIds", "sms", "relationship", "legalGuardian"]
    made.columns["users.csv"] = list(dict.fromkeys(made.columns["users.csv"]))
    made.users = [row | DATED for row in made.users[:people]]
    kept = {row["sourcedId"] for row in made.users}
    made.enrollments = [row for row in made.enrollments if row["userSourcedId"] in kept]
    return made


def test_a_few_dated_rows_after_a_full_night_are_refused_with_the_question(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(small_district())
    before = district.people()
    night = district.sync(dated(small_district(), 2), SECOND)
    assert (night.outcome, district.people()) == ("rejected", before)
    (told,) = (finding for finding in night.report.findings if finding.code == "changes_only")
    assert "Is it the whole roster, or only what changed?" in told.message
    assert "2 people, and 11 are known" in told.message


def test_all_rows_dated_are_the_whole_roster(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(small_district())
    assert district.sync(dated(small_district()), SECOND).outcome == "unchanged"


def test_where_the_settings_say_so_few_dated_rows_are_judged_by_the_gate(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(small_district())
    reading = district.settings.reading.model_copy(update={"mode": "bulk"})
    district.settings = district.settings.model_copy(update={"reading": reading})
    assert district.sync(dated(small_district(), 2), SECOND).outcome == "held"
