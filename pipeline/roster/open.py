"""Opening a roster: it is there, of our version, and the one that the last sync left.

Does not belong here: what makes it so (`ledger.py`), reading its history (`history.py`).
"""

from __future__ import annotations

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.lock import district_lock
from pipeline.roster.ledger import Ledger, OtherVersionError, check_attached, check_roster, read_ledger
from pipeline.warehouse.schema import ensure_book
from pipeline.warehouse.sessions import Database


def open_roster(folder: DistrictFolder) -> Ledger:
    """Return the ledger of a district, after making its roster ready for a sync: there, of our version, the last one.

    For the holder of the district's lock.

    Raises:
        RosterLostError, WarehouseError: the roster is lost, damaged or of a newer version.
    """
    try:
        ledger = check_roster(folder, heals=True)
    except OtherVersionError:
        ensure_book(folder.roster, folder.root)
        return check_roster(folder, heals=True)
    if not folder.roster.exists():
        ensure_book(folder.roster, folder.root)
    return ledger


def attach_roster(db: Database, folder: DistrictFolder) -> Ledger:
    """Attach the roster AS book, made ready as `open_roster` does, and return the ledger. The errors are its."""
    ledger = read_ledger(folder)
    if not folder.roster.exists():
        ledger = open_roster(folder)
    db.attach("book", folder.roster)
    try:
        return check_attached(db, folder, ledger, heals=True)
    except OtherVersionError:
        db.detach("book")
        ledger = open_roster(folder)
        db.attach("book", folder.roster)
        return ledger


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
