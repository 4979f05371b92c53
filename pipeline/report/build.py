"""Builds the report's model from a day database whose plan has been made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from pipeline.districts.settings import NamesShown
from pipeline.oneroster.files import ROSTER_FILES, USED_FILES
from pipeline.oneroster.findings import CATALOGUE
from pipeline.report.holds import holds_in_words
from pipeline.report.model import (
    Cause,
    Change,
    ChangedValue,
    ColumnChange,
    ContactCount,
    DeliveredFile,
    Exclusion,
    FileCounts,
    FindingCount,
    GuardianCounts,
    RecordCounts,
    ReportedFinding,
    SchoolCounts,
    SyncReport,
    Withheld,
)
from pipeline.report.names import shown_name, shown_value
from pipeline.warehouse.sessions import Database

MOST_FINDINGS = 100
"""Of each code and file in the page and the JSON; the CSV of a file holds them all."""

MOST_CHANGES = 50
"""Of each record type and operation in the page and the JSON; changes.csv holds them all."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
"""What a terminal would obey instead of showing it."""

_INVISIBLE = re.compile("[\u00a0\u00ad\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff]")
"""Blanks and joints that look like a plain blank or like nothing; spreadsheets and web pages leave them behind."""

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
    window: str | None = None,
    most_findings: int | None = MOST_FINDINGS,
    names: NamesShown = "initials",
) -> SyncReport:
    """Return the report of the day database that `db` has attached; `sync_number` is None for a preview.

    `most_findings` of each code and file are listed; None lists them all.
    """
    verdict = db.rows("sync/verdict")[0]
    delivery_number, delivered = delivered_files(db)
    counted = {row["file"]: row for row in db.rows("report/file_counts")}
    schools = counted_schools(db)
    school_names = names_of_schools(schools)
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
        observe_only=verdict["observe_only"],
        window=window,
        names=names,
        delivery=delivery_number,
        delivered=delivered,
        files={
            file.name: FileCounts(**_without(counted.get(file.name, nothing), "file"))
            for file in (*ROSTER_FILES, *USED_FILES)
            if file in ROSTER_FILES or file.name in counted
        },
        records={row["record_type"]: _record_counts(row) for row in db.rows("report/counts")},
        schools=schools,
        columns=[_column_change(row) for row in db.rows("sync/changed_columns")],
        changes=[]
        if verdict["initial"]
        else [change_of(row, names, school_names) for row in db.rows("report/changes", most=MOST_CHANGES)],
        holds=holds_in_words(
            [_shown(row) for row in db.rows("report/holds")], [_shown(row) for row in db.rows("report/withheld")]
        ),
        causes=[Cause(**row, cure=_cure(row["code"], row["file"])) for row in db.rows("report/causes")],
        finding_counts=[
            FindingCount(**row, cure=_cure(row["code"], row["file"])) for row in db.rows("report/finding_counts")
        ],
        findings=[
            reported(row, names, school_names) for row in db.rows("report/findings", file=None, most=most_findings)
        ],
        exclusions=[Exclusion(**_shown(row)) for row in db.rows("report/exclusions")],
        contacts=[ContactCount(**_shown(row)) for row in db.rows("report/contacts")],
        guardians=guardian_counts(db),
    )


def guardian_counts(db: Database) -> GuardianCounts | None:
    """Return what the rules made of the contacts; None where there are none."""
    return GuardianCounts(**db.rows("report/guardians")[0]) if db.count("day.guardians.guardians") else None


def counted_schools(db: Database) -> list[SchoolCounts]:
    """Return the counts per school and record type."""
    return [SchoolCounts(**_shown(row)) for row in db.rows("report/schools")]


def contacts_of_schools(db: Database) -> dict[str, list[ContactCount]]:
    """Return what the rules made of the contacts of each school's students."""
    found: dict[str, list[ContactCount]] = {}
    for row in db.rows("report/school_contacts"):
        found.setdefault(row["school_id"], []).append(ContactCount(**_shown(_without(row, "school_id"))))
    return found


def delivered_files(db: Database) -> tuple[int | None, list[DeliveredFile]]:
    """Return the number of the delivery and its files; None and nothing where nothing was delivered."""
    rows = db.rows("report/delivery")
    return (
        int(rows[0]["number"]) if rows else None,
        [DeliveredFile(**_shown(_without(row, "number"))) for row in rows],
    )


def names_of_schools(schools: Iterable[SchoolCounts]) -> dict[str, str]:
    """Return the name of each school by its id."""
    return {counts.school_id: counts.name for counts in schools}


def reported(
    row: dict[str, Any], names: NamesShown = "ids", school_names: Mapping[str, str] | None = None
) -> ReportedFinding:
    """Return a finding's row with its message in words, and without control characters."""
    row = _shown(row)
    finding = CATALOGUE[row["code"]]
    field = _HEADERS.get((row["file"], row["field"] or ""), row["field"])
    value, sourced_id = _seen(row["value"]), _seen(row["sourced_id"])
    text = finding.message.format(file=row["file"], field=field, value=value, sourced_id=sourced_id)
    return ReportedFinding(
        file=row["file"],
        line=row["line"],
        column=field,
        code=row["code"],
        severity=row["severity"],
        sourced_id=row["sourced_id"],
        message=text if row["line"] is None else f"Line {row['line']}: {text}",
        name=shown_name(row.get("given_name"), row.get("family_name"), names),
        schools=_school_names(row, school_names or {}),
    )


def _school_names(row: dict[str, Any], names: Mapping[str, str]) -> list[str]:
    return [names[school] for school in row.get("school_ids") or () if school in names]


def _cure(code: str, file: str) -> str:
    return CATALOGUE[code].cure.format(file=file, field="the school's column")


def change_of(row: dict[str, Any], names: NamesShown, school_names: Mapping[str, str]) -> Change:
    """Return a change of the plan from its row of report/changes."""
    people = (
        shown_name(_text(row["given_name"]), _text(row["family_name"]), names),
        shown_name(_text(row["student_given_name"]), _text(row["student_family_name"]), names),
    )
    return Change(
        record_type=row["record_type"],
        operation=row["operation"],
        key=_text(row["key"]),
        line=row["line"],
        withheld=row["withheld"],
        consequence=row["consequence"],
        values=[
            ChangedValue(
                column=value["field"],
                before=shown_value(value["field"], _text(value["before"]), names),
                after=shown_value(value["field"], _text(value["after"]), names),
            )
            for value in row["changed_values"]
        ],
        name=" / ".join(person for person in people if person) or None,
        schools=_school_names(row, school_names),
    )


def _column_change(row: dict[str, Any]) -> ColumnChange:
    column = _HEADERS.get((row["file"], row["field"]), row["field"])
    message = (
        f"{row['file']} has a column {column} that the last delivery did not have."
        if row["change"] == "appeared"
        else f"{row['file']} no longer has the column {column}. Its existing values are kept."
    )
    return ColumnChange(file=row["file"], column=column, change=row["change"], message=message)


def _record_counts(row: dict[str, Any]) -> RecordCounts:
    plain = ("added", "updated", "unchanged", "restored", "archived", "kept", "filled", "waiting")
    active = ("active_before", "active_after")
    return RecordCounts(
        **{name: row[name] for name in (*plain, *active)},
        withheld=Withheld(**{name: row[f"withheld_{name}"] for name in ("add", "update", "restore", "archive")}),
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Replace every control character of a district's text by U+FFFD."""
    return {key: _text(value) for key, value in row.items()}


def without_control_characters(text: str) -> str:
    """Replace every control character of a text by U+FFFD."""
    return _CONTROL.sub("\ufffd", text)


def _text(value: Any) -> Any:
    # Nearly every value is printable, and seeing that takes a tenth of the time.
    return without_control_characters(value) if isinstance(value, str) and not value.isprintable() else value


def _seen(value: Any) -> Any:
    """Name the characters of a value that nobody sees: a message that quotes them would look wrong."""
    if not isinstance(value, str) or value.isprintable():
        return value
    return _INVISIBLE.sub(lambda found: f"<U+{ord(found.group()):04X}>", value)


def _without(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key != name}
