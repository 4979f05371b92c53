"""Sessions: what they may touch, and errors that never quote data."""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from pipeline.warehouse.schema import BOOK_VERSION, DAY_VERSION, ensure_book, replacing
from pipeline.warehouse.sessions import Database, WarehouseError, session
from pipeline.warehouse.statements import schema_tables
from tests.support.district import District, Rows, empty_day

CANARY = "ZZPII-Canary"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "district"
    root.mkdir()
    return root


@pytest.fixture
def day(root: Path) -> Path:
    path = root / "days" / "2026-09-01.duckdb"
    empty_day(path, root)
    return path


@pytest.fixture
def db(root: Path, day: Path) -> Iterator[Database]:
    with session(root, day=day, write="day") as db:
        yield db


def shown(failure: BaseException) -> str:
    return "".join(traceback.format_exception(failure)) + repr(failure.args)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (f"select cast('{CANARY}' as integer)", {}),
        ("select cast($value as date)", {"value": CANARY}),
        ("select strptime($value, '%Y')", {"value": CANARY}),
        ("insert into day.meta.version values ($value)", {"value": CANARY}),
        (
            "select cast(code as integer) from day.meta.codes where code = 'not_csv' or error($value) is null",
            {"value": CANARY},
        ),
        ("select error($value)", {"value": CANARY}),
        (f"select '{CANARY}'::json->'x'::int", {}),
    ],
)
def test_an_error_over_data_never_quotes_it(db: Database, text: str, values: dict[str, str]) -> None:
    with pytest.raises(WarehouseError) as caught:
        db._execute("oneroster/users", text, values)
    failure = caught.value
    assert "sql/oneroster/users.sql" in failure.message
    assert failure.__cause__ is None
    assert failure.__context__ is None
    assert CANARY not in str(failure)
    assert CANARY not in shown(failure).replace(text, "")


def test_an_error_of_many_rows_never_quotes_them(db: Database) -> None:
    with pytest.raises(WarehouseError) as caught:
        db.insert("day.meta.version", ["version"], [(CANARY,)])
    assert CANARY not in str(caught.value)
    with pytest.raises(WarehouseError) as caught:
        db.insert_columns("day.meta.version", {"version": [CANARY]})
    assert CANARY not in str(caught.value)


def test_an_error_of_a_file_never_quotes_it(db: Database, root: Path) -> None:
    (root / "users.csv").write_text(f"a,b\n{CANARY},1,2,3\n")
    with pytest.raises(WarehouseError) as caught:
        db._execute(
            "raw/users",
            "select * from read_csv($path, columns={'a': 'int', 'b': 'int'})",
            {"path": str(root / "users.csv")},
        )
    assert CANARY not in str(caught.value)


OUTSIDE = [
    "select * from read_csv('{outside}/secret.csv')",
    "select * from read_text('{outside}/secret.csv')",
    "select * from read_blob('{root}/../secret.csv')",
    "select * from glob('{outside}/*')",
    "select * from '{outside}/secret.csv'",
    "select * from read_text('{root}/link/secret.csv')",
    "copy (select 1) to '{outside}/written.csv'",
    "copy (select 1) to '{root}/../written.csv'",
    "export database '{outside}/written'",
    "attach '{outside}/written.duckdb'",
    "attach '{outside}/other.duckdb' as other (read_only)",
    "install httpfs",
    "load httpfs",
    "select * from read_csv('https://127.0.0.1:9/x.csv')",
    "set enable_external_access = true",
    "set allowed_directories = ['/']",
    "set lock_configuration = false",
    "set memory_limit = '1TB'",
    "create persistent secret s (type s3, key_id 'a', secret 'b')",
    "select * from outside",
    # One entry here is a spelling of one above that another part of DuckDB reads.
    "select * from read_csv('{root}/../secret.csv')",
    "select * from read_csv_auto('{outside}/secret.csv')",
    "select * from read_csv(['{root}/x.csv', '{outside}/secret.csv'])",
    "select * from read_csv('file://{outside}/secret.csv')",
    "select * from read_parquet('{outside}/secret.csv')",
    "select * from read_json('{outside}/secret.csv')",
    "select * from sniff_csv('{outside}/secret.csv')",
    "select * from parquet_metadata('{outside}/secret.csv')",
    "select * from '{outside}/*.csv'",
    "select * from glob('{root}/../*')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/proc/self/environ')",
    "create table day.raw.stolen as select * from read_text('{outside}/secret.csv')",
    "copy day.raw.users from '{outside}/secret.csv'",
    "copy (select 1) to '{outside}/written.parquet' (format parquet)",
    "copy (select 1) to '/dev/stdout'",
    "copy (select 1 as a) to '{outside}/parts' (format csv, partition_by (a))",
    "import database '{outside}'",
    "attach 'https://127.0.0.1:9/x.duckdb' as other",
    "attach '{root}/../other.duckdb' as other",
    "attach '{root}/link/other.duckdb' as other",
    "install spatial from community",
    "install '{outside}/x.duckdb_extension'",
    "load '{outside}/x.duckdb_extension'",
    "force install httpfs",
    "update extensions",
    "set allowed_paths = ['/etc/passwd']",
    "set temp_directory = '{outside}'",
    "set extension_directory = '{outside}'",
    "set home_directory = '{outside}'",
    "set secret_directory = '{outside}'",
    "set allow_unsigned_extensions = true",
    "set allow_community_extensions = true",
    "set autoload_known_extensions = true",
    "set threads = 64",
    "set log_query_path = '{outside}/log'",
    "pragma enable_external_access",
    "pragma profiling_output = '{outside}/profile'",
    "pragma enable_profiling",
    "reset enable_external_access",
    "create secret s (type s3, key_id 'a', secret 'b')",
]


@pytest.mark.parametrize("text", OUTSIDE)
def test_a_session_reaches_nothing_outside_its_root(root: Path, db: Database, text: str) -> None:
    outside = root.parent
    (outside / "secret.csv").write_text("a\nsecret\n")
    (root / "link").symlink_to(outside)
    with duckdb.connect(outside / "other.duckdb") as other:
        other.execute("create table t (n integer)")
    before = sorted(path.name for path in outside.iterdir())
    with pytest.raises(WarehouseError):
        db._execute("test", text.format(outside=outside, root=root), {})
    assert sorted(path.name for path in outside.iterdir()) == before


def test_a_session_reads_files_below_its_root(root: Path, db: Database) -> None:
    (root / "it's a file.csv").write_text("a\n1\n")
    db._execute("test", "select * from read_csv($path)", {"path": str(root / "it's a file.csv")})


def test_what_a_session_opened_for_reading_it_cannot_write(root: Path, day: Path) -> None:
    with session(root, day=day) as db, pytest.raises(WarehouseError):
        db.insert("day.meta.version", ["version"], [(9,)])


def test_a_root_with_a_quote_in_its_name_is_no_way_out(tmp_path: Path) -> None:
    root = tmp_path.resolve() / "o'neil'] district"
    root.mkdir()
    empty_day(root / "day.duckdb", root)
    ensure_book(root / "roster.duckdb", root)
    with session(root, day=root / "day.duckdb", book=root / "roster.duckdb") as db:
        assert db.count("book.sync.syncs") == 0
        with pytest.raises(WarehouseError):
            db._execute("test", "select * from glob($path)", {"path": f"{tmp_path}/*"})


def test_a_transaction_that_fails_leaves_nothing(db: Database) -> None:
    before = db.count("day.meta.codes")
    with pytest.raises(RuntimeError), db.transaction():  # noqa: PT012 - what the block did before it failed
        db.insert("day.meta.codes", ["code", "severity", "refuses"], [("x", "error", False)])
        raise RuntimeError
    assert db.count("day.meta.codes") == before


def test_a_damaged_database_is_named_in_words(root: Path) -> None:
    (root / "roster.duckdb").write_bytes(b"no database at all" * 1000)
    with pytest.raises(WarehouseError, match=r"roster\.duckdb cannot be opened") as caught:
        ensure_book(root / "roster.duckdb", root)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert (root / "roster.duckdb").read_bytes().startswith(b"no database")


def test_a_misspelt_parameter_is_refused_and_the_true_ones_are_named(db: Database) -> None:
    with pytest.raises(TypeError, match=r"sql/check/row_count\.sql has no parameter \$fil; it has \$file\."):
        db.run("check/row_count", fil="users.csv")
    with pytest.raises(TypeError, match=r"has no parameter \$file; it has none\."):
        db.rows("meta/repeats", file="users.csv")


def test_a_parameter_without_a_value_is_named(db: Database) -> None:
    with pytest.raises(TypeError, match=r"sql/report/findings\.sql needs a value for \$file, \$most\."):
        db.rows("report/findings")


def test_statements_of_a_list_share_their_values_and_take_their_own(db: Database) -> None:
    db.insert(
        "day.guardians.blocked", ["contact_id", "student_id", "kind", "reason"], [("P", "S", "blocked", "barred")]
    )
    names = ("guardians/evidence", "guardians/most_per_student", "report/findings")
    db.run_each(names, {"most": 1}, own={"report/findings": {"file": None}}, without={"guardians/most_per_student"})


def test_a_value_that_no_statement_of_a_list_takes_is_refused_before_any_runs(db: Database) -> None:
    names = ("meta/every_school", "guardians/most_per_student")
    db.insert_columns("day.raw.classes", {"line": [2], "sourced_id": ["C"], "school_sourced_id": ["N"]})
    with pytest.raises(TypeError, match=r"No statement of the list has a parameter \$must: meta/every_school, "):
        db.run_each(names, {"most": 1, "must": 1})
    with pytest.raises(TypeError, match="These statements are not in the list: meta/every_scool"):
        db.run_each(names, {"most": 1}, without={"meta/every_scool"})
    assert db.count("day.meta.schools") == 0
    db.run_each(names, {"most": 1})
    assert db.count("day.meta.schools") == 1


@pytest.mark.parametrize("database", ["day", "book"])
def test_the_schema_has_every_table_with_its_version(root: Path, day: Path, database: str) -> None:
    ensure_book(root / "roster.duckdb", root)
    with session(root, day=day, book=root / "roster.duckdb") as db:
        for _, name in schema_tables(database):
            assert db.columns(f"{database}.{name.rsplit('/', 1)[1]}"), name
        db._execute("test", f"select version from {database}.meta.version", {})  # noqa: S608
        assert db._connection.fetchall() == [({"day": DAY_VERSION, "book": BOOK_VERSION}[database],)]


def test_a_roster_of_another_version_is_refused_in_words(root: Path) -> None:
    book = root / "roster.duckdb"
    ensure_book(book, root)
    with duckdb.connect(book) as connection:
        connection.execute("update meta.version set version = 99")
    before = book.read_bytes()
    with pytest.raises(
        WarehouseError, match=f"has version 99; this Rollcall reads up to version {BOOK_VERSION}"
    ) as caught:
        ensure_book(book, root)
    assert "newer" in caught.value.cure
    assert book.read_bytes() == before


def test_a_roster_that_is_there_is_left_as_it_is(root: Path) -> None:
    book = root / "roster.duckdb"
    ensure_book(book, root)
    before = (book.read_bytes(), book.stat().st_mtime_ns)
    ensure_book(book, root)
    assert (book.read_bytes(), book.stat().st_mtime_ns) == before


@pytest.mark.parametrize("failure", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_crash_while_the_roster_is_written_leaves_the_old_one(
    running: District, failure: type[BaseException]
) -> None:
    book = running.folder.roster
    before = book.read_bytes()
    with pytest.raises(failure), replacing(book, running.folder.root) as db:  # noqa: PT012 - the same
        db._execute("test", "delete from book.roster.users", {})
        raise failure
    assert book.read_bytes() == before
    assert sorted(path.name for path in book.parent.glob("roster*")) == ["roster.duckdb"]


def test_leftovers_of_a_killed_run_are_no_obstacle(running: District, rows: Rows) -> None:
    (running.folder.root / "roster.next.duckdb").write_bytes(b"half a roster")
    (running.folder.root / "roster.next.duckdb.wal").write_bytes(b"half a log")
    assert running.sync(rows.without_user("S3"), date(2026, 9, 2)).outcome == "applied"
    assert sorted(path.name for path in running.folder.root.glob("roster*")) == ["roster.duckdb"]


def test_the_day_of_a_small_district_is_small(running: District) -> None:
    assert running.day_file(date(2026, 9, 1)).stat().st_size < 3_000_000


def test_an_error_while_rows_are_fetched_never_quotes_them(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        description = (("a",),)

        def execute(self, *_: object) -> None:
            pass

        def fetchall(self) -> None:
            raise duckdb.ConversionException(CANARY)

        fetchone = fetchall

    monkeypatch.setattr(db, "_connection", Failing())
    for action in (
        lambda: db.rows("meta/book_version"),
        lambda: db.value("meta/book_version"),
        lambda: db.count("day.meta.codes"),
        lambda: db.columns("day.meta.codes"),
    ):
        with pytest.raises(WarehouseError) as caught:
            action()
        assert CANARY not in shown(caught.value)


def test_a_transaction_that_cannot_be_rolled_back_tells_what_failed_first(db: Database) -> None:
    with pytest.raises(RuntimeError, match="first"), db.transaction():  # noqa: PT012 - what the block did before
        db._execute("rollback", "rollback", {})
        raise RuntimeError("first")


def test_a_date_without_a_day_database_is_told_so(root: Path) -> None:
    with (
        pytest.raises(WarehouseError, match="There is no day database for this date yet") as told,
        session(root, day=root / "days" / "2026-09-02.duckdb", write="day"),
    ):
        pass
    assert told.value.cure == "Materialize delivery first, or sync the date."


def test_each_session_spills_into_a_folder_of_its_own_that_is_gone_after_it(root: Path, day: Path) -> None:
    setting = "select value from duckdb_settings() where name = 'temp_directory'"
    with session(root, day=day) as one, session(root, day=day) as two:
        places = []
        for db in (one, two):
            db._execute("test", setting, {})
            places += [Path(row[0]) for row in db._connection.fetchall()]
        assert len(set(places)) == 2
        assert {place.parent for place in places} == {root / ".spill"}
        assert all(place.name.startswith(f"{os.getpid()}-") for place in places)
    assert list((root / ".spill").iterdir()) == []


def test_a_session_that_needs_more_than_its_memory_spills(
    root: Path, day: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.warehouse.sessions.MEMORY_LIMIT", "40MB")
    with session(root, day=day) as db:
        db._execute("test", "create temp table t as select i, repeat('x', 40) || i as s from range(2000000) r(i)", {})
        assert list((root / ".spill").rglob("*.tmp"))
    assert list((root / ".spill").iterdir()) == []
