"""The two files that only say something about ids in the three: what type an organization is, what a course is called.

They are optional, and nothing is refused for them: a file that cannot be read says nothing. Their bytes are read
by Python, for they are small.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path

from pipeline.csvfile.findings import report
from pipeline.oneroster.files import COURSES, ORGS, RosterFile
from pipeline.warehouse.sessions import Database

_VALUES: Mapping[RosterFile, str] = {ORGS: "type", COURSES: "title"}

_MOST_BYTES = 64 << 20
"""Half a million courses; the largest district that we measured has twenty thousand."""


def read_lookups(db: Database, paths: Mapping[str, Path]) -> None:
    """Fill raw.lookups from the files that are there."""
    for file, header in _VALUES.items():
        if file.name not in paths:
            continue
        found = _values(paths[file.name], header)
        if found is None:
            report(db, file, "file_not_usable", value=f"it has no columns sourcedId and {header}")
        elif found:
            columns = {"file": [file.name] * len(found), "sourced_id": list(found), "value": list(found.values())}
            db.insert_columns("day.raw.lookups", columns)


def _values(path: Path, header: str) -> dict[str, str] | None:
    """Return the values of the column by sourcedId; None where the file cannot be read so."""
    if path.stat().st_size > _MOST_BYTES:
        return None
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        try:
            rows = csv.DictReader(line.replace("\0", "") for line in file)
            names = {(name or "").strip().casefold(): name for name in rows.fieldnames or ()}
            key, value = names.get("sourcedid"), names.get(header)
            if key is None or value is None:
                return None
            read = (((row[key] or "").strip(), (row[value] or "").strip()) for row in rows)
            found = {sourced_id: said for sourced_id, said in read if sourced_id and said}
        except csv.Error:
            return None
    return {key: said.casefold() for key, said in found.items()} if header == "type" else found
