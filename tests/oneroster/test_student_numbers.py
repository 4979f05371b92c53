"""Students known by their number (sync.student_id: identifier) instead of their sourcedId."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.conformance.check import check_conformance
from pipeline.corrections.block import apply_blocks, record_block
from pipeline.roster.history import roster_as_of
from pipeline.trace.trace import trace
from tests.support.district import District, Rows, contact, csv_bytes, enrollment, school_class, student, teacher

pytestmark = pytest.mark.whole_day

SECOND = date(2026, 9, 2)


def rows(prefix: str = "S") -> Rows:
    """Three students with the numbers 01, 02, 03 under whatever ids the system gave them, and their families."""
    return Rows(
        [
            *(student(f"{prefix}{n}", identifier=f"0{n}", givenName=f"Given{n}") for n in (1, 2, 3)),
            teacher("T1", identifier="01"),
            contact("P1", f"{prefix}1,{prefix}2"),
            contact("P3", f"{prefix}3", relationship="Father"),
        ],
        [school_class("C1")],
        [
            enrollment("C1", "T1", "teacher"),
            *(enrollment("C1", f"{prefix}{n}") for n in (1, 2, 3)),
        ],
    )


@pytest.fixture
def by_number(tmp_path: Path) -> District:
    return District(tmp_path, sync={"student_id": "identifier"})


def test_students_stand_in_the_roster_under_their_numbers(by_number: District) -> None:
    night = by_number.sync(rows())
    assert night.outcome == "applied"
    assert by_number.people() == {"01", "02", "03", "T1", "P1", "P3"}
    assert by_number.person("01")["agentSourcedIds"] == "P1"
    assert by_number.active() == {
        "students": 3, "staff": 1, "guardians": 2, "classes": 1, "enrollments": 4, "guardian_links": 3,
    }  # fmt: skip


def test_new_ids_of_the_system_change_nothing_where_the_numbers_stay(by_number: District) -> None:
    by_number.sync(rows())
    night = by_number.sync(rows("NEW-"), SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())


def test_under_their_source_ids_the_same_files_are_students_whose_ids_moved(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(rows())
    night = district.sync(rows("NEW-"), SECOND)
    assert night.applied == {("students", "update", f"NEW-{n}") for n in (1, 2, 3)}
    assert night.codes() == {"id_moved": 3}


def test_a_student_without_a_number_is_left_out_and_nobody_is_archived_for_it(by_number: District) -> None:
    by_number.sync(rows())
    later = rows()
    later.user("S2")["identifier"] = ""
    night = by_number.sync(later, SECOND)
    finding = next(found for found in night.report.findings if found.code == "key_missing")
    assert (finding.line, finding.column) == (3, "identifier")
    assert night.outcome == "held"
    assert "02" in by_number.people()


def test_two_students_with_one_number_are_both_left_out_and_nobody_is_archived_for_it(by_number: District) -> None:
    by_number.sync(rows())
    before = by_number.roster()
    later = rows()
    later.user("S2")["identifier"] = "01"
    night = by_number.sync(later, SECOND)
    assert night.codes("users.csv")["id_repeated"] == 2
    finding = next(found for found in night.report.findings if found.code == "id_repeated")
    assert finding.column == "identifier"
    assert "The identifier 01 appears in more than one row." in finding.message
    assert (night.outcome, by_number.roster()) == ("held", before)


def test_a_teacher_whose_id_is_a_students_keeps_the_own_enrollments(by_number: District) -> None:
    files = rows()
    files.users[3] = teacher("S1", identifier="77")
    files.enrollments[0]["userSourcedId"] = "S1"
    by_number.sync(files)
    enrolled = {(row["userSourcedId"], row["role"]) for row in by_number.roster()["enrollments.csv"]}
    assert enrolled == {("S1", "teacher"), ("01", "student"), ("02", "student"), ("03", "student")}


TYPES = "select record_type from book.roster.ids where sourced_id = '01' and until_sync is null order by all"


@pytest.mark.parametrize("where", ["users.csv", "contacts.csv", "guardians.csv", "a teacher"])
def test_whose_id_is_a_students_number_is_another_person(by_number: District, where: str) -> None:
    files = rows()
    if where == "users.csv":
        files.users[4] = contact("01", "S1,S2", email="p@example.org")
    elif where == "a teacher":
        files.users[3] = teacher("01", identifier="77")
        files.enrollments[0]["userSourcedId"] = "01"
    sent = files.files()
    kin = {"studentSourcedId": "S1", "givenName": "Ines", "familyName": "Kin"}
    if where == "contacts.csv":
        columns = ["contactSourcedId", *kin, "relationship"]
        sent[where] = csv_bytes(columns, [{"contactSourcedId": "01", **kin, "relationship": "Mother"}])
    elif where == "guardians.csv":
        sent[where] = csv_bytes(
            ["guardianSourcedId", *kin, "role"], [{"guardianSourcedId": "01", **kin, "role": "parent"}]
        )
    night = by_number.sync(sent)
    other = "staff" if where == "a teacher" else "guardians"
    assert (night.outcome, by_number.query(TYPES)) == ("applied", [(other,), ("students",)])
    expected = {"students": 3, "staff": 1, "guardians": 2, "classes": 1, "enrollments": 4, "guardian_links": 3}
    if where in {"contacts.csv", "guardians.csv"}:
        expected |= {"guardians": 3, "guardian_links": 4}
    assert by_number.active() == expected
    again = {**sent, "classes.csv": sent["classes.csv"].replace(b"Class C1", b"Class C2")}
    assert by_number.sync(again, SECOND).applied == {("classes", "update", "C1")}
    assert by_number.active() == expected
    out = by_number.folder.root / "whole"
    roster_as_of(by_number.folder, by_number.name, out=out, whole_set_of=by_number.settings)
    assert [one for one in check_conformance([out]).findings if one["severity"] == "error"] == []
    assert b"synthetic-id-01" in (out / "users.csv").read_bytes()
    whole = {path.name: path.read_bytes() for path in out.iterdir()}
    assert by_number.sync(whole, date(2026, 9, 3)).outcome == "unchanged"
    assert by_number.active() == expected


def test_a_block_by_either_id_of_a_student_is_the_same_block(by_number: District) -> None:
    by_number.sync(rows())
    blocked = record_block(by_number.folder, "P1", "S2", by="Kim Lee", why="Court order.", at=datetime.now(UTC))
    assert (blocked.block.pair, blocked.knows_student) == (("P1", "02"), True)
    apply_blocks(by_number.folder, by_number.name, by_number.settings, at=datetime.now(UTC))
    assert by_number.person("P1")["agentSourcedIds"] == "01"


def family(**kin: str) -> dict[str, bytes]:
    """The same, and student S1 (01) named as the mother of student S2 (02) by her id in contacts.csv."""
    sent = rows().files()
    row = {"contactSourcedId": "S1", "studentSourcedId": "S2", "relationship": "Mother", "sms": "2025550101", **kin}
    sent["contacts.csv"] = csv_bytes(list(row), [row])
    return sent


FAMILY = """
select contacts.sourced_id, students.sourced_id
from book.roster.guardian_links as links
join book.roster.ids as contacts on contacts.roster_id = contact_roster_id and contacts.until_sync is null
join book.roster.ids as students on students.roster_id = student_roster_id and students.until_sync is null
where links.until_sync is null and links.state = 'active' and students.sourced_id = '02'
order by all
"""


def test_a_student_who_is_anothers_guardian_is_one_person(by_number: District) -> None:
    night = by_number.sync(family())
    assert (night.outcome, by_number.people()) == ("applied", {"01", "02", "03", "T1", "P1", "P3"})
    assert by_number.query(FAMILY) == [("01", "02"), ("P1", "02")]
    young = by_number.person("01")
    assert (young["role"], young["sms"]) == ("student", "+12025550101")
    assert by_number.active() == {
        "students": 3, "staff": 1, "guardians": 2, "classes": 1, "enrollments": 4, "guardian_links": 4,
    }  # fmt: skip
    own = trace(by_number.folder, by_number.name, "S1")
    assert ("S1", "02", "parent") in {(one.contact_id, one.student_id, one.role) for one in own.contacts}
    again = {**family(), "classes.csv": family()["classes.csv"].replace(b"Class C1", b"Class C2")}
    assert by_number.sync(again, SECOND).applied == {("classes", "update", "C1")}


@pytest.mark.parametrize("by", ["S1", "01"])
def test_a_student_is_blocked_as_a_guardian_by_either_id(by_number: District, by: str) -> None:
    by_number.sync(family())
    at = datetime.now(UTC)
    blocked = record_block(by_number.folder, by, "S2", by="Kim Lee", why="Court order.", at=at)
    assert (blocked.block.pair, blocked.knows_contact, blocked.knows_student) == (("S1", "02"), True, True)
    apply_blocks(by_number.folder, by_number.name, by_number.settings, at=at)
    assert by_number.query(FAMILY) == [("P1", "02")]
    by_number.last_active = None
    # under new ids of the system, the numbers being the same
    later = {name: content.replace(b"S1", b"NEW-1").replace(b"S2", b"NEW-2") for name, content in family().items()}
    by_number.sync(later, SECOND)
    assert by_number.query(FAMILY) == [("P1", "02")]


def test_a_student_who_is_barred_by_a_flag_is_not_linked(by_number: District) -> None:
    by_number.sync(family(noContact="1"))
    assert by_number.query(FAMILY) == [("P1", "02")]
    by_number.sync(family(), SECOND)
    assert by_number.query(FAMILY) == [("P1", "02")]


def test_a_student_or_a_teacher_may_name_another_students_as_theirs(by_number: District) -> None:
    files = rows()
    files.users[0] |= {"agentSourcedIds": "S2,P1", "relationship": "Sister", "legalGuardian": "1"}
    files.users[3] |= {"agentSourcedIds": "S2", "relationship": "Mother"}
    night = by_number.sync(files)
    assert by_number.query(FAMILY) == [("01", "02"), ("P1", "02"), ("T1", "02")]
    assert night.codes().get("contact_is_oneself") is None
