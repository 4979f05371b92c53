"""Finding somebody by what a parent on the telephone says."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.corrections.block import apply_blocks, record_block
from pipeline.errors import UsageError
from pipeline.trace.find import find_people
from pipeline.trace.page import story_of
from pipeline.trace.trace import trace
from tests.support.district import FIRST, District, contact, small_district, student
from tests.support.lives import AT

pytestmark = pytest.mark.whole_day


def test_people_are_found_by_name_id_number_address_and_phone_with_their_state(district: District) -> None:
    rows = small_district()
    rows.users.append(
        student("S7", givenName="María José", familyName="García-López", identifier="770077", email="maria@example.org")
    )
    district.sync(rows)
    fewer = rows.without_user("S3")
    district.sync(fewer, FIRST + timedelta(days=1))

    def found(text: str) -> set[tuple[str, str]]:
        return {(one.sourced_id, one.state) for one in find_people(district.folder, district.name, text)}

    maria = {("S7", "active")}
    for text in ("Garcia", "garcía lopez", "López, María", "jose", "770077", "MARIA@example.org", " s7 "):
        assert found(text) == maria, text
    assert found("S3") == {("S3", "archived")}
    assert {key for key, _ in found("Kin")} == {"P1", "P2", "P3"}
    for text in ("(202) 555-0101", "2025550101", "+1 202 555 0101", "555-0101"):
        assert found(text) == {("P1", "active")}, text
    for text in ("Garci", "0101", "nobody@example.org", "%"):
        if text == "%":
            with pytest.raises(UsageError, match="Whom to find"):
                found(text)
        else:
            assert found(text) == set(), text


def test_a_student_is_found_by_number_and_by_id_whichever_the_roster_has(district: District) -> None:
    rows = small_district()
    for n in range(1, 7):
        rows.user(f"S{n}")["identifier"] = f"77001{n}"
    district.sync(rows)
    assert trace(district.folder, district.name, "770011").sourced_id == "S1"
    by_number = District(district.folder.root.parent / "by-number")
    by_number.set(student_id="identifier")
    by_number.sync(rows)
    for known in ("770011", "S1"):
        assert trace(by_number.folder, by_number.name, known).sourced_id == "770011"
        assert [one.sourced_id for one in find_people(by_number.folder, by_number.name, known)] == ["770011"]


def test_a_trace_says_which_reason_archived_somebody(district: District) -> None:
    rows = small_district()
    rows.users.append(contact("P4", "S4"))
    district.sync(rows)
    fewer = rows.without_user("S3")
    fewer.users = [row for row in fewer.users if row["sourcedId"] not in {"P4", "P3"}]
    fewer.classes = [row for row in fewer.classes if row["sourcedId"] != "C2"]
    fewer.enrollments = [row for row in fewer.enrollments if row["classSourcedId"] != "C2"]
    district.limit(archive={kind: {"percent": 100, "at_least": 99} for kind in ("classes", "enrollments", "guardians")})
    assert district.sync_approved(fewer, FIRST + timedelta(days=1)).outcome == "applied"
    record_block(district.folder, "P1", "S2", by="Kim", why="Court order.", at=AT)
    record_block(district.folder, "P1", "S1", by="Kim", why="Court order.", at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)

    def said(key: str) -> set[tuple[str, str | None]]:
        events = trace(district.folder, district.name, key).events
        return {(event.key, event.reason) for event in events if event.operation == "archive"}

    assert {("S3", "not_in_files"), ("P3|S3", "student_left"), ("C1|S3|student", "person_left")} <= said("S3")
    assert said("P3") == {("P3", "students_left"), ("P3|S3", "student_left")}
    assert ("C2|S1|student", "class_left") in said("S1")
    assert ("P1", "barred") in said("P1")
    (ended,) = [reason for key, reason in said("P4") if key == "P4"]
    assert ended in {"not_in_files", "unlinked"}
    words = " ".join(
        line for part in story_of(trace(district.folder, district.name, "P3")).parts for line in part.lines
    )
    assert "P3 archived. All of the students had left." in words
