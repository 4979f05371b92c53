"""Builds the report's model from a day database whose plan has been made."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from pipeline.oneroster.files import ROSTER_FILES, USED_FILES
from pipeline.oneroster.findings import CATALOGUE
from pipeline.report.model import (
    ContactCount,
    DeliveredFile,
    Exclusion,
    FileCounts,
    FindingCount,
    Hold,
    RecordCounts,
    ReportedFinding,
    SyncReport,
    Withheld,
)
from pipeline.warehouse.sessions import Database

MOST_FINDINGS = 100
"""Of each code and file in the page and the JSON; the CSV of a file holds them all."""

RECORD_WORDS = {
    "students": "students",
    "staff": "staff",
    "guardians": "guardians",
    "classes": "classes",
    "enrollments": "enrollments",
    "guardian_links": "guardian links",
}

_HOLD_MESSAGES = {
    "archive_limit": (
        "{archives:,} of {active:,} {words} are not in the files; the limit allows to archive {allowed:,}. "
        "None of them was archived.",
        "Look whether the export lost a school or a filter was set. If they really left, raise "
        "limits.archive.{record_type} in the district's settings for one sync.",
    ),
    "all_vanished": (
        "No {words} would be left. The {archives:,} that are not in the files were not archived.",
        "Look whether the export was filtered to nothing for this kind of record.",
    ),
    "file_cut_off": (
        "A file ends in the middle of a row, so what is missing from this delivery says nothing: "
        "{archives:,} {words} that are not in it stay.",
        "Send the whole file again.",
    ),
    "still_named": (
        "{archives:,} {words} have no row of their own any more, but other rows of the delivery still name them. "
        "They were not archived.",
        "Export all three files from the same night, school and term.",
    ),
    "column_absent": (
        "users.csv lost a column that guardians were worked out from, so {archives:,} {words} that no longer follow "
        "from it stay as they are.",
        "Bring the column (agentSourcedIds, relationship or legalGuardian) back into the export.",
    ),
    "key_unreadable": (
        "A row does not say whose it is: {archives:,} {words} that are not in the file stay.",
        "Mend the rows without an id or with a wrong number of cells.",
    ),
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What a terminal would obey instead of showing it."""

_HEADERS = {
    (file.name, column.field): column.header for file in (*ROSTER_FILES, *USED_FILES) for column in file.columns
}


def build_report(
    db: Database,
    *,
    district: str,
    district_name: str,
    sync_date: date,
    sync_number: int | None,
    most_findings: int | None = MOST_FINDINGS,
) -> SyncReport:
    """Return the report of the day database that `db` has attached; `sync_number` is None for a look.

    `most_findings` of each code and file are listed; None lists them all.
    """
    verdict = db.rows("sync/verdict")[0]
    delivery = db.rows("report/delivery")
    counted = {row["file"]: row for row in db.rows("report/file_counts")}
    nothing = {"received": 0, "accepted": 0, "rejected": 0, "excluded": 0}
    return SyncReport(
        district=district,
        district_name=district_name,
        sync_date=sync_date,
        sync_number=sync_number,
        outcome=verdict["outcome"],
        initial=verdict["initial"],
        baseline_sync=verdict["baseline_sync"],
        hold_digest=verdict["hold_digest"],
        delivery=delivery[0]["number"] if delivery else None,
        delivered=[DeliveredFile(**_shown(_without(row, "number"))) for row in delivery],
        files={
            file.name: FileCounts(**_without(counted.get(file.name, nothing), "file"))
            for file in (*ROSTER_FILES, *USED_FILES)
            if file in ROSTER_FILES or file.name in counted
        },
        records={row["record_type"]: _record_counts(row) for row in db.rows("report/counts")},
        holds=[_hold(row) for row in db.rows("report/holds")],
        finding_counts=[
            FindingCount(**row, cure=_cure(row["code"], row["file"])) for row in db.rows("report/finding_counts")
        ],
        findings=[reported(row) for row in db.rows("report/findings", file=None, most=most_findings)],
        exclusions=[Exclusion(**_shown(row)) for row in db.rows("report/exclusions")],
        contacts=[ContactCount(**_shown(row)) for row in db.rows("report/contacts")],
    )


def reported(row: dict[str, Any]) -> ReportedFinding:
    """Return a finding's row with its message in words, and without control characters."""
    row = _shown(row)
    finding = CATALOGUE[row["code"]]
    field = _HEADERS.get((row["file"], row["field"] or ""), row["field"])
    text = finding.message.format(file=row["file"], field=field, value=row["value"], sourced_id=row["sourced_id"])
    return ReportedFinding(
        file=row["file"],
        line=row["line"],
        column=field,
        code=row["code"],
        severity=row["severity"],
        sourced_id=row["sourced_id"],
        message=text if row["line"] is None else f"Line {row['line']}: {text}",
    )


def _cure(code: str, file: str) -> str:
    return CATALOGUE[code].cure.format(file=file, field="the school's column")


def _hold(row: dict[str, Any]) -> Hold:
    message, cure = _HOLD_MESSAGES[row["code"]]
    words = {**row, "words": RECORD_WORDS[row["record_type"]]}
    return Hold(
        record_type=row["record_type"],
        code=row["code"],
        archives=row["archives"],
        allowed=row["allowed"],
        active=row["active"],
        message=message.format(**words),
        cure=cure.format(**words),
    )


def _record_counts(row: dict[str, Any]) -> RecordCounts:
    plain = ("added", "updated", "unchanged", "restored", "archived", "kept", "active_before", "active_after")
    return RecordCounts(
        **{name: row[name] for name in plain},
        withheld=Withheld(**{name: row[f"withheld_{name}"] for name in ("add", "update", "restore", "archive")}),
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Replace every control character of a district's text by U+FFFD."""
    return {key: _CONTROL.sub("\ufffd", value) if isinstance(value, str) else value for key, value in row.items()}


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
