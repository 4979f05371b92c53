"""Ids that run into each other where several stand in one key: nobody is merged with anybody, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.undo import undo
from pipeline.plan.approvals import approve, open_hold
from pipeline.trace.trace import trace
from tests.guardians.test_bars import AT, WHO, links
from tests.support.district import FIRST, District, Rows, csv_bytes, enrollment, school_class, student, teacher
from tests.support.families import CONTACT_COLUMNS, listed

pytestmark = [pytest.mark.whole_day, pytest.mark.slow("three nights with an approval, an undo and a block")]

SECOND, THIRD = (FIRST + timedelta(days=n) for n in (1, 2))


def enrolled(district: District) -> set[tuple[str, str, str]]:
    return {(row["classSourcedId"], row["userSourcedId"], row["role"]) for row in district.roster()["enrollments.csv"]}


LINKED = """
select contacts.record_type, contacts.sourced_id, students.sourced_id
from book.roster.guardian_links as links
join book.roster.ids as contacts on links.contact_roster_id = contacts.roster_id and contacts.until_sync is null
join book.roster.ids as students on links.student_roster_id = students.roster_id and students.until_sync is null
where links.until_sync is null and links.state = 'active'
order by all
"""


def test_ids_that_hold_the_sign_between_ids(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.limit(
        archive={kind: {"percent": 0, "at_least": 0} for kind in ("enrollments", "guardian_links", "guardians")}
    )
    people = [student("A|B"), student("B"), student("S|T"), student("T"), student("A\\|B"), teacher("C|A")]
    places = [("C", "A|B", "student"), ("C|A", "B", "student"), ("C", "A\\|B", "student"), ("C|A", "C|A", "teacher")]
    pairs = ["P|S-T", "P-S|T", "P-B", "P|S-B"]

    def files(without: int = 0) -> dict[str, bytes]:
        made = Rows(
            people, [school_class("C"), school_class("C|A")], [enrollment(*place) for place in places[without:]]
        ).files()
        kin = [listed(*pair.split("-"), "Mother") for pair in pairs[without:]]
        return made | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, kin)}

    assert district.sync(files()).outcome == "applied"
    assert (links(district), enrolled(district)) == (set(pairs), set(places))
    before = district.roster()

    # one of each two is missing: held, and approved it goes alone
    night = district.sync(files(without=1), SECOND)
    assert night.withheld == {("guardian_links", "archive", "P\\|S|T"), ("enrollments", "archive", "C|A\\|B|student")}
    assert district.roster() == before
    hold = open_hold(district.folder, district.name)
    assert hold is not None
    digests = [cause.digest for cause in hold.causes]
    approve(district.folder, district.name, SECOND, digests, **WHO, until=SECOND, at=datetime.now(UTC))
    district.run(SECOND)
    assert (links(district), enrolled(district)) == (set(pairs[1:]), set(places[1:]))

    undo(district.folder, district.name, district.settings, to_date=FIRST, **WHO, today=THIRD, at=AT)
    district.last_active = None
    assert district.roster() == before
    own = trace(district.folder, district.name, "A|B")
    assert {event.key for event in own.events} == {"A|B", "C|A\\|B|student"}

    record_block(district.folder, "P", "S|T", **WHO, at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    assert links(district) == set(pairs) - {"P-S|T"}
    district.last_active = None
    assert district.sync(files(), THIRD).outcome in {"applied", "unchanged"}
    assert (links(district), enrolled(district)) == (set(pairs) - {"P-S|T"}, set(places))


def test_numbers_that_are_the_ids_of_others(tmp_path: Path) -> None:
    """Student 7 (S1) is guardian of student 8, and so is contact 7; a teacher has the sourcedId of student 9."""
    district = District(tmp_path, sync={"student_id": "identifier"})
    district.limit(archive={kind: {"percent": 0, "at_least": 0} for kind in ("guardian_links", "guardians")})
    people = [student("S1", identifier="7"), student("S2", identifier="8"), student("S3", identifier="9")]
    people += [teacher("S3", identifier="71"), teacher("8", identifier="72")]
    places = [("C", "S3", "teacher"), ("C", "S3", "student"), ("C", "8", "teacher"), ("C", "S2", "student")]
    kin = [listed("S1", "S2", "Mother"), listed("7", "S2", "Father"), listed("8", "S3", "Father")]

    def files(without: int = 0) -> dict[str, bytes]:
        made = Rows(people, [school_class("C")], [enrollment(*place) for place in places]).files()
        return made | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, kin[without:])}

    def linked() -> list[tuple[str, str, str]]:
        return district.query(LINKED)  # type: ignore[return-value]

    everyone = [("guardians", "7", "8"), ("staff", "8", "9"), ("students", "7", "8")]
    assert district.sync(files()).outcome == "applied"
    assert linked() == everyone
    assert enrolled(district) == {("C", "S3", "teacher"), ("C", "9", "student"), ("C", "8", "teacher"),
                                  ("C", "8", "student")}  # fmt: skip
    before = district.roster()

    night = district.sync(files(without=1), SECOND)
    assert (night.outcome, linked()) == ("held", everyone)
    hold = open_hold(district.folder, district.name)
    assert hold is not None
    digests = [cause.digest for cause in hold.causes]
    approve(district.folder, district.name, SECOND, digests, **WHO, until=SECOND, at=datetime.now(UTC))
    district.run(SECOND)
    assert linked() == everyone[:2]
    undo(district.folder, district.name, district.settings, to_date=FIRST, **WHO, today=THIRD, at=AT)
    district.last_active = None
    assert (district.roster(), linked()) == (before, everyone)

    # the number is the contact's id, so it is the contact who is meant
    record_block(district.folder, "7", "S2", **WHO, at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    assert linked() == everyone[1:]
    district.last_active = None
    district.sync(files(), THIRD)
    assert linked() == everyone[1:]
    record_block(district.folder, "S1", "S2", **WHO, at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    assert linked() == everyone[1:2]
