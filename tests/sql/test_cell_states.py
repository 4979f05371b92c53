"""Cells that neither clear nor replace anything: one table tells the plan of them, for every column that is read."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.oneroster.files import CONTACTS, GUARDIANS, ROSTER_FILES
from pipeline.oneroster.normalize import READ_CELLS
from pipeline.oneroster.words import PLACEHOLDERS
from tests.support.statements import Case, Statements, expected

VALUES = {
    "files": [file.name for file, _ in READ_CELLS],
    "headers": [column.header for _, column in READ_CELLS],
    "fields": [column.field for _, column in READ_CELLS],
    "placeholders": list(PLACEHOLDERS),
    "mobile": "sms",
    "flags": ["legal_guardian", "no_contact"],
    "has_oddities": False,
    "has_damaged_names": False,
}
IN_ROWS = "line is not null"
WORDS = """
    kind    | sent    | state
    email   | no mail | refused
    phone   | 12      | refused
    date    | soon    | refused
    schools | N or M  | refused
    agents  | P1 or   | refused
"""


def case(name: str, expected: str, words: str = WORDS, *, given: dict[str, str], **values: object) -> Case:
    tables = {f"day.raw.{table}": rows for table, rows in given.items()}
    return Case(name, expected, {"day.oneroster.words": words, **tables}, values)


CASES = [
    case(
        "a value that is not of its kind cannot be read; one that is blank says that there is none",
        """
        file            | line | field            | state      | sent
        users.csv       | 2    | email            | unreadable | -
        users.csv       | 2    | sms              | unreadable | -
        users.csv       | 2    | phone            | unreadable | -
        users.csv       | 2    | org_sourced_ids  | unreadable | -
        users.csv       | 2    | agent_sourced_ids | unreadable | -
        users.csv       | 2    | enabled_user     | unreadable | maybe
        users.csv       | 2    | legal_guardian   | unreadable | x
        enrollments.csv | 2    | begin_date       | unreadable | -
        enrollments.csv | 2    | end_date         | unreadable | -
        enrollments.csv | 2    | is_primary       | unreadable | main
        classes.csv     | 2    | title            | unreadable | -
        """,
        given={
            "users": """
                line | email   | sms | phone | org_sourced_ids | agent_sourced_ids | enabled_user | legal_guardian
                2    | no mail | 12  | 12    | N or M          | P1 or             | maybe        | x
                3    |         |     |       |                 |                   | n/a          | --
            """,
            "enrollments": """
                line | begin_date | end_date | is_primary
                2    | soon       | soon     | main
                3    |            |          | yes
            """,
            "classes": """
                line | title
                2    |
                3    | Art
            """,
        },
    ),
    case(
        "of further files the flags count that a rule of the district asks for",
        """
        file          | line | field          | state      | sent
        contacts.csv  | 2    | email          | unreadable | -
        contacts.csv  | 2    | legal_guardian | unreadable | x
        contacts.csv  | 2    | no_contact     | unreadable | perhaps
        contacts.csv  | 2    | custody        | unreadable | shared
        contacts.csv  | 2    | priority       | unreadable | first
        guardians.csv | 2    | phone          | unreadable | -
        guardians.csv | 2    | no_contact     | unreadable | y/n
        """,
        given={
            "contacts": """
                line | email   | legal_guardian | no_contact | custody | priority | lives_with
                2    | no mail | x              | perhaps    | shared  | first    | sometimes
                3    |         | yes            | no         | true    | 2        | -
            """,
            "guardians": """
                line | phone | no_contact
                2    | 12    | y/n
            """,
        },
        flags=["legal_guardian", "no_contact", "custody", "priority"],
    ),
    case(
        "where the mobile stands in the other column, so does what cannot be read",
        """
        file      | line | field | state
        users.csv | 2    | phone | unreadable
        """,
        given={"users": "line | sms\n2 | 12"},
        mobile="phone",
    ),
    case(
        "a row may have no cell of some columns",
        """
        file            | line | field        | state
        users.csv       | 2    | role         | column_absent
        users.csv       | 2    | email        | column_absent
        classes.csv     | 2    | class_type   | column_absent
        enrollments.csv | 2    | is_primary   | column_absent
        enrollments.csv | 2    | begin_date   | column_absent
        contacts.csv    | 2    | language     | column_absent
        """,
        given={
            "users": "line | synthetic\n2 | role,email\n3 |",
            "classes": "line | title | synthetic\n2 | Art | classType",
            "enrollments": "line | synthetic\n2 | primary,beginDate",
            "contacts": "line | synthetic\n2 | language",
        },
    ),
    case(
        "what a spreadsheet wrote is no value, and a name that lost letters is told apart from one that cannot be read",
        """
        file         | line | field       | state
        users.csv    | 2    | identifier  | unreadable
        users.csv    | 2    | family_name | unreadable
        users.csv    | 3    | given_name  | damaged
        contacts.csv | 2    | given_name  | damaged
        """,
        given={
            "users": """
                line | identifier  | given_name | family_name
                2    | 2.17555E+09 | Ann        | #N/A
                3    | 4           | JosÃ©      | Reed
            """,
            "contacts": "line | given_name\n2 | Jos\ufffd",
        },
        has_oddities=True,
        has_damaged_names=True,
    ),
]


@pytest.fixture(scope="module")
def statements() -> Iterator[Statements]:
    made = Statements()
    yield made
    made.close()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_cells_that_say_nothing(statements: Statements, case: Case) -> None:
    made = statements.made("oneroster/cell_states", case, into="day.oneroster.cell_states", where=IN_ROWS, **VALUES)
    assert made == expected(case)


def test_every_column_that_is_read_and_not_sent_is_absent(statements: Statements) -> None:
    columns = """
        file      | position | header    | field      | state
        users.csv | 1        | sourcedId | sourced_id | used
        users.csv | 2        | password  | password   | dropped
    """
    found = statements.made(
        "oneroster/cell_states",
        Case("the header of users.csv", "file | field", {"day.raw.columns": columns}),
        into="day.oneroster.cell_states",
        **VALUES,
    )
    assert ("users.csv", "sourced_id") not in found
    read = {
        (file.name, column.field)
        for file in (*ROSTER_FILES, CONTACTS, GUARDIANS)
        for column in file.columns
        if not column.mark
    }
    assert read - set(found) == {("users.csv", "sourced_id")}
    assert ("contacts.csv", "grades") in found, "what contacts.csv has no column for is as known"
