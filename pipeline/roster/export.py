"""The roster as files: a whole set of OneRoster 1.1, or the three files that Rollcall reads.

Belongs here: which files an export has, and what is made up where the standard demands what no district has said.
Does not belong here: what stands in a file (sql/roster/export_…), the history (`history.py`).

What is made up is marked: an id begins with `synthetic-`, and the column metadata.synthetic names the columns. Reading
takes those as not said, so that an export that is read again changes nothing.
"""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.districts.folders import DistrictFolder
from pipeline.districts.settings import DistrictSettings
from pipeline.errors import UsageError
from pipeline.files.scratch import scratch_folder
from pipeline.oneroster.files import (
    ACADEMIC_SESSIONS,
    CLASS_TYPES,
    CONTACTS,
    COURSES,
    DATA_FILES,
    ENROLLMENT_ROLES,
    GRADES,
    MANIFEST,
    ORGS,
    ROSTER_FILES,
    RosterFile,
)
from pipeline.warehouse.sessions import Database

_SET = (ORGS, ACADEMIC_SESSIONS, COURSES, *ROSTER_FILES)
"""The files of a bulk rostering set, beside the manifest."""

_FACTS = ("metadata.relationship", "metadata.legalGuardian")
_MARKS = {"users": ("metadata.synthetic",), "classes": ("metadata.synthetic",),
          "enrollments": ("metadata.role", "metadata.synthetic")}  # fmt: skip

_YEAR_BEGINS = 7
"""The month in which a school year begins where no date of the roster says otherwise."""


def export_roster(
    db: Database, folder: DistrictFolder, number: int, on: date, out: Path, whole_set_of: DistrictSettings | None
) -> None:
    """Write the roster as after sync `number`, of the sync date `on`, to the folder `out`.

    Without the settings of the district it is the files that Rollcall reads alone: what is not known stays blank.

    Raises:
        UsageError: `out` already holds one of the files.
    """
    facts = db.rows("roster/facts_of_links", sync=number)[0]
    standard = whole_set_of is not None
    files: list[RosterFile] = list(_SET if standard else ROSTER_FILES)
    if facts["has_facts"] and not facts["is_unanimous"] and not standard:
        files.append(CONTACTS)
    there = [file.name for file in (*files, MANIFEST) if (out / file.name).exists()]
    if there:
        raise UsageError(f"{out} already contains {there[0]}.", "Choose an empty folder.")
    out.mkdir(parents=True, exist_ok=True)
    values = _values(whole_set_of, on) | {"sync": number, "standard": standard, "facts_in_users": facts["is_unanimous"]}
    # A session can write below the district's folder only.
    with scratch_folder(folder.previews, ".export-") as scratch:
        for file in files:
            without = () if standard else _MARKS.get(file.table, ())
            if file.table == "users" and not (facts["has_facts"] and facts["is_unanimous"]):
                without += _FACTS
            if file.table == "users" and not facts["has_staff"]:
                without += ("metadata.contactRole",)
            db.copy_out(f"roster/export_{file.table}", scratch / file.name, without=without, **values)
            shutil.move(scratch / file.name, out / file.name)
    if standard:
        _write_manifest(out / MANIFEST.name)


def _values(settings: DistrictSettings | None, on: date) -> dict[str, Any]:
    """Return what the statements take beside the sync."""
    schools = settings.schools if settings else ()
    year = on.year + (on.month >= _YEAR_BEGINS)
    return {
        "district": "synthetic-district",
        "district_name": settings.name if settings else None,
        "school_ids": [school.id for school in schools],
        "school_names": [school.name for school in schools],
        "year": f"synthetic-year-{year}",
        "first": date(year - 1, _YEAR_BEGINS, 1),
        "last": date(year, _YEAR_BEGINS, 1),
        "grades": list(GRADES),
        "class_types": list(CLASS_TYPES),
        "roles": list(ENROLLMENT_ROLES),
    }


def _write_manifest(path: Path) -> None:
    rows = [("propertyName", "value"), ("manifest.version", "1.0"), ("oneroster.version", "1.1")]
    rows += [(f"file.{file.stem}", "bulk" if file in _SET else "absent") for file in DATA_FILES]
    rows += [("source.systemName", "Rollcall"), ("source.systemCode", "rollcall")]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
