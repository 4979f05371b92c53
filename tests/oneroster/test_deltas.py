"""A delta: what it names is added, changed or gone; what it does not name stays, in every file."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.corrections.replay import replay
from tests.support.district import (
    CLASS_COLUMNS,
    ENROLLMENT_COLUMNS,
    FIRST,
    USER_COLUMNS,
    District,
    Files,
    Night,
    Rows,
    contact,
    enrollment,
    school_class,
    small_district,
    student,
)
from tests.support.lives import AT, undone

SECOND, THIRD = (FIRST + timedelta(days=n) for n in (1, 2))
MANIFEST = {
    "manifest.csv": b"propertyName,value\r\nfile.users,delta\r\nfile.classes,delta\r\nfile.enrollments,delta\r\n"
}
DATED = {"status": "active", "dateLastModified": "2026-09-01T04:00:00.000Z"}
GONE = DATED | {"status": "tobedeleted"}
COLUMNS = {
    "users.csv": [*USER_COLUMNS, "agentSourcedIds", "sms", "relationship", "legalGuardian", *DATED],
    "classes.csv": [*CLASS_COLUMNS, *DATED],
    "enrollments.csv": [*ENROLLMENT_COLUMNS, *DATED],
}


def delta(users: list[dict[str, str]], classes: list[dict[str, str]], enrollments: list[dict[str, str]]) -> Rows:
    """Rows of which each has a status and a date."""
    rows = Rows(*([DATED | row for row in part] for part in (users, classes, enrollments)))
    rows.columns = {name: list(dict.fromkeys(columns)) for name, columns in COLUMNS.items()}
    return rows


def sent(rows: Rows) -> Files:
    return rows.files() | MANIFEST


@pytest.fixture
def begun(tmp_path: Path) -> District:
    """A district whose whole roster came on the first night."""
    district = District(tmp_path)
    district.sync(small_district())
    return district


@pytest.mark.whole_day
@pytest.mark.slow("three nights, a replay and an undo")
def test_a_delta_adds_updates_and_archives_what_it_names_and_nothing_else(begun: District) -> None:
    before = begun.people()
    changes = delta(
        [
            student("S9", "N", agentSourcedIds="P1"),
            student("S6", "M", givenName="Renamed"),
            student("S5", "M") | GONE,
        ],
        [school_class("C9", "N")],
        [
            enrollment("C9", "S9"),
            enrollment("C9", "S1"),
            enrollment("C1", "S9"),
            enrollment("C2", "S2") | GONE,
        ],
    )
    night = begun.sync(sent(changes), SECOND)
    assert night.outcome == "applied"
    assert {change for change in night.applied if change[1] != "absent"} == {
        ("students", "add", "S9"),
        ("students", "update", "S6"),
        ("students", "archive", "S5"),
        ("classes", "add", "C9"),
        ("guardian_links", "add", "P1|S9"),
        ("enrollments", "add", "C9|S9|student"),
        ("enrollments", "add", "C9|S1|student"),
        ("enrollments", "add", "C1|S9|student"),
        ("enrollments", "archive", "C2|S2|student"),
        ("enrollments", "archive", "C3|S5|student"),
    }
    assert begun.people() == before - {"S5"} | {"S9"}
    assert {change.change for change in night.report.columns} == {"appeared"}
    told = {f.file: f.message for f in night.report.findings if f.code == "delta_read"}
    assert told["users.csv"] == (
        "users.csv is a delta: 2 rows add or change something, and 1 ends something. What it does not name stays as it "
        "is."
    )
    # the same files again change nothing, and a replay of both nights comes to the same
    after = begun.roster()
    assert begun.sync(sent(changes), THIRD).outcome == "unchanged"
    assert begun.roster() == after
    replay(begun.folder, begun.name, begun.settings, first=FIRST, today=THIRD, at=AT, by="A. Tester", why="A test.")
    assert begun.roster() == after
    undone(begun, to=FIRST, today=THIRD)
    assert begun.people() == before


OF_EVERY_DELTA = {"delta_read", "column_unknown", "file_kept", "no_rows", "header_only"}


def in_words(night: Night) -> dict[str, int]:
    """The findings of a night but what is said of every delta."""
    return {code: count for code, count in night.codes().items() if code not in OF_EVERY_DELTA}


def test_a_person_named_says_it_all_and_a_person_not_named_says_nothing(begun: District) -> None:
    """S1 no longer names anybody; its mother's own row is not sent, so that her word for S1 and S2 stays."""
    night = begun.sync(sent(delta([student("S1"), contact("P2", "")], [], [])), SECOND)
    assert night.applied == {("guardian_links", "archive", "P2|S1"), ("guardians", "archive", "P2")}
    assert in_words(night) == {}


def test_losses_of_a_delta_are_gated_as_all_losses_are(begun: District) -> None:
    before = begun.people()
    night = begun.sync(sent(delta([student(f"S{n}") | GONE for n in range(1, 5)], [], [])), SECOND)
    assert (night.outcome, begun.people()) == ("held", before - {"S4"})
    assert "students" in night.holds()


@pytest.mark.parametrize("without", [("classes.csv", "enrollments.csv"), ("users.csv", "classes.csv")])
def test_a_file_without_changes_need_not_come(begun: District, without: tuple[str, ...]) -> None:
    files = sent(delta([student("S9", agentSourcedIds="P1")], [], [enrollment("C1", "S3") | GONE]))
    night = begun.sync({name: content for name, content in files.items() if name not in without}, SECOND)
    wanted = {("enrollments", "archive", "C1|S3|student")}
    if "users.csv" not in without:
        wanted = {("students", "add", "S9"), ("guardian_links", "add", "P1|S9")}
    assert (night.outcome, night.applied) == ("applied", wanted)
    assert {change.change for change in night.report.columns} <= {"appeared"}


def test_a_delta_with_headers_alone_changes_nothing(begun: District) -> None:
    assert begun.sync(sent(delta([], [], [])), SECOND).outcome == "unchanged"


def test_an_enrollment_may_be_ended_by_its_own_id_alone(begun: District) -> None:
    rows = small_district()
    rows.enrollments = [row | {"sourcedId": f"E{n}"} for n, row in enumerate(rows.enrollments)]
    begun.sync(rows, SECOND)
    ended = dict.fromkeys(ENROLLMENT_COLUMNS, "") | {"sourcedId": "E3"} | GONE
    night = begun.sync(sent(delta([], [], [ended])), THIRD)
    assert night.applied == {("enrollments", "archive", "C1|S1|student")}


def test_what_a_delta_names_and_nobody_knows_is_told(begun: District) -> None:
    rows = delta([student("S9", agentSourcedIds="P9")], [], [enrollment("C9", "S9"), enrollment("C1", "S8")])
    night = begun.sync(sent(rows), SECOND)
    assert night.outcome == "applied"
    assert in_words(night) == {"class_unknown": 1, "user_unknown": 1, "agent_contact_unknown": 1}


def test_contacts_csv_of_a_delta_adds_and_changes_and_withdraws_nothing(begun: District) -> None:
    header = b"contactSourcedId,studentSourcedId,givenName,familyName,relationship,noContact\r\n"
    whole = small_district().files()
    contacts = header + b"K1,S4,Kim,Kin,Mother,\r\nK2,S4,Lou,Kin,Father,\r\nK3,S5,Max,Kin,Father,\r\n"
    begun.sync(whole | {"contacts.csv": contacts}, SECOND)
    changed = header + b"K1,S4,Kim,Kin,Grandmother,\r\nK3,S5,Max,Kin,Father,true\r\nK4,S6,Ona,Kin,Mother,\r\n"
    night = begun.sync(sent(delta([], [], [])) | {"contacts.csv": changed}, THIRD)
    assert {(kind, what, key) for kind, what, key in night.applied if kind == "guardian_links"} == {
        ("guardian_links", "archive", "K1|S4"),
        ("guardian_links", "archive", "K3|S5"),
        ("guardian_links", "add", "K4|S6"),
    }


def mode(district: District, word: str) -> None:
    reading = district.settings.reading.model_copy(update={"mode": word})
    district.settings = district.settings.model_copy(update={"reading": reading})


def test_the_settings_say_delta_where_no_manifest_does(begun: District) -> None:
    mode(begun, "delta")
    night = begun.sync(delta([student("S9")], [], []).files(), SECOND)
    assert (night.outcome, night.applied) == ("applied", {("students", "add", "S9")})


def test_settings_and_manifest_that_disagree_are_told(begun: District) -> None:
    mode(begun, "bulk")
    night = begun.sync(sent(delta([student("S9")], [], [])), SECOND)
    assert (night.outcome, in_words(night)) == ("rejected", {"manifest_delta": 1})


def test_changes_alone_are_no_roster_to_begin_with(tmp_path: Path) -> None:
    night = District(tmp_path).sync(sent(delta([student("S1")], [school_class("C1")], [enrollment("C1", "S1")])))
    assert (night.outcome, in_words(night)) == ("rejected", {"delta_first": 1})


def test_files_that_are_whole_beside_a_delta_say_what_is_missing(begun: District) -> None:
    rows = small_district()
    gone = rows.enrollments.pop()
    files = delta([student("S9")], [], []).files() | {"enrollments.csv": rows.files()["enrollments.csv"]}
    manifest = b"propertyName,value\r\nfile.users,delta\r\nfile.classes,delta\r\nfile.enrollments,bulk\r\n"
    night = begun.sync(files | {"manifest.csv": manifest}, SECOND)
    key = f"{gone['classSourcedId']}|{gone['userSourcedId']}|student"
    assert night.applied == {("students", "add", "S9"), ("enrollments", "archive", key)}
