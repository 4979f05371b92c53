"""What the guardian rule makes of the rows about a contact and a student, once each has the first rule that holds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.statements import Case, Statements, expected

USERS = {
    "day.oneroster.users": """
        line | sourced_id | record_kind
        2    | S1         | student
        3    | P1         | contact
        4    | T1         | staff
    """,
    "day.oneroster.user_rows": """
        line | sourced_id | record_kind | verdict
        2    | S1         | student     | accepted
        5    | S2         | student     | rejected
        6    | S3         | student     | excluded
        7    | P2         | contact     | rejected
    """,
}

# As guardians/evidence makes it of the default rules: each thing that is said, in the order of the rules.
EVIDENCE = """
    rank | relationship | legal_guardian | custody | role_sent | position | role     | rule
    1    | Uncle        | true           | -       | -         | 1        | guardian | legal guardian: guardian
    2    | Mother       | -              | -       | -         | 2        | parent   | relationship mother: parent
    3    | Mother       | -              | false   | -         | 2        | parent   | relationship mother: parent
    4    | -            | -              | -       | relative  | 6        | relative | role relative as sent
    5    | Aunt         | -              | -       | -         | -        | -        | -
    6    | Aunt         | -              | false   | -         | -        | -        | -
    7    | -            | -              | -       | -         | -        | -        | -
    8    | Ex           | -              | -       | -         | 7        | excluded | relationship ex: excluded
"""


def case(name: str, pairs: str, expected: str, **others: str) -> Case:
    given = {f"day.guardians.{table}": rows for table, rows in others.items()}
    return Case(name, expected, {**USERS, "day.guardians.evidence": EVIDENCE, "day.guardians.pairs": pairs, **given})


CASES = [
    case(
        "a pair is linked with the role of the first rule that holds",
        """
        contact_id | student_id | source        | counts | line | relationship
        P1         | S1         | contact_facts | true   | 9    | Mother
        """,
        """
        contact_id | student_id | role   | rule_position | verdict | reason                      | file      | line
        P1         | S1         | parent | 2             | linked  | relationship mother: parent | users.csv | 9
        """,
    ),
    case(
        "a stronger source decides, even where a weaker one would make a link",
        """
        contact_id | student_id | source         | counts | line | relationship | role_sent
        P1         | S1         | contact_role   | true   | 3    | -            | relative
        P1         | S1         | contacts_facts | true   | 9    | Aunt         | -
        """,
        """
        contact_id | student_id | role | verdict | reason                       | file         | line
        P1         | S1         | -    | no_rule | no rule covers the relationship | contacts.csv | 9
        """,
    ),
    case(
        "within one source the earliest rule decides, and of rows that say the same the first",
        """
        contact_id | student_id | source         | counts | line | relationship | legal_guardian
        P1         | S1         | contacts_facts | true   | 2    | Mother       | -
        P1         | S1         | contacts_facts | true   | 5    | Uncle        | true
        P1         | S1         | contacts_facts | true   | 4    | Uncle        | true
        """,
        """
        contact_id | student_id | role     | verdict | line
        P1         | S1         | guardian | linked  | 4
        """,
    ),
    case(
        "a no-contact flag in any row bars the pair",
        """
        contact_id | student_id | source         | counts | line | relationship | no_contact
        P1         | S1         | contacts_facts | true   | 2    | Mother       | -
        P1         | S1         | contacts_facts | true   | 3    | Aunt         | true
        """,
        """
        contact_id | student_id | role | verdict    | is_barred | no_contact | reason
        P1         | S1         | -    | no_contact | true      | true       | barred: the no-contact flag is set
        """,
    ),
    case(
        "a no-contact flag that says no bars no pair",
        """
        contact_id | student_id | source         | counts | line | relationship | no_contact
        P1         | S1         | contacts_facts | true   | 2    | Mother       | false
        """,
        """
        contact_id | student_id | verdict | is_barred | no_contact
        P1         | S1         | linked  | false     | false
        """,
    ),
    case(
        "a blocked pair is barred with the words of the decision, whatever its rows say",
        """
        contact_id | student_id | source         | counts | line | relationship
        P1         | S1         | contacts_facts | true   | 2    | Mother
        """,
        """
        contact_id | student_id | role | verdict | is_barred | reason
        P1         | S1         | -    | blocked | true      | barred: blocked by a decision
        """,
        blocked="""
        contact_id | student_id | kind    | reason
        P1         | S1         | blocked | barred: blocked by a decision
        """,
    ),
    case(
        "a custody flag that says no bars a pair that no rule links, where a rule asks for custody",
        """
        contact_id | student_id | source         | counts | line | relationship | custody
        P1         | S1         | contacts_facts | true   | 2    | Aunt         | false
        """,
        """
        contact_id | student_id | verdict | is_barred | reason
        P1         | S1         | custody | true      | barred: the custody flag says no
        """,
        rules="""
        position | custody | role   | rule
        1        | true    | parent | custody: parent
        """,
    ),
    case(
        "a custody flag that says no bars no pair that a rule links, and none where no rule asks for custody",
        """
        contact_id | student_id | source         | counts | line | relationship | custody
        P1         | S1         | contacts_facts | true   | 2    | Mother       | false
        P1         | S9         | contacts_facts | true   | 3    | Aunt         | false
        """,
        """
        contact_id | student_id | verdict         | is_barred
        P1         | S1         | linked          | false
        P1         | S9         | student_unknown | false
        """,
    ),
    case(
        "while a row about the two is left out for an error, the pair is not linked",
        """
        contact_id | student_id | source            | counts | line | relationship
        P1         | S1         | contacts_left_out | true   | 2    | Mother
        P1         | S1         | contact_facts     | true   | 3    | Mother
        """,
        """
        contact_id | student_id | role | verdict      | file         | line
        P1         | S1         | -    | row_left_out | contacts.csv | 2
        """,
    ),
    case(
        "a contact that is unknown, left out or the student is not linked; of staff as of anybody the rules decide",
        """
        contact_id | student_id | source       | counts | line | relationship
        P9         | S1         | student_bare | true   | 2    | -
        P2         | S1         | student_bare | true   | 3    | -
        S1         | S1         | student_bare | true   | 4    | -
        T1         | S1         | student_bare | true   | 5    | -
        """,
        """
        contact_id | verdict            | named_by
        P9         | contact_unknown    | student
        P2         | contact_left_out   | student
        S1         | contact_is_oneself | student
        T1         | no_relationship    | student
        """,
    ),
    case(
        "a student that is unknown, left out or of another school is not linked",
        """
        contact_id | student_id | source        | counts | line | relationship
        P1         | S9         | contact_facts | true   | 2    | Mother
        P1         | S2         | contact_facts | true   | 2    | Mother
        P1         | S3         | contact_facts | true   | 2    | Mother
        """,
        """
        student_id | verdict
        S9         | student_unknown
        S2         | student_left_out
        S3         | student_elsewhere
        """,
    ),
    case(
        "where guardians.csv alone counts, it is stronger than any other, and a pair it does not name is not linked",
        """
        contact_id | student_id | source         | counts | line | relationship | legal_guardian | role_sent
        P1         | S1         | contacts_facts | false  | 2    | Uncle        | true           | -
        P1         | S1         | guardians_facts | true  | 8    | -            | -              | relative
        T1         | S1         | contacts_facts | false  | 3    | Mother       | -              | -
        P1         | S2         | contacts_facts | false  | 4    | Mother       | -              | -
        """,
        """
        contact_id | student_id | role     | verdict          | file
        P1         | S1         | relative | linked           | guardians.csv
        T1         | S1         | -        | not_managed      | contacts.csv
        P1         | S2         | -        | student_left_out | contacts.csv
        """,
    ),
    case(
        "a pair that does not count is not managed",
        """
        contact_id | student_id | source        | counts | line | relationship
        P1         | S1         | contact_facts | false  | 2    | Mother
        """,
        """
        role | verdict     | reason
        -    | not_managed | not in guardians.csv, the only file that counts
        """,
    ),
    case(
        "a rule can say that a contact is no guardian",
        """
        contact_id | student_id | source        | counts | line | relationship
        P1         | S1         | contact_facts | true   | 2    | Ex
        """,
        """
        role | verdict  | reason
        -    | excluded | excluded by the rule: relationship ex: excluded
        """,
    ),
    case(
        "a pair of which no row says anything has no relationship",
        """
        contact_id | student_id | source       | counts | line
        P1         | S1         | contact_bare | true   | 2
        P1         | S1         | student_bare | true   | 3
        """,
        """
        role | verdict         | reason                   | line | named_by
        -    | no_relationship | no relationship is given | 2    | both
        """,
    ),
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    opened = Statements()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_guardians(statements: Statements, case: Case) -> None:
    made = statements.made("guardians/guardians", case, into="day.guardians.guardians", role_columns=0)
    assert made == expected(case)
