"""Ids that a district gives anew: by a list or by what the newest files say. People stay who they are."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.corrections.renumber import Renumbering, ids_by_fact, ids_by_list, renumber
from pipeline.corrections.replay import replay
from pipeline.districts.decisions import read_decisions
from pipeline.errors import UsageError
from pipeline.report.model import SyncReport
from pipeline.report.text import decisions
from tests.support.district import FIRST, District, Rows, contact, small_district
from tests.support.lives import AT, standing, undone

pytestmark = pytest.mark.whole_day

SECOND, THIRD = FIRST + timedelta(days=1), FIRST + timedelta(days=2)
WHO = {"by": "Kim Lee", "why": "New ids."}


def numbered() -> Rows:
    rows = small_district()
    for n in range(1, 7):
        rows.user(f"S{n}").update(identifier=f"99{n}", email=f"s{n}@example.org")
    return rows


def renamed(rows: Rows, new: dict[str, str]) -> Rows:
    """The same rows under other ids."""
    found = rows.copy()
    for row in found.users:
        row["sourcedId"] = new.get(row["sourcedId"], row["sourcedId"])
        agents = [new.get(one, one) for one in row.get("agentSourcedIds", "").split(",") if one]
        row["agentSourcedIds"] = ",".join(agents)
    for row in found.classes:
        row["sourcedId"] = new.get(row["sourcedId"], row["sourcedId"])
    for row in found.enrollments:
        for column in ("userSourcedId", "classSourcedId"):
            row[column] = new.get(row[column], row[column])
    return found


NEW = {f"S{n}": f"X-{n}" for n in range(1, 7)} | {"P1": "K1", "T1": "TT1", "C1": "K-1"}


def list_of(tmp_path: Path, ids: dict[str, str], header: str = "from,to") -> Path:
    path = tmp_path / "ids.csv"
    path.write_text("\r\n".join([header, *(f"{old},{new}" for old, new in ids.items())]) + "\r\n", encoding="utf-8")
    return path


def given(district: District, ids: Renumbering) -> SyncReport:
    report, _ = renumber(district.folder, district.name, district.settings, ids, **WHO, at=AT)
    district.last_active = None
    return report


def links(district: District) -> list[tuple[Any, ...]]:
    return district.query(
        "select * exclude (since_sync, until_sync) from book.roster.guardian_links "
        "where until_sync is null and state = 'active' order by all"
    )


def things(district: District) -> list[tuple[Any, ...]]:
    return district.query(
        "select roster_id, given_name, family_name, state from book.roster.users where until_sync is null order by all"
    )


def test_people_and_classes_get_new_ids_by_a_list_and_keep_everything_else(district: District, tmp_path: Path) -> None:
    district.sync(numbered())
    record_block(district.folder, "P3", "S3", by="Kim", why="Court order.", at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    district.last_active = None
    before, linked = things(district), links(district)
    ids = ids_by_list(district.folder, district.name, list_of(tmp_path, NEW))
    assert ids.by_type() == {"classes": 1, "guardians": 1, "staff": 1, "students": 6}
    assert things(district) == before
    report = given(district, ids)
    assert (report.kind, report.outcome, report.records["students"].updated) == ("renumber", "applied", 6)
    assert (things(district), links(district), district.flaws()) == (before, linked, {})
    assert {"X-1", "K1", "TT1", "P2"} <= district.people()
    # The files with the new ids say nothing new, and the block follows.
    night = district.sync(renamed(numbered(), NEW), SECOND)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())
    assert links(district) == linked
    # An undo gives the former ids back, a replay the new ones.
    undone(district, to_sync=2, today=SECOND)
    assert {"S1", "P1", "T1"} <= district.people()
    assert things(district) == before


def test_days_before_and_after_a_renumbering_are_replayed_to_the_same_roster(
    district: District, tmp_path: Path
) -> None:
    district.sync(numbered())
    given(district, ids_by_list(district.folder, district.name, list_of(tmp_path, NEW)))
    later = renamed(numbered(), NEW).without_user("X-3")
    later.users = [row for row in later.users if row["sourcedId"] != "P3"]
    assert district.sync(later, SECOND).outcome == "applied"
    before, people = standing(district), things(district)
    replay(district.folder, district.name, district.settings, first=FIRST, **WHO, today=SECOND, at=AT)
    assert (standing(district), things(district), district.flaws()) == (before, people, {})


def test_ids_may_change_places(district: District, tmp_path: Path) -> None:
    district.sync(numbered())
    given(district, ids_by_list(district.folder, district.name, list_of(tmp_path, {"S1": "S2", "S2": "S1"})))
    assert (district.person("S1")["givenName"], district.person("S2")["givenName"]) == ("GivenS2", "GivenS1")
    assert district.flaws() == {}


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ({"S1": "S2"}, "1 of the new ids are those of others"),
        ({"S1": "N1", "S2": "N1"}, "2 lines lead to the same id"),
        ({"S77": "N1"}, "line 2: nothing in the roster has the id"),
        ({"S1": ""}, "line 2 has a blank id"),
        ({"S1": "T1"}, "1 of the new ids are those of others"),
    ],
)
def test_a_list_that_is_not_one_to_one_is_refused(
    running: District, tmp_path: Path, ids: dict[str, str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        ids_by_list(running.folder, running.name, list_of(tmp_path, ids))


@pytest.mark.parametrize("content", [b"", b"old,new\r\nS1,S9\r\n", b"\xff\xfe", b'from,to\r\n"S1,S9'])
def test_a_file_that_is_no_list_is_refused_in_words(running: District, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ids.csv"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        ids_by_list(running.folder, running.name, path)
    with pytest.raises(UsageError, match="cannot be read"):
        ids_by_list(running.folder, running.name, tmp_path / "none.csv")


def test_students_are_found_by_their_number_when_the_setting_student_id_changes(district: District) -> None:
    district.sync(numbered())
    before, linked = things(district), links(district)
    district.set(student_id="identifier")
    ids = ids_by_fact(district.folder, district.name, district.settings, "identifier")
    assert (ids.by_type(), ids.unmatched) == ({"students": 6}, 0)
    given(district, ids)
    night = district.run(FIRST)
    assert (night.outcome, night.plan) == ("unchanged", frozenset())
    assert (things(district), links(district)) == (before, linked)
    assert {"991", "T1", "P1"} <= district.people()
    assert [decision.kind for decision in read_decisions(district.folder.decisions)] == ["renumber"]


def test_a_night_after_a_change_of_student_id_adds_and_archives_nobody_and_offers_it(district: District) -> None:
    district.sync(numbered())
    before = things(district)
    for student_id in ("identifier", "sourcedId"):
        district.set(student_id=student_id)
        night = district.sync(numbered(), SECOND)
        if student_id == "identifier":
            assert night.outcome == "held"
            offered = next(hold for hold in night.report.holds if hold.code == "ids_renumbered")
            assert (offered.can_be_approved, offered.title) == (False, "Most students come under other ids")
            assert f"rollcall renumber {district.name} --match identifier" in " ".join(decisions(night.report))
        assert not {change for change in night.applied if change[0] == "students"}
        assert things(district) == before


def test_ids_that_move_by_themselves_and_are_too_many_offer_a_renumbering(district: District) -> None:
    rows = numbered()
    for n in range(1, 7):
        rows.users.append(contact(f"Q{n}", f"S{n}", email=f"q{n}@example.org"))
    new = {f"S{n}": f"X-{n}" for n in range(1, 7)}
    district.limit(update={"students": {"percent": 75, "at_least": 3}})
    district.sync(rows)
    before = things(district)
    night = district.sync(renamed(rows, new), SECOND)
    assert night.outcome == "held"
    (offered,) = (hold for hold in night.report.holds if hold.code == "ids_moved")
    assert (offered.can_be_approved, offered.title) == (True, "Most records come under new ids")
    told = " ".join(decisions(night.report))
    assert f"rollcall approve {district.name}" in told
    assert f"rollcall renumber {district.name} --match identifier --by NAME --reason TEXT" in told
    given(district, ids_by_fact(district.folder, district.name, district.settings, "identifier"))
    later = district.run(SECOND)
    assert not {change for change in later.plan if change.record_type == "students"}
    assert len(things(district)) == len(before)


def test_who_shares_an_address_is_not_found_by_it(district: District) -> None:
    rows = numbered()
    rows.user("S2")["email"] = "s1@example.org"
    district.sync(rows)
    new = {f"S{n}": f"X-{n}" for n in range(1, 7)}
    district.sync(renamed(rows, new), SECOND)
    ids = ids_by_fact(district.folder, district.name, district.settings, "email")
    assert {one.sourced_id for one in ids.ids}.isdisjoint({"S1", "S2"})


def test_a_renumbering_without_an_id_is_refused(running: District) -> None:
    with pytest.raises(UsageError, match="No id would be replaced"):
        renumber(running.folder, running.name, running.settings, Renumbering(()), **WHO, at=AT)
    assert not running.folder.decisions.exists()
