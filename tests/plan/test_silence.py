"""Nothing is lost, gained or unbarred because something was not said: files, columns and rows that come and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.corrections.block import apply_blocks, record_block, record_unblock
from pipeline.corrections.undo import undo
from pipeline.districts.settings import GuardianRule, GuardianSettings
from tests.guardians.test_bars import links
from tests.support.district import (
    FIRST,
    USER_COLUMNS,
    District,
    Files,
    Night,
    Row,
    Rows,
    contact,
    csv_bytes,
    enrollment,
    school_class,
    student,
    teacher,
)
from tests.support.families import CONTACT_COLUMNS, GUARDIAN_COLUMNS, guarded, listed

pytestmark = pytest.mark.whole_day

AT = datetime(2026, 9, 3, 8, tzinfo=UTC)

NIGHTS = [FIRST + timedelta(days=n) for n in range(8)]


SUPPORTS = """
select (select count(*) from book.roster.link_support), (select count(*) from book.roster.guardian_support)
"""


def files(
    users: Sequence[Row] = (),
    contacts: Sequence[Row] | None = None,
    guardians: Sequence[Row] | None = None,
    *,
    without: Sequence[str] = (),
    grade: str = "05",
) -> Files:
    """Three students, a teacher, and the contacts; `without` are columns of users.csv or contacts.csv."""
    people = [student(f"S{n}", grades=grade) for n in (1, 2, 3)]
    rows = Rows([*people, teacher("T1"), *users], [school_class("C")], [enrollment("C", "S1")])
    rows.columns = {"users.csv": [name for name in USER_COLUMNS if name not in without]}
    made = rows.files()
    if contacts is not None:
        columns = [name for name in CONTACT_COLUMNS if name not in without]
        shown = [{name: row[name] for name in columns if name in row} for row in contacts]
        made["contacts.csv"] = csv_bytes(columns, shown)
    if guardians is not None:
        made["guardians.csv"] = csv_bytes(GUARDIAN_COLUMNS, guardians)
    return made


def details(district: District, key: str) -> tuple[str, str, str]:
    person = district.person(key)
    return person["email"], person["sms"], person["metadata.language"]


def told(night: Night) -> list[str]:
    return [change.message for change in night.report.columns]


REACHED = {"email": "kim@example.org", "sms": "202-555-0143", "language": "es"}
KNOWN = ("kim@example.org", "+12025550143", "es")


@pytest.mark.slow("five nights")
def test_contact_details_that_contacts_csv_gave_stay_while_it_is_missing(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother = [contact("P1", "S1")]
    district.sync(files(mother, [listed("P1", "S1", "Mother", **REACHED)]), NIGHTS[0])
    assert details(district, "P1") == KNOWN
    for day, grade in ((NIGHTS[1], "05"), (NIGHTS[2], "06"), (NIGHTS[3], "07")):
        night = district.sync(files(mother, grade=grade), day)
        assert (night.outcome in {"applied", "unchanged"}, details(district, "P1")) == (True, KNOWN)
    assert told(night) == ["contacts.csv is missing, for 3 nights now. What it said before is kept: 3 values."]
    back = district.sync(files(mother, [listed("P1", "S1", "Mother", **(REACHED | {"language": ""}))]), NIGHTS[4])
    assert details(district, "P1") == (*KNOWN[:2], "")
    assert told(back) == []


def test_a_row_of_contacts_csv_that_is_left_out_for_an_error_clears_nothing(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother = [contact("P1", "S1"), contact("P2", "S2")]
    rows = [listed("P1", "S1", "Mother", **REACHED), listed("P2", "S2", "Mother")]
    district.sync(files(mother, rows), NIGHTS[0])
    district.sync(files(mother, [{**rows[0], "noContact": "perhaps"}, rows[1]]), NIGHTS[1])
    assert (details(district, "P1"), links(district)) == (KNOWN, {"P1-S1", "P2-S2"})
    district.sync(files(mother, rows[1:]), NIGHTS[2])
    assert details(district, "P1") == ("", "", "")


def test_values_of_further_files_that_cannot_be_read_neither_clear_nor_replace(tmp_path: Path) -> None:
    district = District(tmp_path)
    known = {"email": "kim@example.org", "sms": "202-555-0143"}
    wrong = {"email": "no address", "sms": "12"}
    district.sync(
        files([], [listed("P1", "S1", "Mother", **known)], [guarded("P2", "S2", "parent", **known)]), NIGHTS[0]
    )
    night = district.sync(
        files([], [listed("P1", "S1", "Mother", **wrong)], [guarded("P2", "S2", "parent", **wrong)]), NIGHTS[1]
    )
    assert night.plan == frozenset()
    for file in ("contacts.csv", "guardians.csv"):
        assert night.codes(file) == {"email_wrong": 1, "phone_wrong": 1}


def test_a_value_of_a_stronger_file_is_not_replaced_while_its_column_is_missing(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother = [contact("P1", "S1", email="users@example.org")]
    rows = [listed("P1", "S1", "Mother", email="contacts@example.org")]
    district.sync(files(mother, rows), NIGHTS[0])
    of_users = files(mother, without=["email"])
    district.sync({**of_users, "contacts.csv": csv_bytes(CONTACT_COLUMNS, rows)}, NIGHTS[1])
    assert district.person("P1")["email"] == "users@example.org"
    district.sync(files([contact("P1", "S1", email="")], rows), NIGHTS[2])
    assert district.person("P1")["email"] == "contacts@example.org"


@pytest.mark.slow("five nights")
def test_an_archive_that_waits_some_days_does_not_wait_for_a_file_that_is_missing(tmp_path: Path) -> None:
    district = District(tmp_path, sync={"archive_after_days": 2})
    district.sync(files(contacts=[listed("P1", "S1", "Mother"), listed("P2", "S2", "Father")]), NIGHTS[0])
    for day, grade in zip(NIGHTS[1:], ("06", "07", "08", "09"), strict=False):
        night = district.sync(files(grade=grade), day)
        assert (night.outcome, links(district)) == ("applied", {"P1-S1", "P2-S2"})
        assert night.report.records["guardians"].not_reported == 2
        assert night.report.records["guardian_links"].not_reported == 2


def test_a_decision_about_others_does_not_let_go_of_what_a_missing_file_said(tmp_path: Path) -> None:
    district = District(tmp_path)
    rows = [listed("P1", "S1", "Mother"), listed("P2", "S2", "Father"), listed("P3", "S3", "Father")]
    district.sync(files(contacts=rows), NIGHTS[0])
    district.sync(files(), NIGHTS[1])
    record_block(district.folder, "P3", "S3", by="kim", why="a court order", at=AT)
    apply_blocks(district.folder, district.name, district.settings, at=AT)
    district.last_active = None
    night = district.sync(files(), NIGHTS[2])
    assert (night.outcome, links(district)) == ("unchanged", {"P1-S1", "P2-S2"})


def test_roles_that_contacts_csv_gave_stay_on_every_night_without_it(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1", relationship="Mother")]
    district.sync(files(users, [listed("P1", "S1", "Mother", legalGuardian="true")]), NIGHTS[0])
    for day in NIGHTS[1:4]:
        night = district.sync(files(users), day)
        assert (night.outcome, district.person("P1")["role"]) == ("unchanged", "guardian")
    district.sync(files(users, [listed("P1", "S1", "Mother", legalGuardian="false")]), NIGHTS[4])
    assert district.person("P1")["role"] == "parent"


def test_roles_stay_where_their_columns_vanish_though_others_have_theirs_from_another_file(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1", relationship="Mother", role="relative")]
    others = [listed("P2", "S2", "Father", legalGuardian="true")]
    district.sync(files(users, others), NIGHTS[0])
    for day in NIGHTS[1:3]:
        gone = files(users, without=["relationship", "legalGuardian"])
        district.sync(gone | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, others)}, day)
        assert (district.person("P1")["role"], district.person("P2")["role"]) == ("parent", "guardian")


@pytest.mark.slow("six nights")
def test_a_no_contact_flag_outlives_its_column_its_file_and_its_row(tmp_path: Path) -> None:
    district = District(tmp_path)
    father = [contact("P9", "S1", relationship="Father"), contact("P1", "S2")]
    barred = [listed("P9", "S1", "Father", noContact="true"), listed("P1", "S2", "Mother", noContact="false")]
    district.sync(files(father, barred), NIGHTS[0])
    assert links(district) == {"P1-S2"}
    for day, made in (
        (NIGHTS[1], files(father, barred, without=["noContact"])),
        (NIGHTS[2], files(father)),
        (NIGHTS[3], files(father, barred[1:])),
        (NIGHTS[4], files(father, [{**barred[0], "noContact": ""}, barred[1]])),
    ):
        district.sync(made, day)
        assert links(district) == {"P1-S2"}
    district.sync(files(father, [{**barred[0], "noContact": "no"}, barred[1]]), NIGHTS[5])
    assert links(district) == {"P1-S2", "P9-S1"}


@pytest.mark.slow("five nights")
def test_a_person_can_end_a_bar_that_the_files_no_longer_speak_of(tmp_path: Path) -> None:
    district = District(tmp_path)
    father = [contact("P9", "S1", relationship="Father")]
    row = listed("P9", "S1", "Father", noContact="true")
    district.sync(files(father, [row]), NIGHTS[0])
    silent = files(father, [{**row, "noContact": ""}])
    district.sync(silent, NIGHTS[1])
    assert links(district) == set()
    record_unblock(district.folder, district.name, "P9", "S1", by="kim", why="the order has ended", at=AT)
    district.sync(silent, NIGHTS[2])
    assert links(district) == {"P9-S1"}
    district.sync(files(father, [row]), NIGHTS[3])
    district.sync(silent, NIGHTS[4])
    assert links(district) == set()


def test_a_custody_flag_outlives_its_column(tmp_path: Path) -> None:
    rules = (
        GuardianRule(custody=False, role="excluded"),
        GuardianRule(relationship=("mother", "father"), role="parent"),
    )
    district = District(tmp_path, guardians=GuardianSettings(rules=rules))
    rows = [listed("P1", "S1", "Mother", custody="true"), listed("P2", "S1", "Father", custody="false")]
    district.sync(files(contacts=rows), NIGHTS[0])
    for day in NIGHTS[1:3]:
        district.sync(files(contacts=rows, without=["custody"]), day)
        assert links(district) == {"P1-S1"}


@pytest.mark.parametrize("column", ["legalGuardian", "relationship"])
def test_links_stay_where_a_column_of_contacts_csv_vanishes(tmp_path: Path, column: str) -> None:
    district = District(tmp_path)
    rows = [listed("P1", "S1", "Mother"), listed("P2", "S1", "Aunt", legalGuardian="true")]
    district.sync(files(contacts=rows), NIGHTS[0])
    for day in NIGHTS[1:3]:
        night = district.sync(files(contacts=rows, without=[column]), day)
        assert (night.outcome, links(district)) == ("unchanged", {"P1-S1", "P2-S1"})
        assert (district.person("P1")["role"], district.person("P2")["role"]) == ("parent", "guardian")


def test_the_first_guardians_stay_the_first_where_the_priority_vanishes(tmp_path: Path) -> None:
    district = District(tmp_path, guardians=GuardianSettings(most_per_student=1))
    rows = [listed("P1", "S1", "Mother", priority="2"), listed("P2", "S1", "Father", priority="1")]
    district.sync(files(contacts=rows), NIGHTS[0])
    assert links(district) == {"P2-S1"}
    district.sync(files(contacts=rows, without=["priority"]), NIGHTS[1])
    assert links(district) == {"P2-S1"}


def test_a_second_school_in_a_row_that_was_left_out_is_not_taken_away(tmp_path: Path) -> None:
    district = District(tmp_path, schools=("N", "M"))
    both = [student("S9", "N"), student("S9", "M")]
    district.sync(files(both), NIGHTS[0])
    assert district.person("S9")["orgSourcedIds"] == "M,N"
    district.sync(files([student("S9", "N"), student("S9", "")]), NIGHTS[1])
    assert district.person("S9")["orgSourcedIds"] == "M,N"


@pytest.mark.slow("ten nights")
def test_who_says_what_is_planned_again_is_nothing(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1", **REACHED), contact("P2", "S2")]
    rows = [listed("P1", "S1", "Mother", **REACHED), listed("P2", "S2", "Father", email="two@example.org")]
    for day, made in (
        (NIGHTS[0], files(users, rows)),
        (NIGHTS[1], files(users)),
        (NIGHTS[2], files(users, rows, [guarded("P1", "S1", "parent")])),
        (NIGHTS[3], files(users, rows)),
        (NIGHTS[4], files(users, rows[:1])),
    ):
        district.sync(made, day)
        versions = district.query(SUPPORTS)
        again = district.sync({**made, "orgs.csv": f"sourcedId\r\n{day}\r\n".encode()}, day)
        assert again.outcome == "unchanged"
        assert district.query(SUPPORTS) == versions


def test_an_undo_restores_who_said_what(tmp_path: Path) -> None:
    district = District(tmp_path)
    mother = [contact("P1", "S1")]
    rows = [listed("P1", "S1", "Mother", **REACHED)]
    district.sync(files(mother, rows), NIGHTS[0])
    district.sync(files([contact("P1", "S1", **REACHED)], rows), NIGHTS[1])
    undo(
        district.folder, district.name, district.settings,
        to_date=NIGHTS[0], by="kim", why="a wrong file", today=NIGHTS[2], at=AT,
    )  # fmt: skip
    district.last_active = None
    district.sync(files(mother), date(2026, 9, 9))
    assert details(district, "P1") == KNOWN


@pytest.mark.parametrize("nonsense", ["0000-00-00", "2026-02-31", "soon"])
def test_an_end_date_that_cannot_be_read_neither_ends_nor_clears(tmp_path: Path, nonsense: str) -> None:
    district = District(tmp_path)
    rows = Rows([student("S1")], [school_class("C")], [enrollment("C", "S1", endDate="2027-06-30")])
    district.sync(rows, NIGHTS[0])
    rows.enrollment("C", "S1")["endDate"] = nonsense
    assert district.sync(rows, NIGHTS[1]).outcome == "unchanged"
    assert district.roster()["enrollments.csv"][0]["endDate"] == "2027-06-30"


def test_flags_and_lists_that_cannot_be_read_neither_clear_nor_replace(tmp_path: Path) -> None:
    rules = (GuardianRule(custody=True, role="guardian"), GuardianRule(relationship=("mother",), role="parent"))
    district = District(tmp_path, guardians=GuardianSettings(rules=rules))

    def night(enabled: str, primary: str, custody: str, agents: str) -> Files:
        people = [
            student("S1", enabledUser=enabled), student("S2"), teacher("T1"), contact("P1", agents),
        ]  # fmt: skip
        rows = Rows(people, [school_class("C")], [enrollment("C", "T1", "teacher", primary=primary)])
        rows.columns = {"users.csv": [*USER_COLUMNS, "enabledUser"]}
        listing = csv_bytes(CONTACT_COLUMNS, [listed("P2", "S1", "Aunt", custody=custody)])
        return {**rows.files(), "contacts.csv": listing}

    district.sync(night("false", "true", "true", "S1,S2"), NIGHTS[0])
    assert links(district) == {"P1-S1", "P1-S2", "P2-S1"}
    second = district.sync(night("maybe", "main", "shared", "S1 S9"), NIGHTS[1])
    assert (second.plan, links(district)) == (frozenset(), {"P1-S1", "P1-S2", "P2-S1"})
    assert second.codes("users.csv")["answers_unknown"] == second.codes("enrollments.csv")["answers_unknown"] == 1
    assert second.codes("users.csv")["list_unknown"] == second.codes("contacts.csv")["flag_unknown"] == 1
    district.sync(night("true", "false", "false", "S2"), NIGHTS[2])
    assert links(district) == {"P1-S2"}
