"""Which id the roster has for somebody whom a person names by another one."""

from __future__ import annotations

from pipeline.districts.folders import DistrictFolder
from pipeline.warehouse.sessions import WarehouseError, session


def number_of(folder: DistrictFolder, sourced_id: str) -> str | None:
    """Return the number by which the roster knows a student, of a sourcedId in the newest files.

    None where students are not known by numbers, or the files have no such student.
    """
    for file in sorted((folder.root / "days").glob("*.duckdb"), reverse=True):
        try:
            with session(folder.root, day=file) as db:
                if not db.rows("meta/repeats"):
                    rows = db.rows("trace/number_of", sourced_id=sourced_id)
                    return str(rows[0]["number"]) if rows else None
        except WarehouseError:
            return None  # a day of an older version, or one that is being written
    return None
