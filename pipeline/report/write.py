"""Writes a report into its folder: report.json, the CSV files, a page that needs no server, and a page per school."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pipeline.districts.settings import School
from pipeline.files.scratch import scratch_folder
from pipeline.files.writing import sync_to_disk
from pipeline.formats.adapt import FORMATS
from pipeline.oneroster.files import FILE_NAMES, USED_FILES
from pipeline.oneroster.findings import LABEL_CODES
from pipeline.report.build import change_of, contacts_of_schools, names_of_schools, people_in_doubt, reported
from pipeline.report.cells import safe_cell
from pipeline.report.model import Change, ChangedValue, ReportedFinding, SyncReport
from pipeline.report.next_steps import next_steps
from pipeline.report.page import render
from pipeline.report.schools import (
    SchoolRows,
    repeated_school_reports,
    school_file,
    school_reports,
    write_school_reports,
)
from pipeline.report.selection import RANKS, Kept, written_findings
from pipeline.report.trend import PLOTS, plot
from pipeline.warehouse.sessions import Database

CSV_HEADER = ("rowNumber", "sourcedId", "column", "status", "code", "message")
"""The columns that users of other roster products know from their reports."""

CHANGES_CSV = "changes.csv"

CHANGES_HEADER = (
    "recordType",
    "operation",
    "sourcedId",
    "column",
    "before",
    "after",
    "status",
    "rowNumber",
    "name",
    "school",
)

PEOPLE_CSV = "people_in_doubt.csv"

PEOPLE_HEADER = (
    *("cause", "recordType", "where", "sourcedId", "name", "school", "grade", "number", "email", "mobile"),
    "relatives",
)

DELIVERY_CSV = "delivery.csv"
"""Findings about what is none of our files, such as a ZIP."""

_FILES_WITH_CSV = frozenset(
    {*FILE_NAMES, *(file.name for file in USED_FILES)}
    | {file.name for known in FORMATS.values() for file in known.files}
)


def write_report(
    db: Database,
    report: SyncReport,
    folder: Path,
    *,
    like: Path | None = None,
    schools: Sequence[School] = (),
) -> Path:
    """Write the report into `folder`, all of it or nothing, and return the page's path.

    `db` is the day database that the report was built from; a folder that is there already is replaced. Of a day that
    repeats an earlier one, `like` is that one's folder: the findings are the same. Each of `schools` gets a page of its
    own.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with scratch_folder(folder.parent, ".report-") as unfinished:
        (unfinished / "report.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
        findings: Kept[ReportedFinding] = Kept()
        changes: Kept[Change] = Kept()
        if like is not None:
            findings = _copy_findings(like, unfinished)
            of_schools = repeated_school_reports(report, schools, like)
        else:
            rows = {school.id: SchoolRows() for school in schools}
            findings = _write_findings(unfinished, db, report, rows)
            changes = _write_changes(unfinished / CHANGES_CSV, db, report, rows)
            _write_people(unfinished / PEOPLE_CSV, db, report)
            of_schools = school_reports(report, schools, rows, contacts_of_schools(db) if schools else {})
        write_school_reports(of_schools, unfinished)
        links = {of_school.school_id: school_file(of_school.school_id) for of_school in of_schools}
        page = render_page(report, findings=findings, changes=changes, school_pages=links)
        (unfinished / "index.html").write_text(page, encoding="utf-8")
        for path in unfinished.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
            sync_to_disk(path)
        sync_to_disk(unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)
        sync_to_disk(folder.parent)
    return folder / "index.html"


def render_page(
    report: SyncReport, *, findings: Kept[ReportedFinding], changes: Kept[Change], school_pages: dict[str, str]
) -> str:
    """Return the report as one HTML page. `school_pages`: the file names of the pages that schools have."""
    shown = (findings.rows, changes.rows)
    # One night has no trend yet.
    plotted = PLOTS if len(report.trend) > 1 else ()
    plots = [(title, plot([getattr(point, name) for point in report.trend], title)) for name, title in plotted]
    return render(
        "report.html",
        report=report,
        findings=shown[0],
        findings_count=findings.count,
        changes=shown[1],
        changes_count=changes.count,
        steps=next_steps(report),
        counted_findings={kind.code: kind.count for kind in report.finding_counts},
        school_pages=school_pages,
        plots=plots,
        named=any(finding.name for finding in shown[0]) or any(change.name for change in shown[1]),
        full_names=report.names == "full",
    )


def _copy_findings(like: Path, folder: Path) -> Kept[ReportedFinding]:
    kept: Kept[ReportedFinding] = Kept()
    for file in (*_FILES_WITH_CSV, DELIVERY_CSV):
        if (like / file).exists():
            shutil.copyfile(like / file, folder / file)
            for finding in written_findings(folder / file, file):
                if finding.code not in LABEL_CODES:
                    kept.add(finding, RANKS[finding.severity])
    with (folder / CHANGES_CSV).open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerow(CHANGES_HEADER)
    return kept


def _write_findings(
    folder: Path, db: Database, report: SyncReport, rows: dict[str, SchoolRows]
) -> Kept[ReportedFinding]:
    """Write every finding into the CSV of its file, and return those for the page; give each school its own."""
    kept: Kept[ReportedFinding] = Kept()
    with ExitStack() as stack:

        def opened(name: str) -> Any:
            out = stack.enter_context((folder / name).open("w", encoding="utf-8", newline=""))
            writer = csv.writer(out)
            writer.writerow(CSV_HEADER)
            return writer

        writers = {file: opened(file) for file in FILE_NAMES}
        school_names = names_of_schools(report.schools)
        for row in db.rows("report/findings", file=None, most=None):
            finding = reported(row, report.names, school_names)
            file = finding.file if finding.file in _FILES_WITH_CSV else DELIVERY_CSV
            writer = writers.get(file) or writers.setdefault(file, opened(file))
            writer.writerow([safe_cell(cell) for cell in _finding_cells(finding)])
            if finding.code not in LABEL_CODES:
                kept.add(finding, RANKS[finding.severity])
            for school in row["school_ids"] if rows else ():
                if school in rows:
                    # The page of one school names no other.
                    rows[school].findings.add(finding.model_copy(update={"schools": []}), RANKS[finding.severity])
    return kept


def _write_changes(path: Path, db: Database, report: SyncReport, rows: dict[str, SchoolRows]) -> Kept[Change]:
    """Write every change into changes.csv, and return those for the page; give each school its own."""
    kept: Kept[Change] = Kept()
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(CHANGES_HEADER)
        # All that an initial sync adds is the roster itself.
        school_names = names_of_schools(report.schools)
        for row in [] if report.initial else db.rows("report/changes", most=None):
            change = change_of(row, report.names, school_names)
            writer.writerows([safe_cell(cell) for cell in cells] for cells in _change_rows(change))
            kept.add(change, 0 if change.withheld else 1)
            for school in row["school_ids"] if rows else ():
                if school in rows:
                    rows[school].changes.add(change.model_copy(update={"schools": []}), 0 if change.withheld else 1)
    return kept


def _write_people(path: Path, db: Database, report: SyncReport) -> None:
    """Write both sides of every id that is in doubt into people_in_doubt.csv, where there is one."""
    found = people_in_doubt(db, report.names, names_of_schools(report.schools), most=None)
    if not found:
        return
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(PEOPLE_HEADER)
        for origin, pairs in found.items():
            for pair in pairs:
                for place, person in (("roster", pair.roster), ("files", pair.files)):
                    if person is None:
                        continue
                    cells = (
                        origin.split()[0], pair.record_type, place, person.sourced_id, person.name,
                        ", ".join(person.schools), person.grade, person.number, person.email, person.mobile,
                        ", ".join(person.relatives),
                    )  # fmt: skip
                    writer.writerow([safe_cell(cell) for cell in cells])


def _change_rows(change: Change) -> Iterator[tuple[Any, ...]]:
    """Yield a line for each changed column of an update, and one for each other change."""
    status = "withheld" if change.withheld else "applied"
    for value in change.values or [ChangedValue(column="", before=None, after=None)]:
        yield (
            change.record_type, change.operation, change.key, value.column, value.before, value.after, status,
            change.line, change.name, ", ".join(change.schools),
        )  # fmt: skip


def _finding_cells(finding: ReportedFinding) -> tuple[Any, ...]:
    return (finding.line, finding.sourced_id, finding.column, finding.severity, finding.code, finding.message)
