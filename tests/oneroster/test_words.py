"""What single values mean: telephone numbers, grades, languages and dates."""

from __future__ import annotations

import random

import duckdb
import phonenumbers
import pytest

from pipeline.oneroster.words import e164, meaning, plain_phone
from pipeline.warehouse.statements import statement


def by_sql(numbers: list[str]) -> list[str | None]:
    """Read plain numbers as sql/oneroster/user_rows.sql does."""
    with duckdb.connect() as connection:
        connection.execute(statement("macros/plain_phone"))
        rows = connection.execute(
            """select plain_phone(bare, $pattern)
            from (select translate(trim(unnest($numbers), ' "'), '()-. ', '') as bare)""",
            {"numbers": numbers, "pattern": plain_phone("US")},
        ).fetchall()
    return [row[0] for row in rows]


def is_of_an_island(number: str | None) -> bool:
    region = phonenumbers.region_code_for_number(phonenumbers.parse(number)) if number else None
    return region in {*phonenumbers.COUNTRY_CODE_TO_REGION_CODE[1]} - {"US", "CA", "PR", "VI", "GU", "AS", "MP"}


def test_what_sql_takes_for_a_plain_number_the_library_takes_for_the_same() -> None:
    choose = random.Random(1)
    numbers = []
    for _ in range(20_000):
        digits = f"{choose.randint(0, 9_999_999_999):010}"
        form = choose.choice(
            ["{0}{1}{2}", "({0}) {1}-{2}", "{0}-{1}-{2}", "{0}.{1}.{2}", "1{0}{1}{2}", "+1 {0} {1} {2}"]
        )
        numbers.append(form.format(digits[:3], digits[3:6], digits[6:]))
    read = by_sql(numbers)
    assert sum(number is not None for number in read) > 2_000
    for sent, number in zip(numbers, read, strict=True):
        meant = e164(sent, "US")
        # Numbers of islands such as Jamaica are left to the library.
        assert number == meant or (number is None and is_of_an_island(meant)), sent


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("(202) 555-0143", "+12025550143"),
        ("202.555.0143", "+12025550143"),
        ("+1 202 555 0143", "+12025550143"),
        ("12025550143", "+12025550143"),
        ("202-555-0143 x12", "+12025550143"),
        ("(876) 555-0143", "+18765550143"),
        ("+44 20 7946 0958", "+442079460958"),
        ("555-555-5555", None),
        ("000-000-0000", None),
        ("888-888-8888", None),
        ("123-456-7890", None),
        ("555-0143", None),
        ("mom cell", None),
        ("1.23E+09", None),
    ],
)
def test_a_number_becomes_e164_or_is_refused(sent: str, number: str | None) -> None:
    assert (by_sql([sent])[0] or e164(sent, "US")) == number


def test_in_another_country_ten_digits_are_no_north_american_number() -> None:
    assert e164("020 7946 0958", "GB") == "+442079460958"
    assert not duckdb.execute("select regexp_full_match('2025550143', $1)", [plain_phone("GB")]).fetchall()[0][0]


@pytest.mark.parametrize(
    ("kind", "sent", "means", "state"),
    [
        ("grades", "9", "09", "mapped"),
        ("grades", "K", "KG", "mapped"),
        ("grades", "Kindergarten", "KG", "mapped"),
        ("grades", "0", "KG", "mapped"),
        ("grades", "PreK", "PK", "mapped"),
        ("grades", "Grade 3", "03", "mapped"),
        ("grades", "1st", "01", "mapped"),
        ("grades", "9, 10", "09,10", "mapped"),
        ("grades", "09", "09", "same"),
        ("grades", "Sophomore", "Sophomore", "unknown"),
        ("grades", "99", "99", "unknown"),
        ("grades", "--", None, "refused"),
        ("language", "es", "es", "same"),
        ("language", "ES", "es", "mapped"),
        ("language", "spa", "es", "mapped"),
        ("language", "Spanish", "es", "mapped"),
        ("language", "tl", "tl", "same"),
        ("language", "zh-hant", "zh-Hant", "mapped"),
        ("language", "Spanisch", "Spanisch", "unknown"),
        ("language", "pt_BR", "pt-BR", "mapped"),
        ("language", "Klingonish", "Klingonish", "unknown"),
        ("language", "Not Set", None, "refused"),
        ("date", "9/1/2026", "2026-09-01", "mapped"),
        ("date", "09/01/26", "2026-09-01", "mapped"),
        ("date", "2026-09-01 00:00:00", "2026-09-01", "mapped"),
        ("date", "0/0/00", None, "refused"),
        ("date", "31/12/2026", None, "refused"),
    ],
)
def test_a_value_means_what_its_author_meant(kind: str, sent: str, means: str | None, state: str) -> None:
    assert meaning(kind, sent, country="US") == (means, state)
