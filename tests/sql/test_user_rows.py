"""What becomes of a row of users.csv: its verdict with the reason, and the values that are kept."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.oneroster.words import PLACEHOLDERS
from tests.support.statements import Case, Statements, expected

SCHOOLS = """
    school_id | name
    N         | North
    M         | Maple
"""

VALUES = {
    "scope": "district",
    "student_id": "sourcedId",
    "mobile": "sms",
    "has_oddities": False,
    "district_orgs": [],
    "no_given": [],
    "no_family": [],
    "placeholders": list(PLACEHOLDERS),
}


def case(name: str, rows: str, expected: str, **values: object) -> Case:
    return Case(name, expected, {"day.meta.schools": SCHOOLS, "day.raw.users": rows}, values)


CASES = [
    case(
        "a student of a school that takes part is accepted",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | N               | Ann
        """,
        """
        line | sourced_id | record_kind | school_ids | verdict  | reason
        2    | S1         | student     | [N]        | accepted | -
        """,
    ),
    case(
        "roles are read in any case; schools are sorted, without those that do not take part",
        """
        line | sourced_id | role      | org_sourced_ids | given_name
        2    | T1         | Teacher   | N, X ,M         | Bo
        """,
        """
        line | sourced_id | record_kind | role    | school_ids | given_name | verdict
        2    | T1         | staff       | teacher | [M, N]     | Bo         | accepted
        """,
    ),
    case(
        "a row of another school is excluded, one without a school is rejected",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | X               | Ann
        3    | S2         | student |                 | Bo
        """,
        """
        line | verdict  | reason
        2    | excluded | other_school
        3    | rejected | school_missing
        """,
    ),
    case(
        "where a school sends its own files, a row without a school is of that school",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student |                 | Ann
        """,
        """
        line | school_ids | verdict
        2    | [M, N]     | accepted
        """,
        scope="school",
    ),
    case(
        "a row without an id, a role or a name is rejected, and an empty one excluded",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | family_name
        2    |            | student | N               | Ann        |
        3    | S2         |         | N               | Bo         |
        4    | S3         | pupil   | N               | Cy         |
        5    | S4         | student | N               |            |
        6    |            |         | N               |            |
        """,
        """
        line | verdict  | reason
        2    | rejected | key_missing
        3    | rejected | role_missing
        4    | rejected | role_unknown
        5    | rejected | name_missing
        6    | excluded | row_blank
        """,
    ),
    case(
        "a family name alone is name enough",
        """
        line | sourced_id | role    | org_sourced_ids | family_name
        2    | S1         | student | N               | Young
        """,
        """
        line | given_name | family_name | verdict
        2    | -          | Young       | accepted
        """,
    ),
    case(
        "a contact needs no school and no role where it says how it is related",
        """
        line | sourced_id | role    | given_name | agent_sourced_ids | relationship | legal_guardian
        2    | P1         | parent  | Di         | S1,S2, S1         |              |
        3    | P2         |         | Eve        | S1                | Mother       |
        4    | P3         | contact | Flo        | S1                |              | yes
        5    | P4         | contact | Gus        | S1                |              |
        """,
        """
        line | record_kind | role    | school_ids | relationship | legal_guardian | verdict  | reason
        2    | contact     | parent  | []         | -            | -              | accepted | -
        3    | contact     | -       | []         | Mother       | -              | accepted | -
        4    | contact     | -       | []         | -            | true           | accepted | -
        5    | -           | contact | []         | -            | -              | rejected | role_unknown
        """,
    ),
    case(
        "two rows of one id that name different people are both rejected",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | N               | Ann
        3    | S1         | student | N               | Bo
        """,
        """
        line | verdict  | reason
        2    | rejected | id_repeated
        3    | rejected | id_repeated
        """,
    ),
    case(
        "rows of one person that differ are accepted, and the fullest row comes first, then the first by its values",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | family_name | grades | email
        2    | S1         | student | N               | Ann        | Young       | 10     |
        3    | S1         | student | M               | Ánn Marie  | YOUNG-Reed  | 11     | ann@example.org
        4    | S2         | student | N               | Bo         | Young       | 10     |
        5    | S2         | student | M               | Bo         | Young       | 09     |
        6    | S3         | student | N               | Cy         | Young       | 09     |
        """,
        """
        line | verdict  | turn
        2    | accepted | 2
        3    | accepted | 1
        4    | accepted | 2
        5    | accepted | 1
        6    | accepted | -
        """,
    ),
    case(
        "a row that is not used, or is rejected for itself, never speaks against a good one of its id",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | N               | Ann
        3    | S1         | teacher | X               | Somebody
        4    | S2         | student | N               | Bo
        5    | S2         | student |                 | Somebody
        """,
        """
        line | verdict  | reason
        2    | accepted | -
        3    | excluded | other_school
        4    | accepted | -
        5    | rejected | school_missing
        """,
    ),
    case(
        "rows of one id with two kinds of role are rejected",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | N               | Ann
        3    | S1         | teacher | M               | Ann
        """,
        """
        line | verdict  | reason
        2    | rejected | id_repeated
        3    | rejected | id_repeated
        """,
    ),
    case(
        "the same row twice counts once",
        """
        line | sourced_id | role    | org_sourced_ids | given_name
        2    | S1         | student | N               | Ann
        3    | S1         | student | N               | Ann
        """,
        """
        line | verdict  | reason
        2    | accepted | -
        3    | excluded | row_repeated
        """,
    ),
    case(
        "a teacher's row for each school, and a contact's for each student, are one person",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | agent_sourced_ids | relationship
        2    | T1         | teacher | N               | Bo         |                   |
        3    | T1         | teacher | M               | Bo         |                   |
        4    | P1         | parent  |                 | Di         | S1                | Mother
        5    | P1         | parent  |                 | Di         | S2                | Aunt
        """,
        """
        line | sourced_id | school_ids | relationship | verdict
        2    | T1         | [N]        | -            | accepted
        3    | T1         | [M]        | -            | accepted
        4    | P1         | []         | Mother       | accepted
        5    | P1         | []         | Aunt         | accepted
        """,
    ),
    case(
        "with the student number as the id, students are known by it and others by their sourcedId",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | identifier
        2    | S1         | student | N               | Ann        | 1001
        3    | S2         | student | N               | Bo         |
        4    | T1         | teacher | N               | Cy         | 77
        """,
        """
        line | sourced_id | verdict  | reason
        2    | 1001       | accepted | -
        3    | -          | rejected | key_missing
        4    | T1         | accepted | -
        """,
        student_id="identifier",
    ),
    Case(
        "e-mail addresses are written small and numbers in full, and what is none of them is not kept",
        """
        line | email           | sms          | phone
        2    | ann@example.org | +12025550101 | -
        3    | -               | +12025550103 | -
        """,
        {
            "day.meta.schools": SCHOOLS,
            "day.oneroster.words": """
                kind  | sent     | meant | state
                email | none     | -     | refused
                phone | 555-0102 | -     | refused
            """,
            "day.raw.users": """
                line | sourced_id | role    | org_sourced_ids | given_name | email           | sms            | phone
                2    | S1         | student | N               | Ann        | Ann@EXAMPLE.org | (202) 555-0101 | 555-0102
                3    | S2         | student | N               | Bo         | none            | 12025550103    |
            """,
        },
    ),
    case(
        "where the district's mobile numbers are in phone, the two columns change places",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | sms            | phone
        2    | S1         | student | N               | Ann        | (202) 555-0101 | (202) 555-0102
        """,
        """
        line | sms          | phone
        2    | +12025550102 | +12025550101
        """,
        mobile="phone",
    ),
    case(
        "placeholders are no values, and a list in two layers of quotation marks is read",
        """
        line | sourced_id | role    | org_sourced_ids | given_name | middle_name | username
        2    | S1         | student | "M,N"           | Ann        | N/A         | --
        """,
        """
        line | school_ids | given_name | middle_name | username | verdict
        2    | [M, N]     | Ann        | -           | -        | accepted
        """,
        has_oddities=True,
    ),
    Case(
        "a grade and a language are kept by what their words mean",
        """
        line | grades | language
        2    | 01     | es
        3    | -      | xx
        """,
        {
            "day.meta.schools": SCHOOLS,
            "day.oneroster.words": """
                kind     | sent    | meant | state
                grades   | First   | 01    | mapped
                grades   | Dunno   | -     | unknown
                language | Spanish | es    | mapped
            """,
            "day.raw.users": """
                line | sourced_id | role    | org_sourced_ids | given_name | grades | language
                2    | S1         | student | N               | Ann        | First  | Spanish
                3    | S2         | student | N               | Bo         | Dunno  | xx
            """,
        },
    ),
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    opened = Statements()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_user_rows(statements: Statements, case: Case) -> None:
    names = ("oneroster/cleaned_users", "oneroster/user_rows", "oneroster/repeated_users")
    made = statements.made(
        names[0 if case.values.get("has_oddities") else 1 :],
        case,
        into="day.oneroster.user_rows",
        by_way_of="day.oneroster.cleaned_users",
        **VALUES,
    )
    assert made == expected(case)
