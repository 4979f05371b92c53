"""What becomes of an id in doubt, night by night: what waits, what an approval applies, and an id that moves."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.undo import undo
from pipeline.districts.settings import NamesShown, ReportSettings
from pipeline.errors import UsageError
from pipeline.plan.approvals import approve
from pipeline.report.holds import narrowed, people_lines
from tests.support.district import FIRST, District, Night, Rows, contact, enrollment, student

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)


@pytest.fixture
def named(district: District, rows: Rows) -> Rows:
    """The small district on its first day, with numbers and names that tell people apart."""
    names = ["Ada Arden", "Ben Bishop", "Cleo Calder", "Dev Dalton", "Emil Ember", "Fay Farrow"]
    for number, name in enumerate(names, 1):
        given, family = name.split()
        rows.user(f"S{number}").update(givenName=given, familyName=family, identifier=f"77{number}0")
    rows.user("P1").update(givenName="Rosa", familyName="Arden", email="rosa@example.org")
    rows.user("P2").update(givenName="Uwe", familyName="Arden", email="uwe@example.org")
    rows.user("P3").update(givenName="Carl", familyName="Calder", email="carl@example.org")
    assert district.sync(rows, FIRST).outcome == "applied"
    return rows


def taken(rows: Rows) -> Rows:
    """The id of S3 has been given to a child with other parents and another class."""
    later = rows.copy()
    later.user("S3").update(givenName="Zora", familyName="Kowalski", identifier="9999")
    later.users = [row for row in later.users if row["sourcedId"] != "P3"]
    later.users.append(contact("P9", "S3", givenName="Marta", familyName="Kowalski", email="marta@example.org"))
    later.enrollments = [row for row in later.enrollments if row["userSourcedId"] != "S3"]
    later.enrollments.append(enrollment("C2", "S3"))
    later.user("S1")["grades"] = "06"
    return later


def approved(district: District, night: Night, day: date, *, as_new_person: bool = False) -> None:
    assert night.report.hold_digest is not None
    approve(
        district.folder, "synthetic", day, [night.report.hold_digest],
        by="A. Registrar", why="I asked the school", until=day, at=datetime(2026, 9, 2, 17, tzinfo=UTC),
        as_new_person=as_new_person,
    )  # fmt: skip


def roster_id(district: District, key: str) -> int:
    return district.query(
        f"select roster_id from book.roster.ids where sourced_id = '{key}' and until_sync is null"  # noqa: S608
    )[0][0]


def moved(rows: Rows, **values: str) -> Rows:
    """S3 comes as S9."""
    later = rows.copy()
    later.user("S3").update(sourcedId="S9", **values)
    later.user("P3")["agentSourcedIds"] = "S9"
    for row in later.enrollments:
        row["userSourcedId"] = row["userSourcedId"].replace("S3", "S9")
    return later


@pytest.mark.parametrize(
    ("names", "roster", "files"),
    [
        ("full", "S3, Cleo Calder (School N; grade 05; number 7730; guardians Carl Calder)",
         "S3, Zora Kowalski (School N; grade 05; number 9999; guardians Marta Kowalski)"),
        ("initials", "S3, C. C. (School N; grade 05; number 7730; guardians C. C.)",
         "S3, Z. K. (School N; grade 05; number 9999; guardians M. K.)"),
        ("ids", "S3 (School N; grade 05; number 7730; guardians P3)",
         "S3 (School N; grade 05; number 9999; guardians P9)"),
    ],
)  # fmt: skip
def test_both_people_of_an_id_in_doubt_are_shown_side_by_side(
    district: District, named: Rows, names: NamesShown, roster: str, files: str
) -> None:
    district.settings = district.settings.model_copy(update={"reports": ReportSettings(names=names)})
    night = district.sync(taken(named), SECOND)
    (hold,) = night.report.holds
    assert people_lines(hold) == [f"In the roster: {roster}", f"In the files: {files}"]
    page = night.page.read_text(encoding="utf-8")
    shown = {"full": "Zora Kowalski", "initials": "Z. K.", "ids": "In the files"}[names]
    assert shown in page[page.index('id="holds"') :]
    assert ("Kowalski" in page) is (names == "full")
    with (night.page.parent / "people_in_doubt.csv").open(encoding="utf-8", newline="") as file:
        sides = [(row["cause"], row["where"], row["sourcedId"], row["number"]) for row in csv.DictReader(file)]
    assert sides == [("identity_changed", "roster", "S3", "7730"), ("identity_changed", "files", "S3", "9999")]
    of_school = {school: [narrowed(hold, school)] for school in ("N", "M")}
    assert all(one is None or not one.people for one in of_school["M"])


def test_a_newcomer_who_seems_to_be_known_is_shown_beside_the_record_that_is_gone(
    district: District, named: Rows
) -> None:
    night = district.sync(moved(named, identifier="7739"), SECOND)
    (pair,) = [pair for hold in night.report.holds for pair in hold.people]
    assert pair.roster is not None
    assert pair.files is not None
    assert (pair.roster.sourced_id, pair.roster.number) == ("S3", "7730")
    assert (pair.files.sourced_id, pair.files.number) == ("S9", "7739")


def test_all_that_the_files_say_of_an_id_in_doubt_waits_and_nothing_else(district: District, named: Rows) -> None:
    before = district.roster()
    night = district.sync(taken(named), SECOND)
    assert night.outcome == "held"
    assert night.holds() == {"students": {"identity_changed"}}
    assert night.applied == {("students", "update", "S1")}
    assert night.withheld == {
        ("students", "update", "S3"),
        ("enrollments", "add", "C2|S3|student"), ("enrollments", "archive", "C1|S3|student"),
        ("guardians", "add", "P9"), ("guardians", "archive", "P3"),
        ("guardian_links", "add", "P9|S3"), ("guardian_links", "archive", "P3|S3"),
    }  # fmt: skip
    assert night.codes() == {"identity_changed": 1}
    (hold,) = night.report.holds
    assert hold.message.startswith("Under the known id of 1 student, the files now name someone else")
    after = district.roster()
    assert [row for row in after["users.csv"] if row["sourcedId"] != "S1"] == [
        row for row in before["users.csv"] if row["sourcedId"] != "S1"
    ]
    again = district.sync(taken(named), THIRD)
    assert again.report.hold_digest == night.report.hold_digest


def test_an_approval_says_that_it_is_the_same_person(district: District, named: Rows) -> None:
    held = district.sync(taken(named), SECOND)
    child = roster_id(district, "S3")
    approved(district, held, SECOND)
    night = district.sync(taken(named), SECOND)
    assert (night.outcome, night.withheld) == ("applied", set())
    assert roster_id(district, "S3") == child
    assert district.person("S3")["familyName"] == "Kowalski"
    assert district.sync(taken(named), THIRD).outcome == "unchanged"


def test_another_person_gets_the_id_and_the_former_record_is_archived(district: District, named: Rows) -> None:
    before, former = district.roster(), roster_id(district, "S3")
    held = district.sync(taken(named), SECOND)
    approved(district, held, SECOND, as_new_person=True)
    night = district.sync(taken(named), SECOND)
    assert (night.outcome, night.withheld) == ("applied", set())
    assert {("students", "add", "S3"), ("students", "archive", "S3"), ("guardians", "add", "P9")} <= night.applied
    newcomer = roster_id(district, "S3")
    assert newcomer != former
    states = "select roster_id, given_name, state from book.roster.users where until_sync is null"
    assert {(former, "Cleo", "archived"), (newcomer, "Zora", "active")} <= set(district.query(states))
    exported = district.roster()
    assert {row["classSourcedId"] for row in exported["enrollments.csv"] if row["userSourcedId"] == "S3"} == {"C2"}
    assert district.person("S3")["agentSourcedIds"] == "P9"
    assert district.sync(taken(named), THIRD).outcome == "unchanged"
    undo(
        district.folder, district.name, district.settings, to_sync=1,
        by="A. Registrar", why="Wrong answer", today=THIRD, at=datetime(2026, 9, 3, 17, tzinfo=UTC),
    )  # fmt: skip
    assert (district.roster(), district.flaws()) == (before, {})
    assert roster_id(district, "S3") == former


def test_a_newcomer_who_is_another_person_than_who_left_is_added(district: District, named: Rows) -> None:
    later, former = moved(named, identifier=""), roster_id(district, "S3")
    held = district.sync(later, SECOND)
    approved(district, held, SECOND, as_new_person=True)
    night = district.sync(later, SECOND)
    assert (night.outcome, night.withheld) == ("applied", set())
    assert {("students", "add", "S9"), ("students", "archive", "S3")} <= night.applied
    assert roster_id(district, "S9") != former


def test_another_person_is_no_answer_where_a_limit_withheld_changes(district: District, named: Rows) -> None:
    district.limit(archive={"students": {"percent": 0, "at_least": 0}})
    held = district.sync(named.without_user("S3"), SECOND)
    with pytest.raises(UsageError, match="is not about an id that may mean another person"):
        approved(district, held, SECOND, as_new_person=True)


def test_who_left_and_comes_back_as_somebody_else_is_not_restored(district: District, named: Rows) -> None:
    district.sync(named.without_user("S3"), SECOND)
    night = district.sync(taken(named), THIRD)
    assert ("students", "restore", "S3") in night.withheld
    assert {key for kind, _, key in night.applied if kind == "enrollments"} == set()
    assert night.holds() == {"students": {"identity_changed"}}


def test_a_child_under_a_new_id_keeps_record_enrollments_and_links(district: District, named: Rows) -> None:
    child, before = roster_id(district, "S3"), district.active()
    night = district.sync(moved(named, grades="06"), SECOND)
    assert (night.outcome, night.applied) == ("applied", {("students", "update", "S9")})
    assert night.columns("students", "S9") == ("sourcedId", "grades")
    assert (roster_id(district, "S9"), district.active()) == (child, before)
    assert night.codes()["id_moved"] == 1
    finding = next(finding for finding in night.report.findings if finding.code == "id_moved")
    assert (finding.sourced_id, finding.severity) == ("S9", "warning")
    assert "had the id S3" in finding.message
    assert district.person("P3")["agentSourcedIds"] == "S9"
    assert "S3" not in district.people()
    assert district.sync(moved(named, grades="06"), THIRD).outcome == "unchanged"


def test_an_id_that_moved_moves_back_with_an_undo(district: District, named: Rows) -> None:
    before = district.roster()
    district.sync(moved(named), SECOND)
    undo(
        district.folder, district.name, district.settings, to_sync=1,
        by="A. Registrar", why="Wrong file", today=SECOND, at=datetime(2026, 9, 2, 17, tzinfo=UTC),
    )  # fmt: skip
    assert district.roster() == before


def test_with_two_facts_the_newcomer_waits_and_the_record_stays(district: District, named: Rows) -> None:
    before, child = district.roster(), roster_id(district, "S3")
    later = moved(named, identifier="")
    held = district.sync(later, SECOND)
    assert (held.outcome, held.holds(), held.applied) == ("held", {"students": {"id_moved"}}, set())
    finding = next(finding for finding in held.report.findings if finding.code == "newcomer_known")
    assert "S9 is probably the person with the id S3" in finding.message
    assert district.roster() == before
    approved(district, held, SECOND)
    night = district.sync(later, SECOND)
    assert (night.outcome, night.applied) == ("applied", {("students", "update", "S9")})
    assert roster_id(district, "S9") == child


def test_a_blocked_father_under_a_new_id_waits_whatever_is_approved(district: District, named: Rows) -> None:
    at = datetime(2026, 9, 1, 17, tzinfo=UTC)
    record_block(district.folder, "P3", "S3", by="A. Registrar", why="A court order", at=at)
    apply_blocks(district.folder, district.name, district.settings, at=at)
    district.last_active = None
    later = named.copy()
    later.user("P3")["sourcedId"] = "P9"
    held = district.sync(later, SECOND)
    assert held.holds() == {"guardians": {"id_moved"}, "guardian_links": {"barred_twin"}}
    approved(district, held, SECOND)
    night = district.sync(later, SECOND)
    assert night.withheld == {("guardians", "add", "P9"), ("guardian_links", "add", "P9|S3")}
    assert district.person("S3")["agentSourcedIds"] == ""


def test_a_wholly_new_name_that_the_number_speaks_for_is_applied_and_told(district: District, named: Rows) -> None:
    named.user("S3").update(givenName="Zora", familyName="Kowalski")
    night = district.sync(named, SECOND)
    assert (night.outcome, night.applied) == ("applied", {("students", "update", "S3")})
    assert night.codes() == {"name_changed": 1}


def test_ids_that_change_places_are_one_hold(district: District, named: Rows) -> None:
    ada, ben = (dict(named.user(key)) for key in ("S1", "S2"))
    for key, other in (("S1", ben), ("S2", ada)):
        named.user(key).update({name: other[name] for name in ("givenName", "familyName", "identifier")})
    night = district.sync(named, SECOND)
    assert night.holds() == {"students": {"id_exchanged"}}
    assert night.withheld == {("students", "update", "S1"), ("students", "update", "S2")}


def test_a_newcomer_with_nothing_in_common_with_who_left_comes(district: District, named: Rows) -> None:
    later = named.without_user("S3")
    later.users.append(student("S9", givenName="Zora", familyName="Kowalski", identifier="9999"))
    night = district.sync(later, SECOND)
    assert (night.outcome, ("students", "add", "S9") in night.applied) == ("applied", True)
