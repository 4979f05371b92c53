"""Families as their districts' files tell of them, and who of each is to be linked, as what, and why.

One line of text per row of a file: `users.csv` contact rows, `contacts.csv` and `guardians.csv` rows are given as
dictionaries, the expectation as (contact, student): (role, reason). To be read by a registrar.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.support.district import contact, given, student, teacher

LEGAL = "legal guardian: guardian"
MOTHER, FATHER = "relationship mother: parent", "relationship father: parent"
NO_RULE, NO_WORD = "no rule covers the relationship", "no relationship is given"
NO_STUDENT, NO_CONTACT = "the student is not in users.csv", "the contact is not in users.csv"
BARRED = "barred: the no-contact flag is set"
LEFT_OUT = "a row about the two has an error"

Row = dict[str, str]
Expected = dict[tuple[str, str], tuple[str | None, str]]

CONTACT_COLUMNS = [
    *("contactSourcedId", "studentSourcedId", "relationship", "relationshipDisplay", "legalGuardian", "priority"),
    *("livesWith", "emergency", "noContact", "custody", "givenName", "familyName", "email", "sms", "phone", "language"),
]
GUARDIAN_COLUMNS = [
    *("guardianSourcedId", "studentSourcedId", "role", "relationship", "legalGuardian", "noContact"),
    *("givenName", "familyName", "email", "sms", "phone", "language"),
]


def listed(key: str, of: str, relationship: str = "", **values: str) -> Row:
    """A row of contacts.csv."""
    names = {"givenName": given(key), "familyName": "Kin", "email": f"{key}@example.org"}
    return {"contactSourcedId": key, "studentSourcedId": of, "relationship": relationship, **names, **values}


def guarded(key: str, of: str, role: str = "", **values: str) -> Row:
    """A row of guardians.csv."""
    names = {"givenName": given(key), "familyName": "Kin", "email": f"{key}@example.org"}
    return {"guardianSourcedId": key, "studentSourcedId": of, "role": role, **names, **values}


@dataclass(frozen=True)
class Family:
    """The rows that tell of a family, and what the rules are to make of each pair of contact and student."""

    story: str
    users: Sequence[Row] = ()
    expected: Expected = field(default_factory=dict)
    contacts: Sequence[Row] = ()
    guardians: Sequence[Row] = ()
    findings: Mapping[str, int] = field(default_factory=dict)
    """Errors and warnings, beside the notices."""


FAMILIES = [
    # users.csv with relationship columns
    Family("mother", [contact("1", "S1", relationship="Mother")], {("1", "S1"): ("parent", MOTHER)}),
    Family("FATHER, padded", [contact("2", "S1", relationship="  FATHER ")], {("2", "S1"): ("parent", FATHER)}),
    Family(
        "legal uncle", [contact("3", "S1", relationship="Uncle", legalGuardian="1")], {("3", "S1"): ("guardian", LEGAL)}
    ),
    Family(
        "mother with the flag",
        [contact("4", "S1", relationship="Mother", legalGuardian="Y")],
        {("4", "S1"): ("guardian", LEGAL)},
    ),
    Family(
        "mother whose flag says no",
        [contact("4b", "S1", relationship="Mother", legalGuardian="N")],
        {("4b", "S1"): ("parent", MOTHER)},
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
        '"Legal Guardian" as a relationship, without the flag',
        [contact("10", "S1", relationship="Legal Guardian", legalGuardian="0")],
        {("10", "S1"): (None, NO_RULE)},
    ),
    Family("stepmother", [contact("11", "S1", relationship="Stepmother")], {("11", "S1"): (None, NO_RULE)}),
    Family("foster mother", [contact("11b", "S1", relationship="Foster Mother")], {("11b", "S1"): (None, NO_RULE)}),
    Family(
        "foster parents with the flag",
        [
            contact("11c", "S1", relationship="Foster Parent", legalGuardian="1"),
            contact("11d", "S1", relationship="Foster Parent", legalGuardian="1"),
        ],
        {("11c", "S1"): ("guardian", LEGAL), ("11d", "S1"): ("guardian", LEGAL)},
    ),
    Family(
        "other languages: Madre and Mère are words of their own, and none of the rules'",
        [contact("11e", "S1", relationship="Madre"), contact("11f", "S1", relationship="Mère")],
        {("11e", "S1"): (None, NO_RULE), ("11f", "S1"): (None, NO_RULE)},
    ),
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
        "divorced parents, each with a home, and the father's new wife",
        [
            contact("23a", "S1", relationship="Mother", legalGuardian="1"),
            contact("23b", "S1", relationship="Father", legalGuardian="0"),
            contact("23c", "S1", relationship="StepMother", legalGuardian="0"),
        ],
        {
            ("23a", "S1"): ("guardian", LEGAL),
            ("23b", "S1"): ("parent", FATHER),
            ("23c", "S1"): (None, NO_RULE),
        },
    ),
    Family(
        "grandmother as legal guardian of two, plain grandmother of a third",
        [
            contact("23d", "S1,S2", relationship="Grandmother", legalGuardian="1"),
            contact("23d", "S3", relationship="Grandmother", legalGuardian="0"),
        ],
        {
            ("23d", "S1"): ("guardian", LEGAL),
            ("23d", "S2"): ("guardian", LEGAL),
            ("23d", "S3"): (None, NO_RULE),
        },
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
        findings={"agent_student_unknown": 1},
    ),
    Family(
        "a contact who is not there",
        [student("S28", agentSourcedIds="NOBODY")],
        {("NOBODY", "S28"): (None, NO_CONTACT)},
        findings={"agent_contact_unknown": 1},
    ),
    Family(
        "a contact who is staff",
        [student("S29", agentSourcedIds="T29"), teacher("T29")],
        {("T29", "S29"): (None, NO_WORD)},
    ),
    Family(
        "a contact who is staff, as the contact's row says",
        [student("S29a", agentSourcedIds="T29a"), teacher("T29a", relationship="Father")],
        {("T29a", "S29a"): ("parent", FATHER)},
    ),
    Family(
        "a contact who is a student",
        [student("S30", agentSourcedIds="S1")],
        {("S1", "S30"): (None, NO_WORD)},
    ),
    Family(
        "a student of another school",
        [student("S31", "ELSEWHERE"), contact("31", "S31", relationship="Mother")],
        {("31", "S31"): (None, "the student's school does not take part")},
    ),
    Family(
        "a student whose row was left out",
        [student("S32", givenName="", familyName=""), contact("32", "S32", relationship="Mother")],
        {("32", "S32"): (None, "the student's row has an error")},
        findings={"name_missing": 1},
    ),
    Family("a contact without a student", [contact("33", "", relationship="Mother")], {}),
    Family("a student without a contact", [student("S34")], {}),
    Family(
        "twin contacts after a change of system: both are linked, and proposed as one person",
        [
            contact("35", "S1", relationship="Mother", givenName="Noor", email="noor@example.org"),
            contact("35b", "S2", relationship="Mother", givenName="Noor", email="NOOR@example.org"),
        ],
        {("35", "S1"): ("parent", MOTHER), ("35b", "S2"): ("parent", MOTHER)},
    ),
    Family(
        "seven guardians",
        [student("S36"), *(contact(f"36{n}", "S36", relationship="Aunt", legalGuardian="1") for n in range(7))],
        {(f"36{n}", "S36"): ("guardian", LEGAL) for n in range(7)},
        findings={"guardians_many": 1},
    ),
    # contacts.csv, alone and against users.csv
    Family(
        "mother in contacts.csv alone",
        contacts=[listed("40", "S1", "Mother")],
        expected={("40", "S1"): ("parent", MOTHER)},
    ),
    Family(
        "siblings in contacts.csv: legal guardian of one, mother of the other",
        contacts=[listed("41", "S1", "Mother", legalGuardian="1"), listed("41", "S2", "Mother", legalGuardian="0")],
        expected={("41", "S1"): ("guardian", LEGAL), ("41", "S2"): ("parent", MOTHER)},
    ),
    Family(
        "an uncle by contacts.csv, though users.csv says parent: contacts.csv is about the two, and counts",
        [contact("42", "S1", role="parent")],
        {("42", "S1"): (None, NO_RULE)},
        contacts=[listed("42", "S1", "Uncle")],
    ),
    Family(
        "a mother by contacts.csv, an aunt by users.csv",
        [contact("43", "S1", relationship="Aunt")],
        {("43", "S1"): ("parent", MOTHER)},
        contacts=[listed("43", "S1", "mother")],
    ),
    Family(
        "contacts.csv says nothing but that the two belong together: users.csv is asked",
        [contact("44", "S1", relationship="Father")],
        {("44", "S1"): ("parent", FATHER)},
        contacts=[listed("44", "S1")],
    ),
    Family(
        "barred father",
        contacts=[listed("45", "S1", "Father", noContact="1")],
        expected={("45", "S1"): (None, BARRED)},
    ),
    Family(
        "barred in one row, clean and legal guardian in another",
        [contact("46", "S1", relationship="Father", legalGuardian="1")],
        {("46", "S1"): (None, BARRED)},
        contacts=[listed("46", "S1", "Father", legalGuardian="1"), listed("46", "S1", "Father", noContact="true")],
    ),
    Family(
        "barred from one child, father of another",
        contacts=[listed("47", "S1", "Father", noContact="Y"), listed("47", "S2", "Father", noContact="N")],
        expected={("47", "S1"): (None, BARRED), ("47", "S2"): ("parent", FATHER)},
    ),
    Family(
        "a no-contact flag that cannot be read: nobody is linked by that",
        [contact("48", "S1", relationship="Father")],
        {("48", "S1"): (None, LEFT_OUT)},
        contacts=[listed("48", "S1", "Father", noContact="see file")],
        findings={"bar_unknown": 1},
    ),
    Family(
        "a no-contact flag about a student who is not there bars nobody, and says so",
        contacts=[listed("49", "S-1", "Father", noContact="1")],
        expected={("49", "S-1"): (None, BARRED)},
        findings={"bar_not_matched": 1},
    ),
    Family(
        "the barred father under a second id",
        [student("S50")],
        {("50", "S50"): (None, BARRED), ("50b", "S50"): (None, "barred: seems to be 50, who is barred")},
        contacts=[
            listed("50", "S50", "Father", noContact="1", givenName="Bertil", familyName="Ångström"),
            listed("50b", "S50", "Father", givenName="bertil", familyName="Angstrom"),
        ],
        findings={"barred_twin": 1},
    ),
    Family(
        "the words beside the code count",
        contacts=[
            listed("51", "S1", "17", relationshipDisplay=" Mother"),
            listed("52", "S1", "M - Mother"),
            listed("53", "S1", "02:FATHER"),
            listed("54", "S1", "Father (F)"),
            listed("55", "S1", "Step - Mother"),
            listed("56", "S1", "Ex - Father"),
        ],
        expected={
            ("51", "S1"): ("parent", MOTHER),
            ("52", "S1"): ("parent", MOTHER),
            ("53", "S1"): ("parent", FATHER),
            ("54", "S1"): ("parent", FATHER),
            ("55", "S1"): (None, NO_RULE),
            ("56", "S1"): (None, NO_RULE),
        },
    ),
    Family(
        "a contact without a name anywhere",
        contacts=[listed("57", "S1", "Mother", givenName="", familyName="")],
        expected={("57", "S1"): (None, LEFT_OUT)},
        findings={"name_missing": 1},
    ),
    Family(
        "a row of contacts.csv without a student names no pair",
        contacts=[listed("58", "", "Mother")],
        findings={"further_key_missing": 1},
    ),
    # guardians.csv
    Family(
        "a relative by guardians.csv alone",
        guardians=[guarded("60", "S1", "Relative")],
        expected={("60", "S1"): ("relative", "role relative as sent")},
    ),
    Family(
        "the role for this student goes before the person's role in users.csv",
        [contact("61", "S1,S2", role="relative")],
        {("61", "S1"): ("guardian", "role guardian as sent"), ("61", "S2"): ("relative", "role relative as sent")},
        guardians=[guarded("61", "S1", "guardian")],
    ),
    Family(
        "the relationship in users.csv goes before guardians.csv",
        [contact("62", "S1", relationship="Mother")],
        {("62", "S1"): ("parent", MOTHER)},
        guardians=[guarded("62", "S1", "relative")],
    ),
    Family(
        "a role that there is not",
        guardians=[guarded("63", "S1", "cousin")],
        expected={("63", "S1"): (None, LEFT_OUT)},
        findings={"role_unknown": 1},
    ),
    Family(
        "barred by guardians.csv",
        [contact("64", "S1", relationship="Mother", legalGuardian="1")],
        {("64", "S1"): (None, BARRED)},
        guardians=[guarded("64", "S1", "parent", noContact="yes")],
    ),
]
