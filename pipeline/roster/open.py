"""Opening a roster: it is there, of our version, and the one that the last sync left.

Does not belong here: what makes it so (`ledger.py`), reading its history (`history.py`).
"""

from __future__ import annotations

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.head import note_head
from pipeline.districts.lock import district_lock
from pipeline.roster.ledger import (
    Ledger,
    OtherVersionError,
    check_attached,
    check_roster,
    damaged_roster,
    is_as_left,
    read_ledger,
    sha256_of,
)
from pipeline.warehouse.schema import ensure_book
from pipeline.warehouse.sessions import Database, WarehouseError, session
from pipeline.warehouse.statements import TABLES


def open_roster(folder: DistrictFolder) -> Ledger:
    """Return the ledger of a district, after making its roster ready for a sync: there, of our version, the last one.

    For the holder of the district's lock.

    Raises:
        PartLostError: the roster or another part is lost, damaged, older or another district's.
        WarehouseError: the roster is of a newer version.
    """
    try:
        ledger = check_roster(folder, heals=True)
    except OtherVersionError:
        _migrate(folder)
        return check_roster(folder, heals=True)
    if not folder.roster.exists():
        ensure_book(folder.roster, folder.root)
    return ledger


def _migrate(folder: DistrictFolder) -> None:
    """Bring the roster to our version; the head knows that its bytes are others from then on."""
    if folder.head is not None and folder.head.exists():
        note_head(folder, roster_sha256=None)
    ensure_book(folder.roster, folder.root)
    if folder.head is not None and folder.head.exists():
        note_head(folder, roster_sha256=sha256_of(folder.roster), roster_size=folder.roster.stat().st_size)


def attach_roster(db: Database, folder: DistrictFolder) -> Ledger:
    """Attach the roster AS book, made ready as `open_roster` does, and return the ledger. The errors are its."""
    ledger = read_ledger(folder)
    if not folder.roster.exists():
        ledger = open_roster(folder)
    damaged = not is_as_left(folder, ledger)
    try:
        db.attach("book", folder.roster)
        return check_attached(db, folder, ledger, heals=True, damaged=damaged)
    except OtherVersionError:
        db.detach("book")
        ledger = open_roster(folder)
        db.attach("book", folder.roster)
        return ledger
    except WarehouseError:
        if not damaged:
            raise
    raise damaged_roster(folder)


def read_roster(folder: DistrictFolder) -> Ledger:
    """Return the ledger of a district whose roster is only looked at; nothing is written while a sync may be.

    An older roster is migrated first, under the district's lock; where none is there yet, none is made.

    Raises:
        RosterLostError, WarehouseError: the roster is lost, damaged or of a newer version.
        BusyError: the roster must be migrated, and a sync is under way.
    """
    try:
        return check_roster(folder, heals=False)
    except OtherVersionError:
        with district_lock(folder):
            return open_roster(folder)


def read_whole(folder: DistrictFolder, ledger: Ledger) -> None:
    """Read every column of the roster, where nothing else vouches for its bytes: an older Rollcall wrote it last.

    Raises:
        RosterLostError: it cannot be read to its end.
    """
    if ledger.roster_sha256 is not None:
        return
    try:
        with session(folder.root, book=folder.roster) as db:
            for table in TABLES["roster/digest_of_all"]:
                db.value("roster/digest_of_all", table=table)
    except WarehouseError:
        raise damaged_roster(folder) from None
