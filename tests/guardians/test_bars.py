"""Barred pairs: a no-contact flag, a custody flag, a block. Never linked, whatever else holds, and gone at once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.corrections.block import apply_blocks, record_block, record_unblock
from pipeline.corrections.replay import replay
from pipeline.corrections.undo import undo
from pipeline.districts.decisions import read_decisions
from pipeline.districts.settings import GuardianRule, GuardianSettings
from pipeline.errors import UsageError
from pipeline.plan.approvals import open_hold
from tests.support.district import FIRST, District, Rows, contact, csv_bytes, enrollment, school_class, student
from tests.support.families import CONTACT_COLUMNS, Row, listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD, FOURTH = (FIRST + timedelta(days=n) for n in (1, 2, 3))
AT = datetime(2026, 9, 4, 12, tzinfo=UTC)
WHO = {"by": "Kim Lee", "why": "Court order."}


def files(contacts: list[Row], users: list[Row] | None = None) -> dict[str, bytes]:
    people = [student("S1"), student("S2"), student("S3"), *(users or [])]
    made = Rows(people, [school_class("C")], [enrollment("C", "S1")]).files()
    return made | ({"contacts.csv": csv_bytes(CONTACT_COLUMNS, contacts)} if contacts else {})


MOTHER, FATHER = listed("MO", "S1", "Mother", legalGuardian="1"), listed("FA", "S1", "Father")
FAMILY = [MOTHER, FATHER, listed("FA", "S2", "Father")]
BARRED = [MOTHER, {**FATHER, "noContact": "1"}, listed("FA", "S2", "Father")]


def links(district: District) -> set[str]:
    """The active links of the roster."""
    text = """
    select contacts.sourced_id || '-' || students.sourced_id from book.roster.guardian_links as links
    join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
    join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
    where links.until_sync is null and links.state = 'active'
    """
    return {key for (key,) in district.query(text)}


def blocked(district: District, contact_id: str = "FA", student_id: str = "S1") -> None:
    record_block(district.folder, contact_id, student_id, **WHO, at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    district.last_active = None  # it is no night, and nights are compared with the night before


def back_to(district: District, day: date) -> None:
    undo(district.folder, district.name, district.settings, to_date=day, **WHO, today=FOURTH, at=AT)
    district.last_active = None


def test_a_flag_that_appears_takes_the_link_out_that_night(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    assert links(district) == {"MO-S1", "FA-S1", "FA-S2"}
    night = district.sync(files(BARRED), SECOND)
    assert (night.outcome, links(district)) == ("applied", {"MO-S1", "FA-S2"})
    (told,) = [found for found in night.report.findings if found.code == "contact_barred"]
    assert (told.file, told.line, told.sourced_id) == ("contacts.csv", 3, "FA")
    assert "S1 (barred: the no-contact flag is set)" in told.message


NO_ARCHIVES = {
    kind: {"percent": 0, "at_least": 0}
    for kind in ("students", "staff", "guardians", "classes", "enrollments", "guardian_links")
}


@pytest.mark.parametrize(
    "sync",
    [{}, {"archive_after_days": 30}, {"manage_guardians": False}],
    ids=["a limit of no archives at all", "a pause before archiving", "guardians left as they are"],
)
def test_no_hold_and_no_setting_keeps_a_barred_person_linked(tmp_path: Path, sync: dict[str, object]) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    district.set(**sync)
    district.limit(archive=NO_ARCHIVES)
    night = district.sync(files([{**MOTHER, "noContact": "1"}, BARRED[1]]), SECOND)
    assert ("guardian_links", "archive", "FA|S1") in night.applied
    assert ("guardian_links", "archive", "MO|S1") in night.applied
    assert "FA-S2" in links(district)


def test_a_bar_goes_through_though_the_files_lost_all_else(tmp_path: Path) -> None:
    """contacts.csv with one row left: what is missing is withheld, what is barred is not."""
    contacts = [listed(f"P{n}", f"S{n % 3 + 1}", "Mother") for n in range(60)]
    district = District(tmp_path)
    district.sync(files([*contacts, FATHER]))
    night = district.sync(files([{**FATHER, "noContact": "1"}]), SECOND)
    assert night.outcome == "held"
    assert night.applied == {("guardian_links", "archive", "FA|S1")}
    assert len(links(district)) == 60


def test_a_custody_flag_that_says_no_goes_through_as_well(tmp_path: Path) -> None:
    rules = GuardianSettings(rules=(GuardianRule(relationship=("mother", "father"), custody=True, role="parent"),))
    district = District(tmp_path, guardians=rules)
    district.sync(files([{**MOTHER, "custody": "1"}, {**FATHER, "custody": "1"}]))
    district.limit(archive=NO_ARCHIVES)
    night = district.sync(files([{**MOTHER, "custody": "1"}, {**FATHER, "custody": "0"}]), SECOND)
    assert ("guardian_links", "archive", "FA|S1") in night.applied
    assert links(district) == {"MO-S1"}


def test_of_two_flags_that_bar_each_stands_until_it_says_otherwise(tmp_path: Path) -> None:
    rules = (GuardianRule(custody=False, role="excluded"), *GuardianSettings().rules)
    district = District(tmp_path, guardians=GuardianSettings(rules=rules))
    both = [MOTHER, {**FATHER, "noContact": "1", "custody": "0"}]
    district.sync(files(both), FIRST)
    kinds = "select kind from book.roster.bars where until_sync is null order by kind"
    assert district.query(kinds) == [("custody",), ("no_contact",)]
    without = [{name: value for name, value in row.items() if name != "custody"} for row in both]
    columns = [name for name in CONTACT_COLUMNS if name != "custody"]
    sent = files([]) | {"contacts.csv": csv_bytes(columns, [without[0], {**without[1], "noContact": "0"}])}
    district.sync(sent, SECOND)
    assert district.query(kinds) == [("custody",)]
    assert "FA-S1" not in links(district)
    district.sync(files([MOTHER, {**FATHER, "noContact": "0", "custody": "1"}]), THIRD)
    assert (district.query(kinds), "FA-S1" in links(district)) == ([], True)


def test_a_row_left_out_keeps_the_link_that_stands_and_links_nobody_anew(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files([MOTHER, FATHER]))
    unclear = [{**row, "noContact": "ask"} for row in (MOTHER, FATHER, listed("UN", "S2", "Father"))]
    night = district.sync(files(unclear), SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())
    assert links(district) == {"MO-S1", "FA-S1"}
    assert night.codes("contacts.csv") == {"bar_unknown": 3}


def test_an_undo_does_not_bring_a_barred_link_back(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    district.sync(files(BARRED), SECOND)
    with pytest.raises(UsageError, match=r"already as it was after sync 1 of .* Barred links never come back"):
        back_to(district, FIRST)
    changed = files([*BARRED, listed("AU", "S3", "Father")])
    district.sync(changed, THIRD)
    back_to(district, FIRST)
    assert links(district) == {"MO-S1", "FA-S2"}


def test_an_undo_asks_the_newest_files_about_links_that_had_gone_before_they_were_barred(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    district.sync(files([MOTHER]), SECOND)
    district.sync(files([MOTHER, {**FATHER, "noContact": "1"}]), THIRD)
    back_to(district, FIRST)
    assert links(district) == {"MO-S1", "FA-S2"}


def test_a_block_takes_the_link_out_at_once_by_a_sync_of_its_own(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    blocked(district)
    assert links(district) == {"MO-S1", "FA-S2"}
    assert district.person("FA")["agentSourcedIds"] == "S2"
    assert district.query("select number, kind, outcome, sync_date from book.sync.syncs order by 1") == [
        (1, "day", "applied", FIRST),
        (2, "block", "applied", FIRST),
    ]
    (decision,) = read_decisions(district.folder.decisions)
    assert (decision.kind, decision.by, decision.why, decision.contact_id, decision.student_id) == (
        *("block", "Kim Lee", "Court order.", "FA", "S1"),
    )  # fmt: skip


def test_a_person_whose_last_link_is_blocked_is_archived_with_it(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files([MOTHER, FATHER]))
    blocked(district)
    assert links(district) == {"MO-S1"}
    assert "FA" not in district.people()
    assert "MO" in district.people()


def test_a_person_whose_last_link_a_flag_bars_is_archived_with_it_whatever_the_days_of_grace(tmp_path: Path) -> None:
    district = District(tmp_path, sync={"archive_after_days": 30})
    district.sync(files([MOTHER, FATHER]))
    night = district.sync(files([MOTHER, {**FATHER, "noContact": "1"}]), SECOND)
    assert (night.outcome, links(district)) == ("applied", {"MO-S1"})
    assert "FA" not in district.people()


def test_a_blocked_pair_is_never_linked_again_whatever_the_files_say(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    blocked(district)
    night = district.sync(
        files([*FAMILY, {**FATHER, "legalGuardian": "1"}], [contact("XX", "S1", legalGuardian="1")]), SECOND
    )
    assert night.outcome == "applied"
    assert links(district) == {"MO-S1", "FA-S2", "XX-S1"}
    back_to(district, FIRST)
    assert links(district) == {"MO-S1", "FA-S2"}


def test_a_block_holds_when_the_days_are_lived_again(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    district.sync(files([*FAMILY, listed("AU", "S1", "Aunt")]), SECOND)
    blocked(district)
    replay(district.folder, district.name, district.settings, first=FIRST, **WHO, today=THIRD, at=AT)
    assert links(district) == {"MO-S1", "FA-S2"}


def test_a_block_of_people_who_are_not_there_yet_holds_when_they_come(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files([MOTHER]))
    found = record_block(district.folder, " FA ", "S1", **WHO, at=AT)
    assert (found.is_new, found.knows_contact, found.knows_student) == (True, False, True)
    assert apply_blocks(district.folder, district.name, district.settings, at=AT) is None
    district.sync(files(FAMILY), SECOND)
    assert links(district) == {"MO-S1", "FA-S2"}


def test_a_block_that_is_given_twice_is_one_decision(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    blocked(district)
    assert record_block(district.folder, "FA", "S1", **WHO, at=AT).is_new is False
    assert len(read_decisions(district.folder.decisions)) == 1


def test_a_block_that_ends_lets_the_next_sync_judge_by_the_files(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY))
    blocked(district)
    record_unblock(district.folder, district.name, "FA", "S1", **WHO, at=AT)
    assert links(district) == {"MO-S1", "FA-S2"}
    district.sync(files(FAMILY), SECOND)
    assert links(district) == {"MO-S1", "FA-S1", "FA-S2"}
    with pytest.raises(UsageError, match="has no block or bar of contact FA or of student S1"):
        record_unblock(district.folder, district.name, "FA", "S1", **WHO, at=AT)


@pytest.mark.slow("a block and a flag, each through four nights")
@pytest.mark.parametrize("by", ["a block", "a flag"])
def test_a_bar_follows_the_person_to_another_id_and_ends_under_it(tmp_path: Path, by: str) -> None:
    district = District(tmp_path)
    district.sync(files(FAMILY if by == "a block" else BARRED))
    if by == "a block":
        blocked(district)
    # what a change of ids leaves in the roster
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        connection.execute("update book.roster.ids set sourced_id = 'NEW' where sourced_id = 'FA'")

    def renamed(**said: str) -> dict[str, bytes]:
        return files([MOTHER, listed("NEW", "S1", "Father", **said), listed("NEW", "S2", "Father")])

    for day in (SECOND, THIRD):
        district.sync(renamed(), day)
        assert links(district) == {"MO-S1", "NEW-S2"}
    if by == "a block":
        record_unblock(district.folder, district.name, "NEW", "S1", **WHO, at=AT)
    district.sync(renamed(noContact="no"), FOURTH)
    assert links(district) == {"MO-S1", "NEW-S1", "NEW-S2"}
    assert district.query("select * from book.roster.bars where until_sync is null") == []


def test_what_is_withheld_stays_withheld_and_can_be_approved_after_a_block(tmp_path: Path) -> None:
    district = District(tmp_path)
    contacts = [listed(f"P{n}", f"S{n % 3 + 1}", "Mother") for n in range(60)]
    district.sync(files([*contacts, FATHER]))
    night = district.sync(files([FATHER]), SECOND)
    assert night.outcome == "held"
    blocked(district)
    hold = open_hold(district.folder, district.name)
    assert hold is not None
    assert hold.sync.hold_digest == night.report.hold_digest
