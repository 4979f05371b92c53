"""A roster of another version is migrated in a copy, or refused in words; it is never half changed."""

from __future__ import annotations

import hashlib
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.roster import ledger
from pipeline.roster.ledger import check_roster
from pipeline.warehouse import schema, statements
from pipeline.warehouse.schema import BOOK_VERSION, OLDEST_BOOK_VERSION, ensure_book
from pipeline.warehouse.sessions import Database, WarehouseError
from tests.support.district import FIRST, District, Rows, contact, csv_bytes, enrollment, school_class, student, teacher
from tests.support.families import CONTACT_COLUMNS, listed

pytestmark = pytest.mark.whole_day

SECOND = FIRST + timedelta(days=1)


def rows() -> Rows:
    return Rows(
        [*(student(f"S{n}") for n in (1, 2, 3)), contact("P1", "S1")], [school_class("C")], [enrollment("C", "S1")]
    )


def content(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def set_version(district: District, version: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        connection.execute("update book.meta.version set version = $version", {"version": version})


@pytest.fixture
def district(tmp_path: Path) -> District:
    district = District(tmp_path / "district")
    district.sync(rows(), FIRST)
    return district


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """Make a version after ours, with a migration of two statements."""
    sql = tmp_path / "sql"
    shutil.copytree(statements.SQL_FOLDER, sql)
    version = BOOK_VERSION + 1
    folder = sql / "migrations" / "book" / str(version)
    folder.mkdir(parents=True)
    (folder / "1_users_pronoun.sql").write_text("alter table book.roster.users add column pronoun varchar")
    (folder / "2_pronouns.sql").write_text("update book.roster.users set pronoun = 'they' where record_type = 'staff'")
    monkeypatch.setattr(statements, "SQL_FOLDER", sql)
    monkeypatch.setattr(schema, "BOOK_VERSION", version)
    monkeypatch.setattr(ledger, "BOOK_VERSION", version)
    return version


def test_an_older_roster_is_migrated_when_it_is_next_opened_and_loses_nothing(
    district: District, next_version: int
) -> None:
    before = district.query("select * exclude (until_sync) from book.roster.users order by all")
    later = rows()
    later.user("S2")["grades"] = "06"
    night = district.sync(later, SECOND)
    assert (night.outcome, night.sync) == ("applied", 2)
    assert district.query("select version from book.meta.version") == [(next_version,)]
    kept = "select * exclude (until_sync, pronoun) from book.roster.users where since_sync = 1 order by all"
    assert district.query(kept) == before
    assert district.query("select distinct pronoun from book.roster.users") == [(None,)]
    assert len(check_roster(district.folder, heals=True).syncs) == 2


def test_a_crash_during_the_migration_leaves_the_old_roster_as_it_was(
    district: District, next_version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(district.folder.roster)
    run = Database.run

    def crash(self: Database, name: str, **values: object) -> None:
        run(self, name, **values)
        if name.endswith("1_users_pronoun"):
            raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Database, "run", crash)
        with pytest.raises(KeyboardInterrupt):
            ensure_book(district.folder.roster, district.folder.root)
    assert content(district.folder.roster) == before
    assert [path.name for path in district.folder.root.glob("roster*")] == ["roster.duckdb"]
    ensure_book(district.folder.roster, district.folder.root)
    assert district.query("select version from book.meta.version") == [(next_version,)]


@pytest.mark.parametrize(
    ("version", "words", "cure"),
    [
        (BOOK_VERSION + 1, f"has version {BOOK_VERSION + 1}; this Rollcall reads up to", "or a newer one"),
        (OLDEST_BOOK_VERSION - 1, "was written by an older Rollcall: it has version", "To start again without its"),
    ],
)
def test_a_roster_of_a_version_that_cannot_be_read_is_refused_and_left_alone(
    district: District, version: int, words: str, cure: str
) -> None:
    set_version(district, version)
    before = content(district.folder.roster)
    with pytest.raises(WarehouseError, match=words) as caught:
        district.sync(rows(), SECOND)
    assert "that wrote it" in caught.value.cure
    assert cure in caught.value.cure
    assert content(district.folder.roster) == before


def test_there_are_migrations_for_readable_versions_alone() -> None:
    folders = (statements.SQL_FOLDER / "migrations" / "book").glob("*")
    assert {int(folder.name) for folder in folders} <= set(range(OLDEST_BOOK_VERSION + 1, BOOK_VERSION + 1))


TO_VERSION_4 = """
create table book.sync.columns as
    select number as sync_number, sources.file, sources.field from book.sync.syncs cross join book.roster.sources;
drop table book.roster.sources;
alter table book.roster.users drop column enabled_user;
drop table book.roster.guardian_support;
drop table book.roster.link_support;
drop table book.roster.bars;
drop table book.meta.district;
alter table book.sync.counts drop column not_reported;
alter table book.sync.holds drop column file;
alter table book.sync.holds drop column origin;
alter table book.sync.withheld drop column origin;
drop table book.sync.causes;
update book.meta.version set version = 4;
"""
"""A roster of version 4, which did not know who had said what, made of one of ours."""


def test_a_roster_of_version_4_is_migrated_and_loses_nobody_over_a_file_that_is_missing(tmp_path: Path) -> None:
    district = District(tmp_path / "district")
    made = rows().files()
    reached = listed("P1", "S1", "Mother", email="kim@example.org")
    barred = listed("P9", "S2", "Father", noContact="true")
    made["users.csv"] += b"P9,,,Sam,Kin,,,,,,S2,,,Father,\r\n"
    contacts = csv_bytes(CONTACT_COLUMNS, [reached, {**barred, "noContact": ""}])
    district.sync(made | {"contacts.csv": contacts}, FIRST)
    district.sync(made | {"contacts.csv": csv_bytes(CONTACT_COLUMNS, [reached, barred])}, SECOND)
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        connection.execute(TO_VERSION_4)
    night = district.sync(made, SECOND + timedelta(days=1))
    assert (night.outcome, district.person("P1")["email"]) == ("unchanged", "kim@example.org")
    assert "P9" not in district.people()
    assert night.report.columns[0].message.startswith("contacts.csv is missing.")
    assert district.sync(made | {"contacts.csv": contacts}, SECOND + timedelta(days=2)).outcome == "unchanged"


def test_of_two_records_of_one_person_one_is_history_and_keeps_no_link(tmp_path: Path) -> None:
    district = District(tmp_path / "district")
    made = rows()
    made.users += [teacher("T1"), teacher("T2")]
    district.sync(made, FIRST)
    before = district.roster()["users.csv"]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{district.folder.roster}' as book")
        connection.execute("update book.roster.ids set sourced_id = 'T1' where sourced_id = 'P1'")
        for name in statements.migration(6):
            if "merged" in name:
                connection.execute(statements.statement(name))
    district.last_active = None  # the migration counts a person less
    assert district.flaws() == {}
    assert [row["sourcedId"] for row in district.roster()["users.csv"]].count("T1") == 1
    assert len(district.roster()["users.csv"]) == len(before) - 1
    made.users = [row for row in made.users if row["sourcedId"] not in {"P1", "T1"}]
    made.users.append(teacher("T1", agentSourcedIds="S1", relationship="Mother"))
    night = district.sync(made, SECOND)
    assert not [change for change in night.plan if change.operation in {"add", "archive"}]
    assert district.person("T1")["role"] == "teacher"
    assert district.active()["guardian_links"] == 1
