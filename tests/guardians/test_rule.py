"""The guardian rule, family by family: who of a student's contacts gets which role, and why."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from day import FIRST, District, Rows, contact, enrollment, school_class, student, teacher
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.districts.settings import GuardianRule, GuardianSettings

LEGAL = "legal guardian: guardian"
MOTHER, FATHER = "relationship mother: parent", "relationship father: parent"
NO_RULE, NO_WORD = "no rule for the relationship", "no relationship is given"
NO_STUDENT, NO_CONTACT = "the student is not in users.csv", "the contact is not in users.csv"

Expected = dict[tuple[str, str], tuple[str | None, str]]


@dataclass(frozen=True)
class Family:
    """Contacts' rows and what the rule makes of each pair; `students` are those that other rows do not have."""

    story: str
    rows: list[dict[str, str]]
    expected: Expected
    findings: dict[str, int] = field(default_factory=dict)


FAMILIES = [
    Family("mother", [contact("1", "S1", relationship="Mother")], {("1", "S1"): ("parent", MOTHER)}),
    Family("FATHER, padded", [contact("2", "S1", relationship="  FATHER ")], {("2", "S1"): ("parent", FATHER)}),
    Family(
        "legal uncle", [contact("3", "S1", relationship="Uncle", legalGuardian="1")], {("3", "S1"): ("guardian", LEGAL)}
    ),
    Family(
        "legal mother",
        [contact("4", "S1", relationship="Mother", legalGuardian="Y")],
        {("4", "S1"): ("guardian", LEGAL)},
    ),
    Family("legal, no word", [contact("5", "S1", legalGuardian="TRUE")], {("5", "S1"): ("guardian", LEGAL)}),
    Family("legal: yes", [contact("6", "S1", legalGuardian=" yes ")], {("6", "S1"): ("guardian", LEGAL)}),
    Family("uncle", [contact("7", "S1", relationship="Uncle")], {("7", "S1"): (None, NO_RULE)}),
    Family("not legal", [contact("8", "S1", legalGuardian="0")], {("8", "S1"): (None, NO_WORD)}),
    Family(
        "unknown flag",
        [contact("9", "S1", relationship="Mother", legalGuardian="?")],
        {("9", "S1"): ("parent", MOTHER)},
        findings={"flag_unknown": 1},
    ),
    Family(
        "the words without the flag",
        [contact("10", "S1", relationship="Legal Guardian", legalGuardian="0")],
        {("10", "S1"): (None, NO_RULE)},
    ),
    Family("stepmother", [contact("11", "S1", relationship="Stepmother")], {("11", "S1"): (None, NO_RULE)}),
    Family("sent parent", [contact("12", "S1", role="Parent")], {("12", "S1"): ("parent", "role parent as sent")}),
    Family(
        "sent guardian", [contact("13", "S1", role="guardian")], {("13", "S1"): ("guardian", "role guardian as sent")}
    ),
    Family(
        "sent relative", [contact("14", "S1", role="relative")], {("14", "S1"): ("relative", "role relative as sent")}
    ),
    Family(
        "sent relative, but mother",
        [contact("15", "S1", role="relative", relationship="Mother")],
        {("15", "S1"): ("parent", MOTHER)},
    ),
    Family(
        "sent parent, but legal",
        [contact("16", "S1", role="parent", relationship="Father", legalGuardian="1")],
        {("16", "S1"): ("guardian", LEGAL)},
    ),
    Family(
        "sent parent, an uncle by word",
        [contact("17", "S1", role="parent", relationship="Uncle")],
        {("17", "S1"): ("parent", "role parent as sent")},
    ),
    Family(
        "mother of one, aunt of another",
        [contact("18", "S1", relationship="Mother"), contact("18", "S2", relationship="Aunt")],
        {("18", "S1"): ("parent", MOTHER), ("18", "S2"): (None, NO_RULE)},
    ),
    Family(
        "mother, and legal guardian of a nephew",
        [contact("19", "S1", relationship="Mother"), contact("19", "S2", relationship="Aunt", legalGuardian="1")],
        {("19", "S1"): ("parent", MOTHER), ("19", "S2"): ("guardian", LEGAL)},
    ),
    Family(
        "two rows for one pair: the stronger rule decides",
        [contact("20", "S1", relationship="Mother"), contact("20", "S1", relationship="Emergency", legalGuardian="1")],
        {("20", "S1"): ("guardian", LEGAL)},
    ),
    Family(
        "siblings in one row",
        [contact("21", " S1 , S2,,S1", relationship="Father")],
        {("21", "S1"): ("parent", FATHER), ("21", "S2"): ("parent", FATHER)},
    ),
    Family(
        "two mothers",
        [contact("22", "S1", relationship="Mother"), contact("23", "S1", relationship="Mother")],
        {("22", "S1"): ("parent", MOTHER), ("23", "S1"): ("parent", MOTHER)},
    ),
    Family(
        "named on the student's side only",
        [student("S24", agentSourcedIds="24"), contact("24", "", relationship="Mother")],
        {("24", "S24"): ("parent", MOTHER)},
    ),
    Family(
        "named on both sides",
        [student("S25", agentSourcedIds="25"), contact("25", "S25", relationship="Mother")],
        {("25", "S25"): ("parent", MOTHER)},
    ),
    Family(
        "named by one child, with rows that differ for two others: nothing speaks for this pair",
        [
            student("S26", agentSourcedIds="26"),
            contact("26", "S1", relationship="Mother"),
            contact("26", "S2", relationship="Aunt"),
        ],
        {
            ("26", "S1"): ("parent", MOTHER),
            ("26", "S2"): (None, NO_RULE),
            ("26", "S26"): (None, NO_WORD),
        },
    ),
    Family(
        "a student who is not there",
        [contact("27", "GHOST,S1", relationship="Mother")],
        {("27", "GHOST"): (None, NO_STUDENT), ("27", "S1"): ("parent", MOTHER)},
        {"agent_student_unknown": 1},
    ),
    Family(
        "a contact who is not there",
        [student("S28", agentSourcedIds="NOBODY")],
        {("NOBODY", "S28"): (None, NO_CONTACT)},
        {"agent_contact_unknown": 1},
    ),
    Family(
        "a contact who is staff",
        [student("S29", agentSourcedIds="T29"), teacher("T29")],
        {("T29", "S29"): (None, "the contact is a staff in users.csv")},
    ),
    Family(
        "a contact who is a student",
        [student("S30", agentSourcedIds="S1")],
        {("S1", "S30"): (None, "the contact is a student in users.csv")},
    ),
    Family(
        "a student of another school",
        [student("S31", "ELSEWHERE"), contact("31", "S31", relationship="Mother")],
        {("31", "S31"): (None, "the student's school does not take part")},
    ),
    Family(
        "a student whose row was left out",
        [student("S32", givenName="", familyName=""), contact("32", "S32", relationship="Mother")],
        {("32", "S32"): (None, "the student's row was left out for an error")},
        {"name_missing": 1},
    ),
    Family("nobody is named", [contact("33", "", relationship="Mother")], {}),
]


def families(chosen: list[Family], order: list[int] | None = None) -> Rows:
    people = [student("S1"), student("S2"), *(row for family in chosen for row in family.rows)]
    if order is not None:
        people = [people[n] for n in order]
    return Rows(people, [school_class("C")], [enrollment("C", "S1")])


PAIRS = "select contact_id, student_id, role, reason from day.guardians.guardians"


def derived(district: District) -> Expected:
    return {(contact_id, student_id): rest for contact_id, student_id, *rest in district.query(PAIRS, FIRST)}  # type: ignore[misc]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> District:
    """All families in one delivery: none of them touches another."""
    district = District(tmp_path_factory.mktemp("town"))
    assert district.sync(families(FAMILIES)).outcome == "applied"
    return district


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.story)
def test_the_rule(town: District, family: Family) -> None:
    contacts = {contact_id for contact_id, _ in family.expected}
    found = {pair: tuple(rest) for pair, rest in derived(town).items() if pair[0] in contacts}
    mine = {pair: rest for pair, rest in found.items() if pair in family.expected or pair[0] != "S1"}
    assert mine == family.expected


def test_every_pair_is_accounted_for_and_no_other(town: District) -> None:
    assert set(derived(town)) == {pair for family in FAMILIES for pair in family.expected}


def test_only_ids_that_lead_nowhere_and_unreadable_flags_are_warnings(town: District) -> None:
    expected: dict[str, int] = {}
    for family in FAMILIES:
        for code, count in family.findings.items():
            expected[code] = expected.get(code, 0) + count
    text = """select code, count(*) from day.meta.findings
        where line is not null and code not in ('school_aside', 'values_padded', 'words_in_other_case') group by all"""
    found = dict(town.query(text, FIRST))
    assert found == expected


def test_who_is_linked_to_nobody_is_not_in_the_roster(town: District) -> None:
    linked = {contact for family in FAMILIES for (contact, _), (role, _) in family.expected.items() if role}
    guardians = town.query("select sourced_id from book.roster.ids where record_type = 'guardians'")
    assert {key for (key,) in guardians} == linked


def test_a_guardian_of_several_has_the_strongest_of_the_roles(town: District) -> None:
    assert town.person("19")["role"] == "guardian"
    assert town.person("19")["agentSourcedIds"] == "S1,S2"


def test_the_report_names_the_relationship_of_those_who_were_left_out(tmp_path: Path) -> None:
    rows = families([]).copy()
    rows.users += [contact("7", "S1", relationship="Uncle"), contact("8", "S2", relationship=" uncle")]
    night = District(tmp_path).sync(rows)
    left_out = [row for row in night.report.contacts if row.role is None]
    assert [(row.reason, row.relationship, row.pairs) for row in left_out] == [(NO_RULE, "uncle", 2)]
    assert [(row.file, row.reason, row.count) for row in night.report.exclusions] == [("users.csv", NO_RULE, 2)]
    counts = night.report.files["users.csv"]
    assert (counts.accepted, counts.excluded) == (2, 2)


def test_a_row_counts_as_accepted_when_it_leads_to_a_link(tmp_path: Path) -> None:
    rows = families([]).copy()
    rows.users += [contact("1", "S1"), contact("1", "S2", relationship="Aunt"), contact("2", "GHOST")]
    counts = District(tmp_path).sync(rows).report.files["users.csv"]
    assert (counts.received, counts.accepted, counts.rejected, counts.excluded) == (5, 3, 0, 2)


RELATIVES = GuardianRule(relationship=("Grandmother", "grandfather "), role="relative")


@pytest.mark.parametrize(
    ("rules", "roles"),
    [
        ((RELATIVES,), {"G": "relative"}),
        ((GuardianRule(legal_guardian=True, role="guardian"), RELATIVES), {"G": "relative", "L": "guardian"}),
        ((RELATIVES, GuardianRule(legal_guardian=True, role="guardian")), {"G": "relative", "L": "relative"}),
        ((GuardianRule(relationship=("mother",), role="guardian"),), {"M": "guardian"}),
        ((GuardianRule(role_sent=("parent", "relative"), role="guardian"),), {"R": "guardian"}),
        ((GuardianRule(role_sent=("parent", "relative"), role="as_sent"),), {"R": "relative"}),
    ],
)
def test_a_district_has_its_own_rules_in_its_own_order(
    tmp_path: Path, rules: tuple[GuardianRule, ...], roles: dict[str, str]
) -> None:
    rows = families([]).copy()
    rows.users += [
        contact("G", "S1", relationship="grandmother"),
        contact("L", "S1", relationship="Grandfather", legalGuardian="1"),
        contact("M", "S1", relationship="Mother"),
        contact("R", "S1", role="relative"),
    ]
    if rules == (RELATIVES,):
        roles = roles | {"L": "relative"}
    district = District(tmp_path, guardians=GuardianSettings(rules=rules))
    district.plan(rows)
    assert {pair[0]: rest[0] for pair, rest in derived(district).items() if rest[0]} == roles


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_the_order_of_rows_does_not_matter(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    order = list(range(len(families(FAMILIES).users)))
    random.Random(seed).shuffle(order)
    district = District(tmp_path_factory.mktemp("shuffled"))
    district.plan(families(FAMILIES, order))
    assert {pair: tuple(rest) for pair, rest in derived(district).items()} == {
        pair: rest for family in FAMILIES for pair, rest in family.expected.items()
    }
