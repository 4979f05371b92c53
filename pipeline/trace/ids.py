"""Which id the roster has for somebody whom a person names by another one."""

from __future__ import annotations

from pipeline.districts.folders import DistrictFolder
from pipeline.warehouse.sessions import WarehouseError, session


def number_of(folder: DistrictFolder, sourced_id: str) -> str | None:
    """Return the number by which the roster knows a student, of a sourcedId in the newest files.

    None where students are not known by numbers, or the files have no such student.
    """
    return _of_newest_files(folder, "trace/number_of", sourced_id=sourced_id)


def source_id_of(folder: DistrictFolder, number: str) -> str | None:
    """Return the sourcedId in the newest files of a student whom the roster knows by a number.

    None where students are not known by numbers, and where the number is somebody's id as well.
    """
    return _of_newest_files(folder, "trace/source_id_of", number=number)


def _of_newest_files(folder: DistrictFolder, statement: str, **values: str) -> str | None:
    for file in sorted((folder.root / "days").glob("*.duckdb"), reverse=True):
        try:
            with session(folder.root, day=file) as db:
                if not db.rows("meta/repeats"):
                    rows = db.rows(statement, **values)
                    return str(next(iter(rows[0].values()))) if rows else None
        except WarehouseError:
            return None  # a day of an older version, or one that is being written
    return None
