"""What the gate stops, whose cause it is, and what waits with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.plan.causes import CAUSES
from tests.support.statements import Case, Statements, expected

RECORD_TYPES = """
    record_type    | position
    students       | 0
    staff          | 1
    guardians      | 2
    classes        | 3
    enrollments    | 4
    guardian_links | 5
"""

PEOPLE_LEFT = """
    record_type | roster_id | operation | file
    students    | 1         | archive   | users.csv
    staff       | 2         | archive   | users.csv
    guardians   | 3         | archive   | contacts.csv
    students    | 4         | add       | users.csv
    students    | 5         | update    | users.csv
"""

ORIGINS = [
    Case(
        "limits of types that rest on one file are one cause, and a school or a grade is a part of it",
        """
        record_type | code           | file         | origin
        students    | archive_limit  | users.csv    | archive users.csv
        students    | grade_vanished | users.csv    | archive users.csv
        staff       | school_limit   | users.csv    | archive users.csv
        guardians   | archive_limit  | contacts.csv | archive contacts.csv
        """,
        {
            "day.sync.subjects": PEOPLE_LEFT,
            "day.sync.holds": """
                record_type | code           | operation | school_id | grade
                students    | archive_limit  | archive   | -         | -
                students    | grade_vanished | archive   | -         | 11
                staff       | school_limit   | archive   | N         | -
                guardians   | archive_limit  | archive   | -         | -
            """,
        },
    ),
    Case(
        "a school and a grade are causes of their own where their file is not",
        """
        record_type | code            | school_id | origin
        students    | school_vanished | N         | school N
        staff       | school_limit    | N         | school N
        students    | grade_vanished  | -         | grade_vanished 11
        """,
        {
            "day.sync.subjects": PEOPLE_LEFT,
            "day.sync.holds": """
                record_type | code            | operation | school_id | grade
                students    | school_vanished | archive   | N         | -
                staff       | school_limit    | archive   | N         | -
                students    | grade_vanished  | archive   | -         | 11
            """,
        },
    ),
    Case(
        "a column is one cause across types, and a part of the updates of its type where these are too many",
        """
        record_type | code         | field | origin
        students    | update_limit | -     | update users.csv
        students    | column_limit | email | update users.csv
        staff       | column_limit | email | column users.csv email
        """,
        {
            "day.sync.subjects": """
                record_type | roster_id | operation | file
                students    | 1         | update    | users.csv
                staff       | 2         | update    | users.csv
            """,
            "day.sync.holds": """
                record_type | code         | operation | field
                students    | update_limit | update    | -
                students    | column_limit | update    | email
                staff       | column_limit | update    | email
            """,
        },
    ),
    Case(
        "newcomers are a cause of their own, unless most of what is there would be replaced by them",
        """
        record_type | code          | origin
        students    | archive_limit | archive users.csv
        students    | add_limit     | archive users.csv
        classes     | add_limit     | add classes.csv
        """,
        {
            "day.sync.subjects": """
                record_type | roster_id | operation | file
                students    | 1         | archive   | users.csv
                students    | 4         | add       | users.csv
                classes     | 6         | add       | classes.csv
            """,
            "day.sync.holds": """
                record_type | code          | operation | changes | base
                students    | archive_limit | archive   | 60      | 100
                students    | add_limit     | add       | 60      | 100
                classes     | add_limit     | add       | 60      | 100
            """,
        },
    ),
    Case(
        "a hold that says its origin keeps it",
        """
        record_type | code        | origin
        students    | id_exchanged | a circle of ids
        """,
        {
            "day.sync.holds": """
                record_type | code         | origin
                students    | id_exchanged | a circle of ids
            """
        },
    ),
]

STOPPED = [
    Case(
        "a limit of a type stops all that is missing from the file, and leaves adds, updates and other files alone",
        """
        origin            | record_type | roster_id
        archive users.csv | students    | 1
        archive users.csv | staff       | 2
        """,
        {
            "day.sync.record_types": RECORD_TYPES,
            "day.sync.subjects": PEOPLE_LEFT,
            "day.sync.holds": """
                record_type | code          | operation | file      | origin
                students    | archive_limit | archive   | users.csv | archive users.csv
            """,
        },
    ),
    Case(
        "a limit of a school stops what is missing from the file in this school",
        """
        origin   | record_type | roster_id
        school N | staff       | 2
        """,
        {
            "day.sync.record_types": RECORD_TYPES,
            "day.sync.subjects": """
                record_type | roster_id | operation | file      | school_ids
                students    | 1         | archive   | users.csv | [M]
                staff       | 2         | archive   | users.csv | [M, N]
            """,
            "day.sync.holds": """
                record_type | code         | operation | school_id | file      | origin
                students    | school_limit | archive   | N         | users.csv | school N
            """,
        },
    ),
]

WITHHELD = [
    Case(
        "an enrollment that goes with its student or its class waits only where both wait, for both causes",
        """
        origin | record_type | roster_id
        A      | students    | 1
        B      | classes     | 1
        A      | enrollments | 11
        B      | enrollments | 11
        """,
        {
            "day.sync.stopped": """
                origin | record_type | roster_id
                A      | students    | 1
                B      | classes     | 1
            """,
            "day.sync.users": """
                record_type | roster_id | operation
                students    | 1         | archive
                students    | 2         | archive
            """,
            "day.sync.classes": """
                roster_id | operation
                1         | archive
            """,
            "day.sync.enrollments": """
                roster_id | class_roster_id | user_roster_id | operation | consequence
                11        | 1               | 1              | archive   | true
                12        | 1               | 2              | archive   | true
            """,
        },
    ),
    Case(
        "a guardian comes with one link that comes, and waits where none does",
        """
        origin | record_type    | roster_id
        A      | students       | 1
        A      | guardian_links | 21
        A      | guardian_links | 22
        A      | guardians      | 3
        """,
        {
            "day.sync.stopped": """
                origin | record_type | roster_id
                A      | students    | 1
            """,
            "day.sync.users": """
                record_type | roster_id | operation
                students    | 1         | add
                students    | 2         | add
                guardians   | 3         | add
                guardians   | 4         | add
            """,
            "day.sync.guardian_links": """
                roster_id | contact_roster_id | student_roster_id | operation
                21        | 3                 | 1                 | add
                22        | 4                 | 1                 | add
                23        | 4                 | 2                 | add
            """,
        },
    ),
    Case(
        "a guardian stays with a student who waits, and a link to another child that the files dropped goes",
        """
        origin | record_type    | roster_id
        A      | students       | 1
        A      | guardians      | 3
        A      | guardian_links | 21
        """,
        {
            "day.sync.stopped": """
                origin | record_type | roster_id
                A      | students    | 1
            """,
            "day.sync.users": """
                record_type | roster_id | operation | consequence
                students    | 1         | archive   | false
                guardians   | 3         | archive   | true
            """,
            "day.sync.guardian_links": """
                roster_id | contact_roster_id | student_roster_id | operation | consequence
                21        | 3                 | 1                 | archive   | true
                22        | 3                 | 2                 | archive   | true
            """,
            "book.roster.guardian_links": """
                roster_id | contact_roster_id | student_roster_id | state  | since_sync
                21        | 3                 | 1                 | active | 1
                22        | 3                 | 2                 | active | 1
            """,
        },
    ),
]


PLANNED = {
    "day.sync.record_types": RECORD_TYPES,
    "day.sync.users": """
        record_type | roster_id | sourced_id | operation | withheld
        students    | 1         | S1         | archive   | true
        students    | 2         | S2         | add       | true
    """,
    "day.sync.stopped": """
        origin            | record_type | roster_id
        archive users.csv | students    | 1
        archive users.csv | students    | 2
    """,
}


def told_as(name: str, expected: str, holds: str) -> Case:
    return Case(name, expected, {**PLANNED, "day.sync.holds": holds}, {"codes": list(CAUSES)})


TOLD = [
    told_as(
        "a cause is told as the first of its holds, and counts what it stops by itself",
        """
        origin            | code          | file      | changes
        archive users.csv | archive_limit | users.csv | 2
        """,
        """
        record_type | code           | operation | file      | grade | origin
        students    | grade_vanished | archive   | users.csv | 11    | archive users.csv
        students    | archive_limit  | archive   | users.csv | -     | archive users.csv
        """,
    ),
    told_as(
        "as a turnover where records come in place of what is missing",
        """
        origin            | code     | file
        archive users.csv | turnover | users.csv
        """,
        """
        record_type | code         | operation | file      | origin
        students    | all_vanished | archive   | users.csv | archive users.csv
        students    | add_limit    | add       | users.csv | archive users.csv
        """,
    ),
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    opened = Statements()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", ORIGINS, ids=str)
def test_whose_cause_a_hold_is(statements: Statements, case: Case) -> None:
    assert statements.made("gate/origins", case, into="day.sync.holds") == expected(case)


@pytest.mark.parametrize("case", STOPPED, ids=str)
def test_what_a_cause_stops_by_itself(statements: Statements, case: Case) -> None:
    assert statements.made("sync/stopped", case, into="day.sync.stopped") == expected(case)


@pytest.mark.parametrize("case", WITHHELD, ids=str)
def test_what_waits_with_it(statements: Statements, case: Case) -> None:
    assert statements.made("sync/withheld", case, into="day.sync.withheld", baseline=1) == expected(case)


@pytest.mark.parametrize("case", TOLD, ids=str)
def test_how_a_cause_is_told(statements: Statements, case: Case) -> None:
    assert statements.made("sync/causes", case, into="day.sync.causes") == expected(case)
