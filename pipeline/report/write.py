"""Writes a report into its folder: report.json, one CSV of findings per file, and a page that needs no server."""

from __future__ import annotations

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from pipeline.districts.chain import sync_to_disk
from pipeline.oneroster.files import FILE_NAMES
from pipeline.report.build import change_of, reported
from pipeline.report.holds import RECORD_WORDS
from pipeline.report.model import ChangedValue, SyncReport
from pipeline.warehouse.sessions import Database

CSV_HEADER = ("rowNumber", "sourcedId", "column", "status", "code", "message")
"""The columns that users of other roster products know from their reports."""

CHANGES_CSV = "changes.csv"

CHANGES_HEADER = ("recordType", "operation", "sourcedId", "column", "before", "after", "status", "rowNumber", "name")

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula (OWASP ASVS 1.2.10); such a cell gets an apostrophe in front."""

_PAGES = Environment(
    loader=PackageLoader("pipeline.report"),
    autoescape=select_autoescape(default=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write_report(db: Database | None, report: SyncReport, folder: Path, *, like: Path | None = None) -> Path:
    """Write the report into `folder`, all of it or nothing, and return the page's path.

    `db` is the day database that the report was built from; a folder that is there already is replaced. Of a day that
    repeats an earlier one, `like` is that one's folder: the findings are the same. Without either (an undo, a replay)
    there are no findings.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".report-"))
    try:
        (unfinished / "report.json").write_text(report.model_dump_json(indent=2) + "\n", encoding="utf-8")
        if like is not None:
            _copy_findings(like, unfinished)
        elif db is not None:
            for file in FILE_NAMES:
                _write_findings(unfinished / file, db, file, report)
            _write_changes(unfinished / CHANGES_CSV, db, report)
        (unfinished / "index.html").write_text(render_page(report), encoding="utf-8")
        for path in unfinished.iterdir():
            path.chmod(0o600)
            sync_to_disk(path)
        sync_to_disk(unfinished)
        if folder.exists():
            shutil.rmtree(folder)
        unfinished.rename(folder)
        sync_to_disk(folder.parent)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder / "index.html"


def _copy_findings(like: Path, folder: Path) -> None:
    for file in FILE_NAMES:
        if (like / file).exists():
            shutil.copyfile(like / file, folder / file)
    _write_csv(folder / CHANGES_CSV, CHANGES_HEADER, [])


def render_page(report: SyncReport) -> str:
    """Return the report as one HTML page."""
    return _PAGES.get_template("report.html").render(report=report, record_words=RECORD_WORDS)


def safe_cell(value: Any) -> Any:
    """Return a CSV cell that no spreadsheet takes for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _write_findings(path: Path, db: Database, file: str, report: SyncReport) -> None:
    _write_csv(path, CSV_HEADER, _finding_rows(db, file, report))


def _write_changes(path: Path, db: Database, report: SyncReport) -> None:
    # All that an initial sync adds is the roster itself.
    rows = [] if report.initial else db.rows("report/changes", most=None)
    _write_csv(path, CHANGES_HEADER, _change_rows(rows, report))


def _write_csv(path: Path, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for cells in rows:
            writer.writerow([safe_cell(cell) for cell in cells])


def _change_rows(rows: Iterable[dict[str, Any]], report: SyncReport) -> Iterator[tuple[Any, ...]]:
    """Yield a line for each changed column of an update, and one for each other change."""
    for row in rows:
        change = change_of(row, report.names)
        status = "withheld" if change.withheld else "applied"
        for value in change.values or [ChangedValue(column="", before=None, after=None)]:
            yield (
                change.record_type, change.operation, change.key, value.column, value.before, value.after, status,
                change.line, change.name,
            )  # fmt: skip


def _finding_rows(db: Database, file: str, report: SyncReport) -> Iterator[tuple[Any, ...]]:
    for row in db.rows("report/findings", file=file, most=None):
        finding = reported(row, report.names)
        yield (
            finding.line,
            finding.sourced_id,
            finding.column,
            finding.severity,
            finding.code,
            finding.message,
        )
