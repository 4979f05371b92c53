"""One page per school of a district-level sync: only that school's people, so that a principal can be given it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.districts.settings import DistrictSettings, School
from pipeline.report.holds import narrowed
from pipeline.report.model import Change, ContactCount, ReportedFinding, SchoolReport, SyncReport
from pipeline.report.page import render
from pipeline.report.selection import Kept

FOLDER = "schools"

_MOST_LETTERS = 60
"""Of an id in a file name: file systems take 255 bytes, and people read less."""


class SchoolRows:
    """The findings and changes of one school."""

    def __init__(self) -> None:
        self.findings: Kept[ReportedFinding] = Kept()
        self.changes: Kept[Change] = Kept()


def schools_with_pages(settings: DistrictSettings) -> Sequence[School]:
    """Return the schools that have a page of their own; none where a school sends its own files: it has the report."""
    return settings.schools if settings.scope == "district" else ()


_LIKE_A_DIGEST = re.compile(r"-[0-9a-f]{8}$")


def school_file(school_id: str) -> str:
    """Return the file name of a school's page, without its ending: the id where that is safe, else with a digest.

    Two ids that differ in capital letters alone would be one file on some machines.
    """
    safe = re.sub(r"[^a-z0-9_-]+", "-", school_id.lower()).strip("-")[:_MOST_LETTERS]
    # An id that ends like a digest gets one of its own: it could be the name of another school's page.
    if safe and safe == school_id and not _LIKE_A_DIGEST.search(safe):
        return safe
    return f"{safe or 'school'}-{hashlib.sha256(school_id.encode()).hexdigest()[:8]}"


def school_reports(
    report: SyncReport,
    schools: Sequence[School],
    rows: Mapping[str, SchoolRows],
    contacts: Mapping[str, Sequence[ContactCount]],
) -> list[SchoolReport]:
    """Return the reports of the schools that take part."""
    return [
        SchoolReport(
            **_of_district(report, school),
            findings=rows[school.id].findings.rows,
            findings_count=rows[school.id].findings.count,
            changes=rows[school.id].changes.rows,
            changes_count=rows[school.id].changes.count,
            contacts=list(contacts.get(school.id, ())),
        )
        for school in schools
    ]


def repeated_school_reports(report: SyncReport, schools: Sequence[School], like: Path) -> list[SchoolReport]:
    """Return the reports of a day that repeats an earlier one: the same findings, and nothing changes.

    A school whose earlier report is not there, for an older Rollcall wrote none, is left out.
    """
    found = []
    for school in schools:
        try:
            text = (like / FOLDER / f"{school_file(school.id)}.json").read_bytes()
            earlier = SchoolReport.model_validate_json(text)
        except (OSError, ValidationError):
            continue
        update = {**_of_district(report, school), "changes": [], "changes_count": 0}
        found.append(earlier.model_copy(update=update))
    return found


def write_school_reports(reports: Sequence[SchoolReport], folder: Path) -> None:
    """Write page and JSON of each school below the folder of a report."""
    if not reports:
        return
    target = folder / FOLDER
    target.mkdir(mode=0o700)
    for report in reports:
        name = school_file(report.school_id)
        (target / f"{name}.json").write_text(report.model_dump_json() + "\n", encoding="utf-8")
        (target / f"{name}.html").write_text(render_school(report), encoding="utf-8")


def render_school(report: SchoolReport) -> str:
    """Return the page of one school."""
    return render(
        "school.html",
        report=report,
        named=any(row.name for row in report.findings) or any(row.name for row in report.changes),
        full_names=report.names == "full",
    )


def _of_district(report: SyncReport, school: School) -> dict[str, Any]:
    return {
        "district_name": report.district_name,
        "school_id": school.id,
        "school_name": school.name,
        "sync_date": report.sync_date,
        "sync_number": report.sync_number,
        "kind": report.kind,
        "target_sync": report.target_sync,
        "outcome": report.outcome,
        "initial": report.initial,
        "names": report.names,
        "records": [counts for counts in report.schools if counts.school_id == school.id],
        "holds": [found for hold in report.holds if (found := narrowed(hold, school.id)) is not None],
    }
