"""What the functions that several statements call make of a cell."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from pipeline.day.start import begin_day
from pipeline.oneroster.words import PLACEHOLDERS, plain_phone
from pipeline.warehouse.sessions import Database, session


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    root = Path(tmp_path_factory.mktemp("macros")).resolve()
    begin_day(root / "day.duckdb", root, sync_date=date(2026, 9, 1), schools=(), delivery=None)
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
    ("digits", "number"),
    [("2125550100", "+12125550100"), ("12125550100", "+12125550100"), ("5555555555", None), ("212555010", None)],
)
def test_a_plain_number_is_written_in_full(db: Database, digits: str, number: str | None) -> None:
    assert said(db, "plain_phone(?::varchar, ?)", digits, plain_phone("US")) == number
