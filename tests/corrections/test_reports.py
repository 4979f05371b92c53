"""The reports of what leads a roster somewhere: undo, replay, block. Their schools, their trend, their changes."""

from __future__ import annotations

import csv
import itertools
import json
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.replay import replay
from pipeline.districts.settings import GuardianSettings
from pipeline.report.model import SyncReport
from pipeline.report.schools import school_file
from tests.support.district import FIRST, District, Rows, contact, enrollment, school_class, small_district, student
from tests.support.lives import AT, undone

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


def families() -> Rows:
    """Both schools have a family of their own, and P-BOTH has a child in each."""
    rows = small_district()
    rows.users += [
        contact("P-NORTH", "S2", relationship="Mother"),
        contact("P-MIDDLE", "S5", relationship="Mother"),
        contact("P-BOTH", "S1,S4", relationship="Father"),
    ]
    return rows


def later() -> Rows:
    """In each school somebody comes, goes and changes; S6 moves from the middle school to the north."""
    rows = families().without_user("S3").without_user("S5")
    rows.users = [row for row in rows.users if row["sourcedId"] not in {"P3", "P-MIDDLE"}]
    rows.users += [student("NEW-N"), student("NEW-M", "M"), contact("P-NEW", "NEW-M")]
    rows.user("S1")["familyName"] = "Northernson"
    rows.user("S4")["familyName"] = "Middlesbrough"
    rows.user("P-BOTH")["sms"] = "202-555-0177"
    rows.user("S6")["orgSourcedIds"] = "N"
    rows.enrollments = [row for row in rows.enrollments if row["userSourcedId"] != "S6"]
    rows.enrollments.append(enrollment("C1", "S6"))
    return rows


@dataclass(frozen=True)
class Led:
    """The report of an undo, a replay or a block, as it was written."""

    report: SyncReport
    folder: Path

    def school(self, school_id: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._file(school_id, "json"))
        return found

    def page(self, school_id: str) -> str:
        return self._file(school_id, "html")

    def changes(self) -> list[dict[str, str]]:
        with (self.folder / "changes.csv").open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def _file(self, school_id: str, kind: str) -> str:
        return (self.folder / "schools" / f"{school_file(school_id)}.{kind}").read_text(encoding="utf-8")


def led(district: District, report: SyncReport) -> Led:
    assert report.sync_number is not None
    # What was active before the next night is what this sync left, not the night before it.
    district.last_active = None
    return Led(report, district.folder.report(report.sync_date.isoformat(), report.sync_number))


@pytest.fixture
def changed(tmp_path: Path) -> District:
    """A district after two nights, the second of which changed people of both schools."""
    district = District(tmp_path)
    district.sync(families())
    assert district.sync(later(), SECOND).outcome == "applied"
    return district


def undo_it(district: District) -> Led:
    return led(district, undone(district, to=FIRST, today=SECOND))


def replay_it(district: District) -> Led:
    """Lived again where only mothers count: the fathers' links go."""
    rules = {"rules": [{"relationship": ["mother"], "role": "parent"}]}
    district.settings = district.settings.model_copy(update={"guardians": GuardianSettings.model_validate(rules)})
    report, _ = replay(
        district.folder, district.name, district.settings,
        first=FIRST, by="Kim", why="A test.", today=SECOND, at=AT,
    )  # fmt: skip
    return led(district, report)


def block_it(district: District) -> Led:
    record_block(district.folder, "P-BOTH", "S4", by="Kim", why="Court order about S4 of School M.", at=AT)
    applied = apply_blocks(district.folder, district.name, district.settings, at=AT)
    assert applied is not None
    return led(district, applied.report)


def schools_of(district: District, sync: int) -> dict[str, set[str]]:
    """The schools of everything that stood before or after a sync, by the key that a report shows. From the history."""
    found: dict[str, set[str]] = {}
    for key, school_id in district.query(_SCHOOLS.format(before=sync - 1, after=sync)):
        found.setdefault(key, set()).add(school_id)
    return found


def keys_on(page: Led, school_id: str) -> set[str]:
    return {change["key"] for change in page.school(school_id)["changes"]}


@pytest.mark.parametrize("lead", [undo_it, replay_it, block_it])
def test_every_school_has_a_page_with_its_own_changes_and_nobody_elses(
    changed: District, lead: Callable[[District], Led]
) -> None:
    shown = lead(changed)
    assert shown.report.sync_number is not None
    schools = schools_of(changed, shown.report.sync_number)
    for school_id in ("N", "M"):
        for key in keys_on(shown, school_id):
            assert school_id in schools[key], f"{key} is none of {school_id}"
        report = shown.school(school_id)
        assert {counts["school_id"] for counts in report["records"]} == {school_id}
        assert report["kind"] == shown.report.kind
        assert f"({shown.report.kind})" in shown.page(school_id)
    # Nothing that the sync did is on no page.
    everything = {change["sourcedId"] for change in shown.changes()}
    assert everything == keys_on(shown, "N") | keys_on(shown, "M")
    assert everything


def test_an_undo_shows_each_school_what_it_took_back(changed: District) -> None:
    shown = undo_it(changed)
    people = [key for key in keys_on(shown, "M") if "|" not in key]
    assert set(people) == {"S4", "S5", "S6", "NEW-M", "P-MIDDLE", "P-NEW", "P-BOTH"}
    assert {"S1", "S3", "NEW-N"} <= keys_on(shown, "N")
    for word in ("S4", "S5", "NEW-M", "P-MIDDLE", "P-NEW"):
        assert not re.search(rf"\b{word}\b(?!-)", shown.page("N")), word
    for word in ("S1", "S3", "NEW-N", "P-NORTH"):
        assert not re.search(rf"\b{word}\b(?!-)", shown.page("M")), word
    # P-BOTH belongs to both, the link to a child only to that child's school.
    assert "P-BOTH" in keys_on(shown, "N")


def test_changes_csv_of_an_undo_has_every_change_with_its_values_before_and_after(changed: District) -> None:
    rows = {(row["recordType"], row["operation"], row["sourcedId"]): row for row in undo_it(changed).changes()}
    moved = rows["students", "update", "S6"]
    assert (moved["column"], moved["before"], moved["after"], moved["status"]) == (
        "orgSourcedIds", "N", "M", "applied",
    )  # fmt: skip
    assert ("students", "restore", "S3") in rows
    assert ("students", "archive", "NEW-N") in rows
    assert ("guardian_links", "restore", "P-MIDDLE|S5") in rows


def test_why_somebody_was_blocked_stands_in_the_districts_report_and_on_no_schools_page(changed: District) -> None:
    shown = block_it(changed)
    assert "Court order" in (shown.folder / "index.html").read_text(encoding="utf-8")
    for school_id in ("N", "M"):
        assert "Court order" not in shown.page(school_id) + json.dumps(shown.school(school_id))
    assert keys_on(shown, "M") == {"P-BOTH|S4"}
    assert keys_on(shown, "N") == set()
    assert "P-BOTH" not in shown.page("N")


@pytest.mark.parametrize("lead", [undo_it, replay_it, block_it])
def test_the_trend_is_handed_on_without_a_point_of_its_own(changed: District, lead: Callable[[District], Led]) -> None:
    before = changed.report(SECOND)[0].trend
    assert [point.sync_number for point in before] == [1, 2]
    shown = lead(changed)
    assert shown.report.trend == before
    page = (shown.folder / "index.html").read_text(encoding="utf-8")
    assert "The last 2 syncs before this one" in page
    assert page.count('class="curve"') == 3
    after = changed.sync(families(), THIRD)
    assert [point.sync_number for point in after.report.trend] == [1, 2, 4]


def test_a_trend_survives_many_undos(changed: District) -> None:
    for number in range(7):
        undone(changed, to_sync=1 + number % 2, today=SECOND)
    changed.last_active = None
    assert [p.sync_number for p in changed.sync(families(), THIRD).report.trend] == [1, 2, 10]


def test_a_district_that_is_one_school_has_no_pages_of_schools(tmp_path: Path) -> None:
    rows = small_district()
    rows.users = [row for row in rows.users if row.get("orgSourcedIds") != "M"]
    district = District(tmp_path, schools=("N",), scope="school")
    district.sync(rows)
    fewer = rows.without_user("S3")
    district.sync(fewer, SECOND)
    shown = undo_it(district)
    assert not (shown.folder / "schools").exists()
    assert ("S3", "restore") in {(row["sourcedId"], row["operation"]) for row in shown.changes()}


People = list[tuple[str, bool]]
"""The school of each of six students, and whether the student is there."""

_night = st.lists(st.tuples(st.sampled_from(["N", "M", "N,M"]), st.booleans()), min_size=6, max_size=6)


# A night takes a second: what fails is small as it is, and is not made smaller.
@settings(
    max_examples=int(os.environ.get("ROLLCALL_EXAMPLES", "4")),
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(first=_night, second=_night)
def test_whoever_moves_no_page_of_an_undo_holds_people_of_another_school(
    tmp_path: Path, first: People, second: People
) -> None:
    root = tmp_path / f"{len(list(tmp_path.iterdir()))}"
    root.mkdir()
    open_limits = {kind: {"percent": 100, "at_least": 1000} for kind in ("students", "guardians", "enrollments")}
    district = District(root, limits=open_limits)
    district.sync(_rows(first))
    district.sync(_rows(second), SECOND)
    if district.query("select count(*) from book.sync.changes where sync_number = 2") == [(0,)]:
        shutil.rmtree(root)
        return
    shown = undo_it(district)
    assert shown.report.sync_number is not None
    schools = schools_of(district, shown.report.sync_number)
    for school_id, change in itertools.product(("N", "M"), shown.changes()):
        key = change["sourcedId"]
        if key in keys_on(shown, school_id):
            assert school_id in schools[key]


def _rows(people: People) -> Rows:
    """Students with a mother each, and one contact of all; the class of a school has those of it."""
    rows = small_district()
    rows.users = [row for row in rows.users if row.get("role") == "teacher"]
    rows.classes = [school_class("C1"), school_class("C3", "M")]
    rows.enrollments = [row for row in rows.enrollments if row["role"] == "teacher" and row["classSourcedId"] != "C2"]
    there = [(f"K{number}", schools) for number, (schools, is_there) in enumerate(people) if is_there]
    # Somebody is always there: an empty roster is another matter.
    there += [("K-N", "N"), ("K-M", "M")]
    for key, schools in there:
        rows.users += [student(key, schools), contact(f"P-{key}", key)]
        rows.enrollments.append(enrollment("C1" if schools.startswith("N") else "C3", key))
    rows.users.append(contact("P-ALL", ",".join(key for key, _ in there), relationship="Father"))
    return rows


def test_the_schools_in_these_tests_are_read_from_the_history(changed: District) -> None:
    found = schools_of(changed, 2)
    assert (found["S6"], found["S1"], found["P-BOTH"]) == ({"N", "M"}, {"N"}, {"N", "M"})
    assert (found["P-BOTH|S4"], found["C1|S6|student"]) == ({"M"}, {"N"})


_SCHOOLS = """
with standing as (select unnest([{before}, {after}]) as sync),
ids as (
    select roster_id, any_value(record_type) as record_type, any_value(sourced_id) as key
    from book.roster.ids where record_type in ('students', 'staff', 'guardians', 'classes')
    group by roster_id, record_type
),
people as (
    select sync, roster_id, record_type, unnest(school_ids) as school_id from book.roster.users, standing
    where since_sync <= sync and (until_sync is null or until_sync > sync) and record_type <> 'guardians'
),
classes as (
    select sync, roster_id, school_id from book.roster.classes, standing
    where since_sync <= sync and (until_sync is null or until_sync > sync)
),
links as (
    select sync, contact_roster_id, student_roster_id, people.school_id
    from book.roster.guardian_links as links join standing on
        since_sync <= sync and (until_sync is null or until_sync > sync)
    join people using (sync) where people.roster_id = student_roster_id
)
select key, school_id from people join ids using (roster_id, record_type)
union select key, school_id from classes join ids using (roster_id) where ids.record_type = 'classes'
union select key, school_id from links join ids on ids.roster_id = contact_roster_id and record_type = 'guardians'
union select c.key || '|' || s.key, school_id from links
    join ids as c on c.roster_id = contact_roster_id and c.record_type = 'guardians'
    join ids as s on s.roster_id = student_roster_id and s.record_type = 'students'
union select c.key || '|' || u.key || '|' || role, school_id
    from book.roster.enrollments as e join classes on classes.roster_id = e.class_roster_id
    join ids as c on c.roster_id = e.class_roster_id and c.record_type = 'classes'
    join ids as u on u.roster_id = e.user_roster_id and u.record_type in ('students', 'staff')
"""
