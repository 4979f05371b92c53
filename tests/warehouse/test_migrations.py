"""A roster of an earlier version is migrated in a copy, loses nothing, and goes on."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.roster.ledger import RosterLostError, check_roster, read_ledger
from pipeline.warehouse import schema
from pipeline.warehouse.schema import BOOK_VERSION, ensure_book
from pipeline.warehouse.sessions import Database, WarehouseError
from tests.support.district import FIRST, District, Rows, contact, enrollment, school_class, student

SECOND, FOURTH = FIRST + timedelta(days=1), FIRST + timedelta(days=3)

VERSION_1 = """
create schema meta; create schema roster; create schema sync;
create table meta.version (version integer not null);
create table roster.classes (
    roster_id bigint not null, title varchar not null, grades varchar, school_id varchar not null, periods varchar,
    location varchar, class_code varchar, class_type varchar, course_sourced_id varchar, term_sourced_ids varchar,
    state varchar not null, since_sync integer not null, until_sync integer, delivery_sha256 varchar, line bigint
);
create table roster.enrollments (
    roster_id bigint not null, class_roster_id bigint not null, user_roster_id bigint not null, role varchar not null,
    sourced_id varchar, is_primary boolean, begin_date varchar, end_date varchar, state varchar not null,
    since_sync integer not null, until_sync integer, delivery_sha256 varchar, line bigint
);
create table roster.guardian_links (
    roster_id bigint not null, contact_roster_id bigint not null, student_roster_id bigint not null,
    role varchar not null, rule varchar not null, relationship varchar, legal_guardian boolean,
    state varchar not null, since_sync integer not null, until_sync integer, delivery_sha256 varchar, line bigint
);
create table roster.ids (
    roster_id bigint not null, record_type varchar not null, sourced_id varchar not null,
    since_sync integer not null, until_sync integer
);
create table roster.users (
    roster_id bigint not null, record_type varchar not null, role varchar not null, school_ids varchar[] not null,
    given_name varchar, family_name varchar, middle_name varchar, identifier varchar, username varchar, email varchar,
    sms varchar, phone varchar, grades varchar, language varchar, state varchar not null, since_sync integer not null,
    until_sync integer, delivery_sha256 varchar, line bigint, rule varchar
);
create table sync.changes (
    sync_number integer not null, record_type varchar not null, operation varchar not null, roster_id bigint not null,
    columns varchar[] not null, consequence boolean not null
);
create table sync.counts (
    sync_number integer not null, record_type varchar not null, added bigint not null, updated bigint not null,
    unchanged bigint not null, restored bigint not null, archived bigint not null, kept bigint not null,
    withheld_add bigint not null, withheld_update bigint not null, withheld_restore bigint not null,
    withheld_archive bigint not null, active_before bigint not null, active_after bigint not null
);
create table sync.holds (
    sync_number integer not null, record_type varchar not null, code varchar not null, archives bigint not null,
    allowed bigint not null, active bigint not null
);
create table sync.syncs (
    number integer not null, kind varchar not null, sync_date date not null, outcome varchar not null,
    initial boolean not null, baseline_sync integer not null, delivery_number integer, delivery_sha256 varchar,
    hold_digest varchar, recorded_at timestamptz not null
);
"""
"""The schema of a roster before the ledger, as that version of Rollcall made it."""

HISTORY = """
insert into meta.version values (1);
insert into sync.syncs values
    (1, 'day', '2026-09-01', 'applied', true, 0, 1, 'aa', null, '2026-09-01 07:00:00+00'),
    (2, 'day', '2026-09-02', 'missing', false, 1, null, null, null, '2026-09-02 07:00:00+00'),
    (3, 'day', '2026-09-03', 'held', false, 2, 1, 'bb', 'digest', '2026-09-03 07:00:00+00');
insert into sync.counts
select number, record_type, if(number = 1, active, 0), 0, if(number = 3, active, 0), 0, 0, 0, 0, 0, 0,
    if(number = 3 and record_type = 'students', 1, 0), if(number = 1, 0, active), active
from (values (1), (2), (3)) as syncs (number),
    (values ('students', 3), ('staff', 0), ('guardians', 0), ('classes', 1), ('enrollments', 1), ('guardian_links', 0))
        as types (record_type, active);
insert into sync.holds values (3, 'students', 'archive_limit', 1, 0, 3);
insert into sync.changes values (3, 'students', 'update', 1, ['grades'], false);
insert into roster.ids values (1, 'students', 'S1', 1, null), (2, 'students', 'S2', 1, null),
    (3, 'students', 'S3', 1, null), (4, 'classes', 'C', 1, null);
insert into roster.users by name
select roster_id, 'students' as record_type, 'student' as role, ['N'] as school_ids,
    'GivenS' || roster_id as given_name, 'Pupil' as family_name, grades,
    'active' as state, since_sync, until_sync, 'aa' as delivery_sha256, 2 as line
from (values (1, '04', 1, 3), (1, '05', 3, null), (2, '05', 1, null), (3, '05', 1, null))
    as versions (roster_id, grades, since_sync, until_sync);
insert into roster.classes by name
select 4 as roster_id, 'Class C' as title, 'N' as school_id, '1' as periods, 'active' as state, 1 as since_sync;
insert into roster.enrollments by name
select 1 as roster_id, 4 as class_roster_id, 1 as user_roster_id, 'student' as role, 'active' as state, 1 as since_sync;
"""


@pytest.fixture
def old(tmp_path: Path) -> District:
    """A district whose roster an earlier Rollcall wrote: three syncs, the last of them held."""
    district = District(tmp_path)
    # Under its own name the schema roster could not be told from the database.
    written = tmp_path / "version-1.duckdb"
    with duckdb.connect(written) as book:
        book.execute(VERSION_1)
        book.execute(HISTORY)
    written.rename(district.folder.roster)
    return district


def rows() -> Rows:
    """What that roster holds."""
    return Rows([student(f"S{n}") for n in (1, 2, 3)], [school_class("C")], [enrollment("C", "S1")])


TABLES = (
    *("roster.users", "roster.classes", "roster.enrollments", "roster.guardian_links", "roster.ids"),
    *("sync.syncs", "sync.counts", "sync.changes", "sync.holds"),
)


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_nothing_is_lost_from_a_roster_of_version_1(old: District) -> None:
    before = {}
    for table in TABLES:
        described = old.query(f"describe book.{table}")
        before[table] = ([name for name, *_ in described], old.query(f"select * from book.{table} order by all"))  # noqa: S608 - names of this file
    ensure_book(old.folder.roster, old.folder.root)
    assert old.query("select version from book.meta.version") == [(BOOK_VERSION,)]
    renamed = {"archives": "changes", "active": "base"}
    for table, (names, found) in before.items():
        now = [renamed.get(name, name) if table == "sync.holds" else name for name in names]
        assert old.query(f"select {', '.join(now)} from book.{table} order by all") == found, table  # noqa: S608
    assert old.query("select operation, school_id from book.sync.holds") == [("archive", None)]


def test_the_tables_of_a_migrated_roster_are_those_of_a_new_one(old: District, tmp_path: Path) -> None:
    new = tmp_path / "new"
    new.mkdir()
    ensure_book(new / "roster.duckdb", new)
    ensure_book(old.folder.roster, old.folder.root)

    def columns(path: Path) -> set[tuple[str, ...]]:
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as book (read_only)")
            found = connection.execute(
                "select schema_name, table_name, column_name, data_type from duckdb_columns() "
                "where database_name = 'book'"
            )
            return set(found.fetchall())

    assert columns(old.folder.roster) == columns(new / "roster.duckdb")


def test_a_migrated_roster_gets_a_ledger_and_the_next_sync_goes_on(old: District) -> None:
    later = rows()
    later.user("S2")["grades"] = "06"
    night = old.sync(later, FOURTH)
    assert (night.outcome, night.sync, night.report.baseline_sync, night.report.initial) == ("applied", 4, 3, False)
    assert night.applied == {("students", "update", "S2")}
    syncs = read_ledger(old.folder).syncs
    assert [(sync.number, sync.outcome) for sync in syncs] == [
        (1, "applied"), (2, "missing"), (3, "held"), (4, "applied"),
    ]  # fmt: skip
    assert syncs[2].counts["students"].withheld_archive == 1
    assert old.roster(FIRST)["users.csv"][0]["grades"] == "04"
    assert check_roster(old.folder, heals=True).syncs == syncs


def test_a_migrated_roster_without_its_ledger_is_not_taken_for_an_old_one(old: District) -> None:
    later = rows()
    later.user("S2")["grades"] = "06"
    old.sync(later, FOURTH)
    old.folder.ledger.unlink()
    with pytest.raises(RosterLostError, match="is missing, though the roster holds 4 syncs"):
        check_roster(old.folder, heals=True)


def test_a_roster_of_version_2_gets_the_files_of_its_people_and_links_and_goes_on(tmp_path: Path) -> None:
    district = District(tmp_path)
    families = rows()
    families.users.append(contact("P1", "S1"))
    district.sync(families, FIRST)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        for name in ("users", "guardian_links"):
            connection.execute(f"alter table book.roster.{name} drop column file")
        connection.execute("update book.meta.version set version = 2")
    assert district.sync(families, SECOND).outcome == "unchanged"
    families.users.append(contact("P2", "S2"))
    assert district.sync(families, FOURTH).outcome == "applied"
    assert district.query("select version from book.meta.version") == [(BOOK_VERSION,)]
    assert district.query("select file from book.roster.guardian_links order by roster_id") == [(None,), ("users.csv",)]


def test_a_roster_of_a_newer_version_is_refused_and_left_alone(tmp_path: Path) -> None:
    district = District(tmp_path)
    district.sync(rows(), FIRST)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        connection.execute("update book.meta.version set version = version + 1")
    before = content(district.folder.roster)
    with pytest.raises(WarehouseError, match=f"has version {BOOK_VERSION + 1}; this Rollcall reads up to") as caught:
        district.sync(rows(), SECOND)
    assert caught.value.cure == "Use the version of Rollcall that wrote it, or a newer one."
    assert content(district.folder.roster) == before


def test_a_crash_during_the_migration_leaves_the_old_roster_as_it_was(
    old: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(old.folder.roster)
    run = Database.run

    def crash(self: Database, name: str, **values: object) -> None:
        run(self, name, **values)
        if name == "migrations/book/2/09_holds_base":
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Database, "run", crash)
        with pytest.raises(KeyboardInterrupt):
            ensure_book(old.folder.roster, old.folder.root)
    assert content(old.folder.roster) == before
    assert [path.name for path in old.folder.root.glob("roster*")] == ["roster.duckdb"]
    ensure_book(old.folder.roster, old.folder.root)
    assert old.query("select version from book.meta.version") == [(BOOK_VERSION,)]


def test_every_version_has_a_migration() -> None:
    assert [version for version in range(2, BOOK_VERSION + 1) if not schema.migration(version)] == []
