"""What corrections promise, over a week in which everything happens that can: a change of type, an id that moves, an id
given to somebody else, a bar, people who go and come back, a file that stays away.

- The export after an undo to a day is the export of that day, less what is barred by now, and nothing else differs.
- Days lived again give the roster that the days gave.
- What the roster was on a past day never changes.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.replay import replay
from pipeline.plan.approvals import approve
from pipeline.warehouse.statements import MOVED
from tests.support.district import FIRST, District, Rows, contact, csv_bytes, enrollment, small_district, student
from tests.support.families import CONTACT_COLUMNS, listed
from tests.support.lives import AT, standing, undone
from tests.support.matrices import WHOLE

pytestmark = pytest.mark.whole_day

OPEN = {
    kind: {"percent": 100, "at_least": 1000}
    for kind in ("students", "staff", "guardians", "classes", "enrollments", "guardian_links")
}
NEWCOMER = {"givenName": "Aurelia", "familyName": "Quist", "identifier": "880077", "email": "aurelia@example.org"}
FAMILY = [
    listed("MO", "S4", "Mother", legalGuardian="1", givenName="Wanda", familyName="Ostrow", sms="202-555-0144"),
    listed("FA", "S4", "Father", givenName="Odon", familyName="Ostrow"),
    listed("FA", "S5", "Father", legalGuardian="1", givenName="Odon", familyName="Ostrow"),
]


def day(number: int) -> date:
    return FIRST + timedelta(days=number - 1)


def nights() -> Iterator[tuple[Rows, list[dict[str, str]] | None]]:
    """What arrives night after night: the three files, and contacts.csv where it comes."""
    rows = small_district()
    for number in range(1, 7):
        rows.user(f"S{number}").update(identifier=f"10000{number}", email=f"s{number}@example.org")
    yield rows, FAMILY
    # 2: a student is an aide of the class; another one goes, and somebody comes.
    rows = rows.without_user("S3").copy()
    rows.users = [row for row in rows.users if row["sourcedId"] != "P3"]
    rows.user("S6").update(role="aide")
    rows.enrollment("C3", "S6").update(role="aide")
    rows.users.append(student("S9", "M", givenName="Ninon", familyName="Vale"))
    rows.enrollments.append(enrollment("C3", "S9"))
    yield rows, FAMILY
    # 3: contacts.csv stays away, and a grade changes.
    rows = rows.copy()
    rows.user("S1")["grades"] = "06"
    yield rows, None
    # 4: the same files once more.
    yield rows.copy(), None
    # 5: contacts.csv comes back and bars the father from one of his two; S3 comes back.
    rows = rows.copy()
    rows.users += [
        student("S3", identifier="100003", email="s3@example.org"),
        contact("P3", "S3", relationship="Father"),
    ]
    rows.enrollments.append(enrollment("C1", "S3"))
    barred = [FAMILY[0], {**FAMILY[1], "noContact": "1"}, FAMILY[2]]
    yield rows, barred
    # 6: S2 has another id, and S1 is somebody else, which is approved.
    rows = rows.copy()
    rows.user("S2").update(sourcedId="S2-NEW")
    for row in rows.enrollments:
        row["userSourcedId"] = {"S2": "S2-NEW"}.get(row["userSourcedId"], row["userSourcedId"])
    rows.user("P1")["agentSourcedIds"] = "S1,S2-NEW"
    rows.users = [row for row in rows.users if row["sourcedId"] not in {"P1", "P2"}]
    rows.users.append(contact("P1", "S2-NEW", sms="202-555-0101"))
    rows.user("S1").update(NEWCOMER)
    yield rows, barred
    # 7: the aide is a student again.
    rows = rows.copy()
    rows.user("S6").update(role="student")
    rows.enrollment("C3", "S6").update(role="student")
    yield rows, barred


LAST = 7


def live(district: District, *, until: int = LAST) -> None:
    for number, (rows, contacts) in enumerate(nights(), start=1):
        if number > until:
            return
        files = rows.files() | ({"contacts.csv": csv_bytes(CONTACT_COLUMNS, contacts)} if contacts else {})
        night = district.sync(files, day(number))
        if number == 6:
            assert night.report.hold_digest is not None
            approve(
                district.folder, district.name, day(6), [night.report.hold_digest], by="Kim", why="Another child.",
                until=day(6), at=AT, as_new_person=True,
            )  # fmt: skip
            night = district.run(day(6))
            district.last_active = None
        assert night.outcome in {"applied", "unchanged"}, (number, night.holds())


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week")
    live(District(folder, limits=OPEN))
    return folder


@pytest.fixture
def lived(week: Path, tmp_path: Path) -> District:
    shutil.copytree(week, tmp_path, dirs_exist_ok=True)
    return District(tmp_path, limits=OPEN)


ACTIVE_LINKS = "select roster_id from book.roster.guardian_links where until_sync is null and state = 'active'"


def kept(district: District) -> dict[str, Any]:
    """All that is current in the tables that a correction moves, of what is active, by who it is."""
    found = {}
    for table in MOVED:
        columns = [name for name, *_ in district.query(f"describe {table}")]
        without = [name for name in ("since_sync", "until_sync", "line", "delivery_sha256") if name in columns]
        active = " and state = 'active'" if "state" in columns else ""
        if table.endswith("link_support"):
            active = f" and roster_id in ({ACTIVE_LINKS})"
        found[table] = district.query(
            f"select * exclude ({', '.join(without)}) from {table} where until_sync is null{active} order by all"  # noqa: S608
        )
    return found


def as_rows(export: dict[str, bytes], name: str = "users.csv") -> dict[str, dict[str, str]]:
    """The rows by their id, without the columns that stand in users.csv or in contacts.csv as fits all rows."""
    text = io.StringIO(export[name].decode(), newline="")
    elsewhere = ("metadata.relationship", "metadata.legalGuardian")
    return {
        row["sourcedId"]: {column: value for column, value in row.items() if column not in elsewhere}
        for row in csv.DictReader(text)
    }


def past(district: District, until: int = LAST) -> list[dict[str, bytes]]:
    return [standing(district, day(number)) for number in range(1, until)]


BARRED_PAIR = {"FA", "S4"}


@pytest.mark.parametrize("goal", range(1, LAST) if WHOLE else (1, 5))
def test_an_undo_to_any_day_gives_its_export_less_what_is_barred_by_now(lived: District, goal: int) -> None:
    before, wanted = past(lived), standing(lived, day(goal))
    report = undone(lived, to=day(goal), today=day(LAST))
    assert (report.outcome, lived.flaws()) == ("applied", {})
    now = standing(lived)
    assert past(lived) == before
    assert now["classes.csv"] == wanted["classes.csv"]
    assert now["enrollments.csv"] == wanted["enrollments.csv"]
    people, were = as_rows(now), as_rows(wanted)
    assert people.keys() == were.keys()
    different = {key for key in people if people[key] != were[key]}
    # The father was linked to both until night 5 barred him from one of them.
    assert different == (BARRED_PAIR if goal < 5 else set())
    if different:
        assert (people["FA"]["agentSourcedIds"], people["S4"]["agentSourcedIds"]) == ("S5", "MO")
        assert people["FA"]["role"] == were["FA"]["role"] == "guardian"


def test_an_undo_and_back_again_leaves_everything_as_it_was_with_ids_and_support(lived: District) -> None:
    before = kept(lived)
    undone(lived, to=day(1), today=day(LAST))
    assert kept(lived) != before
    undone(lived, to_sync=len(lived.query("from book.sync.syncs")) - 1, today=day(LAST))
    assert kept(lived) == before


@pytest.mark.parametrize("goal", [2, 3, 5] if WHOLE else [3])
def test_the_day_after_the_one_gone_back_to_is_planned_as_it_was(lived: District, tmp_path: Path, goal: int) -> None:
    """What was added then and is known by now is restored; all else is the same."""
    other = District(tmp_path / "other", limits=OPEN)
    live(other, until=goal)
    undone(lived, to=day(goal), today=day(goal + 1))
    rows, contacts = list(nights())[goal]
    files = rows.files() | ({"contacts.csv": csv_bytes(CONTACT_COLUMNS, contacts)} if contacts else {})
    plans = []
    for district in (lived, other):
        night = district.sync(files, day(LAST + 1))
        plans.append(
            {
                (change.record_type, change.operation.replace("restore", "add"), change.key, change.columns)
                for change in night.plan
            }
        )
    assert plans[0] == plans[1]


@pytest.mark.parametrize("first", [1, 3, 6] if WHOLE else [3])
def test_days_lived_again_give_the_same_roster_and_leave_the_past_as_it_was(lived: District, first: int) -> None:
    before, past_days = kept(lived), past(lived)
    export = standing(lived)
    report, _ = replay(
        lived.folder, lived.name, lived.settings, first=day(first), by="Kim", why="A test.", today=day(LAST), at=AT
    )
    assert report.outcome == "unchanged"
    assert standing(lived) == export
    # with the numbers that people, enrollments and links had, and with what supports them
    assert kept(lived) == before
    assert (past(lived), lived.flaws()) == (past_days, {})


def test_a_replay_counts_the_blocks_of_today_from_its_first_day_on(lived: District) -> None:
    record_block(lived.folder, "P1", "S2-NEW", by="Kim", why="Court order.", at=AT)
    apply_blocks(lived.folder, lived.name, lived.settings, at=AT)
    before = standing(lived)
    assert "P1" not in as_rows(before)
    replay(lived.folder, lived.name, lived.settings, first=day(1), by="Kim", why="A test.", today=day(LAST), at=AT)
    assert (standing(lived), lived.flaws()) == (before, {})
    undone(lived, to=day(2), today=day(LAST))
    # She was the mother of two then: the block is about the child, whatever its id was.
    assert as_rows(standing(lived))["P1"]["agentSourcedIds"] == "S1"


def test_a_block_removes_at_once_what_only_the_blocked_link_supported(lived: District) -> None:
    assert as_rows(standing(lived))["FA"]["role"] == "guardian"
    record_block(lived.folder, "FA", "S5", by="Kim", why="Court order.", at=AT)
    apply_blocks(lived.folder, lived.name, lived.settings, at=AT)
    assert "FA" not in as_rows(standing(lived))
    assert lived.flaws() == {}


def test_the_role_of_a_blocked_link_does_not_stay_with_the_person(tmp_path: Path) -> None:
    rows = small_district()
    rows.users += [
        contact("P9", "S4", legalGuardian="1", relationship="Uncle"),
        contact("P9", "S5", relationship="Father"),
    ]
    district = District(tmp_path)
    district.sync(rows)
    assert district.person("P9")["role"] == "guardian"
    record_block(district.folder, "P9", "S4", by="Kim", why="Court order.", at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    assert (district.person("P9")["role"], district.person("P9")["agentSourcedIds"]) == ("parent", "S5")
    # The night after it agrees.
    district.last_active = None
    changed = rows.copy()
    changed.user("S1")["grades"] = "06"
    assert {change.key for change in district.sync(changed, day(2)).plan} == {"S1"}
