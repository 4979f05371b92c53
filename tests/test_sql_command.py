"""`rollcall sql`: answers as a table and as JSON, mistakes told without data, no way to change anything."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from pipeline.warehouse.query import is_unfinished
from tests.support.nights import FIRST_NIGHT, Nights, Terminal
from tests.test_cli import digests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STUDENTS = "from book.roster.users select count(*) as students where record_type = 'students' and until_sync is null"

PLANTED = "Quillon-Zz"


@pytest.fixture
def unchanged(nights: Nights) -> Iterator[Nights]:
    """Give a district whose folder must be the same byte for byte after the test."""
    before = digests(nights.folder.root, without=".spill")
    yield nights
    assert digests(nights.folder.root, without=".spill") == before


def test_a_question_is_answered_as_a_table_and_as_json(rollcall: Terminal, unchanged: Nights) -> None:
    ran = rollcall("sql", unchanged.district, STUDENTS)
    assert (ran.code, ran.out.split()) == (0, ["students", "60"])
    assert ran.err.strip() == "1 row."
    assert rollcall.json("sql", unchanged.district, STUDENTS) == [{"students": 60}]


def test_day_and_book_can_be_joined(rollcall: Terminal, unchanged: Nights) -> None:
    both = "select count(*) as n from day.oneroster.users inner join book.roster.ids using (sourced_id)"
    (found,) = rollcall.json("sql", unchanged.district, both)
    assert found["n"] >= 60


def test_the_question_may_come_from_standard_input(
    rollcall: Terminal, unchanged: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"-- how many?\n{STUDENTS};\n"))
    assert rollcall.json("sql", unchanged.district) == [{"students": 60}]


def test_a_table_says_how_many_rows_it_leaves_out_and_json_has_them_all(rollcall: Terminal, unchanged: Nights) -> None:
    ran = rollcall("sql", unchanged.district, "select * from range(5000)")
    assert len(ran.out.splitlines()) == 101
    assert ran.err.strip() == "5,000 rows, 4,900 of them not shown: --most 5000 shows all."
    assert (
        len(rollcall("sql", unchanged.district, "select * from range(5000)", "--most", "5000").out.splitlines()) == 5001
    )
    assert len(rollcall.json("sql", unchanged.district, "select * from range(5000)")) == 5000
    assert rollcall("sql", unchanged.district, "select 1 where false").err.strip() == "0 rows."


@pytest.mark.parametrize(
    "question",
    [
        "pivot (from (values ('a', 1), ('a', 2), ('b', 3)) t(k, n)) on k using sum(n)",
        "with t as (from (values ('a', 1), ('a', 2), ('b', 3)) t(k, n)) pivot t on k using sum(n)",
        "/* a column for each */ from (pivot (from (values ('a', 3), ('b', 3)) t(k, n)) on k using sum(n))",
    ],
)
def test_a_pivot_is_a_question(rollcall: Terminal, unchanged: Nights, question: str) -> None:
    assert rollcall.json("sql", unchanged.district, question) == [{"a": 3, "b": 3}]


def test_a_question_takes_no_more_time_and_memory_than_it_may(
    rollcall: Terminal, unchanged: Nights, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "select count(*) from range(1000000) a, range(1000000) b where a.range + b.range = 7"
    told = rollcall.refused("sql", unchanged.district, endless, "--seconds", "1")
    assert "takes longer than it may" in told
    monkeypatch.setattr("pipeline.warehouse.sessions.MEMORY_LIMIT", "60MB")
    told = rollcall.refused("sql", unchanged.district, "select list(range) from range(50000000)")
    assert "needs more than a question may take" in told


def test_values_of_every_type_are_json(rollcall: Terminal, unchanged: Nights) -> None:
    text = """select null as a, 1.5::decimal(4, 2) as b, 'inf'::double as c, date '2026-09-08' as d, 'x'::blob as e,
        [date '2026-09-08'] as f, {'g': timestamp '2026-09-08 02:00'} as g, interval 1 day as h, 1 as a,
        timestamptz '2026-09-08 02:00+00' as i"""
    assert rollcall.json("sql", unchanged.district, text) == [
        {
            "a": None,
            "b": "1.50",
            "c": "inf",
            "d": "2026-09-08",
            "e": "78",
            "f": ["2026-09-08"],
            "g": {"g": "2026-09-08T02:00:00"},
            "h": "1 day, 0:00:00",
            "a_2": 1,
            "i": "2026-09-08T02:00:00+00:00",
        }
    ]


def test_what_a_terminal_would_obey_is_not_printed(rollcall: Terminal, unchanged: Nights) -> None:
    ran = rollcall("sql", unchanged.district, "select chr(27) || '[2J [bold]x' as a, '' as b, null as c")
    assert "\x1b" not in ran.out
    assert "[bold]x" in ran.out
    assert "null" in ran.out


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("selec 1", 'Parser Error: syntax error at or near "selec" LINE 1: selec 1'),
        ("select given from book.roster.users", 'Referenced column "given" not found'),
        ("select given from book.roster.users", "given_name"),
        ("from book.roster.pupils", "Table with name pupils does not exist"),
        ("select given_name::int from book.roster.users", 'Conversion error in line 1, at "::int from'),
        ("select error(given_name) from book.roster.users", "Invalid Input error"),
        ("", "There is no SQL statement to run."),
        ("select 1; select 2", "There are 2 statements. Ask one at a time."),
    ],
)
def test_a_mistake_is_told_with_its_place_and_without_data(
    rollcall: Terminal, unchanged: Nights, question: str, words: str
) -> None:
    (anybody,) = rollcall.json("sql", unchanged.district, "select any_value(given_name) as name from book.roster.users")
    told = rollcall.refused("sql", unchanged.district, question)
    assert words in told
    assert anybody["name"] not in told


def test_a_value_that_looks_like_the_place_of_a_mistake_is_not_told(rollcall: Terminal, unchanged: Nights) -> None:
    hidden = f"""select error(chr(10) || chr(10) || 'LINE 1: ' || reverse('{PLANTED[::-1]}') || chr(10) || '   ^')"""
    assert PLANTED not in rollcall.refused("sql", unchanged.district, hidden)


@pytest.mark.parametrize(
    "statement",
    [
        "update book.roster.users set given_name = 'x'",
        "delete from book.roster.users",
        "insert into day.meta.version values (9)",
        "create table book.roster.more (i int)",
        "create temp table more as select 1",
        "drop table book.roster.users",
        "attach 'other.duckdb'",
        "detach book",
        "copy book.roster.users to 'roster.csv'",
        "copy (select 1) to 'roster.csv'",
        "explain analyze copy (select 1) to 'roster.csv'",
        "explain analyze /* a */ delete from book.roster.users",
        "/* a */ explain analyze copy (select 1) to 'roster.csv'",
        "export database 'all'",
        "install httpfs",
        "load httpfs",
        "set memory_limit = '1TB'",
        "reset lock_configuration",
        "pragma enable_profiling",
        "call pragma_version()",
        "checkpoint book",
        "vacuum",
        "begin",
        "select 1; drop table book.roster.users",
    ],
)
def test_whatever_does_not_only_read_is_refused(rollcall: Terminal, unchanged: Nights, statement: str) -> None:
    assert "changes something" in rollcall.refused("sql", unchanged.district, statement)


def test_explain_is_a_question(rollcall: Terminal, unchanged: Nights) -> None:
    for beginning in ("explain", "/* why */ explain analyze", "explain (format json)"):
        assert rollcall("sql", unchanged.district, f"{beginning} {STUDENTS}").code == 0, beginning


def test_no_file_can_be_read_not_even_one_of_the_district(rollcall: Terminal, unchanged: Nights) -> None:
    for path in ("/etc/passwd", unchanged.folder.ledger, unchanged.folder.landing / "*" / "*" / "users.csv"):
        told = rollcall.refused("sql", unchanged.district, f"from read_text('{path}')")
        assert "Only the district's databases can be read here, not files." in told
        assert "root:" not in told


def test_another_day_can_be_asked_for(rollcall: Terminal, nights: Nights) -> None:
    second = nights.night(1)
    nights.deliver()
    nights.sync(second)
    version = "select distinct day from (select sync_date as day from day.meta.repeats)"
    # the same files, so that the newest day's tables are those of the first
    ran = rollcall("sql", nights.district, version)
    assert f"{second} had the same files and settings as {FIRST_NIGHT}" in ran.err
    assert rollcall.json("sql", nights.district, version, "--date", FIRST_NIGHT.isoformat()) == []
    told = rollcall.refused("sql", nights.district, STUDENTS, "--date", "2026-09-20")
    assert f"There are {FIRST_NIGHT} to {second}." in told


def test_without_a_day_the_roster_alone_is_there(rollcall: Terminal, nights: Nights) -> None:
    for path in (nights.folder.root / "days").iterdir():
        path.unlink()
    assert rollcall.json("sql", nights.district, STUDENTS) == [{"students": 60}]
    assert "day" in rollcall.refused("sql", nights.district, "from day.oneroster.users")
    nights.folder.roster.unlink()
    assert "has no databases yet" in rollcall.refused("sql", nights.district, STUDENTS)


def test_a_text_with_a_semicolon_goes_on_on_the_next_line() -> None:
    assert is_unfinished("select 'a;")
    assert is_unfinished('select "a;')
    assert not is_unfinished("select 'a';")
    assert not is_unfinished("selec;")


def test_the_prompt_answers_tells_mistakes_and_remembers_nothing(nights: Nights, tmp_path: Path) -> None:
    typed = (
        f".tables\n.schema roster.ids\n.schema nothing\n.help\nselec;\n"
        f"select 'one;\ntwo' as {PLANTED.replace('-', '_')},\n  2 + 2 as four;\ndrop table x;\n.quit\n"
    )
    terminal, other = pty.openpty()
    home = tmp_path / "of-the-account"
    home.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", "from pipeline.cli.main import main; main()", "sql", nights.district],
        stdin=other,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={
            **os.environ,
            "HOME": str(home),
            "ROLLCALL_HOME": str(nights.home.root),
            "ROLLCALL_DISTRICTS": str(nights.registry.folder),
        },
    ) as shell:
        os.write(terminal, typed.encode())
        out, err = shell.communicate(timeout=60)
    os.close(terminal)
    os.close(other)
    assert shell.returncode == 0
    assert "book.roster.users" in out
    assert "create table if not exists book.roster.ids" in out
    assert "There is no table nothing" in err
    assert 'syntax error at or near "selec"' in err
    assert "four" in out
    assert "changes something" in err
    assert "Traceback" not in out + err
    assert list(home.rglob("*")) == []


def test_json_of_the_prompt_and_of_an_empty_answer_is_json(rollcall: Terminal, unchanged: Nights) -> None:
    ran = rollcall("sql", unchanged.district, "select 1 as a where false", "--format", "json")
    assert json.loads(ran.out) == []
