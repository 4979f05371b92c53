"""What the functions that several statements call make of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.oneroster.words import PLACEHOLDERS, plain_phone
from pipeline.warehouse.sessions import Database, session
from tests.support.district import empty_day


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    root = Path(tmp_path_factory.mktemp("macros")).resolve()
    empty_day(root / "day.duckdb", root)
    with session(root, day=root / "day.duckdb", write="day") as opened:
        yield opened


def said(db: Database, call: str, *values: object) -> object:
    row = db._connection.execute(f"select {call}", values).fetchone()
    assert row is not None
    return row[0]


@pytest.mark.parametrize(
    ("cell", "meant"),
    [(" TRUE ", True), ("Y", True), ("1", True), ("on", True), ("No", False), ("0", False), ("f", False)]
    + [(other, None) for other in ("", "maybe", "2", "yes, but", None)],
)
def test_a_cell_says_yes_or_no_or_neither(db: Database, cell: str | None, meant: bool | None) -> None:
    assert said(db, "yes_no(?::varchar)", cell) is meant


@pytest.mark.parametrize(
    ("cell", "meant"), [(" Ann ", "Ann"), ("--", None), (" not set ", None), ("", None), (None, None), ("N/Aa", "N/Aa")]
)
def test_a_placeholder_is_no_value(db: Database, cell: str | None, meant: str | None) -> None:
    assert said(db, "told(?::varchar, ?::varchar[])", cell, list(PLACEHOLDERS)) == meant


def test_a_name_that_did_not_arrive_as_it_is_is_seen(db: Database) -> None:
    damaged = ['"Ana', 'Ana"', '"Ana,Lopez', 'Robert "Bob', "Jos\\u00e9", "Ana\nLopez", "Ana\u2028Lopez", "Jos\ufffd"]
    whole = ['Robert "Bob"', "O'Neil", "Ana", "", "Smith, Jr.", '""', "Anne-Marie", "D’Angelo"]
    assert [name for name in damaged + whole if said(db, "name_is_damaged(?::varchar)", name)] == damaged


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [(" kim@example.org ", True), ("kim.o'neil@mail.example.org", True)]
    + [(other, False) for other in ("kim", "kim@example", "kim@@example.org", "a@e.org, b@e.org", "k@e.o.")],
)
def test_an_email_address_has_its_form(db: Database, cell: str, is_one: bool) -> None:
    assert said(db, "is_email(?::varchar)", cell) is is_one


@pytest.mark.parametrize(
    ("since", "until", "number", "is_current"),
    [(1, None, 1, True), (1, 3, 2, True), (1, 3, 3, False), (3, None, 2, False), (3, 4, 3, True), (1, None, 0, False)],
)
def test_a_version_is_current_from_the_sync_that_made_it_to_the_one_before_that_ended_it(
    db: Database, since: int, until: int | None, number: int, is_current: bool
) -> None:
    assert said(db, "in_force(?::integer, ?::integer, ?)", since, until, number) is is_current


@pytest.mark.parametrize(
    ("before", "after", "is_next"),
    [
        *(("KG", "01", True), ("01", "02", True), ("09", "10", True), ("11", "12", True), ("TK", "KG", True)),
        *(("PK", "KG", True), ("PK", "TK", True), ("IT", "PK", True), ("IT", "PR", True)),
        *(("01", "01", False), ("02", "01", False), ("01", "03", False), ("KG", "02", False), ("PK", "01", False)),
        *(("KG", "PK", False), ("TK", "TK", False), ("TK", "PK", False)),
        *(("12", "13", None), ("UG", "01", None), ("KG,01", "01", None), (None, "01", None), ("01", None, None)),
    ],
)
def test_a_grade_is_one_step_up_from_another(
    db: Database, before: str | None, after: str | None, is_next: bool | None
) -> None:
    said_so = said(db, "is_next_grade(?::varchar, ?::varchar)", before, after)
    assert bool(said_so) is bool(is_next)


@pytest.mark.parametrize(
    ("digits", "number"),
    [("2125550100", "+12125550100"), ("12125550100", "+12125550100"), ("5555555555", None), ("212555010", None)],
)
def test_a_plain_number_is_written_in_full(db: Database, digits: str, number: str | None) -> None:
    assert said(db, "plain_phone(?::varchar, ?)", digits, plain_phone("US")) == number


@pytest.mark.parametrize(
    ("percent", "at_least", "base", "allowed"),
    [
        (10, 0, 501, 50),
        (10, 0, 509, 50),
        (10, 0, 510, 51),
        (10, 20, 0, 20),
        (10, 20, 60, 20),
        (10, 20, 209, 20),
        (10, 20, 210, 21),
        (10, 20, 1000, 100),
        (0, 0, 501, 0),
        (100, 0, 501, 501),
    ],
)
def test_what_the_gate_allows_is_rounded_down_and_never_below_the_minimum(
    db: Database, percent: float, at_least: int, base: int, allowed: int
) -> None:
    assert said(db, "allowed(?::bigint, ?::double, ?::bigint)", base, percent, at_least) == allowed


@pytest.mark.parametrize(
    ("percent", "base", "allowed"), [(2.3, 3000, 69), (0.29 * 100, 100, 29), (7, 100, 7), (29, 100, 29), (0.1, 1000, 1)]
)
def test_a_percentage_that_binary_fractions_miss_allows_the_whole_number(
    db: Database, percent: float, base: int, allowed: int
) -> None:
    assert said(db, "allowed(?::bigint, ?::double, 0)", base, percent) == allowed


@pytest.mark.parametrize(
    ("name", "garbled"),
    [
        *(("JosÃ©", True), ("MartÃ\u00adnez", True), ("MartÃnez", True), ("Ãngel", True), ("NuÃ±ez", True)),
        *(("Jos√©", True), ("Jos├⌐", True), ("M\ufffdller", True), ("Jos?", True), ("?lvarez", True), ("Mu?oz", True)),
        *(("O&#39;Brien", True), ("O&#x27;Brien", True), ("Nu&ntilde;ez", True), ("Oâ€™Neil", True), ("Å‚ukasz", True)),
        *((r"Jos\u00e9", True), ("Jos=C3=A9", True), ("Jos%C3%A9", True)),
        *(("José", False), ("JOÃO", False), ("MAGALHÃES", False), ("Åsa", False), ("ANDRÉ’S", False), ("?", False)),
        *(("Smith & Sons; Ltd", False), ("O’Neil", False), ("Łukasz", False), ("", False)),
    ],
)
def test_lost_letters_of_a_name_are_seen(db: Database, name: str, garbled: bool) -> None:
    assert said(db, "is_garbled(?::varchar)", name) is garbled


@pytest.mark.parametrize(
    ("cell", "is_one"),
    [
        *(("2.17555E+09", True), ("9.01E+05", True), (" 1E+10", True), ("1,2E+09", True), ("1.2E-05", True)),
        *(("#N/A", True), ("#NAME?", True), ("#REF!", True)),
        *(("E12", False), ("12E4", False), ("1E+5 Room", False), ("#12", False), ("N/A", False), ("", False)),
    ],
)
def test_what_a_spreadsheet_puts_in_the_place_of_a_value_is_seen(db: Database, cell: str, is_one: bool) -> None:
    assert said(db, "is_spreadsheet_value(?::varchar)", cell) is is_one
