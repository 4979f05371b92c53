"""The versions of the day database and the roster, and making an empty one of each."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.files.writing import sync_to_disk
from pipeline.warehouse.sessions import Database, WarehouseError, session
from pipeline.warehouse.statements import migration, schema_tables

DAY_VERSION = 10
"""Raised with every change of sql/schema/day; an older day database is made again from landing."""

BOOK_VERSION = 7
"""Raised with every change of sql/schema/book. A change of a table that exists needs statements that bring an older
roster to it: sql/migrations/book/<version>/, run in the order of their names. A new table needs none."""

OLDEST_BOOK_VERSION = 4
"""The oldest roster that can be brought to BOOK_VERSION."""

SMALL_DELIVERY = 1 << 20
"""Bytes of a delivery up to which the day database has small blocks."""

SMALL_BLOCK, LARGE_BLOCK = 16 << 10, 64 << 10
"""Bytes of a block. With the small ones a small district's day stays near 1 MB; for a large one they make the file
half as large again and writing a wide table twice as slow (figures: docs/performance.md)."""


@contextmanager
def new_day(db: Database, path: Path, *, delivery_size: int) -> Iterator[None]:
    """Attach an empty day database for a delivery of so many bytes AS day, in place of whatever is at `path`.

    What is written to it within the block is in it from the beginning: all of it is one transaction.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)
    blocks = SMALL_BLOCK if delivery_size <= SMALL_DELIVERY else LARGE_BLOCK
    db.attach("day", path, write=True, new_block_size=blocks)
    path.chmod(0o600)
    # one transaction: a commit for each table would take twice the time
    with db.transaction():
        _create(db, "day")
        db.insert("day.meta.version", ["version"], [(DAY_VERSION,)])
        yield


def new_check(path: Path, root: Path) -> None:
    """Make an empty database for a check of a package against the standard; a session attaches it AS day."""
    with session(root, day=path, write="day", new_block_size=LARGE_BLOCK) as db, db.transaction():
        _create_tables(db, "day", schema_tables("check"))


def new_formats(path: Path, root: Path) -> None:
    """Make an empty database for the files of a set in another format; a session attaches it AS day."""
    with session(root, day=path, write="day", new_block_size=LARGE_BLOCK) as db, db.transaction():
        raw = tuple(table for table in schema_tables("day") if table[0] == "raw")
        _create_tables(db, "day", (*schema_tables("formats"), *raw))


def ensure_book(path: Path, root: Path) -> None:
    """Make an empty roster at `path` where none is, and bring one that an older Rollcall wrote to our version.

    The older one is migrated in a copy that takes its place when all went well. It is the roster of the district after
    which the folder `root` is named.

    Raises:
        WarehouseError: the roster is damaged, or was written by a newer Rollcall or one that is too old.
    """
    if not path.exists():
        with replacing(path, root) as db:
            _create(db, "book")
            db.insert("book.meta.version", ["version"], [(BOOK_VERSION,)])
            db.insert("book.meta.district", ["district"], [(root.name,)])
        return
    with session(root, book=path) as db:
        version = int(db.value("meta/book_version"))
    if version < OLDEST_BOOK_VERSION:
        raise WarehouseError(
            f"The roster {path} was written by an older Rollcall: it has version {version}, and this one reads "
            f"version {OLDEST_BOOK_VERSION} and later.",
            f"Use the Rollcall that wrote it. To start again without its history, run `rollcall sync {root.name} "
            "--begin-again --by NAME --reason TEXT`.",
        )
    if version > BOOK_VERSION:
        raise WarehouseError(
            f"The roster {path} has version {version}; this Rollcall reads up to version {BOOK_VERSION}.",
            "Use the version of Rollcall that wrote it, or a newer one.",
        )
    if version < BOOK_VERSION:
        with replacing(path, root) as db:
            for older in range(version, BOOK_VERSION):
                for name in migration(older + 1):
                    db.run(name)
            _create(db, "book")
            if not db.count("book.meta.district"):
                db.insert("book.meta.district", ["district"], [(root.name,)])
            db.run("meta/set_book_version", version=BOOK_VERSION)


@contextmanager
def replacing(path: Path, root: Path) -> Iterator[Database]:
    """Write a copy of the roster in a session of its own; it takes the roster's place when all went well."""
    with session(root) as db, replaced(db, path):
        yield db


@contextmanager
def replaced(db: Database, path: Path) -> Iterator[None]:
    """Write a copy of the roster in one transaction; it takes the roster's place when all went well.

    Within the block the copy is attached AS book; after it, where the roster was attached before, the one that counts.
    A crash before the rename means that nothing happened. Readers keep the file that they opened.
    """
    copy = path.with_name(f"{path.stem}.next{path.suffix}")
    leftovers = (copy, copy.with_name(copy.name + ".wal"))
    for leftover in leftovers:
        leftover.unlink(missing_ok=True)
    attached = db.is_attached("book")
    if attached:
        db.detach("book")
    try:
        if path.exists():
            shutil.copyfile(path, copy)
        db.attach("book", copy, write=True)
        try:
            with db.transaction():
                yield
            db.run("roster/checkpoint")
        finally:
            db.detach("book")
        copy.chmod(0o600)
        sync_to_disk(copy)
        copy.replace(path)
        sync_to_disk(path.parent)
    finally:
        for leftover in leftovers:
            leftover.unlink(missing_ok=True)
        if attached:
            db.attach("book", path)


def _create_tables(db: Database, database: str, tables: tuple[tuple[str, str], ...]) -> None:
    for schema in dict.fromkeys(schema for schema, _ in tables):
        db.create_schema(database, schema)
    for _, name in tables:
        db.run(name)


def _create(db: Database, database: str) -> None:
    """Make the tables that are not there yet, and the views anew."""
    _create_tables(db, database, schema_tables(database))
