"""What becomes of a row of enrollments.csv: its verdict with the reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.statements import Case, Statements, expected

GIVEN = {
    "day.meta.schools": """
        school_id | name
        N         | North
    """,
    "day.oneroster.classes": """
        line | sourced_id
        2    | C1
    """,
    "day.oneroster.users": """
        line | sourced_id | record_kind
        2    | S1         | student
        3    | P1         | contact
    """,
    "day.oneroster.class_rows": """
        line | sourced_id | verdict  | reason
        3    | C2         | rejected | school_missing
        4    | C3         | excluded | other_school
        5    | C1         | rejected | school_missing
    """,
    "day.oneroster.user_rows": """
        line | sourced_id | record_kind | verdict  | reason
        4    | S2         | student     | rejected | name_missing
        5    | S3         | student     | excluded | other_school
        6    | S3         | student     | rejected | name_missing
        7    | P2         | contact     | rejected | name_missing
    """,
}

VALUES = {"ended": "keep", "future": "keep", "today": "2026-10-01", "student_id": "sourcedId", "opened": []}


def case(name: str, rows: str, expected: str, *, words: str | None = None, **values: object) -> Case:
    given = GIVEN | {"day.raw.enrollments": rows} | ({"day.oneroster.words": words} if words else {})
    return Case(name, expected, given, values)


CASES = [
    case(
        "a known person in a known class is accepted, whatever the capitals of the role",
        """
        line | class_sourced_id | user_sourced_id | role    | is_primary
        2    | C1               | S1              | Student | false
        """,
        """
        line | class_sourced_id | user_sourced_id | role    | is_primary | verdict  | reason
        2    | C1               | S1              | student | false      | accepted | -
        """,
    ),
    case(
        "a row without class, person or role is rejected, and an empty one excluded",
        """
        line | class_sourced_id | user_sourced_id | role
        2    |                  | S1              | student
        3    | C1               |                 | student
        4    | C1               | S1              |
        5    | C1               | S1              | pupil
        6    |                  |                 |
        """,
        """
        line | verdict  | reason
        2    | rejected | class_missing
        3    | rejected | user_missing
        4    | rejected | role_missing
        5    | rejected | role_unknown
        6    | excluded | row_blank
        """,
    ),
    case(
        "an id that no file has is unknown",
        """
        line | class_sourced_id | user_sourced_id | role
        2    | C9               | S1              | student
        3    | C1               | S9              | student
        """,
        """
        line | verdict  | reason
        2    | rejected | class_unknown
        3    | rejected | user_unknown
        """,
    ),
    case(
        "a negative id of a class that no file has is a dropped enrollment of PowerSchool",
        """
        line | class_sourced_id | user_sourced_id | role
        2    | -17              | S1              | student
        """,
        """
        line | verdict  | reason
        2    | excluded | dropped
        """,
    ),
    case(
        "what names a row that was rejected is rejected, and what names one of another school is excluded",
        """
        line | class_sourced_id | user_sourced_id | role
        2    | C2               | S1              | student
        3    | C1               | S2              | student
        4    | C3               | S1              | student
        """,
        """
        line | verdict  | reason
        2    | rejected | class_rejected
        3    | rejected | user_rejected
        4    | excluded | other_school
        """,
    ),
    case(
        "of several rows of one id an accepted one counts first, and a rejected one before an excluded one",
        """
        line | class_sourced_id | user_sourced_id | role
        2    | C1               | S1              | student
        3    | C1               | S3              | student
        """,
        """
        line | verdict  | reason
        2    | accepted | -
        3    | rejected | user_rejected
        """,
    ),
    case(
        "a row that names a school that does not take part is excluded",
        """
        line | class_sourced_id | user_sourced_id | role    | school_sourced_id
        2    | C1               | S1              | student | X
        3    | C1               | S1              | student | N
        """,
        """
        line | verdict  | reason
        2    | excluded | other_school
        3    | accepted | -
        """,
    ),
    case(
        "a contact is enrolled in no class",
        """
        line | class_sourced_id | user_sourced_id | role
        2    | C1               | P1              | student
        """,
        """
        line | verdict  | reason
        2    | rejected | user_is_contact
        """,
    ),
    case(
        "an enrollment ends on its last day and begins on its first, where the district leaves others out",
        """
        line | class_sourced_id | user_sourced_id | role    | begin_date | end_date
        2    | C1               | S1              | student |            | 2026-10-01
        3    | C1               | S1              | student |            | 2026-10-02
        4    | C1               | S1              | student | 2026-10-01 |
        5    | C1               | S1              | student | 2026-10-02 |
        """,
        """
        line | verdict  | reason
        2    | excluded | has_ended
        3    | accepted | -
        4    | accepted | -
        5    | excluded | is_to_come
        """,
        ended="leave_out",
        future="leave_out",
    ),
    case(
        "by default enrollments count whatever their dates",
        """
        line | class_sourced_id | user_sourced_id | role    | begin_date | end_date
        2    | C1               | S1              | student |            | 2026-10-01
        3    | C1               | S1              | student | 2026-10-02 |
        """,
        """
        line | verdict  | begin_date | end_date
        2    | accepted | -          | 2026-10-01
        3    | accepted | 2026-10-02 | -
        """,
    ),
    case(
        "a date in another form is kept by what it means, and one that means nothing is blank",
        """
        line | class_sourced_id | user_sourced_id | role    | begin_date | end_date
        2    | C1               | S1              | student | 9/1/2026   | soon
        """,
        """
        line | begin_date | end_date | verdict
        2    | 2026-09-01 | -        | accepted
        """,
        words="""
        kind | sent     | meant      | state
        date | 9/1/2026 | 2026-09-01 | mapped
        date | soon     | -          | refused
        """,
    ),
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    opened = Statements()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_enrollment_rows(statements: Statements, case: Case) -> None:
    made = statements.made("oneroster/enrollment_rows", case, into="day.oneroster.enrollment_rows", **VALUES)
    assert made == expected(case)
