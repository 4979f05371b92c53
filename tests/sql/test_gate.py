"""Each hold of the gate: what is measured, at the limit and one above it, and what each cause of a hold needs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.statements import Case, Statements, expected

LIMITS = """
    record_type    | measure            | percent | at_least
    students       | archive            | 10      | 2
    students       | archive_per_school | 25      | 2
    students       | update             | 75      | 2
    students       | column             | 50      | 2
    students       | add                | 50      | 2
    classes        | archive            | 10      | 2
    classes        | archive_per_school | 100     | 0
    guardians      | archive            | 10      | 2
    guardian_links | archive            | 10      | 2
    enrollments    | archive            | 10      | 2
"""

RECORD_TYPES = """
    record_type    | position
    students       | 0
    staff          | 1
    guardians      | 2
    classes        | 3
    enrollments    | 4
    guardian_links | 5
"""


def case(name: str, measured: str, expected: str, **others: str) -> Case:
    given = {f"day.{table.replace('__', '.')}": rows for table, rows in others.items()}
    return Case(name, expected, {"day.sync.limits": LIMITS, "day.sync.measured": measured, **given})


MEASURED = [
    Case(
        "archives and updates count for the district and their schools, archives for their grade as well",
        """
        record_type | school_id | grade | base | archives | all_archives | updates | adds | restores | changes
        students    | -         | -     | 3    | 2        | 2            | 1       | 1    | 0        | 4
        students    | N         | -     | 2    | 2        | 2            | 0       | 0    | 0        | 2
        students    | M         | -     | 2    | 1        | 1            | 1       | 0    | 0        | 2
        students    | -         | 05    | 2    | 1        | 1            | 0       | 0    | 0        | 1
        staff       | -         | -     | 0    | 0        | 0            | 0       | 0    | 1        | 1
        classes     | -         | -     | 0    | 0        | 0            | 0       | 0    | 0        | 0
        enrollments | -         | -     | 0    | 0        | 0            | 0       | 0    | 0        | 0
        guardian_links | -      | -     | 0    | 0        | 0            | 0       | 0    | 0        | 0
        """,
        {
            "day.sync.record_types": """
                record_type | position
                students    | 0
                staff       | 1
            """,
            "day.sync.matched_users": """
                record_type | sourced_id | roster_id | state    | sent
                students    | S1         | 1         | active   | false
                students    | S2         | 2         | active   | false
                students    | S3         | 3         | active   | true
                students    | S4         | 4         | archived | false
                students    | S5         | 5         | -        | true
            """,
            "book.roster.users": """
                roster_id | record_type | grades | state  | since_sync | until_sync
                1         | students    | 05     | active | 1          | -
                2         | students    | 05     | active | 1          | -
                3         | students    | 06     | active | 1          | 1
            """,
            "day.sync.school_sizes": """
                record_type | school_id | active
                students    | N         | 2
                students    | M         | 2
            """,
            "day.sync.subjects": """
                record_type | roster_id | operation | school_ids | grade
                students    | 1         | archive   | [N, M]     | 05
                students    | 2         | archive   | [N]        | -
                students    | 3         | update    | [M]        | -
                students    | 5         | add       | [M]        | -
                staff       | 6         | restore   | [M]        | -
            """,
        },
    ),
    Case(
        "a change that an approval covers is not measured, and one that follows from another is counted apart",
        """
        record_type | school_id | base | archives | all_archives | changes
        enrollments | -         | 3    | 1        | 2            | 2
        classes     | -         | 0    | 0        | 0            | 0
        guardian_links | -      | 0    | 0        | 0            | 0
        """,
        {
            "day.sync.record_types": """
                record_type | position
                enrollments | 4
            """,
            "book.roster.enrollments": """
                roster_id | state    | since_sync | until_sync
                1         | active   | 1          | -
                2         | active   | 1          | 2
                3         | active   | 0          | -
                4         | archived | 1          | -
                5         | active   | 2          | -
            """,
            "day.sync.subjects": """
                record_type | roster_id | operation | consequence | exempt
                enrollments | 1         | archive   | false       | false
                enrollments | 2         | archive   | true        | false
                enrollments | 3         | archive   | false       | true
            """,
        },
    ),
]

LIMIT = [
    case(
        "as many archives, updates and adds as the limits allow are no reason for a hold",
        """
        record_type | school_id | base | archives | all_archives | updates | adds
        students    | -         | 100  | 10       | 10           | 75      | 50
        students    | N         | 40   | 10       | 10           | 0       | 0
        """,
        "record_type | code",
    ),
    case(
        "one archive, update or add above the limit is a hold",
        """
        record_type | school_id | base | archives | all_archives | updates | adds
        students    | -         | 100  | 11       | 11           | 76      | 51
        students    | N         | 40   | 11       | 11           | 0       | 0
        """,
        """
        code          | operation | school_id | changes | allowed | base
        archive_limit | archive   | -         | 11      | 10      | 100
        school_limit  | archive   | N         | 11      | 10      | 40
        update_limit  | update    | -         | 76      | 75      | 100
        add_limit     | add       | -         | 51      | 50      | 100
        """,
    ),
    case(
        "a few changes are allowed however small the base is",
        """
        record_type | school_id | base | archives | all_archives | adds
        students    | -         | 3    | 2        | 2            | 3
        """,
        """
        code      | changes | allowed | base
        add_limit | 3       | 2       | 3
        """,
    ),
    case(
        "the first records of a type are added without a limit",
        """
        record_type | base | adds
        students    | 0    | 500
        """,
        "record_type | code",
    ),
    case(
        "archives that follow from others do not count",
        """
        record_type | base | archives | all_archives
        enrollments | 100  | 10       | 60
        """,
        "record_type | code",
    ),
    case(
        "more updates of one column than its limit are a hold of that column",
        """
        record_type | base | updates
        students    | 4    | 3
        """,
        """
        code         | operation | field  | changes | allowed | base
        column_limit | update    | grades | 3       | 2       | 4
        """,
        sync__subjects="""
        record_type | roster_id | operation | changed         | exempt
        students    | 1         | update    | [grades, email] | false
        students    | 2         | update    | [grades, email] | false
        students    | 3         | update    | [grades]        | false
        students    | 4         | update    | [email]         | true
        """,
    ),
    case(
        "what is missing with a whole school counts for no other limit",
        """
        record_type | school_id | base | archives | all_archives
        students    | -         | 100  | 40       | 40
        students    | N         | 30   | 30       | 30
        students    | M         | 70   | 10       | 10
        """,
        """
        code            | school_id | changes
        school_vanished | N         | 30
        """,
        sync__holds="""
        record_type | code            | operation | school_id | changes | allowed | base
        students    | school_vanished | archive   | N         | 30      | 0       | 30
        """,
        sync__subjects="\n".join(
            [
                "record_type | roster_id | operation | school_ids",
                *(f"students | {n} | archive | [{'N' if n < 30 else 'M'}]" for n in range(40)),
            ]
        ),
    ),
]

VANISHED = [
    case(
        "a record type of which everything would be archived",
        """
        record_type | school_id | grade | base | archives | all_archives
        students    | -         | -     | 2    | 2        | 2
        students    | N         | -     | 2    | 2        | 2
        students    | -         | 05    | 2    | 2        | 2
        """,
        """
        record_type | code         | operation | school_id | changes | allowed | base
        students    | all_vanished | archive   | -         | 2       | 2       | 2
        """,
    ),
    case(
        "a school without students left keeps all that it has, and a grade its students",
        """
        record_type | school_id | grade | base | archives | all_archives
        students    | -         | -     | 9    | 3        | 3
        students    | N         | -     | 3    | 3        | 3
        students    | M         | -     | 6    | 0        | 0
        students    | -         | 05    | 3    | 3        | 3
        students    | -         | 06    | 6    | 0        | 0
        enrollments | -         | -     | 9    | 1        | 4
        enrollments | N         | -     | 4    | 1        | 4
        staff       | N         | -     | 2    | 0        | 0
        """,
        """
        record_type | code            | school_id | grade | changes | allowed | base
        students    | school_vanished | N         | -     | 3       | 0       | 3
        enrollments | school_vanished | N         | -     | 1       | 0       | 4
        students    | grade_vanished  | -         | 05    | 3       | 0       | 3
        """,
        sync__subjects="""
        record_type | roster_id | operation | school_ids | grade
        students    | 1         | archive   | [N]        | 05
        students    | 2         | archive   | [M]        | 05
        """,
    ),
    case(
        "a grade of which nothing is left because its school vanishes has no hold of its own",
        """
        record_type | school_id | grade | base | archives | all_archives
        students    | -         | -     | 9    | 3        | 3
        students    | N         | -     | 3    | 3        | 3
        students    | M         | -     | 6    | 0        | 0
        students    | -         | 05    | 3    | 3        | 3
        """,
        """
        record_type | code            | school_id | grade
        students    | school_vanished | N         | -
        """,
        sync__subjects="""
        record_type | roster_id | operation | school_ids | grade
        students    | 1         | archive   | [N]        | 05
        """,
    ),
    case(
        "a school's only class may be replaced by another, its last two may not",
        """
        record_type | school_id | base | archives | all_archives
        classes     | -         | 9    | 3        | 3
        classes     | N         | 1    | 1        | 1
        classes     | M         | 2    | 2        | 2
        """,
        """
        record_type | code            | school_id | changes
        classes     | school_vanished | M         | 2
        """,
    ),
    case(
        "a record type with nothing active cannot vanish, and one that only follows another does not by itself",
        """
        record_type | base | archives | all_archives
        students    | 0    | 0        | 0
        enrollments | 5    | 0        | 5
        """,
        "record_type | code",
    ),
]

DAMAGED_FILES = [
    case(
        "where an optional file was cut off, nothing is archived of the types of its file",
        """
        record_type    | base | archives | all_archives
        students       | 50   | 1        | 1
        guardians      | 20   | 1        | 1
        guardian_links | 30   | 1        | 1
        """,
        """
        record_type    | code           | operation | changes | allowed | base
        guardians      | key_unreadable | archive   | 1       | 2       | 20
        guardian_links | key_unreadable | archive   | 1       | 3       | 30
        """,
        raw__findings="""
        file         | line | code
        contacts.csv | 9    | further_file_cut_off
        """,
        raw__unreadable="""
        file         | line
        contacts.csv | 9
        """,
    ),
    case(
        "where a row does not say whose it is, nothing is archived of the types of its file",
        """
        record_type | base | archives | all_archives
        students    | 50   | 1        | 1
        classes     | 20   | 1        | 1
        """,
        """
        record_type | code           | changes
        students    | key_unreadable | 1
        """,
        oneroster__user_rows="""
        line | reason
        7    | key_missing
        """,
    ),
    case(
        "a row that cannot be read is known by any id in it that we know",
        """
        record_type | base | archives | all_archives
        classes     | 20   | 1        | 1
        enrollments | 90   | 1        | 1
        """,
        """
        record_type | code           | changes
        enrollments | key_unreadable | 1
        """,
        raw__unreadable="""
        file            | line
        classes.csv     | 3
        enrollments.csv | 4
        enrollments.csv | 5
        """,
        oneroster__left_out="""
        file            | line | sourced_id | is_key
        classes.csv     | 3    | C1         | false
        enrollments.csv | 4    | S1         | false
        enrollments.csv | 5    | S2         | false
        """,
        sync__matched_classes="""
        sourced_id | roster_id | state
        C1         | 1         | active
        """,
        sync__matched_users="""
        record_type | sourced_id | roster_id | state
        students    | S1         | 2         | active
        students    | S2         | 3         | -
        """,
    ),
    case(
        "a class without an id, and an enrollment without class and person, hold the archives of their types",
        """
        record_type | base | archives | all_archives
        classes     | 20   | 1        | 1
        enrollments | 90   | 1        | 1
        """,
        """
        record_type | code
        classes     | key_unreadable
        enrollments | key_unreadable
        """,
        oneroster__class_rows="""
        line | verdict  | reason
        2    | rejected | key_missing
        """,
        oneroster__enrollment_rows="""
        line | class_sourced_id | user_sourced_id | verdict
        2    | -                | -               | rejected
        """,
    ),
    case(
        "an enrollment that names its class or its person holds nothing",
        """
        record_type | base | archives | all_archives
        enrollments | 90   | 1        | 1
        """,
        "record_type | code",
        oneroster__enrollment_rows="""
        line | class_sourced_id | user_sourced_id | verdict
        2    | C1               | -               | rejected
        3    | -                | S1              | rejected
        """,
    ),
]

STILL_NAMED = [
    case(
        "archives of what other rows still name are a hold, however few they are",
        """
        record_type | base | archives | all_archives
        students    | 50   | 3        | 3
        """,
        """
        record_type | code        | operation | changes | allowed | base
        students    | still_named | archive   | 1       | 5       | 50
        """,
        sync__subjects="""
        record_type | roster_id | operation | still_named | exempt
        students    | 1         | archive   | true        | false
        students    | 2         | archive   | true        | true
        students    | 3         | archive   | false       | false
        """,
    ),
]

SOURCE_ABSENT = [
    case(
        "links that would be made while a stronger source is absent are a hold; others are none",
        """
        record_type    | base
        guardian_links | 60
        """,
        """
        record_type    | code          | operation | changes | allowed | base
        guardian_links | source_absent | add       | 2       | 0       | 60
        guardian_links | source_absent | update    | 1       | 0       | 60
        """,
        sync__guardian_links="""
        roster_id | contact_roster_id | student_roster_id | operation | waits
        1         | 11                | 21                | add       | true
        2         | 12                | 22                | restore   | true
        3         | 13                | 23                | add       | false
        4         | 14                | 24                | update    | true
        """,
    ),
    case(
        "without any there is no such hold",
        """
        record_type    | base
        guardian_links | 60
        """,
        "record_type | code",
    ),
]

EARLIER_CONTENT = [
    Case(
        f"{code}: every change of every type is a hold",
        f"""
        record_type | code   | operation | changes | allowed | base
        students    | {code} | -         | 4       | 0       | 50
        """,
        {
            "day.sync.measured": """
                record_type | school_id | base | changes
                students    | -         | 50   | 4
                students    | N         | 50   | 2
                staff       | -         | 9    | 0
            """
        },
        {"content_is_older": code == "older_content", "content_is_undone": code == "undone_content"},
    )
    for code in ("older_content", "undone_content")
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    opened = Statements()
    yield opened
    opened.close()


@pytest.mark.parametrize("case", MEASURED, ids=str)
def test_what_the_gate_measures(statements: Statements, case: Case) -> None:
    assert statements.made("gate/measured", case, into="day.sync.measured", baseline=1) == expected(case)


@pytest.mark.parametrize(
    ("cause", "case"),
    [
        *(("limits", case) for case in LIMIT),
        *(("vanished", case) for case in VANISHED),
        *(("damaged_files", case) for case in DAMAGED_FILES),
        *(("still_named", case) for case in STILL_NAMED),
        *(("source_absent", case) for case in SOURCE_ABSENT),
        *(("earlier_content", case) for case in EARLIER_CONTENT),
    ],
    ids=str,
)
def test_holds(statements: Statements, cause: str, case: Case) -> None:
    names = ["gate/nameless_rows", "gate/damaged_files"] if cause == "damaged_files" else f"gate/{cause}"
    made = statements.made(names, case, into="day.sync.holds", by_way_of="day.sync.nameless_rows", settled=[])
    assert made == expected(case)
