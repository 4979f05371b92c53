"""Where people and links come from: contacts.csv and guardians.csv beside users.csv, alone, and gone again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.districts.settings import GuardianSettings
from pipeline.trace.trace import trace
from tests.guardians.test_bars import links
from tests.support.district import (
    FIRST,
    USER_COLUMNS,
    District,
    Rows,
    contact,
    csv_bytes,
    enrollment,
    given,
    school_class,
    student,
    teacher,
)
from tests.support.families import CONTACT_COLUMNS, GUARDIAN_COLUMNS, Row, guarded, listed

pytestmark = pytest.mark.whole_day

SECOND, THIRD = (FIRST + timedelta(days=n) for n in (1, 2))


def files(
    users: list[Row] | None = None, contacts: list[Row] | None = None, guardians: list[Row] | None = None
) -> dict[str, bytes]:
    people = [student("S1", identifier="901"), student("S2", identifier="902"), student("S3"), *(users or [])]
    made = Rows(people, [school_class("C")], [enrollment("C", "S1")]).files()
    if contacts is not None:
        made["contacts.csv"] = csv_bytes(CONTACT_COLUMNS, contacts)
    if guardians is not None:
        made["guardians.csv"] = csv_bytes(GUARDIAN_COLUMNS, guardians)
    return made


@pytest.mark.parametrize("broken", ["P9,S", 'P1,S3,"Moth'])
def test_an_optional_file_that_is_cut_off_rejects_nothing_and_archives_nobody(tmp_path: Path, broken: str) -> None:
    district = District(tmp_path)
    contacts = [listed("P1", "S1", relationship="Mother"), listed("P2", "S2", relationship="Mother")]
    district.sync(files(contacts=contacts))
    cut_off = files([student("S4")], contacts[:1])
    cut_off["contacts.csv"] += broken.encode()
    night = district.sync(cut_off, SECOND)
    assert night.codes("contacts.csv") == {"further_file_cut_off": 1}
    assert ("students", "add", "S4") in night.applied
    assert not [change for change in night.applied if change[1] == "archive"]
    assert {"P1", "P2"} <= district.people()


def test_people_of_contacts_csv_are_read_as_those_of_users_csv(tmp_path: Path) -> None:
    district = District(tmp_path)
    values = {"email": " Kim@Example.ORG", "sms": "(202) 555-0143", "phone": "5550", "language": "Spanish"}
    district.sync(files(contacts=[listed("P1", "S1", "Mother", **values)]))
    found = district.person("P1")
    assert {name: found[name] for name in ("role", "givenName", "email", "sms", "phone", "agentSourcedIds")} == {
        "role": "parent",
        "givenName": given("P1"),
        "email": "kim@example.org",
        "sms": "+12025550143",
        "phone": "",
        "agentSourcedIds": "S1",
    }


def test_the_row_of_users_csv_wins_and_what_it_leaves_blank_is_filled(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1", givenName="Ada", email="ada@example.org")]
    district.sync(files(users, [listed("P1", "S1", "Mother", email="other@example.org", sms="202-555-0143")]))
    found = district.person("P1")
    assert (found["givenName"], found["email"], found["sms"]) == ("Ada", "ada@example.org", "+12025550143")


def test_students_known_by_their_number_are_found_by_either_file(tmp_path: Path) -> None:
    district = District(tmp_path, sync={"student_id": "identifier"})
    district.sync(files(contacts=[listed("P1", "S1", "Mother")], guardians=[guarded("P2", "S2", "parent")]))
    assert links(district) == {"P1-901", "P2-902"}


def test_guardians_csv_alone_counts_where_the_sync_does_not_manage_guardians(tmp_path: Path) -> None:
    district = District(tmp_path, sync={"manage_guardians": False})
    users = [contact("P1", "S1"), contact("P2", "S1,S2")]
    night = district.sync(files(users, [listed("P3", "S1", "Mother")], [guarded("P2", "S1", "guardian")]))
    assert links(district) == {"P2-S1"}
    assert {(row.file, row.reason, row.count) for row in night.report.exclusions} == {
        ("users.csv", "not in guardians.csv, the only file that counts", 1),
        ("contacts.csv", "not in guardians.csv, the only file that counts", 1),
    }
    assert sum(row.pairs for row in night.report.contacts if row.reason.startswith("not in guardians.csv")) == 3


def test_a_flag_in_contacts_csv_bars_though_guardians_csv_alone_counts(tmp_path: Path) -> None:
    district = District(tmp_path, sync={"manage_guardians": False})
    district.sync(files([], [listed("P2", "S1", "Father", noContact="1")], [guarded("P2", "S1", "guardian")]))
    assert links(district) == set()


def test_without_guardians_csv_a_sync_that_does_not_manage_guardians_leaves_them(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files([contact("P1", "S1")]))
    district.set(manage_guardians=False)
    district.sync(files([contact("P2", "S1")]), SECOND)
    assert links(district) == {"P1-S1"}


def test_a_file_of_guardians_without_a_role_names_guardians(tmp_path: Path) -> None:
    district = District(tmp_path)
    made = files()
    columns = ["guardianSourcedId", "studentSourcedId", "givenName", "familyName"]
    made["guardians.csv"] = csv_bytes(columns, [{k: v for k, v in guarded("P1", "S1").items() if k in columns}])
    district.sync(made)
    assert district.person("P1")["role"] == "guardian"


def test_contacts_csv_that_is_gone_takes_nobody_away_and_makes_no_uncle_a_guardian(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("MO", "S1", role="parent"), contact("UN", "S1", role="relative")]
    contacts = [listed("MO", "S1", "Mother"), listed("UN", "S1", "Uncle"), listed("P3", "S2", "Father")]
    district.sync(files(users, contacts))
    assert links(district) == {"MO-S1", "P3-S2"}
    for day in (SECOND, THIRD):
        night = district.sync(files(users), day)
        assert (night.outcome, links(district)) == ("held", {"MO-S1", "P3-S2"})
        assert night.holds() == {"guardian_links": {"source_absent"}}
        assert night.report.records["guardian_links"].not_reported == 1
        nights = ", for 2 nights now" if day == THIRD else ""
        message = f"contacts.csv is missing{nights}. What it said before is kept: 3 values."
        assert [change.message for change in night.report.columns] == [message]
    assert district.person("MO")["role"] == "parent"


def test_no_role_becomes_a_stronger_one_while_a_stronger_file_is_missing(tmp_path: Path) -> None:
    district = District(tmp_path)
    contacts = [listed("P3", "S2", "Father")]
    uncle = {"role": "relative", "grades": ""}
    district.sync(files([contact("UN", "S1", **uncle), contact("MO", "S2", role="parent")], contacts))
    raised = [contact("UN", "S1", **uncle, legalGuardian="1"), contact("MO", "S2", role="relative")]
    night = district.sync(files(raised), SECOND)
    assert night.holds() == {"guardian_links": {"source_absent"}}
    assert [(change.operation, change.key) for change in night.plan if change.withheld] == [("update", "UN|S1")]
    (hold,) = night.report.holds
    assert hold.message.endswith("make no role a stronger one, so 1 guardian link was not changed.")
    assert not hold.can_be_approved
    assert {key: district.person(key)["role"] for key in ("UN", "MO", "P3")} == {
        "UN": "relative", "MO": "relative", "P3": "parent",
    }  # fmt: skip
    night = district.sync(files(raised, contacts), THIRD)
    assert (night.outcome, district.person("UN")["role"]) == ("applied", "guardian")


def test_what_somebody_writes_into_a_cell_for_a_flag_is_in_no_report(tmp_path: Path) -> None:
    district = District(tmp_path)
    words = "Ask Judge Quillfeather"
    flags = [listed("P1", "S1", "Mother", noContact=words), listed("P2", "S2", "Mother", legalGuardian=words)]
    night = district.sync(files([], [*flags, listed("P3", "S1", "Father")]))
    assert {"bar_unknown", "flag_unknown"} <= set(night.codes("contacts.csv"))
    written = [path for path in night.page.parent.rglob("*") if path.is_file()]
    assert len(written) > 3
    assert [path.name for path in written if b"Quillfeather" in path.read_bytes()] == []


ATTRIBUTES = csv_bytes(
    ["studentSourcedId", "attribute", "value"], [{"studentSourcedId": "S2", "attribute": "language", "value": "es"}]
)
FURTHER = {
    "contacts.csv": {"contacts": [listed("P1", "S1", "Mother", sms="202-555-0143")]},
    "guardians.csv": {"guardians": [guarded("P1", "S1", "parent")]},
}


@pytest.mark.parametrize("name", FURTHER)
def test_a_file_about_families_that_is_sent_for_the_first_time_on_a_later_day_is_applied(
    tmp_path: Path, name: str
) -> None:
    district = District(tmp_path)
    district.sync(files())
    night = district.sync(files(**FURTHER[name]), SECOND)
    assert (night.outcome, links(district)) == ("applied", {"P1-S1"})
    assert district.sync(files(**FURTHER[name]), THIRD).outcome == "unchanged"


def test_student_attributes_csv_that_is_sent_for_the_first_time_on_a_later_day_is_applied(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(files())
    night = district.sync(files() | {"student_attributes.csv": ATTRIBUTES}, SECOND)
    assert night.outcome in {"applied", "unchanged"}
    assert {(change.file, change.change) for change in night.report.columns} == {("student_attributes.csv", "appeared")}


def test_contacts_csv_that_comes_back_after_a_night_without_it_is_applied(tmp_path: Path) -> None:
    district = District(tmp_path)
    contacts = [listed("P1", "S1", "Mother", sms="202-555-0143")]
    district.sync(files(contacts=contacts))
    district.sync(files(), SECOND)
    assert district.sync(files(contacts=contacts), THIRD).outcome == "unchanged"
    assert (links(district), district.person("P1")["sms"]) == ({"P1-S1"}, "+12025550143")


def test_a_column_of_contacts_csv_that_appears_fills_in_what_nobody_had(tmp_path: Path) -> None:
    district = District(tmp_path)
    users = [contact("P1", "S1"), contact("P2", "S2")]
    columns = {"users.csv": [name for name in USER_COLUMNS if name not in {"sms", "email", "phone", "language"}]}
    contacts = [listed("P1", "S1", "Mother"), listed("P2", "S2", "Mother")]

    def delivered(contact_columns: list[str]) -> dict[str, bytes]:
        people = [student("S1"), student("S2"), *users]
        rows = Rows(people, [school_class("C")], [enrollment("C", "S1")], columns)
        sent = [{name: row.get(name, "") for name in contact_columns} for row in contacts]
        return rows.files() | {"contacts.csv": csv_bytes(contact_columns, sent)}

    district.sync(delivered([name for name in CONTACT_COLUMNS if name != "sms"]))
    contacts[0]["sms"] = "202-555-0143"
    night = district.sync(delivered(list(CONTACT_COLUMNS)), SECOND)
    assert (night.report.records["guardians"].filled, night.report.records["guardians"].updated) == (1, 0)
    assert district.person("P1")["sms"] == "+12025550143"


def test_a_trace_says_in_words_what_was_seen_and_where(tmp_path: Path) -> None:
    from rich.console import Console  # noqa: PLC0415

    from pipeline.trace.page import trace_text  # noqa: PLC0415

    district = District(tmp_path)
    values = {"legalGuardian": "0", "custody": "1", "livesWith": "0", "priority": "2"}
    district.sync(files(contacts=[listed("MO", "S1", "Mother", **values), listed("UN", "S1", "Uncle", noContact="1")]))
    console = Console(width=400, record=True)
    console.print(trace_text(trace(district.folder, district.name, "S1")))
    text = console.export_text()
    assert (
        "MO is parent of S1: relationship mother: parent (relationship Mother, legal guardian no, custody yes, "
        "lives with no, priority 2; contacts.csv line 2)." in text
    )
    assert (
        "UN is not linked to S1: barred: the no-contact flag is set (relationship Uncle, no contact yes; "
        "contacts.csv line 3)." in text
    )
    assert "From contacts.csv line 2" in text


def proposals(district: District) -> list[tuple[str, str, str, bool]]:
    return district.query("select * from day.guardians.same_persons order by all", FIRST)  # type: ignore[return-value]


def test_one_person_under_several_ids_is_proposed_with_the_evidence(tmp_path: Path) -> None:
    district = District(tmp_path)
    people = [
        teacher("T1", email="kim@example.org", givenName="Kim", familyName="Lee"),
        contact("A1", "S1", givenName="Kim", familyName="Lee", email="kim@example.org"),
        contact("B1", "S1", givenName="Zoë", familyName="O'Neil", sms="202-555-0101"),
        contact("B2", "S2", givenName="ZOE", familyName="ONeil", sms="202.555.0101"),
        contact("C1", "S1", givenName="Liz", familyName="Roe", email="roe@example.org"),
        contact("C2", "S2", givenName="Elizabeth", familyName="Roe", email="roe@example.org"),
        # a couple that shares an address: two persons, for they are contacts of one child
        contact("D1", "S3", givenName="Ann", familyName="Poe", email="poe@example.org"),
        contact("D2", "S3", givenName="Bob", familyName="Poe", email="poe@example.org"),
        # one name and nothing else in common
        contact("E1", "S1", givenName="Sam", familyName="Doe", email="sam1@example.org"),
        contact("E2", "S2", givenName="Sam", familyName="Doe", email="sam2@example.org"),
        # an office's number
        *(contact(f"F{n}", "S3", givenName="Pat", familyName="Doe", sms="202-555-0199") for n in range(21)),
    ]
    night = district.sync(files(people))
    assert proposals(district) == [
        ("A1", "T1", "e-mail and name", True),
        ("B1", "B2", "mobile number and name", False),
        ("C1", "C2", "e-mail", False),
    ]
    told = {found.sourced_id: found.message for found in night.report.findings if found.code == "same_person"}
    assert told["B2"].endswith("is probably the same person as B1 (same mobile number and name).")
    assert len(links(district)) == len(people) - 1


def test_a_district_may_switch_the_proposals_off(tmp_path: Path) -> None:
    district = District(tmp_path, guardians=GuardianSettings(same_person="off"))
    same = {"givenName": "Kim", "email": "kim@example.org"}
    district.sync(files([contact("A1", "S1", **same), contact("A2", "S2", **same)]))
    assert proposals(district) == []


def test_families_are_told_of(tmp_path: Path) -> None:
    district = District(tmp_path)
    night = district.sync(
        files([contact("P1", "S1"), contact("P2", "S1", sms="202-555-0101"), contact("P3", "S2", sms="2025550101")])
    )
    found = {(f.code, f.sourced_id) for f in night.report.findings if f.file != "the settings"}
    assert found == {("guardian_unreachable", "P1"), ("student_without_guardian", "S3"), ("contact_shared", None)}
    assert night.report.guardians is not None
    assert night.report.guardians.lines == [
        "Links by role: 3 parent, 0 guardian, 0 relative.",
        "Worth checking: guardians without email and phone number (1), students without a guardian (1).",
    ]
    assert "Links by role: 3 parent, 0 guardian, 0 relative." in night.page.read_text(encoding="utf-8")
    (shared,) = [f for f in night.report.findings if f.code == "contact_shared"]
    assert "Some guardians share the same sms: 1 value that 2 guardians have, the first on line 6." in shared.message
